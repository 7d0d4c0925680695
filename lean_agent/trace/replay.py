"""Replay: the tool calls of a trace made once more, each answer held against the recorded one."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from lean_agent.chat import Frozen, Message, ToolCall
from lean_agent.concurrency import for_each
from lean_agent.lean.feedback import format_verdict
from lean_agent.lean.verdict import NO_ANSWER, Verdict
from lean_agent.problem import Problem
from lean_agent.submission import submitted_proof
from lean_agent.tools import ToolArgumentError, Toolbox, ToolResult
from lean_agent.trace.recheck import PATIENCE
from lean_agent.trace.trace import Limits, Trace

MakeToolbox = Callable[[Problem, Limits], Toolbox]


class Difference(Frozen):
    """A call that is answered otherwise than in the record.

    `turn` counts from 1. `tool` is its name, empty for a proof that was only written down.
    `recorded` and `now` are what the model read and would read, or the whole verdicts as JSON
    where the words are the same.
    """

    turn: int
    tool: str
    recorded: str
    now: str

    def diff(self) -> Iterator[str]:
        """The lines that differ, with `-` for the recorded ones and `+` for those of now."""
        lines = difflib.unified_diff(self.recorded.splitlines(), self.now.splitlines(), n=1)
        return (line for line in lines if not line.startswith(("---", "+++", "@@")))


class Replayed(Frozen):
    """What became of one episode's calls.

    `calls` were made again; on `unanswered` of them Lean came to no answer, then or now, which
    says nothing about the trace. A replay is clean where there are no differences.
    """

    episode_id: str
    calls: int
    unanswered: int
    differences: tuple[Difference, ...]


async def replay(
    traces: Iterable[Trace],
    make_toolbox: MakeToolbox,
    workers: int,
    console: Console | None = None,
) -> list[Replayed]:
    """Make the calls of all traces again, `workers` episodes at a time.

    Only calls that were carried out are: those that were refused never reached a tool. Lean has
    PATIENCE times the time that it had. The answers come in the order of the traces. With a
    `console`, progress is shown. What reading `traces` raises is raised here.
    """
    done: dict[int, Replayed] = {}
    differing = 0
    with _progress(console) as progress:
        bar = progress.add_task("Replaying", total=None, differing=0)

        async def one(numbered: tuple[int, Trace]) -> None:
            nonlocal differing
            position, trace = numbered
            done[position] = await replay_one(trace, make_toolbox)
            differing += bool(done[position].differences)
            progress.update(bar, advance=1, differing=differing)

        await for_each(enumerate(traces), workers, one)
    return [done[position] for position in sorted(done)]


async def replay_one(trace: Trace, make_toolbox: MakeToolbox) -> Replayed:
    """Make the calls of one trace again, in order."""
    longer = trace.limits.model_copy(
        update={"check_seconds": PATIENCE * trace.limits.check_seconds}
    )
    toolbox = make_toolbox(trace.problem, longer)
    differences: list[Difference] = []
    calls = unanswered = 0
    for call in carried_out(trace):
        now = await call.again(toolbox)
        calls += 1
        verdicts = [one for one in (call.verdict, now.verdict) if one is not None]
        if any(verdict.reason in NO_ANSWER for verdict in verdicts):
            unanswered += 1
        elif difference := _difference(call, now):
            differences.append(difference)
    return Replayed(
        episode_id=trace.episode_id,
        calls=calls,
        unanswered=unanswered,
        differences=tuple(differences),
    )


@dataclass(frozen=True)
class CarriedOut:
    """A call that reached a tool, or a proof that was only written down (`call` is None then).

    `text` is what the tool answered; of such a proof the trace has the verdict alone.
    """

    turn: int
    call: ToolCall | None
    code: str | None
    text: str | None
    verdict: Verdict | None

    async def again(self, toolbox: Toolbox) -> ToolResult:
        """The answer of now; a complaint where the tool is gone or takes no such arguments."""
        if self.call is None:
            return await toolbox.check(self.code or "")
        named = self.call.name
        tool = next((tool for tool in toolbox.tools if tool.schema.name == named), None)
        if tool is None:
            return ToolResult(f"There is no tool {named!r}.")
        try:
            return await tool.call(self.call.arguments)
        except ToolArgumentError as error:
            return ToolResult(f"The tool refuses these arguments: {error}")


def carried_out(trace: Trace) -> Iterator[CarriedOut]:
    """The calls of a trace that reached a tool, in order."""
    answers = _answers(trace.messages)
    turns = zip(answers, trace.turns, trace.verdicts_by_call(), strict=False)
    for number, ((answer, results), turn, verdicts) in enumerate(turns, start=1):
        refused = {error.call_id for error in turn.errors}
        for call in answer.tool_calls:
            if call.id not in refused and call.id in results:
                code = call.arguments.get("code")
                yield CarriedOut(
                    number,
                    call,
                    code if isinstance(code, str) else None,
                    results[call.id],
                    verdicts.get(call.id),
                )
        if "" in verdicts:
            code = submitted_proof(answer.content, trace.problem)
            yield CarriedOut(number, None, code, None, verdicts[""])


def _answers(messages: Iterable[Message]) -> list[tuple[Message, dict[str, str]]]:
    """Each answer of the model with the tools' results by the id of the call."""
    found: list[tuple[Message, dict[str, str]]] = []
    for message in messages:
        if message.role == "assistant":
            found.append((message, {}))
        elif message.role == "tool" and found:
            found[-1][1][message.tool_call_id or ""] = message.content
    return found


def _difference(call: CarriedOut, now: ToolResult) -> Difference | None:
    tool = call.call.name if call.call else ""
    recorded = call.text
    if recorded is None and call.verdict is not None:
        recorded = format_verdict(call.verdict, call.code or "")
    if recorded is not None and recorded != now.text:
        return Difference(turn=call.turn, tool=tool, recorded=recorded, now=now.text)
    then, verdict = _timeless(call.verdict), _timeless(now.verdict)
    if then != verdict:
        return Difference(turn=call.turn, tool=tool, recorded=_json(then), now=_json(verdict))
    return None


def _timeless(verdict: Verdict | None) -> Verdict | None:
    return None if verdict is None else verdict.model_copy(update={"seconds": 0.0})


def _json(verdict: Verdict | None) -> str:
    return "no verdict" if verdict is None else verdict.model_dump_json(indent=1)


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


def _progress(console: Console | None) -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[differing]} differ"),
        TimeElapsedColumn(),
        console=console,
        disable=console is None,
    )
