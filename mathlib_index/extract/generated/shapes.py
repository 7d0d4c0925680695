"""What of a type counts for a generated name: constants and how they are applied."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Shape:
    """A type without implicit arguments, universes and names of variables."""

    kind: str
    """`constant`, `sort`, `apply` (two parts), `forall` (domain and body), or `variable`."""
    name: str = ""
    parts: tuple[Shape, ...] = ()


VARIABLE = Shape("variable")


def constant(name: str) -> Shape:
    """A constant by its full name."""
    return Shape("constant", name)


def applied(function: Shape, *arguments: Shape) -> Shape:
    """A function applied to arguments, one after the other."""
    for argument in arguments:
        function = Shape("apply", parts=(function, argument))
    return function
