"""Digest: what reports count of one episode, a few hundred bytes in place of its trace."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from lean_agent.chat import CallErrorKind, InterruptionKind
from lean_agent.lean.verdict import Level
from lean_agent.trace.trace import Outcome, Trace, Turn, episode_id


class TurnDigest(NamedTuple):
    """One answer of the model.

    `calls` were made in it, of which `valid` could be carried out; `errors` and `repairs` are the
    kinds of what was wrong and of what lenient reading mended, once for each time.
    """

    calls: int
    valid: int
    errors: tuple[CallErrorKind, ...] = ()
    repairs: tuple[CallErrorKind, ...] = ()

    @classmethod
    def of(cls, turn: Turn, calls: int) -> TurnDigest:
        """That of one turn, in which so many calls were made."""
        if not turn.errors and not turn.repairs:  # most turns; a digest is made for each episode
            return cls(calls, calls)
        return cls(
            calls=calls,
            valid=max(0, calls - sum(error.call_id is not None for error in turn.errors)),
            errors=tuple(error.kind for error in turn.errors),
            repairs=tuple(repair.kind for repair in turn.repairs),
        )


class Digest(NamedTuple):
    """One episode in numbers. A tuple, since a million of them are made for one report.

    `level` is how its proof was checked, None without a proof; `unconfirmed` counts its proofs
    that the fast check accepted and the strict one did not. `offered` says whether the model was
    offered tools, `every_tool` whether it called each of them, and `calls` counts the calls to
    each. `unparsed` answers hold a call as text that the server should have parsed; `cut_off`
    ended at a limit on tokens; `shortened` tool results were cut to fit the context; `checks` are
    Lean's verdicts. `lost` counts requests that were lost, by kind, and `lost_seconds` the time
    that took. Tokens are None where the backend does not count them. Seconds are wall-clock:
    of the episode, and of its parts in the model and in tools. `lean_seconds` are what Lean
    worked on its checks (`Verdict.seconds`): those of a verdict from the cache count as well, so
    that they may be more than the tools'.
    """

    problem: str
    topic: str
    difficulty: int | None
    sample: int
    outcome: Outcome
    level: Level | None
    unconfirmed: int
    offered: bool
    every_tool: bool
    calls: dict[str, int]
    turns: tuple[TurnDigest, ...]
    unparsed: int
    cut_off: int
    shortened: int
    checks: int
    lost: dict[InterruptionKind, int]
    lost_seconds: float
    prompt_tokens: int | None
    completion_tokens: int | None
    seconds: float
    model_seconds: float
    tool_seconds: float
    lean_seconds: float
    versions: dict[str, str]

    @property
    def episode_id(self) -> str:
        """Identity within the run."""
        return episode_id(self.problem, self.sample)

    @property
    def proved(self) -> bool:
        """Whether Lean accepted a proof of the pinned goal."""
        return self.outcome is Outcome.PROVED

    @classmethod
    def of(cls, trace: Trace) -> Digest:
        """That of one trace."""
        offered = {tool.name for tool in trace.tools}
        answers = [message for message in trace.messages if message.role == "assistant"]
        names = [[call.name for call in answer.tool_calls] for answer in answers]
        called = [name for turn in names for name in turn]
        turns = trace.turns
        lost = [*trace.interruptions, *(one for turn in turns for one in turn.interruptions)]
        unparsed = 0
        if offered and trace.dialect is None:
            kinds = (error.kind for turn in turns for error in turn.errors)
            unparsed = sum(kind is CallErrorKind.OTHER_DIALECT for kind in kinds)
        prompt = [turn.prompt_tokens for turn in turns]
        completion = [turn.completion_tokens for turn in turns]
        counted = bool(turns) and None not in prompt and None not in completion
        return cls(
            problem=trace.problem.id,
            topic=trace.problem.topic,
            difficulty=trace.problem.difficulty,
            sample=trace.sample,
            outcome=trace.outcome,
            level=trace.level if trace.proved else None,
            unconfirmed=len(trace.unconfirmed),
            offered=bool(offered),
            every_tool=bool(offered) and offered <= set(called),
            calls=dict(Counter(name for name in called if name in offered)),
            turns=tuple(
                TurnDigest.of(turn, len(made)) for made, turn in zip(names, turns, strict=False)
            ),
            unparsed=unparsed,
            cut_off=sum(turn.finish_reason == "length" for turn in turns),
            shortened=sum(len(turn.shortened) for turn in turns),
            checks=sum(len(turn.verdicts) for turn in turns),
            lost=dict(Counter(one.kind for one in lost)),
            lost_seconds=sum(one.seconds for one in lost),
            prompt_tokens=sum(n or 0 for n in prompt) if counted else None,
            completion_tokens=sum(n or 0 for n in completion) if counted else None,
            seconds=trace.seconds,
            model_seconds=sum(turn.model_seconds for turn in turns),
            tool_seconds=sum(turn.tool_seconds for turn in turns),
            lean_seconds=sum(verdict.seconds for turn in turns for verdict in turn.verdicts),
            versions=dict(trace.versions),
        )
