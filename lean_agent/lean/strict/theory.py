"""Theories as plain data: constants over shared terms, as a compiled module holds them.

Terms are kept without what the kernel does not look at: names of bound variables, their
brackets, and annotations. So two terms are the same up to renaming of bound variables exactly
if their numbers are the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

Name = tuple[str | int, ...]
"""The parts of a Lean name, outermost first; the anonymous name is empty."""

Node = tuple[Any, ...]
"""A term's tag and then its parts: numbers of earlier terms, names, literals."""

# Which parts of a term are terms. `const` is not here: its levels follow its name.
_CHILDREN: dict[str, tuple[int, ...]] = {
    "zero": (),
    "succ": (1,),
    "max": (1, 2),
    "imax": (1, 2),
    "param": (),
    "bvar": (),
    "sort": (1,),
    "app": (1, 2),
    "lam": (1, 2),
    "pi": (1, 2),
    "let": (1, 2, 3),
    "nat": (),
    "str": (),
    "proj": (3,),
}


class Terms:
    """Universe levels and expressions, each once; a term's number is above those of its parts."""

    def __init__(self) -> None:
        self.nodes: list[Node] = []
        self._numbers: dict[Node, int] = {}

    def add(self, *node: Any) -> int:
        """The number of this term."""
        number = self._numbers.get(node)
        if number is None:
            number = self._numbers[node] = len(self.nodes)
            self.nodes.append(node)
        return number

    def children(self, term: int) -> tuple[int, ...]:
        """The terms that this one is made of."""
        node = self.nodes[term]
        if node[0] == "const":
            return node[2:]
        return tuple(node[i] for i in _CHILDREN[node[0]])

    def below(self, terms: Iterable[int], known: Iterable[int] = ()) -> list[int]:
        """These terms and all that they are made of, but for the `known`; parts come first."""
        seen = set(known)
        found: list[int] = []
        waiting = list(terms)
        while waiting:
            term = waiting.pop()
            if term not in seen:
                seen.add(term)
                found.append(term)
                waiting += self.children(term)
        return sorted(found)

    def constants(self, terms: Iterable[int]) -> set[Name]:
        """The constants that these terms mention; not those that are the types of literals."""
        found: set[Name] = set()
        for term in self.below(terms):
            node = self.nodes[term]
            if node[0] in ("const", "proj"):
                found.add(node[1])
        return found


class Kind(IntEnum):
    """What a constant is; the numbers are those of Lean's `ConstantInfo`."""

    AXIOM = 0
    DEFINITION = 1
    THEOREM = 2
    OPAQUE = 3
    QUOTIENT = 4
    INDUCTIVE = 5
    CONSTRUCTOR = 6
    RECURSOR = 7


@dataclass(frozen=True)
class Constant:
    """One constant of a compiled module; `type` and `value` are numbers in its Terms.

    `safe` is false for what Lean calls unsafe or partial. `family` holds the inductive types
    that it is one of, or is generated for. `constructors` and `parameters` (how many) belong
    to inductive types.
    """

    name: Name
    kind: Kind
    levels: tuple[Name, ...]
    type: int
    value: int | None = None
    safe: bool = True
    family: tuple[Name, ...] = ()
    constructors: tuple[Name, ...] = ()
    parameters: int = 0

    @property
    def terms(self) -> tuple[int, ...]:
        """Its type, and its value where it has one."""
        return (self.type,) if self.value is None else (self.type, self.value)


def text(name: Name) -> str:
    """The name as people write it."""
    return ".".join(map(str, name)) or "[anonymous]"
