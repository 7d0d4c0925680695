"""Tally: a run counted in one pass over its traces, none of which is kept."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from lean_agent.chat import CallErrorKind, InterruptionKind
from lean_agent.errors import UserError
from lean_agent.lean.verdict import Level
from lean_agent.trace.trace import Outcome, Trace


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
    def of(cls, traces: Iterable[Trace], level: Level = Level.STRICT) -> Tally:
        """Count all of `traces`. Raises UserError where an episode is there twice."""
        tally = cls(level)
        for trace in traces:
            tally.add(trace)
        return tally

    def add(self, trace: Trace) -> None:
        """Count one episode."""
        self._add_outcome(trace)
        for name, version in trace.versions.items():
            self.versions[name].add(version)
        self._add_tool_use(trace)
        self._add_cost(trace)

    def _add_outcome(self, trace: Trace) -> None:
        problem = self.problems.setdefault(
            trace.problem.id, ProblemTally(trace.problem.topic, trace.problem.difficulty)
        )
        if trace.sample in problem.outcomes:
            raise UserError(
                f"episode {trace.episode_id} is in the run twice; "
                "remove one of its two lines, so that it is not counted double"
            )
        problem.outcomes[trace.sample] = trace.outcome
        if trace.proved and trace.level is not Level.STRICT and self.level is Level.STRICT:
            problem.uncounted.add(trace.sample)
        self.unconfirmed += len(trace.unconfirmed)

    def _add_tool_use(self, trace: Trace) -> None:
        offered = {tool.name for tool in trace.tools}
        used = set[str]()
        answers = (message for message in trace.messages if message.role == "assistant")
        for number, (message, turn) in enumerate(zip(answers, trace.turns, strict=False), start=1):
            names = [call.name for call in message.tool_calls]
            used.update(names)
            self.calls.update(name for name in names if name in offered)
            kinds = Counter(error.kind for error in turn.errors)
            if offered:
                refused = sum(error.call_id is not None for error in turn.errors)
                at = self.by_turn[number]
                at.answers += 1
                at.good += bool(names) and not kinds
                at.valid_calls += max(0, len(names) - refused)
                at.errors += kinds
                at.repairs.update(repair.kind for repair in turn.repairs)
                if trace.dialect is None:
                    self.unparsed += kinds[CallErrorKind.OTHER_DIALECT]
            else:
                self.without_proof += kinds
        every_tool = bool(offered) and offered <= used
        uncounted = trace.sample in self.problems[trace.problem.id].uncounted
        multi_turn = trace.proved and not uncounted and len(trace.turns) >= 2
        self.turns[len(trace.turns)] += 1
        self.every_tool += every_tool
        self.multi_turn += multi_turn
        self.multi_turn_every_tool += multi_turn and every_tool

    def _add_cost(self, trace: Trace) -> None:
        counts = [(turn.prompt_tokens, turn.completion_tokens) for turn in trace.turns]
        if counts and all(None not in pair for pair in counts):
            self.episodes_with_tokens += 1
            self.prompt_tokens += sum(prompt or 0 for prompt, _ in counts)
            self.completion_tokens += sum(completion or 0 for _, completion in counts)
        self.episode_seconds += trace.seconds
        for lost in (*trace.interruptions, *(i for t in trace.turns for i in t.interruptions)):
            self.interruptions[lost.kind] += 1
            self.interrupted_seconds += lost.seconds
        for turn in trace.turns:
            self.checks += len(turn.verdicts)
            self.shortened += len(turn.shortened)
            self.cut_off += turn.finish_reason == "length"
            self.model_seconds += turn.model_seconds
            self.tool_seconds += turn.tool_seconds
            self.lean_seconds += sum(verdict.seconds for verdict in turn.verdicts)
