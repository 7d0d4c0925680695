"""Declarations from a repository traced with LeanDojo (https://github.com/lean-dojo/LeanDojo).

Two forms are read: the `corpus.jsonl` of a LeanDojo benchmark, for which LeanDojo is not needed,
and the folder of a traced repository, which its `TracedRepo.load_from_disk` reads. Either gives
premises: full name, code without comments and without proof, and where it stands. Names are
Lean's own, also where reading sources as text could not tell them; signature and kind come from
the code by our own extraction. A corpus has no docstrings; a traced repository has its sources.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from mathlib_index.declaration import Declaration
from mathlib_index.errors import SourcesUnusable
from mathlib_index.extract import Extraction, extract_text
from mathlib_index.extract.grammar import is_plumbing

# Where Lake keeps packages, and Lean its own sources, within a traced repository.
_PACKAGE = re.compile(r"^(?:\.lake/packages|lake-packages)/[^/]+/(?:src/lean/)?")
_ALIAS = re.compile(r"(?:@\[[^\]]*\]\s*|protected\s+)*alias\b")
_ALIAS_TARGET = re.compile(r":=\s*([^\s,⟩]+)|^alias\s+(\S+)\s*←")
_EXPECTED = "Give a folder of Lean files, or a corpus.jsonl of LeanDojo."


class Premise(BaseModel):
    """One entry of a `get_premise_definitions()` or of a corpus line's `premises`."""

    full_name: str | None
    code: str
    start: tuple[int, int]
    """Line and column, both counted from 1, where the command begins."""
    end: tuple[int, int]
    kind: str
    """Name of LeanDojo's syntax node, such as `commanddeclaration` or `mathlibtacticlemma`."""


class CorpusFile(BaseModel):
    """One line of `corpus.jsonl`: one Lean file."""

    path: str
    """Relative to the traced repository."""
    imports: list[str] = []
    premises: list[Premise]


def read_corpus(path: Path, on_file: Callable[[int, int], None] | None = None) -> Extraction:
    """Read the `corpus.jsonl` of a LeanDojo benchmark.

    `on_file(done, total)` is called after each line, which holds one Lean file. Raises
    `SourcesUnusable` where it cannot be read or a line is not of that format.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise SourcesUnusable(f"cannot read {path}: {error}. {_EXPECTED}") from error
    return _extraction(_corpus_files(path, lines), len(lines), {}, on_file)


def read_traced_repository(
    folder: Path, on_file: Callable[[int, int], None] | None = None
) -> Extraction:
    """Read a repository that LeanDojo has traced, its dependencies included where traced.

    Raises `SourcesUnusable` where LeanDojo is not installed or cannot load the folder.
    """
    if not folder.is_dir():
        raise SourcesUnusable(f"no such folder: {folder}. Give a repository traced by LeanDojo.")
    if next(folder.rglob("*.trace.xml"), None) is None:
        raise SourcesUnusable(
            f"{folder} is not traced: it holds no *.trace.xml. Trace it with LeanDojo's `trace`, "
            "or give a corpus.jsonl."
        )
    if find_spec("lean_dojo") is None:
        raise SourcesUnusable(
            "reading a traced repository takes LeanDojo: pip install 'lean-agent[lean-dojo]'. "
            "A corpus.jsonl of a LeanDojo benchmark is read without it."
        )
    try:
        lean_dojo: Any = import_module("lean_dojo")
        traced = lean_dojo.TracedRepo.load_from_disk(folder, build_deps=False).traced_files
        files = [
            CorpusFile(path=str(file.path), premises=file.get_premise_definitions())
            for file in traced
        ]
    except Exception as error:  # LeanDojo's own, of many kinds
        raise SourcesUnusable(f"LeanDojo cannot load {folder}: {error}") from error
    sources = {file.path: folder / file.path for file in files}
    return _extraction(files, len(files), sources, on_file)


def _corpus_files(path: Path, lines: list[str]) -> Iterator[CorpusFile]:
    for number, line in enumerate(lines, start=1):
        try:
            yield CorpusFile.model_validate_json(line)
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            where = ".".join(map(str, first["loc"]))
            why = f"{where}: {first['msg']}" if where else "it is no JSON object"
            raise SourcesUnusable(
                f"line {number} of {path} is not of LeanDojo's corpus format ({why}). {_EXPECTED}"
            ) from error


def _extraction(
    files: Iterable[CorpusFile],
    total: int,
    sources: dict[str, Path],
    on_file: Callable[[int, int], None] | None,
) -> Extraction:
    result = Extraction()
    seen: set[str] = set()
    unreadable = 0
    for file in files:
        module_file = _PACKAGE.sub("", file.path)
        written = _written(sources.get(file.path), module_file)
        for premise in file.premises:
            name = premise.full_name
            # `[a, b]` is a mutual block, whose code LeanDojo does not tell apart.
            if name is None or name.startswith("[") or is_plumbing(name):
                continue
            found = list(_declarations(name, premise, module_file, written))
            unreadable += not found
            for declaration in found:
                if declaration.name not in seen:
                    seen.add(declaration.name)
                    result.declarations.append(declaration)
        result.files += 1
        if on_file is not None:
            on_file(result.files, total)
    if not result.declarations:
        raise SourcesUnusable("LeanDojo's files hold no premises.")
    if unreadable:
        result.warnings.append(f"{unreadable} premises without a readable statement were left out")
    return result


def _written(source: Path | None, module_file: str) -> dict[str, Declaration]:
    """What the source file itself says of its declarations, by full name."""
    if source is None:
        return {}
    try:
        text = source.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return {}
    return {found.name: found for found in extract_text(text, module_file)}


def _declarations(
    name: str, premise: Premise, file: str, written: dict[str, Declaration]
) -> Iterator[Declaration]:
    """The premise, and the constructors or fields that its code declares."""
    if name in written:
        yield written[name]
        yield from (
            found
            for full_name, found in written.items()
            if found.kind in ("constructor", "field") and full_name.startswith(f"{name}.")
        )
        return
    found = extract_text(premise.code, file)
    if not found:
        yield from _alias(name, premise, file)
        return
    line = premise.start[0] - 1
    local = found[0].name
    if len(found) > 1 and name.endswith(f".{local}"):
        # The code has names as written, within namespaces that it does not show.
        found = extract_text(f"namespace {name.removesuffix(f'.{local}')}\n{premise.code}", file)
        line -= 1
    elif name != local:
        found = [found[0].model_copy(update={"name": name})]
    for declaration in found:
        yield declaration.model_copy(update={"line": declaration.line + line})


def _alias(name: str, premise: Premise, file: str) -> Iterator[Declaration]:
    if _ALIAS.match(premise.code) is None:
        return
    target = _ALIAS_TARGET.search(premise.code)
    yield Declaration(
        name=name,
        kind="theorem",
        docstring="",
        signature="",
        module=file.removesuffix(".lean").replace("/", "."),
        file=file,
        line=premise.start[0],
        generated_from=(target[1] or target[2]) if target else "",
    )
