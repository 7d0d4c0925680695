"""A declaration together with what its source says beside it, from which more names follow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from mathlib_index.declaration import Declaration

UNNAMED = "«instance»"

Part = Literal["", "mp", "mpr"]


@dataclass(frozen=True)
class StructureField:
    """One field of a structure or class, as its source writes it."""

    name: str
    """Last component only: `toFun`."""
    binders: str
    """What stands between name and colon: `(x : α)`, or empty."""
    type: str
    """What stands behind the colon, without a default value; empty where it is left out."""


@dataclass(frozen=True)
class Found:
    """One declaration as it stands in a file, before names are generated from it.

    All texts are on one line, without comments; strings in them are kept.
    """

    declaration: Declaration
    """For an instance without a name, `declaration.name` is its namespace with the placeholder
    `UNNAMED` behind it, until `instance_name` says what Lean calls it."""
    attributes: str = ""
    """Text of its attributes, one bracket after the other: `@[simp] @[to_additive (attr := simp)
    "doc"]`. What a later `attribute [to_additive foo] bar` says of it is added in the same form."""
    statement: str = ""
    """Its own binders and type, without the binders of `variable` commands."""
    variables: str = ""
    """The binders of `variable` commands that it uses: `{α : Type u} [Group α]`."""
    value: str = ""
    """What follows the statement, whole: `:= …`, `where …`, or alternatives with their bars.
    Only for definitions and instances; empty for theorems, structures and inductive types."""
    namespace: str = ""
    """Namespace that is current where it stands, without its own name's components."""
    opened: tuple[str, ...] = ()
    """Namespaces opened there, as written, the latest last."""
    parents: tuple[str, ...] = ()
    """Of a structure or class: the types behind `extends`: `("Semigroup M", "One M")`."""
    fields: tuple[StructureField, ...] = ()
    """Of a structure or class: its own fields, not its parents'."""
    projections: str = ""
    """Of a structure or class: the rules of `initialize_simps_projections`, as written:
    `(toFun → apply, invFun → symm_apply)`."""
    deriving: tuple[str, ...] = ()
    """Classes in its `deriving` clause."""
    modifiers: frozenset[str] = frozenset()
    """Words such as `protected`, `noncomputable`, `scoped`."""
    unnamed: bool = False
    """An instance that its source gives no name; `variables` and `statement` hold its type."""
    target: str = ""
    """Of an `alias`: the name that it stands for, as written until it is resolved."""
    part: Part = ""
    """Of an `alias ⟨mp, mpr⟩ := target`: which direction of the equivalence it is."""


@dataclass(frozen=True)
class Addendum:
    """What a later command says of a declaration by name, in the same file or another."""

    name: str
    """As written."""
    namespace: str
    opened: tuple[str, ...]
    attributes: str = ""
    docstring: str = ""
    projections: str = ""
    deriving: tuple[str, ...] = ()


@dataclass(frozen=True)
class FileFindings:
    """All that one file holds, in the order of lines."""

    found: list[Found]
    addenda: list[Addendum]
