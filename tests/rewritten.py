"""Statements said otherwise without saying anything else, by their text alone.

Each way takes a statement and gives another, or None where it finds nothing to do. None of it
knows how statements are compared.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

_COMMENT = re.compile(r"/-.*?-/|--[^\n]*", re.DOTALL)
_HEAD = re.compile(r"\s*(?:noncomputable\s+)?(?:theorem|lemma|def)\s+\S+?(?=[\s:({\[⦃])")
_NAMED = re.compile(r"(?P<names>[^:(){}\[\]]+):(?!=)")
_OPERAND = re.compile(r"(?<![\w.])([a-z])(?= [-+*=<≤^])")
_PROPOSES = re.compile(r"[=≠<>≤≥∣∈⊆∀∃∧∨¬↔≡]|Prime|Continuous|Odd|Even|Is[A-Z]")
_OPENING, _CLOSING = "([{⦃⟨", ")]}⦄⟩"


@dataclass(frozen=True)
class Binder:
    """`(x y : ℝ)`: what is before and what is behind the colon."""

    bracket: str
    names: str
    type: str

    def __str__(self) -> str:
        close = _CLOSING[_OPENING.index(self.bracket)]
        inside = f"{self.names} : {self.type}" if self.names else self.type
        return f"{self.bracket}{inside}{close}"


@dataclass(frozen=True)
class Signature:
    """A statement in pieces."""

    binders: tuple[Binder, ...]
    conclusion: str

    def parted(self) -> tuple[tuple[Binder, ...], tuple[Binder, ...]]:
        """The variables and the hypotheses: what looks like one and nothing else speaks of."""
        words = re.findall(r"[\w₀-₉']+", str(self))
        hypotheses = tuple(
            one
            for one in self.binders
            if one.bracket == "("
            and words.count(one.names) == 1
            and ":=" not in one.type
            and (one.names.startswith("h") or _PROPOSES.search(one.type))
        )
        return tuple(one for one in self.binders if one not in hypotheses), hypotheses

    def __str__(self) -> str:
        return " ".join(["theorem zzz", *map(str, self.binders), ":", self.conclusion])


def signature(statement: str) -> Signature | None:
    """The pieces of a statement; None where it is written in another way."""
    text = _COMMENT.sub(" ", statement)
    head = _HEAD.match(text)
    if head is None:
        return None
    binders, at = [], head.end()
    while at < len(text):
        if text[at] in _OPENING:
            end = _end(text, at)
            inside = text[at + 1 : end]
            named = _NAMED.match(inside)
            names = " ".join(named["names"].split()) if named else ""
            type_ = inside[named.end() :] if named else inside
            binders.append(Binder(text[at], names, type_.strip()))
            at = end + 1
        elif text[at] == ":":
            return Signature(tuple(binders), text[at + 1 :].strip())
        elif text[at].isspace():
            at += 1
        else:
            return None
    return None


def with_hypotheses_reversed(found: Signature) -> Signature | None:
    """The hypotheses behind all variables, the last first."""
    variables, hypotheses = found.parted()
    if len({one.type for one in hypotheses}) < 2:
        return None
    return Signature((*variables, *reversed(hypotheses)), found.conclusion)


def with_implications(found: Signature) -> Signature | None:
    """`(h : P) : Q` is `: P → Q`."""
    variables, hypotheses = found.parted()
    if not hypotheses:
        return None
    premises = " → ".join(_in_parentheses_if_loose(one.type) for one in hypotheses)
    return Signature(variables, f"{premises} → {_in_parentheses_if_iff(found.conclusion)}")


def with_parentheses(found: Signature) -> Signature | None:
    """`(h : P) : Q` is `(h : (P)) : (Q)`."""
    _, hypotheses = found.parted()
    binders = tuple(
        Binder(one.bracket, one.names, f"({one.type})") if one in hypotheses else one
        for one in found.binders
    )
    return Signature(binders, f"({found.conclusion})")


def with_parentheses_inside(found: Signature) -> Signature | None:
    """`x + 1 = y` is `(x) + 1 = y`."""
    binders = tuple(
        Binder(one.bracket, one.names, _OPERAND.sub(r"(\1)", one.type)) for one in found.binders
    )
    changed = Signature(binders, _OPERAND.sub(r"(\1)", found.conclusion))
    return None if changed == found else changed


def with_binders_behind_the_colon(found: Signature) -> Signature | None:
    """`(x : ℝ) (h : P) : Q` is `: ∀ (x : ℝ) (h : P), Q`."""
    if not found.binders or any(":=" in one.type for one in found.binders):
        return None
    return Signature((), f"∀ {' '.join(map(str, found.binders))}, {found.conclusion}")


def with_binders_split(found: Signature) -> Signature | None:
    """`(x y : ℝ)` is `(x : ℝ) (y : ℝ)`."""
    if all(len(one.names.split()) < 2 for one in found.binders):
        return None
    binders = tuple(
        Binder(one.bracket, name, one.type)
        for one in found.binders
        for name in one.names.split() or [""]
    )
    return Signature(binders, found.conclusion)


def with_all_of_it(found: Signature) -> Signature | None:
    """One after the other, as far as there is something to do."""
    changed = found
    for way in (
        with_binders_split,
        with_parentheses_inside,
        with_hypotheses_reversed,
        with_implications,
        with_binders_behind_the_colon,
    ):
        changed = way(changed) or changed
    return None if changed == found else changed


WAYS: dict[str, Callable[[Signature], Signature | None]] = {
    "hypotheses in another order": with_hypotheses_reversed,
    "hypotheses as implications": with_implications,
    "needless parentheses": with_parentheses,
    "parentheses inside": with_parentheses_inside,
    "all behind ∀": with_binders_behind_the_colon,
    "binders split": with_binders_split,
    "all of it": with_all_of_it,
}


def rewritten(statement: str, way: str) -> str | None:
    """The statement under the name `zzz`, or None where this way has nothing to do."""
    found = signature(statement)
    changed = WAYS[way](found) if found else None
    return None if changed is None else str(changed)


def _end(text: str, start: int) -> int:
    depth = 0
    for at in range(start, len(text)):
        depth += (text[at] in _OPENING) - (text[at] in _CLOSING)
        if depth == 0:
            return at
    return len(text)


def _in_parentheses_if_loose(text: str) -> str:
    return f"({text})" if re.search(r"[∀∃→↔∨∧]|fun|λ|if|<->|->", text) else text


def _in_parentheses_if_iff(text: str) -> str:
    return f"({text})" if re.search("↔|<->", text) else text
