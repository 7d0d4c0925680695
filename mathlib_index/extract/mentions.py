"""Which names a piece of Lean text leaves free: those that a `variable` could stand behind."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field

from mathlib_index.extract.binders import closing_bracket
from mathlib_index.extract.grammar import COMPONENT, ID_REST, NAME_TEXT

_TOKEN = re.compile(
    rf"""(?P<skip>\.{NAME_TEXT} | [0-9][{ID_REST}]*+ | :=)
      | (?P<binder>(?:[∀∃ΣΠλ∑∏⋃⋂⨆⨅∫∮⨍∐⨁⨂]|fun(?![{ID_REST}]))[!'ᶠᵐ⁻₀]*+)
      | (?P<name>{NAME_TEXT})
      | (?P<open>[(\[{{⟨⦃]) | (?P<close>[)\]}}⟩⦄])
      | (?P<other>[^\s\w])
    """,
    re.VERBOSE,
)
_PATTERN = re.compile(r"\|(?!\|)([^|\n]*?)=>")
_FIRST = re.compile(COMPONENT)
_IDENTIFIER = re.compile(rf"(?<![.{ID_REST}]){COMPONENT}")
# Where a name may be bound; too much rather than too little.
_MAY_BIND = re.compile(
    rf"""^\s*+(?:{COMPONENT}\s*+)++
      | (?:[∀∃ΣΠλ∑∏⋃⋂⨆⨅∫∮⨍∐⨁⨂]|fun|let|have|letI|haveI)
        [!'ᶠᵐ⁻₀]*+\s*+(?:[({{⦃⟨]?{COMPONENT}[)}}⦄⟩,]?\s*+)++
      | ⟨[^⟩]*⟩
      | [({{\[⦃]\s*(?:{COMPONENT}\s*+)++(?:\||:|∈)
      | (?:^|[)}}⦄\]])\s*+[({{⦃]\s*(?:{COMPONENT}\s*+)++[)}}⦄]
      | \|[^|\n]*?=>
    """,
    re.VERBOSE,
)
_SET_BUILDER = re.compile(rf"\s*(?:{COMPONENT}\s*)++(?:\||:(?!=)|∈)")
_NAMED_MANY = re.compile(rf"\s*(?:{COMPONENT}\s*+)++:(?!=)")
_ARROW = re.compile(r"\s*→")
_LONGEST_BINDER = 300  # characters; a bound keeps the whole linear
_NAMED = re.compile(rf"\s*{COMPONENT}\s*:(?!=)")
_ASSIGNED = re.compile(r"\s*:=")
_LOCAL = {"let", "letI", "have", "haveI"}
_END_OF_BINDERS = {"in", "extends", "where"}


def identifiers(text: str) -> set[str]:
    """First components of all names in the text, bound ones too."""
    return set(_IDENTIFIER.findall(text))


def mentions_among(names: Collection[str], text: str) -> set[str]:
    """Which of the names are free in a text that begins with binders, as a header does."""
    met = identifiers(text).intersection(names)
    if met and not met.isdisjoint(identifiers(" ".join(_MAY_BIND.findall(text)))):
        met &= mentions(text, header=True)
    return met


def mentions(text: str, *, header: bool) -> set[str]:
    """First components of the names that no binder in the text binds.

    With `header`, the text begins with binders, as behind the name of a declaration. A binder
    (`∀ x`, `fun x`, `∑ x ∈ s`, `{x | p x}`, `let x`) holds to the end of the brackets around it.
    """
    scan = _Scan(header)
    for token in _TOKEN.finditer(text):
        scan.read(text, token)
    return scan.free


@dataclass
class _Frame:
    """An open bracket, or the text as a whole."""

    bracket: str
    binding: bool
    """Whether names that are met now are being bound."""
    scope: int
    """Index of the frame to which such names belong."""
    names: list[str] = field(default_factory=list)


class _Scan:
    def __init__(self, header: bool) -> None:
        self.free: set[str] = set()
        self.bound: dict[str, int] = {}  # how many open frames hold the name
        self.frames = [_Frame("", header, 0)]
        self.in_header = header

    def read(self, text: str, token: re.Match[str]) -> None:
        kind = token.lastgroup
        frame = self.frames[-1]
        if kind == "name":
            self._read_name(text, token, frame)
        elif kind == "open":
            self._open_bracket(text, token, frame)
        elif kind == "close":
            if len(self.frames) > 1:
                for name in self.frames.pop().names:
                    self.bound[name] -= 1
        elif kind == "binder":
            self._begin_binders(frame)
        else:
            if frame.binding:
                self._end_binders(frame, token.group())
            if token.group() == "|" and frame.bracket != "{":
                self._read_alternative(text, token.start())

    def _read_name(self, text: str, token: re.Match[str], frame: _Frame) -> None:
        name = token.group().partition(".")[0]
        if name in _LOCAL:
            self._begin_binders(frame)
        elif name in _END_OF_BINDERS:
            self.in_header = self.in_header and len(self.frames) > 1
            frame.binding = False
        elif frame.binding:
            self._bind(name, frame.scope)
        elif not self.bound.get(name) and (
            # `(a := b)` names an argument or field of something else.
            len(self.frames) == 1 or not _ASSIGNED.match(text, token.end())
        ):
            self.free.add(name)

    def _open_bracket(self, text: str, token: re.Match[str], frame: _Frame) -> None:
        bracket, inside = token.group(), len(self.frames)
        if frame.binding and (bracket != "[" or _NAMED.match(text, token.end())):
            self.frames.append(_Frame(bracket, True, frame.scope))
        elif bracket == "{" and not frame.binding and _SET_BUILDER.match(text, token.end()):
            self.frames.append(_Frame(bracket, True, inside))
        elif not frame.binding and _begins_arrow(text, token.start()):
            self.frames.append(_Frame(bracket, True, inside - 1))
        else:
            self.frames.append(_Frame(bracket, False, inside))

    def _begin_binders(self, frame: _Frame) -> None:
        self.in_header = self.in_header and len(self.frames) > 1
        frame.binding, frame.scope = True, len(self.frames) - 1

    def _end_binders(self, frame: _Frame, symbol: str) -> None:
        if self.in_header and len(self.frames) == 1:
            # Binders of a header go on until its colon or the value.
            self.in_header = symbol not in (":", ":=", "|")
            frame.binding = self.in_header
        elif frame.bracket != "⟨":
            frame.binding = False
            frame.scope = len(self.frames) - 1

    def _read_alternative(self, text: str, bar: int) -> None:
        pattern = _PATTERN.match(text, bar)
        if pattern is not None:
            for found in _FIRST.finditer(pattern[1]):
                self._bind(found.group(), len(self.frames) - 1)

    def _bind(self, name: str, scope: int) -> None:
        self.frames[scope].names.append(name)
        self.bound[name] = self.bound.get(name, 0) + 1


def _begins_arrow(text: str, start: int) -> bool:
    """Whether the bracket is a binder as in `(x : α) → β x`."""
    if _NAMED_MANY.match(text, start + 1) is None:
        return False
    closing = closing_bracket(text, start, start + _LONGEST_BINDER)
    return closing is not None and _ARROW.match(text, closing + 1) is not None
