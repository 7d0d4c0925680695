"""Declarations of a built Lake project, as Lean itself knows them.

`dump_environment.lean` runs in the project's folder (`lake env lean --run`), imports the project's
modules and prints what is in them; here that is read. Unlike the reading of sources this sees
every declaration that a proof in the project may cite, those of Mathlib, of other packages and of
Lean's core included, and all that macros and attributes make; types are as `#check` prints them.
It takes a built project, memory for its `.olean` files and minutes instead of seconds.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import threading
import tomllib
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import IO, Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from mathlib_index.declaration import Declaration, DeclarationKind
from mathlib_index.errors import SourcesUnusable
from mathlib_index.extract import Extraction
from mathlib_index.extract.module_docs import ModuleDocs
from mathlib_index.lexer import Comment

SCRIPT = Path(__file__).with_name("dump_environment.lean")
LAKEFILES = ("lakefile.toml", "lakefile.lean")
_LAST_LINES = 8
_BODY_LIMIT = 400  # characters
# How Lean compiles a recursive definition, which is not how anybody would write it.
_COMPILED = re.compile(r"\b(?:brecOn|WellFounded\.(?:Nat\.)?fix|Lean\.Order\.fix|casesOn)\b")
_PRINTED_COMPONENT = r"(?:«[^»]*»|[^\s.({\[⦃«]+)"
_PRINTED_NAME = re.compile(rf"{_PRINTED_COMPONENT}(?:\.{_PRINTED_COMPONENT})*(?:\.\{{[^}}]*\}})?")
_LEAN_LIB = re.compile(
    r"(?P<default>@\[[^\]]*default_target[^\]]*\]\s*)?^\s*lean_lib\s+(?P<name>[\w.«»]+)",
    re.MULTILINE,
)

Place = tuple[int, int]
"""Line, counted from 1, and column, counted from 0."""


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class StartRecord(_Record):
    """The first: version of Lean, and how many `module` records will come."""

    record: Literal["start"]
    lean: str
    modules: int


class ModuleDoc(_Record):
    """One `/-! -/` comment, and the line it starts on."""

    line: int
    text: str


class ModuleRecord(_Record):
    """A module; its declarations follow, in no order."""

    record: Literal["module"]
    module: str
    docs: list[ModuleDoc]


class DeclarationRecord(_Record):
    """One constant that somebody wrote, or that an attribute made where somebody wrote it."""

    record: Literal["declaration"]
    name: str
    kind: DeclarationKind
    docstring: str
    signature: str
    """Name, binders and type, as Lean prints them over as many lines as it likes."""
    body: list[str]
    """The value of a definition, or the signature of each constructor."""
    module: str
    begin: Place
    """Of the whole command, docstring and attributes included; for what an attribute made, of
    that attribute."""
    end: Place
    name_begin: Place
    deprecated: bool
    private: bool


class FailureRecord(_Record):
    """A constant that Lean could not print, and why."""

    record: Literal["failure"]
    name: str
    reason: str


class EndRecord(_Record):
    """The last: without it, the output is cut off."""

    record: Literal["end"]


_RECORD: TypeAdapter[StartRecord | ModuleRecord | DeclarationRecord | FailureRecord | EndRecord] = (
    TypeAdapter(
        Annotated[
            StartRecord | ModuleRecord | DeclarationRecord | FailureRecord | EndRecord,
            Field(discriminator="record"),
        ]
    )
)


def read_lake_project(
    project: Path, on_module: Callable[[int, int], None] | None = None
) -> Extraction:
    """The declarations that a proof in `project`, a built Lake project, may cite.

    `on_module(done, total)` is called as modules are read. A constant that Lean cannot print costs
    one warning. Raises `SourcesUnusable`, with Lean's last words, where that does not work.
    """
    modules = library_modules(project)
    lake = _find_lake()
    command = [lake, "env", "lean", "--run", str(SCRIPT.resolve()), *modules]
    try:
        process = subprocess.Popen(
            command,
            cwd=project,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            errors="replace",
            start_new_session=True,  # lake starts lean, and both must end with us
        )
    except OSError as error:
        raise SourcesUnusable(f"cannot start {lake}: {error.strerror}.") from error
    with process:
        assert process.stdout is not None and process.stderr is not None
        complaints: deque[str] = deque(maxlen=_LAST_LINES)
        listener = threading.Thread(target=_listen, args=(process.stderr, complaints))
        listener.start()
        try:
            extraction, missing = parse_records(process.stdout, on_module)
        except BaseException:
            os.killpg(process.pid, signal.SIGKILL)
            raise
        finally:
            listener.join()
    if process.returncode != 0 or missing:
        ending = f"exit code {process.returncode}" if process.returncode else missing
        said = "".join(f"\n  {line}" for line in complaints)
        raise SourcesUnusable(
            f"Lean could not list the declarations of {', '.join(modules)} in {project} "
            f"({ending}). If the project is not built, run `lake build` there (with Mathlib, "
            f"`lake exe cache get` first), and build again.{said}"
        )
    if not extraction.declarations:
        raise SourcesUnusable(f"{', '.join(modules)} in {project} import no declarations.")
    return extraction


def library_modules(project: Path) -> list[str]:
    """Root modules of the project's libraries: of its default targets where it names them.

    Raises `SourcesUnusable` where `project` is no Lake project, or declares no library.
    """
    for name in LAKEFILES:
        path = project / name
        if path.is_file():
            break
    else:
        raise SourcesUnusable(
            f"{project} is no Lake project: it has no {' or '.join(LAKEFILES)}. Give the folder "
            "of a built Lake project, or read sources as text instead."
        )
    try:
        text = path.read_text(encoding="utf-8")
        roots = _roots_of_toml(text) if path.suffix == ".toml" else _roots_of_lean(text)
    except (OSError, UnicodeDecodeError, ValueError, ValidationError) as error:
        raise SourcesUnusable(f"cannot read {path}: {error}") from error
    if not roots:
        raise SourcesUnusable(f"{path} declares no lean_lib, so there is nothing to index.")
    return roots


class _LeanLib(BaseModel):
    name: str
    roots: list[str] | None = None


class _Lakefile(BaseModel):
    """As much of https://lean-lang.org/doc/reference/latest/Build-Tools-and-Distribution/Lake/ as
    says what to import."""

    defaultTargets: list[str] = []
    lean_lib: list[_LeanLib] = []


def _roots_of_toml(text: str) -> list[str]:
    lakefile = _Lakefile.model_validate(tomllib.loads(text))
    chosen = [library for library in lakefile.lean_lib if library.name in lakefile.defaultTargets]
    libraries = chosen or lakefile.lean_lib
    return [root for library in libraries for root in library.roots or [library.name]]


def _roots_of_lean(text: str) -> list[str]:
    found = list(_LEAN_LIB.finditer(text))
    chosen = [library for library in found if library["default"]]
    return [library["name"].strip("«»") for library in chosen or found]


def _find_lake() -> str:
    elan = Path(os.environ.get("ELAN_HOME", Path.home() / ".elan")) / "bin"
    lake = shutil.which("lake") or shutil.which("lake", path=str(elan))
    if lake is None:
        raise SourcesUnusable(
            "`lake` is not on the PATH. Install Lean (https://lean-lang.org/install), or read the "
            "sources as text, which needs no Lean."
        )
    return lake


def _listen(stream: IO[str], last_lines: deque[str]) -> None:
    last_lines.extend(line.rstrip("\n") for line in stream if line.strip())


def parse_records(
    lines: Iterable[str], on_module: Callable[[int, int], None] | None = None
) -> tuple[Extraction, str]:
    """What the script printed, and in a few words what its output lacks, empty if nothing.

    Raises `SourcesUnusable` where a whole line is not a record.
    """
    result = Extraction()
    total = 0
    current: ModuleRecord | None = None
    found: list[DeclarationRecord] = []
    for number, line in enumerate(lines, start=1):
        try:
            record = _RECORD.validate_json(line)
        except ValidationError as error:
            if not line.endswith("\n"):
                return result, f"its output breaks off in line {number}"
            raise SourcesUnusable(
                f"line {number} of what {SCRIPT.name} printed is not one of its records: "
                f"{line[:100].rstrip()!r}. Something else in the project prints too?"
            ) from error
        match record:
            case StartRecord():
                total = record.modules
            case DeclarationRecord():
                found.append(record)
            case FailureRecord():
                result.warnings.append(f"{record.name} was left out: {record.reason}")
            case ModuleRecord() | EndRecord():
                if current is not None:
                    result.declarations.extend(_declarations(current, found))
                    result.files += 1
                    if on_module is not None:
                        on_module(result.files, total)
                found = []
                if isinstance(record, EndRecord):
                    return result, ""
                current = record
    return result, "its output has no end"


def _declarations(module: ModuleRecord, records: list[DeclarationRecord]) -> Iterator[Declaration]:
    """The module's declarations in the order of their lines."""
    records = sorted(records, key=lambda record: (record.name_begin, record.name))
    makers = _makers(records)
    docs = ModuleDocs([Comment(start=doc.line, text=doc.text) for doc in module.docs])
    remarks = docs.remarks([record.name for record in records])
    for record in records:
        maker = makers.get(record.name)
        line = (maker or record).name_begin[0]
        yield Declaration(
            name=record.name,
            kind=record.kind,
            docstring=record.docstring.strip(),
            signature=_without_name(record.signature),
            body=_body(record),
            module=record.module.replace("«", "").replace("»", ""),
            file=record.module.replace("«", "").replace("»", "").replace(".", "/") + ".lean",
            line=line,
            context=docs.context(line),
            remark=remarks.get(record.name, ""),
            generated_from=maker.name if maker else "",
            deprecated=record.deprecated,
            private=record.private,
        )


