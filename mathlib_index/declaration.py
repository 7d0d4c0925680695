"""The record that everything in this package speaks in: one Lean declaration."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

DeclarationKind = Literal[
    "theorem",
    "lemma",
    "def",
    "abbrev",
    "structure",
    "class",
    "inductive",
    "constructor",
    "field",
    "instance",
    "axiom",
    "opaque",
]


class Declaration(BaseModel):
    """One declaration, as its source states it or as Lean makes it from there."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(min_length=1)
    """Full name, namespaces included: `Nat.add_comm`."""
    kind: DeclarationKind
    docstring: str
    """Text of its `/-- -/` comment, or empty."""
    signature: str
    """Binders and type on one line, without name, comments or value: `(a b : Nat) : a + b = b + a`.
    It begins with the binders of earlier `variable` commands that the declaration uses."""
    body: str = ""
    """What a definition stands for, on one line and cut short: the value of a `def` or `abbrev`,
    parents and fields of a structure or class, constructors of an inductive type. Empty for
    theorems: a proof says little."""
    module: str
    """Module name as Lean has it, `Mathlib.Order.Basic`, for a folder in a library that Lake would
    build; else relative to the source folder: `Order.Basic` for `Order/Basic.lean`."""
    file: str
    """Path relative to the source folder, with forward slashes."""
    line: int = Field(ge=1)
    """Line of the keyword (`theorem`, `def` …) or, for a constructor or field, of its name. For
    what Lean generates, the line of what it is generated from."""
    context: str = ""
    """Where it stands: title of the module's docstring and the section heading above it, as
    `Normal functions › Basic lemmas`."""
    remark: str = ""
    """What the docstring of its module says about it by name, as in a list of main results."""
    generated_from: str = ""
    """Full name of the declaration from which an `alias`, `@[to_additive]`, `@[simps]` or the like
    made this one; empty for what is written out."""
    deprecated: bool = False
    private: bool = False
    """Seen in the source, but not to be cited: an index leaves it out."""

    @property
    def headline(self) -> str:
        """Kind, name and signature on one line, as Lean would have it."""
        return f"{self.kind} {self.name} {self.signature}".rstrip()
