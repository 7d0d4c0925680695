"""Tally: a run counted in one pass over the digests of its episodes."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from lean_agent.chat import CallErrorKind, InterruptionKind
from lean_agent.errors import UserError
from lean_agent.lean.verdict import Level
from lean_agent.trace.digest import Digest
from lean_agent.trace.trace import Outcome


@dataclass
class TurnTally:
    """The answers to models that were offered tools, at one turn of their episodes.

    `good` of the `answers` make calls and have nothing wrong with them; `valid_calls` could be
    carried out; `errors` and `repairs` count what was wrong, and what lenient reading mended.
    """

    answers: int = 0
    good: int = 0
    valid_calls: int = 0
    errors: Counter[CallErrorKind] = field(default_factory=Counter)
    repairs: Counter[CallErrorKind] = field(default_factory=Counter)


@dataclass
class ProblemTally:
    """The episodes of one problem: how each sample ended.

    `uncounted` are the samples whose proof was checked at a lower level than was asked for.
    """

    topic: str
    difficulty: int | None
    outcomes: dict[int, Outcome] = field(default_factory=dict)
    uncounted: set[int] = field(default_factory=set)

    @property
    def n(self) -> int:
        """Samples drawn."""
        return len(self.outcomes)

    @property
    def c(self) -> int:
        """Samples that proved it, at the level that was asked for."""
        proved = sum(outcome is Outcome.PROVED for outcome in self.outcomes.values())
        return proved - len(self.uncounted)


@dataclass
class Tally:
    """Everything a report counts. Memory grows with one small entry an episode.

    Proofs count that were checked at `level` or better.
    """

    level: Level = Level.STRICT
    problems: dict[str, ProblemTally] = field(default_factory=dict)
    versions: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    turns: Counter[int] = field(default_factory=Counter)
    calls: Counter[str] = field(default_factory=Counter)
    by_turn: dict[int, TurnTally] = field(default_factory=lambda: defaultdict(TurnTally))
    without_proof: Counter[CallErrorKind] = field(default_factory=Counter)
    interruptions: Counter[InterruptionKind] = field(default_factory=Counter)
    interrupted_seconds: float = 0.0
    shortened: int = 0
    cut_off: int = 0
    unparsed: int = 0
    checks: int = 0
    unconfirmed: int = 0
    every_tool: int = 0
    multi_turn: int = 0
    multi_turn_every_tool: int = 0
    episodes_with_tokens: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    episode_seconds: float = 0.0
    model_seconds: float = 0.0
    tool_seconds: float = 0.0
    lean_seconds: float = 0.0

    @classmethod
    def of(cls, digests: Iterable[Digest], level: Level = Level.STRICT) -> Tally:
        """Count all of `digests`. Raises UserError where an episode is there twice."""
        tally = cls(level)
        for digest in digests:
            tally.add(digest)
        return tally

    def add(self, digest: Digest) -> None:
        """Count one episode."""
        self._add_outcome(digest)
        for name, version in digest.versions.items():
            self.versions[name].add(version)
        self._add_tool_use(digest)
        self._add_cost(digest)

    def _add_outcome(self, digest: Digest) -> None:
        problem = self.problems.setdefault(
            digest.problem, ProblemTally(digest.topic, digest.difficulty)
        )
        if digest.sample in problem.outcomes:
            raise UserError(
                f"episode {digest.episode_id} is in the run twice; "
                "remove one of its two lines, so that it is not counted double"
            )
        problem.outcomes[digest.sample] = digest.outcome
        if digest.proved and self._too_low(digest):
            problem.uncounted.add(digest.sample)
        self.unconfirmed += digest.unconfirmed

    def _too_low(self, digest: Digest) -> bool:
        return digest.level is not Level.STRICT and self.level is Level.STRICT

    def _add_tool_use(self, digest: Digest) -> None:
        # Counter.update takes a microsecond also where there is nothing to add.
        for name, times in digest.calls.items():
            self.calls[name] += times
        for number, turn in enumerate(digest.turns, start=1):
            if not digest.offered:
                self.without_proof.update(turn.errors)
                continue
            at = self.by_turn[number]
            at.answers += 1
            at.good += bool(turn.calls) and not turn.errors
            at.valid_calls += turn.valid
            if turn.errors:
                at.errors.update(turn.errors)
            if turn.repairs:
                at.repairs.update(turn.repairs)
        multi_turn = digest.proved and not self._too_low(digest) and len(digest.turns) >= 2
        self.turns[len(digest.turns)] += 1
        self.unparsed += digest.unparsed
        self.every_tool += digest.every_tool
        self.multi_turn += multi_turn
        self.multi_turn_every_tool += multi_turn and digest.every_tool

    def _add_cost(self, digest: Digest) -> None:
        if digest.prompt_tokens is not None and digest.completion_tokens is not None:
            self.episodes_with_tokens += 1
            self.prompt_tokens += digest.prompt_tokens
            self.completion_tokens += digest.completion_tokens
        if digest.lost:
            self.interruptions.update(digest.lost)
        self.interrupted_seconds += digest.lost_seconds
        self.checks += digest.checks
        self.shortened += digest.shortened
        self.cut_off += digest.cut_off
        self.episode_seconds += digest.seconds
        self.model_seconds += digest.model_seconds
        self.tool_seconds += digest.tool_seconds
        self.lean_seconds += digest.lean_seconds
