"""Binders: `(a b : α)`, `{β}`, `[Group α]`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from mathlib_index.extract.grammar import COMPONENT, GAP, one_line

_CLOSING = {"(": ")", "{": "}", "[": "]", "⦃": "⦄", "⟨": "⟩"}
_BRACKETS = re.compile(r"[(\[{⟨⦃)\]}⟩⦄]")
_NAMES = re.compile(rf"\s*+((?:{COMPONENT}\s*+)++)(:(?!=)|$)")
_NAME = re.compile(COMPONENT)
_DEFAULT = re.compile(r"\s*:=")


@dataclass(frozen=True)
class Binder:
    """One bracket of binders."""

    bracket: str
    """The opening one: `(`, `{`, `[` or `⦃`."""
    names: tuple[str, ...]
    """Empty for an instance without a name."""
    type: str
    """Empty where only names stand in the bracket."""
    start: int
    """Offset of the bracket."""


def read_binders(text: str, start: int, end: int) -> tuple[list[Binder], int]:
    """The brackets that follow one another from `start` on, and where the last of them ends."""
    binders: list[Binder] = []
    while True:
        gap = GAP.match(text, start, end)
        position = gap.end() if gap else start
        if position >= end or text[position] not in "({[⦃":
            return binders, start
        closing = closing_bracket(text, position, end)
        if closing is None:
            return binders, start
        binders.append(_binder(text, position, closing))
        start = closing + 1


def split_binders(signature: str) -> tuple[str, str]:
    """The brackets at the beginning of a signature, and what follows them."""
    _, end = read_binders(signature, 0, len(signature))
    return signature[:end], signature[end:]


def _binder(text: str, start: int, closing: int) -> Binder:
    bracket = text[start]
    inside = text[start + 1 : closing]
    if inside.startswith("{") and inside.endswith("}"):
        bracket, inside = "⦃", inside[1:-1]
    named = _NAMES.match(inside)
    if named is None:
        return Binder(bracket, (), one_line(inside), start)
    if bracket == "[" and not named[2]:  # `[Foo α]`: a class and its arguments
        return Binder(bracket, (), one_line(inside), start)
    type_ = inside[named.end() :]
    default = top_level(type_, ":=")
    if default is not None:
        type_ = type_[:default]
    return Binder(bracket, tuple(_NAME.findall(named[1])), one_line(type_), start)


def closing_bracket(text: str, start: int, end: int) -> int | None:
    """The offset of the bracket that closes the one at `start`, of whatever shape."""
    depth = 0
    for bracket in _BRACKETS.finditer(text, start, end):
        depth += 1 if bracket.group() in _CLOSING else -1
        if depth == 0:
            return bracket.start()
    return None


def top_level(text: str, symbol: str, start: int = 0) -> int | None:
    """The offset of the first `symbol` outside brackets; a `:` of `:=` is no colon."""
    return next(top_level_all(text, symbol, start), None)


def top_level_all(text: str, symbol: str, start: int = 0) -> Iterator[int]:
    """The offset of each `symbol` outside brackets."""
    pattern = re.escape(symbol) + ("(?!=)" if symbol == ":" else "")
    depth = 0
    for token in re.finditer(rf"[(\[{{⟨⦃)\]}}⟩⦄]|{pattern}", text[start:]):
        if token.group() == symbol:
            if depth == 0:
                yield start + token.start()
        elif token.group() in _CLOSING:
            depth += 1
        else:
            depth = max(0, depth - 1)
