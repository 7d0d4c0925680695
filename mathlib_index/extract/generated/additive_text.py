"""A multiplicative statement in additive notation, as `@[to_additive]` would have it.

Text for text: names by the dictionary of `AdditiveNames`, operators by the table below. Exponents
stay as they are, since they count. What Lean decides by types is guessed, so the outcome is for
readers, not for Lean.
"""

from __future__ import annotations

import re
from collections.abc import Callable

_OPERATORS = {
    "*": "+",
    "/": "-",
    "•": "+ᵥ",
    "∏": "∑",
    "∏ᶠ": "∑ᶠ",
    "∏'": "∑'",
    "→*": "→+",
    "→ₙ*": "→ₙ+",
    "→*o": "→+o",
    "→ₜ*": "→ₜ+",
    "≃*": "≃+",
    "≃*o": "≃+o",
    "≃ₜ*": "≃ₜ+",
    "*ˢ": "+ˢ",
    "ᵐᵒᵖ": "ᵃᵒᵖ",
    "ᵈᵐᵃ": "ᵈᵃᵃ",
    "ˣ": "",
    "|ₘ": "|",
}
_TOKEN = re.compile(
    r"""(?P<gap>\s+)
      | (?P<universes>(?:Type|Sort)\*)
      | (?P<name>[^\W\dλ∀∃](?<![ˣᵐᵒᵖᵃᵈ])(?:[^\Wˣᵐᵒᵖᵃᵈ]|[!?'])*(?:\.[^\W\d][\w!?']*|\.\d+)*)
      | (?P<number>\d+)
      | (?P<open>[(\[{⟨⦃]) | (?P<close>[)\]}⟩⦄])
      | (?P<inverse>⁻¹'?)
      | (?P<operator>→\*₀o?|≃\*₀|→\+\*o?|→ₙ\+\*|≃\+\*o?|→⋆\S+|[→≃]ₙ?ₜ?\*o?|∏ᶠ|∏'|\*ˢ|[*][ᵥ]
            |[*/•∏^]|ᵐᵒᵖ|ᵈᵐᵃ|\|ₘ)
      | (?P<other>:=|[≤≥≠]|.)
    """,
    re.VERBOSE | re.DOTALL,
)
_LOOSE = frozenset("=<>≤≥≠∣∈∉⊆⊂↔→∧∨¬,:;|∀∃λ↦∑∏") | {":=", "+", "-", "*", "/", "•", "∘", "×", "fun"}
_DEEPEST = 60  # nested brackets


def additive_statement(text: str, name: Callable[[str], str]) -> str:
    """`text` in additive notation; `name` translates an identifier, or returns it as it is."""
    tokens = [(match.lastgroup or "", match.group()) for match in _TOKEN.finditer(text)]
    return _join(_Translator(tokens, name).sequence())


def _join(pieces: list[str]) -> str:
    return "".join(pieces)


class _Translator:
    """Translates token by token; each piece of the outcome is an atom, a gap or an operator."""

    def __init__(self, tokens: list[tuple[str, str]], name: Callable[[str], str]) -> None:
        self.tokens = tokens
        self.name = name
        self.position = 0
        self.depth = 0

    def sequence(self) -> list[str]:
        """Everything up to the bracket that closes what is open."""
        pieces: list[str] = []
        atoms: list[int] = []  # of `pieces`: where the atoms of the present application stand
        while self.position < len(self.tokens):
            kind, text = self.tokens[self.position]
            if kind == "close" and self.depth > 0:
                break
            self.position += 1
            if kind == "gap":
                pieces.append(text)
            elif kind == "inverse" and text == "⁻¹" and atoms:
                start = atoms[-1]
                negated = "-" + _join(pieces[start:])
                lonely = len(atoms) == 1
                pieces[start:] = [negated if lonely else f"({negated})"]
            elif text == "^" and atoms:
                start = atoms[0]
                base = _join(pieces[start:]).rstrip()
                power = self._exponent()
                pieces[start:] = [f"{power} • {base}"]
                atoms = atoms[:1]
            elif kind == "operator" or (kind == "other" and text in _LOOSE):
                pieces.append(_OPERATORS.get(text, text))
                atoms = []
            else:
                atoms.append(len(pieces))
                pieces.append(self._atom(kind, text))
        return pieces

    def _atom(self, kind: str, text: str) -> str:
        if kind == "name":
            return self.name(text)
        if kind == "number":
            return "0" if text == "1" and not self._counts() else text
        if kind == "open" and self.depth < _DEEPEST:
            self.depth += 1
            inside = _join(self.sequence())
            self.depth -= 1
            if self.position < len(self.tokens):
                inside += self.tokens[self.position][1]
                self.position += 1
            return text + inside
        return text

    def _counts(self) -> bool:
        """Whether the `1` just read is of a sum, as in `n + 1`, and so no unit."""
        neighbours = (self._near(-1), self._near(+1))
        return "+" in neighbours or "-" in neighbours

    def _near(self, step: int) -> str:
        place = self.position - 1 + step
        while 0 <= place < len(self.tokens):
            kind, text = self.tokens[place]
            if kind != "gap":
                return text
            place += step
        return ""

    def _exponent(self) -> str:
        while self.position < len(self.tokens) and self.tokens[self.position][0] == "gap":
            self.position += 1
        if self.position >= len(self.tokens):
            return "_"
        sign = ""
        if self.tokens[self.position][1] == "-":
            sign = "-"
            self.position += 1
        start = self.position
        depth = 0
        while self.position < len(self.tokens):
            kind, _ = self.tokens[self.position]
            if kind == "close" and depth == 0:
                break
            self.position += 1
            depth += (kind == "open") - (kind == "close")
            if depth == 0:
                break
        return sign + _join([text for _, text in self.tokens[start : self.position]])