def _makers(records: list[DeclarationRecord]) -> dict[str, DeclarationRecord]:
    """For what an attribute made: the declaration that bears the attribute.

    Lean places what `@[to_additive]`, `@[simps]` and the like make at the attribute, so within
    the command of another declaration, before its name. `records` are sorted by `name_begin`.
    """
    makers: dict[str, DeclarationRecord] = {}
    waiting: list[DeclarationRecord] = []
    for record in records:
        rest = []
        for made in waiting:
            if record.begin <= made.begin and made.end <= record.name_begin:
                makers[made.name] = record
            elif made.end >= record.begin:
                rest.append(made)
        waiting = [*rest, record]
    return makers


def _without_name(printed: str) -> str:
    line = " ".join(printed.split())
    start = _PRINTED_NAME.match(line)
    return line[start.end() :].lstrip() if start else line


def _body(record: DeclarationRecord) -> str:
    """On one line: the value of a definition, the fields of a structure, or the constructors."""
    if record.kind in ("structure", "class") and len(record.body) == 1:
        text = _without_name(record.body[0])
    elif record.kind in ("structure", "class", "inductive"):
        short = (printed.removeprefix(f"{record.name}.") for printed in record.body)
        text = " | ".join(" ".join(printed.split()) for printed in short)
    else:
        text = " ".join(" ".join(record.body).split())
        if _COMPILED.search(text):
            return ""
    return text if len(text) <= _BODY_LIMIT else text[: _BODY_LIMIT - 1] + "…"
