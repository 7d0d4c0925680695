"""The declarations of an index on disk: read one by one, found by name, filtered by kind or module.

A library of 200,000 declarations would take most of a gigabyte as Python objects; here a
declaration is parsed when it is asked for.
"""

from __future__ import annotations

import json
import mmap
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import get_args, overload

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from mathlib_index.declaration import Declaration, DeclarationKind

DECLARATIONS_FILE = "declarations.jsonl"
_OFFSETS_FILE = "declarations.offsets.npy"
_COLUMNS_FILE = "declarations.columns.npy"
_HEADS_FILE = "declarations.names.json"

KINDS: tuple[DeclarationKind, ...] = get_args(DeclarationKind)


class Filters(BaseModel):
    """Which declarations a search may answer with."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kinds: frozenset[DeclarationKind] = frozenset()
    """Only these kinds; empty for all."""
    module: str = ""
    """Only this module and those below it: `Mathlib.Order` takes in `Mathlib.Order.Basic`."""


EVERYTHING = Filters()


class Catalogue(Sequence[Declaration]):
    """Declarations by row number, in the order of the vectors."""

    def __init__(self, folder: Path) -> None:
        """Open what `write_catalogue` wrote. Raises `OSError`, `ValueError` if it is not whole."""
        with (folder / DECLARATIONS_FILE).open("rb") as file:
            self._lines = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        self._offsets: NDArray[np.int64] = np.load(folder / _OFFSETS_FILE)
        columns: NDArray[np.int32] = np.load(folder / _COLUMNS_FILE)
        self.kinds, self._module_ids = columns  # of each row: its place in KINDS, in the modules
        heads = json.loads((folder / _HEADS_FILE).read_bytes())
        self.names: list[str] = heads["names"]
        self._modules: list[str] = heads["modules"]
        self._row_of = {name: row for row, name in enumerate(self.names)}
        if not len(self.names) == len(self.kinds) == len(self._offsets) - 1:
            raise ValueError("the files of the declarations disagree on how many there are")

    def __len__(self) -> int:
        return len(self.names)

    @overload
    def __getitem__(self, row: int) -> Declaration: ...
    @overload
    def __getitem__(self, row: slice) -> Sequence[Declaration]: ...
    def __getitem__(self, row: int | slice) -> Declaration | Sequence[Declaration]:
        if isinstance(row, slice):
            return [self[one] for one in range(*row.indices(len(self)))]
        row = range(len(self))[row]  # raises IndexError, and takes negative rows
        line = self._lines[self._offsets[row] : self._offsets[row + 1]]
        return Declaration.model_validate_json(line)

    def __iter__(self) -> Iterator[Declaration]:
        return (self[row] for row in range(len(self)))

    def row_of(self, name: str) -> int | None:
        """Row of the declaration with this full name."""
        return self._row_of.get(name)

    def rows_ending_in(self, name: str) -> list[int]:
        """Rows of the declarations with this name or with namespaces before it, shortest first."""
        rows = self._rows_by_last_component.get(name.rpartition(".")[2], ())
        ending = [row for row in rows if f".{self.names[row]}".endswith(f".{name}")]
        return sorted(ending, key=lambda row: (len(self.names[row]), row))

    @cached_property
    def _rows_by_last_component(self) -> dict[str, list[int]]:
        rows: dict[str, list[int]] = {}
        for row, name in enumerate(self.names):
            rows.setdefault(name.rpartition(".")[2], []).append(row)
        return rows

    def allowed(self, filters: Filters) -> NDArray[np.bool_]:
        """Which rows the filters let through, shape (len(self),)."""
        mask = np.ones(len(self), dtype=bool)
        if filters.kinds:
            mask &= np.isin(self.kinds, [KINDS.index(kind) for kind in filters.kinds])
        if filters.module:
            below = filters.module.rstrip(".") + "."
            wanted = [i for i, module in enumerate(self._modules) if f"{module}.".startswith(below)]
            mask &= np.isin(self._module_ids, wanted)
        return mask


def json_lines(declarations: Sequence[Declaration]) -> Iterator[bytes]:
    """One JSON object a line, in the order of the vectors."""
    return (item.model_dump_json().encode() + b"\n" for item in declarations)


def write_catalogue(folder: Path, declarations: Sequence[Declaration]) -> None:
    """Write declarations, one JSON object a line, and what is needed to find them again."""
    with (folder / DECLARATIONS_FILE).open("wb") as file:
        lengths = [file.write(line) for line in json_lines(declarations)]
    np.save(folder / _OFFSETS_FILE, np.cumsum([0, *lengths], dtype=np.int64))
    modules = {declaration.module: 0 for declaration in declarations}
    modules = {module: number for number, module in enumerate(modules)}
    columns = [
        [KINDS.index(declaration.kind) for declaration in declarations],
        [modules[declaration.module] for declaration in declarations],
    ]
    np.save(folder / _COLUMNS_FILE, np.array(columns, dtype=np.int32))
    heads = {"names": [declaration.name for declaration in declarations], "modules": list(modules)}
    (folder / _HEADS_FILE).write_text(json.dumps(heads, ensure_ascii=False), encoding="utf-8")
