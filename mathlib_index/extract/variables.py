"""The binders of `variable` commands, and which of them a declaration takes on.

The rule is Lean's: a theorem takes the variables that its statement mentions (or that `include`
names), those that their types mention, and the instances whose arguments are all among these.
A definition takes in addition those that its value mentions.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from mathlib_index.extract.binders import Binder, read_binders
from mathlib_index.extract.grammar import one_line
from mathlib_index.extract.mentions import mentions, mentions_among

_CLOSING = {"(": ")", "{": "}", "[": "]", "⦃": "⦄"}
_MOST_VARIABLES = 1000  # in force at once; a bound keeps the whole linear
_WORD = re.compile(r"[^\s()\[\]{}]+")


@dataclass(frozen=True)
class Variable:
    """One name of one binder; an instance without a name is one too."""

    name: str
    """Empty for an instance without a name."""
    bracket: str
    type: str
    uses: frozenset[str]
    """Names that its type mentions."""
    included: bool = False
    omitted: bool = False


Variables = tuple[Variable, ...]


def declare(variables: Variables, text: str) -> Variables:
    """The variables after the command `variable text`.

    `variable (a)` for a variable `a` that is there changes only its bracket.
    """
    result = list(variables)
    binders, _ = read_binders(text, 0, len(text))
    for binder in binders:
        if binder.names and not binder.type:
            for name in binder.names:
                _set_bracket(result, name, binder)
            continue
        uses = frozenset(mentions(binder.type, header=False))
        for name in binder.names or ("",):
            result.append(Variable(name, binder.bracket, binder.type, uses))
    return tuple(result[-_MOST_VARIABLES:])


def _set_bracket(variables: list[Variable], name: str, binder: Binder) -> None:
    for index in reversed(range(len(variables))):
        if variables[index].name == name:
            variables[index] = replace(variables[index], bracket=binder.bracket)
            return
    variables.append(Variable(name, binder.bracket, "", frozenset()))


def include(variables: Variables, text: str) -> Variables:
    """The variables after the command `include text`."""
    names = set(_WORD.findall(text))
    return tuple(
        replace(item, included=True, omitted=False) if item.name in names else item
        for item in variables
    )


def omit(variables: Variables, text: str) -> Variables:
    """The variables after the command `omit text`, which holds names and instances `[C a]`."""
    instances = {one_line(inside) for inside in re.findall(r"\[([^\[\]]*)\]", text)}
    names = {name for part in re.split(r"\[[^\[\]]*\]", text) for name in _WORD.findall(part)}
    return tuple(
        replace(item, included=False, omitted=True)
        if (item.name and item.name in names) or (item.bracket == "[" and item.type in instances)
        else item
        for item in variables
    )


def used(variables: Variables, texts: Iterable[str]) -> str:
    """The binders that a declaration takes on, as Lean would print them before its own.

    The texts are what decides; each begins with the declaration's binders. For a theorem it is the
    statement, for a definition the statement with its value, for an inductive type the statement
    and each constructor.
    """
    if not variables:
        return ""
    latest = {item.name: index for index, item in enumerate(variables) if item.name}
    wanted = {index for index, item in enumerate(variables) if item.included}
    for text in texts:
        wanted |= {latest[name] for name in mentions_among(latest.keys(), text)}
    _close(variables, wanted)
    return _written([item for index, item in enumerate(variables) if index in wanted])


def _close(variables: Variables, wanted: set[int]) -> None:
    """Add what the types of the wanted mention, then the instances that speak of these only."""
    positions: dict[str, int] = {}
    needs: list[set[int]] = []
    for index, item in enumerate(variables):
        needs.append({positions[name] for name in item.uses if name in positions})
        if item.name:
            positions[item.name] = index
    for index in reversed(range(len(variables))):
        if index in wanted:
            wanted |= needs[index]
    for index, item in enumerate(variables):
        if item.bracket == "[" and not item.omitted and needs[index] <= wanted:
            wanted.add(index)


def _written(variables: list[Variable]) -> str:
    parts: list[str] = []
    for (bracket, type_, named, _), group in itertools.groupby(variables, _binder):
        names = " ".join(item.name for item in group)
        inside = f"{names} : {type_}" if named and type_ else names or type_
        parts.append(f"{bracket}{inside}{_CLOSING[bracket]}")
    return " ".join(parts)


def _binder(item: Variable) -> tuple[str, str, bool, int]:
    """What two variables have in common that may be written in one bracket."""
    return item.bracket, item.type, bool(item.name), 0 if item.name else id(item)
