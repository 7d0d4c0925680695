"""The file of descriptions: one line of plain English for a declaration, paid for once.

A JSONL file that only grows: each answer of a language model is written whole, with one system
call, before the next thing happens. So a killed run leaves at most one torn line at the end, which
the next run cuts off. It is the cache, too: a request is known by a hash of the model and of every
word of the prompt, so that a changed statement, prompt or model is asked anew, and nothing else.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType

from pydantic import BaseModel, ConfigDict, ValidationError

from mathlib_index.declaration import Declaration
from mathlib_index.errors import MathlibIndexError

INSTRUCTIONS = """\
You write the entry of one Lean 4 declaration for a search engine over Mathlib. Say in one plain \
English sentence, of 40 words at the most, what it states or defines, in the words that a \
mathematician would look for, with the usual name of the result if it has one. Do not repeat Lean \
code or the declaration's name. Do not comment on your answer. Answer with that sentence alone."""


_BEGINNING = b'{"name":"'  # of every line


class DescriptionsUnusable(MathlibIndexError):
    """The file of descriptions cannot be read or written, or is something else."""


class Description(BaseModel):
    """One line of the file: what a model answered for one declaration."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    statement: str
    """Hash of what the model was shown, by which a description of an older statement is told."""
    request: str
    """Hash of the model and the whole prompt."""
    model: str
    text: str
    """The description on one line; empty where the answer was refused."""
    refused: str = ""
    """Why the answer was of no use. It was paid all the same, so it is not asked for again."""
    prompt_tokens: int
    completion_tokens: int


def question(declaration: Declaration) -> str:
    """What the model is shown of a declaration. Its place in the file is not part of it."""
    parts = [f"{declaration.kind} {declaration.name} {declaration.signature}".rstrip()]
    for label, text in (
        ("Body", declaration.body),
        ("Docstring", declaration.docstring),
        ("Section", declaration.context),
        ("Mentioned in the module's docstring", declaration.remark),
    ):
        if text:
            parts.append(f"{label}: {text}")
    return "\n".join(parts)


def statement_hash(declaration: Declaration) -> str:
    """Hash of the declaration as the model is shown it."""
    return _hash(question(declaration))


def request_hash(model: str, declaration: Declaration) -> str:
    """Hash of all that an answer depends on."""
    return _hash(json.dumps([model, INSTRUCTIONS, question(declaration)]))


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def load_descriptions(path: Path, declarations: Iterable[Declaration]) -> dict[str, str]:
    """Descriptions by full name, of those declarations whose statement they still describe.

    A declaration described more than once, by different models, has its latest. Raises
    `DescriptionsUnusable` where `path` is missing or not such a file.
    """
    latest = {
        (found.name, found.statement): found.text
        for found in read_descriptions(path)
        if not found.refused
    }
    described = {}
    for declaration in declarations:
        text = latest.get((declaration.name, statement_hash(declaration)))
        if text is not None:
            described[declaration.name] = text
    return described


def read_descriptions(path: Path) -> Iterator[Description]:
    """All whole lines of the file, refused answers included; a torn last line is passed over.

    Raises `DescriptionsUnusable` where `path` is missing or not such a file.
    """
    try:
        contents = path.read_bytes()
    except OSError as error:
        raise DescriptionsUnusable(f"cannot read {path}: {error.strerror}.") from error
    *lines, torn = contents.split(b"\n")
    for number, line in enumerate(lines, start=1):
        yield _read_line(path, number, line)
    if torn:
        try:
            yield Description.model_validate_json(torn)  # only its newline is missing
        except ValidationError:
            if torn[: len(_BEGINNING)] != _BEGINNING[: len(torn)]:
                _read_line(path, len(lines) + 1, torn)


def _read_line(path: Path, number: int, line: bytes) -> Description:
    try:
        return Description.model_validate_json(line)
    except ValidationError as error:
        beginning = line[:60].decode(errors="replace")
        raise DescriptionsUnusable(
            f"line {number} of {path} is not a description: {beginning!r}. Give a file that "
            "`mathlib-index describe` wrote, or one that does not exist yet."
        ) from error


class DescriptionWriter:
    """The file, open to be added to by one process; made where there is none.

    `known` holds what is in it already. Raises `DescriptionsUnusable` where the file cannot be
    written, is something else, or is open in another process.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o644)
        except OSError as error:
            raise DescriptionsUnusable(f"cannot write {path}: {error.strerror}.") from error
        try:
            self._lock()
            self.known = list(read_descriptions(path))
            self._mend()
        except BaseException:
            os.close(self._file)
            raise

    def _lock(self) -> None:
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise DescriptionsUnusable(
                f"another process is writing to {self.path}. Wait for it, or choose another --out."
            ) from error

    def _mend(self) -> None:
        """Give a whole last line its newline, and cut off a torn one."""
        contents = self.path.read_bytes()
        end = contents.rfind(b"\n") + 1
        if end == len(contents):
            return
        try:
            Description.model_validate_json(contents[end:])
        except ValidationError:
            os.ftruncate(self._file, end)
        else:
            self._write(b"\n")

    def add(self, description: Description) -> None:
        """Write one line; when this returns, killing the process cannot lose it."""
        self._write(description.model_dump_json().encode() + b"\n")

    def _write(self, data: bytes) -> None:
        try:
            while data:
                data = data[os.write(self._file, data) :]
        except OSError as error:
            raise DescriptionsUnusable(f"cannot write {self.path}: {error.strerror}.") from error

    def __enter__(self) -> DescriptionWriter:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        os.close(self._file)
