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
    "instance",
    "axiom",
    "opaque",
]


class Declaration(BaseModel):
    """One public declaration as its source file states it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(min_length=1)
    """Full name, namespaces included: `Nat.add_comm`."""
    kind: DeclarationKind
    docstring: str
    """Text of its `/-- -/` comment, or empty."""
    signature: str
    """Binders and type on one line, without name, comments or value: `(a b : Nat) : a + b = b + a`.
    Variables that an earlier `variable` command binds are not repeated here."""
    module: str
    """Module name relative to the source folder: `Order.Basic` for `Order/Basic.lean`."""
    file: str
    """Path relative to the source folder, with forward slashes."""
    line: int = Field(ge=1)
    """Line of the keyword (`theorem`, `def` …) or, for a constructor, of its name."""

    @property
    def headline(self) -> str:
        """Kind, name and signature on one line, as Lean would have it."""
        return f"{self.kind} {self.name} {self.signature}".rstrip()
