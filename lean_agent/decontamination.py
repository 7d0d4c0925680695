"""Decontamination: does a problem stand in an evaluation set, word for word or nearly?

A statement is compared in a normal form (`normal_words`): comments, docstrings, white space and
the theorem's name are away, ASCII spellings are those in Unicode, and what it binds is named by
order of appearance. Two problems with the same normal form are the same statement. Else they
are compared by n-grams, the statements' words and the informal texts' each with their own.

What the numbers below do on the published files: of miniF2F's 244 test problems in the edition of
Goedel-Prover-V2 each is found in that of DeepSeek-Prover-V1.5, 229 as the same statement and the
15 that were repaired by n-grams; between miniF2F's two splits one pair is taken to overlap. Of
ProofNet's 12 problems of the Putnam competition 11 are found in PutnamBench (the twelfth has lost
its informal text there), and beside them two that share no more than the words
`{G : Type*} [Group G] (H : Subgroup G) [`.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum

from lean_agent.benchmarks import load_benchmark
from lean_agent.chat import Frozen
from lean_agent.normal_form import BOUND, normal_words
from lean_agent.problem import Problem

GRAM = 8
"""n: the words of an n-gram."""

STATEMENT_SHARE = 0.6
"""From this share on statements overlap."""

INFORMAL_SHARE = 0.5
"""From this share on informal texts overlap."""

COMMON = 10
"""An n-gram in more problems than these of one set is a phrase of the language and counts not."""

TRAIN = "train"
"""The split that nothing is evaluated on."""

_WORD = re.compile(r"[^\W_]+")
_SHOWN = 200  # characters of evidence

Gram = tuple[str, ...]


class OverlapKind(StrEnum):
    """What two problems share."""

    SAME_STATEMENT = "same statement"  # equal normal forms
    N_GRAMS = "n-grams"  # of the statements' words
    INFORMAL = "informal"  # n-grams of the informal texts' words


class Overlap(Frozen):
    """A problem of an evaluation set that a candidate overlaps with.

    `share` is the share of the candidate's n-grams, 0 to 1, that the problem has too; `evidence`
    says it with the longest passage that they share.
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
        statements, texts = [], []
        for place, (_, problem) in enumerate(self._problems):
            words = normal_words(problem.statement)
            self._same.setdefault(_hash(words), []).append(place)
            statements.append(_statement_words(words))
            texts.append(_informal_words(problem.informal))
        sets = [name for name, _ in self._problems]
        self._statements = _Index(statements, sets, STATEMENT_SHARE)
        self._texts = _Index(texts, sets, INFORMAL_SHARE)

    @classmethod
    def load(cls, names: Sequence[str]) -> EvaluationSets:
        """The sets of some benchmarks, in all splits but `train`.

        Raises UserError where one is not to be had, naming the way.
        """
        return cls(
            {
                name: [one for one in load_benchmark(name, None) if one.split != TRAIN]
                for name in dict.fromkeys(names)
            }
        )

    def __len__(self) -> int:
        return len(self._problems)

    def overlaps(self, problem: Problem) -> tuple[Overlap, ...]:
        """The problems that it overlaps with, each for its strongest reason, nearest first."""
        words = normal_words(problem.statement)
        found: dict[int, Overlap] = {}
        for place in self._same.get(_hash(words), ()):
            evidence = f"the same statement: {_shortened(self._problems[place][1].statement)}"
            found[place] = self._overlap(place, OverlapKind.SAME_STATEMENT, 1.0, evidence)
        for kind, index, own in (
            (OverlapKind.N_GRAMS, self._statements, _statement_words(words)),
            (OverlapKind.INFORMAL, self._texts, _informal_words(problem.informal)),
        ):
            for place, share, evidence in index.near(own):
                found.setdefault(place, self._overlap(place, kind, share, evidence))
        kinds = list(OverlapKind)
        return tuple(sorted(found.values(), key=lambda one: (kinds.index(one.kind), -one.share)))

    def _overlap(self, place: int, kind: OverlapKind, share: float, evidence: str) -> Overlap:
        name, problem = self._problems[place]
        return Overlap(
            benchmark=name, problem_id=problem.id, kind=kind, share=share, evidence=evidence
        )


def statement_hash(statement: str) -> str:
    """SHA-256 of a statement's normal form, in hexadecimal: equal for the same statement."""
    return _hash(normal_words(statement))


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
        self._common = {
            gram
            for gram, places in self._places.items()
            if len(places) > COMMON and max(Counter(sets[one] for one in places).values()) > COMMON
        }

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
