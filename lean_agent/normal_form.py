"""The normal form of a statement: what it says, however it is spelt.

It is found by words alone, without Lean: statements with the same normal form are the same up to
names, white space, comments, attributes and spelling (but what they mean also hangs on their
headers). Statements that differ in more, such as in the order of hypotheses or in a pair of
needless parentheses, have another; for that see `lean_agent.statement_parts`. White space between
words that touch is not looked at.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from itertools import takewhile

from lean_agent.lean.lexer import tokens

BOUND = "▪"
"""What the names of bound variables begin with; a number follows. It is no letter to Lean."""

# Spellings of Lean and Mathlib that mean the same; the longest first.
_ASCII = {
    "<->": "↔",
    "<=": "≤",
    ">=": "≥",
    "!=": "≠",
    "->": "→",
    "=>": "↦",
    "/\\": "∧",
    "\\/": "∨",
}
DECLARING = ("theorem", "def", "example")
_MODIFIERS = frozenset({"private", "protected", "noncomputable", "nonrec"})
_OPERATORS = re.compile("|".join(map(re.escape, _ASCII)))
_WORDS = {
    "Nat": "ℕ",
    "Int": "ℤ",
    "Rat": "ℚ",
    "Real": "ℝ",
    "Complex": "ℂ",
    "λ": "fun",
    "Not": "¬",
    "lemma": "theorem",
    "in": "∈",  # `∑ x in s` is the older spelling of `∑ x ∈ s`
}
OPENERS = {"(": ")", "[": "]", "{": "}", "⦃": "⦄", "⟨": "⟩"}
CLOSERS = frozenset(OPENERS.values())
# After these names are bound, up to a word that is none.
_BINDERS = frozenset("∀ ∃ ∃! ∀ᶠ ∃ᶠ fun ∑ ∏ ∑' ∏' ⋃ ⋂ ⨆ ⨅ ∫ ∫⁻ Σ Π ⨁".split())  # noqa: SIM905
_LOCAL = frozenset({"let", "have", "obtain"})
_NAME = re.compile(r"[^\W\d]|«")


def normal_words(statement: str) -> tuple[str, ...]:
    """The words of a statement's normal form, its own name left out."""
    words = _spelt(unicodedata.normalize("NFC", statement))
    start = next((at for at, word in enumerate(words) if word in DECLARING), None)
    if start is None:
        return tuple(_Renaming(words, 0).words())
    before = _meaningful(words[:start])
    keyword, name = (words[start], 1) if words[start] != "example" else ("theorem", 0)
    rest = words[start + 1 + name :]
    return tuple(_Renaming([*before, keyword, *rest], len(before) + 1).words())


def _meaningful(before: Sequence[str]) -> list[str]:
    """What stands before a declaration without attributes and modifiers: `open … in` and such."""
    kept: list[str] = []
    depth = 0  # of the brackets of an attribute
    for word in before:
        if word == "@[" or (depth and word == "["):
            depth += 1
        elif depth:
            depth -= word == "]"
        elif word not in _MODIFIERS:
            kept.append(word)
    return kept


def _spelt(statement: str) -> list[str]:
    """The words in one spelling; symbols that touch and mean something together are one word."""
    words: list[str] = []
    run = ""  # of symbols that touch
    previous = None
    for token in tokens(statement, literals=True):
        symbol = len(token.text) == 1 and not token.text.isalnum() and token.text != "_"
        if run and not (symbol and previous is not None and previous.touches(token)):
            words += _symbols(run)
            run = ""
        if symbol:
            run += token.text
        else:
            words += _parts(token.text)
        previous = token
    return words + _symbols(run)


def _symbols(run: str) -> list[str]:
    """The words of a run of symbols."""
    run = _OPERATORS.sub(lambda found: _ASCII[found.group()], run)
    found = re.findall(r"∃!|[∀∃]ᶠ|∫⁻|[∑∏]'|:=|.", run)
    return [_WORDS.get(one, one) for one in found]


def _parts(word: str) -> list[str]:
    """A name by its parts, as the first may be a variable: `h.le` is `h` and `.le`."""
    if word in _WORDS:
        return [_WORDS[word]]
    if not _NAME.match(word) or "«" in word:
        return [word]
    first, *rest = word.split(".")
    return [_WORDS.get(first, first), *(f".{part}" for part in rest)]


class _Renaming:
    """Gives bound names numbers by order of appearance.

    A name is bound in the brackets that it stands in: those of the signature up to the end,
    `∀ x, …` up to the end of the parenthesis around it. So a name means what it means to Lean.
    `start` is where the signature begins.
    """

    def __init__(self, words: Sequence[str], start: int) -> None:
        self._words = words
        self._start = start
        self._scopes: list[dict[str, str]] = [{}]
        self._count = 0

    def words(self) -> list[str]:
        """The words with the names replaced."""
        found: list[str] = []
        signature = True  # before the colon of the theorem
        binding = False  # right after a quantifier, or after a group of names behind it
        groups: list[bool] = []  # of each open bracket: whether it holds bound names
        patterns: list[bool] = []  # and whether all its names are, as in `fun ⟨a, b⟩ ↦`
        fresh: set[int] = set()  # places of names that are bound there
        for at, word in enumerate(self._words):
            if at < self._start:
                found.append(word)
                continue
            if word in OPENERS:
                group = (signature and not groups) or binding
                names = self._names(at + 1)
                if group or (word == "{" and self._builds(names)):
                    fresh.update(names)
                self._scopes.append(dict(self._scopes[-1]))
                groups.append(group)
                binding = binding and (word == "⟨" or (word == "(" and not names))
                patterns.append(binding)
            elif word in CLOSERS and groups:
                self._scopes.pop()
                patterns.pop()
                binding = groups.pop() and not (signature and not groups)
            elif word in _BINDERS or word in _LOCAL:
                binding = True
            elif at in fresh or (binding and _NAME.match(word)):
                inside = sum(1 for _ in takewhile(bool, reversed(patterns)))
                self._bind(word, inside or (at in fresh and groups[-1]))
            elif word == ":" and not groups:
                signature = binding = False
            elif word != "_" and not (word == "," and patterns and patterns[-1]):
                binding = False
            found.append(self._scopes[-1].get(word, word))
        return found

    def _bind(self, name: str, outwards: int) -> None:
        """Give the name a number, in these brackets and in so many around them."""
        for scope in self._scopes[-1 - outwards :]:
            scope[name] = f"{BOUND}{self._count}"
        self._count += 1

    def _names(self, at: int) -> list[int]:
        """The places of the names from `at` on, where a colon follows them or the like."""
        end = at
        while end < len(self._words) and (self._words[end] == "_" or _NAME.match(self._words[end])):
            end += 1
        follows = self._words[end] if end < len(self._words) else ""
        return list(range(at, end)) if follows in (":", "|", "∈") else []

    def _builds(self, names: Sequence[int]) -> bool:
        """Whether `{` and these names begin `{x | …}`, `{x : T | …}` or `{x ∈ s | …}`."""
        if not names:
            return False
        depth = 0
        for word in self._words[names[-1] + 1 :]:
            if word in OPENERS:
                depth += 1
            elif word in CLOSERS:
                depth -= 1
                if depth < 0:
                    return False
            elif word == "|" and depth == 0:
                return True
        return False
