"""Replay: the tool calls of a trace made once more, each answer held against the recorded one."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from pydantic import computed_field
from rich.console import Console
from rich.progress import TextColumn

from lean_agent.calls import judge, refusal
from lean_agent.chat import CallError, CallErrorKind, Completion, Frozen
from lean_agent.concurrency import for_each
from lean_agent.episode import Mode
from lean_agent.lean.feedback import format_verdict
from lean_agent.lean.goal import StatementError
from lean_agent.lean.verdict import NO_ANSWER, Verdict
from lean_agent.problem import Problem
from lean_agent.prompts import complaint
from lean_agent.tools import Tool, ToolArgumentError, Toolbox, ToolResult
from lean_agent.trace.counting import counting
from lean_agent.trace.recheck import PATIENCE
from lean_agent.trace.recorded_turns import RecordedCall, RecordedTurn, flaws, recorded_turns
from lean_agent.trace.trace import Limits, Trace

MakeToolbox = Callable[[Problem, Limits], Toolbox]


class Standing(StrEnum):
    """What a replay says of a trace."""

    CLEAN = "clean"  # it is whole, and every call is answered as it was
    DIFFERING = "differing"  # a call is answered otherwise, or the record is not whole
    NOT_CONFIRMED = "not confirmed"  # a check was answered then and not now, or the reverse


class Difference(Frozen):
    """A call that is answered otherwise than in the record.

    `turn` counts from 1. `tool` is its name, empty for a proof that was only written down.
    `recorded` and `now` are what the model read and would read or, where the words are the
    same, the whole verdicts as JSON, or what was wrong with the call.
    """

    turn: int
    tool: str
    recorded: str
    now: str

    def diff(self) -> Iterator[str]:
        """The lines that differ, with `-` for the recorded ones and `+` for those of now."""
        lines = difflib.unified_diff(self.recorded.splitlines(), self.now.splitlines(), n=1)
        return (line for line in lines if not line.startswith(("---", "+++", "@@")))


class Unconfirmed(Frozen):
    """A check to which Lean came to an answer then or now, and not both times.

    `turn` and `tool` are as in Difference; `why` is a sentence.
    """

    turn: int
    tool: str
    why: str


class Replayed(Frozen):
    """What became of one episode's calls.

    `calls` were made again; to `unanswered` of them Lean came to no answer, neither then nor now.
    `flaws` say in what the record is not whole.
    """

    episode_id: str
    calls: int
    unanswered: int
    flaws: tuple[str, ...]
    differences: tuple[Difference, ...]
    unconfirmed: tuple[Unconfirmed, ...]

    @computed_field  # type: ignore[prop-decorator]
    @property
    def standing(self) -> Standing:
        """What that amounts to."""
        if self.flaws or self.differences:
            return Standing.DIFFERING
        return Standing.NOT_CONFIRMED if self.unconfirmed else Standing.CLEAN


async def replay(
    traces: Iterable[Trace],
    make_toolbox: MakeToolbox,
    workers: int,
    console: Console | None = None,
) -> list[Replayed]:
    """Make the calls of all traces again, `workers` episodes at a time.

    Lean has PATIENCE times the time that it had. The answers come in the order of the traces.
    With a `console`, progress is shown. What reading `traces` raises is raised here.
    """
    done: dict[int, Replayed] = {}
    differing = 0
    with counting(console, TextColumn("{task.fields[differing]} differ")) as progress:
        bar = progress.add_task("Replaying", total=None, differing=0)

        async def one(numbered: tuple[int, Trace]) -> None:
            nonlocal differing
            position, trace = numbered
            done[position] = await replay_one(trace, make_toolbox)
            differing += done[position].standing is Standing.DIFFERING
            progress.update(bar, advance=1, differing=differing)

        await for_each(enumerate(traces), workers, one)
    return [done[position] for position in sorted(done)]


async def replay_one(trace: Trace, make_toolbox: MakeToolbox) -> Replayed:
    """Make the calls of one trace again, in order; those too that were refused.

    A statement that does not elaborate leaves its checks unconfirmed.
    """
    longer = trace.limits.model_copy(
        update={"check_seconds": PATIENCE * trace.limits.check_seconds}
    )
    again = _Again(trace, make_toolbox(trace.problem, longer))
    differences: list[Difference] = []
    unconfirmed: list[Unconfirmed] = []
    calls = unanswered = 0
    for turn in recorded_turns(trace):
        refused = again.refused(turn)
        for call in turn.calls():
            calls += 1
            try:
                now = await again.answer(call, refused)
            except StatementError as error:
                unconfirmed.append(Unconfirmed(turn=call.turn, tool=call.tool, why=str(error)))
                continue
            unanswered += _unanswered(call.verdict) and _unanswered(now.verdict)
            match _compared(call, now):
                case Difference() as difference:
                    differences.append(difference)
                case Unconfirmed() as open_one:
                    unconfirmed.append(open_one)
    return Replayed(
        episode_id=trace.episode_id,
        calls=calls,
        unanswered=unanswered,
        flaws=tuple(flaws(trace)),
        differences=tuple(differences),
        unconfirmed=tuple(unconfirmed),
    )


@dataclass(frozen=True)
class _Answer:
    """What the model would read of a call now; `refusal` is what is wrong with it, if anything."""

    text: str
    verdict: Verdict | None = None
    refusal: CallError | None = None

    @classmethod
    def of(cls, result: ToolResult) -> _Answer:
        return cls(result.text, result.verdict)


class _Again:
    """Makes the calls of one trace as the agent loop does."""

    def __init__(self, trace: Trace, toolbox: Toolbox) -> None:
        offered = toolbox.tools if trace.settings.mode is Mode.AGENT else ()
        self._tools: dict[str, Tool] = {tool.schema.name: tool for tool in offered}
        self._check = toolbox.check
        self._settings = trace.settings

    def refused(self, turn: RecordedTurn) -> Mapping[str, CallError]:
        """The calls of an answer that no tool is asked for, and what is wrong with them."""
        if not turn.answer.tool_calls:
            return {}
        schemas = [tool.schema for tool in self._tools.values()]
        completion = Completion(raw=turn.turn.raw, message=turn.answer)
        # The dialect matters to answers without calls alone.
        return judge(completion, schemas, None, self._settings.lenient).refused

    async def answer(self, recorded: RecordedCall, refused: Mapping[str, CallError]) -> _Answer:
        """The answer of now. Raises StatementError, and what the tools raise."""
        call = recorded.call
        if call is None:
            return _Answer.of(await self._check(recorded.code or ""))
        error = refused.get(call.id)
        if error is None and call.name not in self._tools:  # none are offered in this mode
            return _Answer(f"There is no tool {call.name!r}.")
        if error is None:
            try:
                return _Answer.of(await self._tools[call.name].call(call.arguments))
            except ToolArgumentError as misfit:
                error = refusal(CallErrorKind.BAD_ARGUMENTS, call, str(misfit))
        return _Answer(complaint(error, self._settings), refusal=error)


def _compared(then: RecordedCall, now: _Answer) -> Difference | Unconfirmed | None:
    """In what the two answers differ, or None."""
    recorded, shown = then.text, now.text
    if _unanswered(then.verdict) != _unanswered(now.verdict):
        return Unconfirmed(turn=then.turn, tool=then.tool, why=_why_open(then.verdict, now.verdict))
    if then.verdict is not None:
        words = format_verdict(then.verdict, then.code or "")
        if recorded is None:
            recorded = words
        if _unanswered(then.verdict):  # whose words name the time or memory that there was
            shown = words
    if recorded is not None and recorded != shown:
        return _difference(then, recorded, shown)
    old, new = _timeless(then.verdict), _timeless(now.verdict)
    if old != new and not _unanswered(old):
        return _difference(then, _json(old, "no verdict"), _json(new, "no verdict"))
    if then.refusal != now.refusal:
        nothing = "nothing was wrong with the call"
        return _difference(then, _json(then.refusal, nothing), _json(now.refusal, nothing))
    return None


def _difference(then: RecordedCall, recorded: str, now: str) -> Difference:
    return Difference(turn=then.turn, tool=then.tool, recorded=recorded, now=now)


def _unanswered(verdict: Verdict | None) -> bool:
    """Whether Lean came to no answer, which says nothing about the proof."""
    return verdict is not None and not verdict.accepted and verdict.reason in NO_ANSWER


def _why_open(then: Verdict | None, now: Verdict | None) -> str:
    there, here = ("no verdict" if one is None else one.reason.value for one in (then, now))
    if _unanswered(then):
        return f"Lean came to no answer then ({there}), and answers now ({here})"
    return f"Lean answered then ({there}), and comes to no answer now ({here})"


def _timeless(verdict: Verdict | None) -> Verdict | None:
    return None if verdict is None else verdict.model_copy(update={"seconds": 0.0})


def _json(value: Frozen | None, nothing: str) -> str:
    return nothing if value is None else value.model_dump_json(indent=1)


def other_versions(traces: Iterable[Trace], versions: Mapping[str, str]) -> list[str]:
    """A line for each version that differs between the traces and now: `lean: A there, B here`."""
    there: dict[str, set[str]] = {}
    for trace in traces:
        for name in versions.keys() & trace.versions.keys():
            there.setdefault(name, set()).add(trace.versions[name])
    return [
        f"{name}: {', '.join(sorted(found))} there, {versions[name]} here"
        for name, found in sorted(there.items())
        if found != {versions[name]}
    ]
