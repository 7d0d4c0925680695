"""Decontamination: does a problem stand in an evaluation set, word for word or nearly?

A statement is compared in a normal form (`normal_words`): comments, docstrings, white space and
the theorem's name are away, ASCII spellings are those in Unicode, and what it binds is named by
order of appearance. Two problems with the same normal form are the same statement. Else three
things are compared, and any of them can tell of an overlap: the statements' parts, in whatever
order (`statement_parts`); the n-grams of the statements' words; those of the informal texts'.

What the numbers below do on the published files: of miniF2F's 244 test problems in the edition of
Goedel-Prover-V2 each is found in that of DeepSeek-Prover-V1.5, 229 as the same statement and the
15 that were repaired nearly; between miniF2F's two splits one pair is taken to overlap. Of
ProofNet's 12 problems of the Putnam competition 11 are found in PutnamBench (the twelfth has lost
its informal text there), and beside them two that share no more than the words
`{G : Type*} [Group G] (H : Subgroup G) [`. Nothing of ProofNet is found in miniF2F.

Each statement of ProofNet, miniF2F's test split and PutnamBench is found under another name and
without its informal text if its hypotheses are reordered, written as implications or with needless
parentheses, if all is moved behind `∀`, if `(x y : ℝ)` is split, and if all of that is done at
once. Of those with two hypotheses or more 97 to 100 in 100 are found if one of them is dropped
too, and 90 to 100 if one is changed. 10,000 problems are compared with 1,400 in some seconds.

Not found is a statement that says the same in other words: with a hypothesis that is solved,
substituted or put under another quantifier; `x` in `Set.Icc 0 1` for `0 ≤ x ∧ x ≤ 1`; summands in
another order; definitions unfolded; the contrapositive; another type. Nor is a short one (less
than `PARTS_WORDS` words in parts that are no phrase of the language) with a part more or less.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from typing import TypeVar

from lean_agent.benchmarks import load_benchmark
from lean_agent.chat import Frozen
from lean_agent.normal_form import BOUND, normal_words
from lean_agent.problem import Problem
from lean_agent.statement_parts import Part, statement_parts

GRAM = 8
"""n: the words of an n-gram."""

STATEMENT_SHARE = 0.6
"""From this share of n-grams on statements overlap."""

PARTS_SHARE = 0.6
"""From this share of words in common parts on statements overlap."""

PARTS_WORDS = 8
"""So many words the common parts must have, where not all parts are common."""

INFORMAL_SHARE = 0.5
"""From this share on informal texts overlap."""

COMMON = 10
"""An n-gram or a part in more problems than these of one set is a phrase of the language and
counts not."""

TRAIN = "train"
"""The split that nothing is evaluated on."""

_WORD = re.compile(r"[^\W_]+")
_SHOWN = 200  # characters of evidence

Gram = tuple[str, ...]
Key = TypeVar("Key")


class OverlapKind(StrEnum):
    """What two problems share."""

    SAME_STATEMENT = "same statement"  # equal normal forms
    PARTS = "parts"  # binders, hypotheses and conclusions, in whatever order
    N_GRAMS = "n-grams"  # of the statements' words
    INFORMAL = "informal"  # n-grams of the informal texts' words


class Overlap(Frozen):
    """A problem of an evaluation set that a candidate overlaps with.

    `share`, 0 to 1, is the share of the candidate's n-grams that the problem has too, or of the
    words in parts that both have, of the longer of the two; `evidence` says it with the longest
    passage or parts that they share.
    """

    benchmark: str
    problem_id: str
    kind: OverlapKind
    share: float
    evidence: str


class EvaluationSets:
    """The problems that must not be trained on, indexed so that each question takes microseconds.

    `problems` are those of each set by its name.
    """

    def __init__(self, problems: Mapping[str, Sequence[Problem]]) -> None:
        self._problems: list[tuple[str, Problem]] = [
            (name, one) for name, some in problems.items() for one in some
        ]
        self._same: dict[str, list[int]] = {}
        statements, parts, texts = [], [], []
        for place, (_, problem) in enumerate(self._problems):
            words = normal_words(problem.statement)
            self._same.setdefault(_hash(words), []).append(place)
            statements.append(_statement_words(words))
            parts.append(statement_parts(words))
            texts.append(_informal_words(problem.informal))
        sets = [name for name, _ in self._problems]
        self._statements = _Index(statements, sets, STATEMENT_SHARE)
        self._parts = _PartsIndex(parts, sets)
        self._texts = _Index(texts, sets, INFORMAL_SHARE)

    @classmethod
    def load(cls, names: Sequence[str]) -> EvaluationSets:
        """The sets of some benchmarks, in all splits but `train`.

        Raises UserError where one is not to be had, naming the way.
        """
        return cls({name: evaluation_problems(name) for name in dict.fromkeys(names)})

    def __len__(self) -> int:
        return len(self._problems)

    def overlaps(self, problem: Problem) -> tuple[Overlap, ...]:
        """The problems that it overlaps with, each for its strongest reason, nearest first."""
        words = normal_words(problem.statement)
        found: dict[int, Overlap] = {}
        for place in self._same.get(_hash(words), ()):
            evidence = f"the same statement: {_shortened(self._problems[place][1].statement)}"
            found[place] = self._overlap(place, OverlapKind.SAME_STATEMENT, 1.0, evidence)
        own_words, own_parts = _statement_words(words), statement_parts(words)
        for kind, near in (
            (OverlapKind.PARTS, self._parts.near(own_parts)),
            (OverlapKind.N_GRAMS, self._statements.near(own_words)),
            (OverlapKind.INFORMAL, self._texts.near(_informal_words(problem.informal))),
        ):
            for place, share, evidence in near:
                one = self._overlap(place, kind, share, evidence)
                found[place] = min(found.get(place, one), one, key=_weakness)
        return tuple(sorted(found.values(), key=_weakness))

    def _overlap(self, place: int, kind: OverlapKind, share: float, evidence: str) -> Overlap:
        name, problem = self._problems[place]
        return Overlap(
            benchmark=name, problem_id=problem.id, kind=kind, share=share, evidence=evidence
        )


def evaluation_problems(benchmark: str) -> list[Problem]:
    """The problems of a benchmark in all splits but `train`. Raises UserError."""
    return [one for one in load_benchmark(benchmark, None) if one.split != TRAIN]


def statement_hash(statement: str) -> str:
    """SHA-256 of a statement's normal form, in hexadecimal: equal for the same statement."""
    return _hash(normal_words(statement))


