"""The parts of a statement: what it binds, what it supposes, and what it concludes.

They are found by words alone, without Lean, in a statement's normal form. In whatever order
hypotheses stand, whether in binders, behind `∀` or before `→`, joined by `∧` or one by one, the
parts are the same. Both of these have `ℝ` twice, `0 < ▪0`, `▪0 < ▪1` and `⊢ ▪0 ≠ ▪1`:

- `theorem a (x y : ℝ) (h : 0 < x ∧ y > x) : (x ≠ y)`
- `theorem b : ∀ u : ℝ, 0 < u → ∀ v : ℝ, u < v → ¬(v = u)`

Names are numbered in each part anew, and parentheses are left out of it: parts do not say which
variable of one is which of another, nor what is done first. A hypothesis is not looked into
further than to its conjunctions: `∀ x, P x` is one part. The time it takes grows with the number
of words alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence

from lean_agent.normal_form import BOUND, CLOSERS, DECLARING, OPENERS

GOAL = "⊢"
"""What the parts of the conclusion begin with."""

Part = tuple[str, ...]

# What follows these words belongs to them, as far as it goes.
_REACHING = frozenset("∀ ∀ᶠ ∃ ∃! ∃ᶠ fun let have show if match by".split())  # noqa: SIM905
_PARENTHESES = ("(", ")")
_CONNECTIVES = frozenset("∧∨→↔¬")
_MIRRORED = {"≤": "≥", "<": ">", "≥": "≤", ">": "<", "=": "=", "≠": "≠"}
_TURNED = frozenset("≥>")
_EQUATIONS = frozenset("=≠")


def statement_parts(words: Sequence[str]) -> Counter[Part]:
    """How often each part stands in a statement; `words` are those of its normal form."""
    return _Parting(words).parts


class _Parting:
    """Takes a statement apart. Places are those of words; `end` is behind the last."""

    def __init__(self, words: Sequence[str]) -> None:
        self._words = words
        self._closing = _closing_brackets(words)
        self.parts: Counter[Part] = Counter()
        start = next((at + 1 for at, word in enumerate(words) if word in DECLARING), 0)
        if tuple(words[start : start + 2]) == (".", "{"):  # universes
            start = self._behind(start + 1)
        colon = next(self._outside((":",), start, len(words)), None)
        if colon is not None:
            self._bound(start, colon)
            self._concluded(colon + 1, len(words))

    def _concluded(self, start: int, end: int) -> None:
        """A conclusion; what stands before its implications is supposed."""
        while True:
            start, end = self._bare(start, end)
            if start < end and self._words[start] == "∀":
                comma = next(self._outside((",",), start, end), None)
                if comma is None:
                    break
                self._bound(start + 1, comma)
                start = comma + 1
                continue
            arrows = self._joints("→", "↔", start, end)
            if not arrows:
                break
            for arrow in arrows:
                self._supposed(start, arrow)
                start = arrow + 1
        self._supposed(start, end, goal=True)

    def _bound(self, start: int, end: int) -> None:
        """Binders in brackets, or as they stand behind `∀`."""
        at = start
        while at < end:
            if self._words[at] in OPENERS:
                behind = min(self._behind(at), end)
                self._bound_together(at + 1, behind - 1, instance=self._words[at] == "[")
                at = behind
            elif _is_name(self._words[at]):
                names = self._names(at, end)
                if names < end and self._words[names] not in OPENERS:
                    self._bound_together(at, end)
                    return
                at = names
            else:
                at += 1

    def _bound_together(self, start: int, end: int, instance: bool = False) -> None:
        """`x y : T`, `h : P`, `x y > 0`, `x ∈ s`; or an instance without a name."""
        names = self._names(start, end)
        if names < end and self._words[names] == ":":
            default = next(self._outside((":=",), names, end), end)
            self._supposed(names + 1, default, max(1, names - start))
        elif names < end and (instance or end - start > 1):
            self._supposed(max(start, names - 1), end, max(1, names - start))

    def _supposed(self, start: int, end: int, times: int = 1, goal: bool = False) -> None:
        """A type or proposition by what `∧` joins, so many times."""
        waiting = [(start, end)]
        while waiting:
            start, end = self._bare(*waiting.pop())
            joints = self._joints("∧", "∨→↔", start, end)
            if joints:
                waiting += zip([start, *(at + 1 for at in joints)], [*joints, end], strict=True)
            elif start < end:
                words = self._turned(start, end)
                self.parts[_numbered([GOAL, *words] if goal else words)] += times

    def _turned(self, start: int, end: int) -> Sequence[str]:
        """The words, a relation in the direction in which all are compared: `0 < x`."""
        words = self._words
        denied = words[start] == "¬"
        if denied:
            start, end = self._bare(start + 1, end)
        relation = self._relation(start, end)
        if relation is None or (denied and words[relation] != "="):
            return [*["¬"] * denied, *words[start:end]]
        sign = "≠" if denied else words[relation]
        left = words[slice(*self._bare(start, relation))]
        right = words[slice(*self._bare(relation + 1, end))]
        if sign in _TURNED or (sign in _EQUATIONS and _blank(right) < _blank(left)):
            return [*right, _MIRRORED[sign], *left]
        return [*left, sign, *right]

    def _relation(self, start: int, end: int) -> int | None:
        """The place of the one relation, where nothing looser stands beside it."""
        places = list(self._outside(_REACHING | _CONNECTIVES | _MIRRORED.keys(), start, end))
        return places[0] if len(places) == 1 and self._words[places[0]] in _MIRRORED else None

    def _joints(self, wanted: str, weaker: str, start: int, end: int) -> list[int]:
        """Where the connective stands that rules these words; nowhere if a weaker one does."""
        joints = []
        for at in self._outside(_REACHING | {wanted, *weaker}, start, end):
            if self._words[at] in _REACHING:
                break
            if self._words[at] != wanted:
                return []
            joints.append(at)
        return joints

    def _bare(self, start: int, end: int) -> tuple[int, int]:
        """The same without parentheses around all of it."""
        while start < end and self._words[start] == "(" and self._behind(start) == end:
            start, end = start + 1, end - 1
        return start, end

    def _outside(self, wanted: Collection[str], start: int, end: int) -> Iterator[int]:
        """The places of the wanted words that stand in no bracket."""
        at = start
        while at < end:
            if self._words[at] in OPENERS:
                at = self._behind(at)
            else:
                if self._words[at] in wanted:
                    yield at
                at += 1

    def _names(self, start: int, end: int) -> int:
        """The place behind the names that stand at `start`."""
        return next((at for at in range(start, end) if not _is_name(self._words[at])), end)

    def _behind(self, opener: int) -> int:
        """The place behind the bracket that closes this one."""
        return self._closing.get(opener, len(self._words)) + 1


def _closing_brackets(words: Iterable[str]) -> dict[int, int]:
    """Of each opening bracket the place of the one that closes it."""
    closing, waiting = {}, []
    for at, word in enumerate(words):
        if word in OPENERS:
            waiting.append(at)
        elif word in CLOSERS and waiting:
            closing[waiting.pop()] = at
    return closing


def _numbered(words: Iterable[str]) -> Part:
    """The part: names by order of appearance, and no parentheses, needless ones or not."""
    marks: dict[str, str] = {}
    return tuple(
        marks.setdefault(word, f"{BOUND}{len(marks)}") if word.startswith(BOUND) else word
        for word in words
        if word not in _PARENTHESES
    )


def _blank(words: Iterable[str]) -> Part:
    """The same with one name for all that is bound."""
    return tuple(
        BOUND if word.startswith(BOUND) else word for word in words if word not in _PARENTHESES
    )


def _is_name(word: str) -> bool:
    return word.startswith(BOUND) or word == "_"
