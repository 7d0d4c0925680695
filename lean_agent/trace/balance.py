"""Which of the good traces are taken, so that the dataset is balanced.

Each candidate has one value of each of four features: topic, difficulty, number of turns and use
of tools. Uniform would be that every value of a feature is met equally often. The choice keeps

    D = Σ over features f of  V(f) · Σ over values v of f of  n(f, v)²

small, where V(f) is how many values the feature has among the candidates and n(f, v) how many
chosen ones have the value. Up to a factor and a constant, which hang on the number chosen alone,
the part of each feature is Pearson's chi-square distance from uniform. Traces are taken one at a
time, each time one that raises D the least. So it is water-filling: the thinnest values are
filled first, and what there is little of is taken whole. Among equals the one with the smallest
SHA-256 of seed and identity comes first, so nothing hangs on the order of the candidates.

Traces with an error that the model recovered from are held to a share: after every step their
number is as near to it as can be, as long as there are candidates of the kind that is short. A
problem that has candidates of both kinds is kept for the kind that would run out otherwise.

Of the kind that is wanted those whose proof uses a search's result come first, whatever D says;
those in which a search only steered fill up where there are no more of them.
"""

from __future__ import annotations

import hashlib
import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from lean_agent.trace.rules.likeness import THRESHOLD, Fingerprint, Likeness
from lean_agent.trace.rules.rule import Left, Rule

Features = tuple[str, str, str, str]
"""Topic, difficulty, turns and tools, as words."""

FEATURES = ("topic", "difficulty", "turns", "tools")


@dataclass(frozen=True)
class Candidate:
    """A trace that passed every rule on its own.

    `identity` is the SHA-256 of the trace without its clock, `statement` that of the statement's
    normal form; `recovers` says that it holds an error the model recovered from, `uses` that its
    proof uses a search's result; `name` is how others are told of it.
    """

    identity: str
    name: str
    statement: str
    features: Features
    recovers: bool
    uses: bool
    fingerprint: Fingerprint


@dataclass
class Choice:
    """What was taken, in order, and why each of the others was left, by identity."""

    taken: list[Candidate] = field(default_factory=list)
    left: dict[str, Left] = field(default_factory=dict)


def choose(candidates: Sequence[Candidate], size: int, seed: int, recovery_share: float) -> Choice:
    """At most `size` of the candidates, whose identities are distinct."""
    return _Choosing(candidates, size, seed, recovery_share).choose()


class _Choosing:
    """The state of one choice: what may still be taken, in groups of those that are equal."""

    def __init__(
        self, candidates: Sequence[Candidate], size: int, seed: int, recovery_share: float
    ) -> None:
        self._order = {one.identity: _draw(seed, one.identity) for one in candidates}
        self._size, self._share = size, recovery_share
        self._choice = Choice()
        # Those that may be taken, by problem, and the kinds that each problem had at first.
        self._pool: dict[str, dict[str, Candidate]] = defaultdict(dict)
        for one in candidates:
            self._pool[one.statement][one.identity] = one
        self._kinds = {
            statement: frozenset(one.recovers for one in several.values())
            for statement, several in self._pool.items()
        }
        self._recovering = math.floor(recovery_share * min(size, len(self._pool)) + 0.5)
        # By features, kind, use, and whether the problem has the other kind too. The last is first.
        self._groups: dict[tuple[Features, bool, bool, bool], list[Candidate]] = defaultdict(list)
        for one in sorted(candidates, key=lambda one: self._order[one.identity], reverse=True):
            both = len(self._kinds[one.statement]) == 2
            self._groups[one.features, one.recovers, one.uses, both].append(one)
        self._values = [len({one.features[n] for one in candidates}) for n in range(len(FEATURES))]
        self._counts: list[Counter[str]] = [Counter() for _ in FEATURES]

    def choose(self) -> Choice:
        taken = self._choice.taken
        while len(taken) < self._size:
            one = self._next(self._wanted()) or self._next(not self._wanted())
            if one is None:
                break
            resembled = self._resembled(one)
            if resembled is not None:
                self._leave(one, _near_duplicate(*resembled))
                continue
            taken.append(one)
            for value, count in zip(one.features, self._counts, strict=True):
                count[value] += 1
            del self._pool[one.statement][one.identity]
            for other in list(self._pool[one.statement].values()):
                self._leave(other, _same_problem(one))
        for several in list(self._pool.values()):
            for one in list(several.values()):
                self._leave(one, self._full(one))
        return self._choice

    def _wanted(self) -> bool:
        """Whether the next one is to be one that recovers."""
        taken = self._choice.taken
        after = math.floor(self._share * (len(taken) + 1) + 0.5)
        return sum(one.recovers for one in taken) < after

    def _next(self, recovers: bool) -> Candidate | None:
        """The candidate of that kind that uses a search's result, if there is one, and raises D the
        least; None where there is none."""
        spare = self._short(not recovers)
        best: tuple[bool, bool, int, str] | None = None
        chosen = None
        for (features, kind, uses, both), group in self._groups.items():
            if kind is not recovers:
                continue
            while group and group[-1].identity not in self._pool[group[-1].statement]:
                group.pop()
            if group:
                cost, order = self._cost(features), self._order[group[-1].identity]
                key = (spare and both, not uses, cost, order)
                if best is None or key < best:
                    best, chosen = key, group[-1]
        return chosen

    def _short(self, recovers: bool) -> bool:
        """Whether that kind needs every problem that has it."""
        taken = sum(one.recovers is recovers for one in self._choice.taken)
        wanted = self._recovering
        if not recovers:
            wanted = min(self._size, len(self._pool)) - wanted
        left = sum(
            bool(several) and recovers in self._kinds[statement]
            for statement, several in self._pool.items()
        )
        return wanted - taken >= left

    def _cost(self, features: Features) -> int:
        """By how much D grows."""
        return sum(
            many * (2 * count[value] + 1)
            for many, count, value in zip(self._values, self._counts, features, strict=True)
        )

    def _resembled(self, one: Candidate) -> tuple[Candidate, Likeness] | None:
        """The first taken one that this is a near-duplicate of."""
        for other in self._choice.taken:
            likeness = one.fingerprint.likeness(other.fingerprint)
            if likeness.share >= THRESHOLD:
                return other, likeness
        return None

    def _full(self, one: Candidate) -> Left:
        counts = zip(FEATURES, one.features, self._counts, strict=True)
        met = (f"{name} {value}: {count[value]}" for name, value, count in counts)
        return Left(
            rule=Rule.BALANCE,
            why=f"the {self._size} asked for are full: those taken use a search's result, were in "
            "thinner parts of the dataset, or came first by seed",
            evidence=f"taken of {'; '.join(met)}",
        )

    def _leave(self, one: Candidate, why: Left) -> None:
        del self._pool[one.statement][one.identity]
        self._choice.left[one.identity] = why


def _near_duplicate(other: Candidate, likeness: Likeness) -> Left:
    return Left(
        rule=Rule.NEAR_DUPLICATE,
        why=f"its {likeness.part} resembles that of {other.name}, which was taken",
        evidence=f"likeness {likeness.share:.3f}, and the threshold is {THRESHOLD}",
    )


def _same_problem(other: Candidate) -> Left:
    return Left(
        rule=Rule.ONE_PER_PROBLEM,
        why=f"{other.name}, of the same statement, was taken",
        evidence=f"statement {other.statement[:16]}",
    )


def _draw(seed: int, identity: str) -> str:
    return hashlib.sha256(f"{seed}\n{identity}".encode()).hexdigest()