def _weakness(overlap: Overlap) -> tuple[int, float]:
    """A key that is less for a stronger reason."""
    order = {OverlapKind.SAME_STATEMENT: 0, OverlapKind.INFORMAL: 2}
    return order.get(overlap.kind, 1), -overlap.share


class _PartsIndex:
    """Which statements have a part. `sets` names the set that each statement is of."""

    def __init__(self, statements: Sequence[Counter[Part]], sets: Sequence[str]) -> None:
        self._statements = statements
        self._places: dict[Part, list[int]] = {}
        self._equal: dict[frozenset[tuple[Part, int]], list[int]] = {}
        for place, parts in enumerate(statements):
            self._equal.setdefault(frozenset(parts.items()), []).append(place)
            for part in parts:
                self._places.setdefault(part, []).append(place)
        self._common = _common(self._places, sets)
        self._words = [self._count(parts) for parts in statements]

    def near(self, parts: Counter[Part]) -> Iterator[tuple[int, float, str]]:
        """The statements that share enough with this one: place, share and the evidence."""
        if not parts:
            return
        equal = self._equal.get(frozenset(parts.items()), [])
        for place in equal:
            yield place, 1.0, f"all {parts.total()} parts, such as: {_listed(parts)}"
        shared: Counter[int] = Counter()
        for part, times in parts.items():
            if part not in self._common:
                for place in self._places.get(part, ()):
                    shared[place] += len(part) * min(times, self._statements[place][part])
        words = self._count(parts)
        for place, count in shared.items():
            share = count / max(words, self._words[place])
            if share >= PARTS_SHARE and count >= PARTS_WORDS and place not in equal:
                both = parts & self._statements[place]
                yield (
                    place,
                    share,
                    f"{both.total()} of {parts.total()} parts, such as: {_listed(both)}",
                )

    def _count(self, parts: Counter[Part]) -> int:
        """The words in parts that are not common."""
        return sum(len(part) * times for part, times in parts.items() if part not in self._common)


class _Index:
    """Which texts have an n-gram. `sets` names the set that each text is of."""

    def __init__(
        self, texts: Sequence[Sequence[str]], sets: Sequence[str], threshold: float
    ) -> None:
        self._threshold = threshold
        self._places: dict[Gram, list[int]] = {}
        for place, words in enumerate(texts):
            for gram in dict.fromkeys(_grams(words)):
                self._places.setdefault(gram, []).append(place)
        self._common = _common(self._places, sets)

    def near(self, words: Sequence[str]) -> Iterator[tuple[int, float, str]]:
        """The texts that share enough with this one: place, share and the evidence."""
        grams = [one for one in dict.fromkeys(_grams(words)) if one not in self._common]
        shared = Counter(place for one in grams for place in self._places.get(one, ()))
        for place, count in shared.items():
            share = count / len(grams)
            if share >= self._threshold:
                passage = _shortened(" ".join(self._longest(words, place)))
                yield (
                    place,
                    share,
                    f"{count} of {len(grams)} {GRAM}-grams, such as: {passage}",
                )

    def _longest(self, words: Sequence[str], place: int) -> Sequence[str]:
        """The longest passage of `words` all of whose n-grams the text at `place` has."""
        best, start = (0, 0), 0
        grams = list(_grams(words))
        for end, gram in enumerate(grams):
            if place not in self._places.get(gram, ()):
                start = end + 1
            elif end + 1 - start > best[1] - best[0]:
                best = (start, end + 1)
        return words[best[0] : best[1] + GRAM - 1]


def _common(places: Mapping[Key, Sequence[int]], sets: Sequence[str]) -> set[Key]:
    """Those that stand in too many texts of one set to mean anything."""
    return {
        one
        for one, where in places.items()
        if len(where) > COMMON and max(Counter(sets[at] for at in where).values()) > COMMON
    }


def _listed(parts: Iterable[Part]) -> str:
    """Some of the parts, the longest first."""
    longest = sorted(parts, key=lambda part: (-len(part), part))
    return _shortened("; ".join(" ".join(part) for part in longest))


def _grams(words: Sequence[str]) -> Iterator[Gram]:
    """All runs of `GRAM` words; of a shorter text the whole."""
    if words:
        for start in range(max(1, len(words) - GRAM + 1)):
            yield tuple(words[start : start + GRAM])


def _statement_words(words: Iterable[str]) -> list[str]:
    """The same with one name for all that is bound: else one variable more would shift all."""
    return [BOUND if word.startswith(BOUND) else word for word in words]


def _informal_words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


def _hash(words: Iterable[str]) -> str:
    return hashlib.sha256("\0".join(words).encode()).hexdigest()


def _shortened(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= _SHOWN else f"{flat[: _SHOWN - 1]}…"
