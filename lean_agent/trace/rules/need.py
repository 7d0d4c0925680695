"""The proof without the names that searches brought, to see whether it needs them.

A member of a list, such as `simp [h, Nat.add_comm]` has, is taken out if a name stands in it.
Elsewhere a name that nothing has takes its place, so that `try` and `first` pass over what it
stands in. If Lean accepts what is left, the proof holds without the names.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

from lean_agent.lean.lexer import Token
from lean_agent.trace.rules.search_use import read_code

NOTHING = "nothingHasThisName"

_OPENERS, _CLOSERS = frozenset({"(", "[", "{", "⟨", "@["}), frozenset(")]}⟩")


def without(proof: str, names: Iterable[str], header: str) -> str:
    """The proof without these names; `header` is that of its problem."""
    code, away = read_code(proof, header), tuple(names)
    words = code.words
    starts = _starts(proof, words)
    held = [any(code.means(word.text, name) for name in away) for word in words]
    edits: list[tuple[int, int, str]] = []
    at = 0
    while at < len(words):
        marks = _list_marks(words, at)
        if marks and any(held[at : marks[-1]]):
            members = [
                proof[starts[one] + 1 : starts[other]].strip()
                for one, other in pairwise(marks)
                if not any(held[one:other])
            ]
            edits.append((starts[at] + 1, starts[marks[-1]], ", ".join(members)))
            at = marks[-1]
        elif held[at]:
            edits.append((starts[at], starts[at] + len(words[at].text), NOTHING))
        at += 1
    for start, end, new in reversed(edits):
        proof = proof[:start] + new + proof[end:]
    return proof


def _list_marks(words: Sequence[Token], at: int) -> list[int]:
    """The places of the bracket, the commas and the closing bracket of a list that begins at `at`;
    none where no list begins, for `xs[i]` is none."""
    if words[at].text != "[" or (at > 0 and words[at - 1].touches(words[at])):
        return []
    marks, depth = [at], 0
    for place in range(at, len(words)):
        text = words[place].text
        if text in _OPENERS:
            depth += 1
        elif text in _CLOSERS:
            depth -= 1
        if depth == 0:
            return [*marks, place]
        if depth == 1 and text == ",":
            marks.append(place)
    return []


def _starts(text: str, words: Sequence[Token]) -> list[int]:
    """Where each word begins, in characters."""
    lines = [0]
    for line in text.split("\n"):
        lines.append(lines[-1] + len(line) + 1)
    return [lines[word.line - 1] + word.column for word in words]
