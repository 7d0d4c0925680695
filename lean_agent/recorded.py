"""The tools of a record: they answer what they answered then, and ask neither Lean nor an index.

With a replayed model a run then goes through the whole system, from the benchmark's file to the
report, on verdicts that were reached elsewhere. So a published number can be followed on a
machine that could not have made it. Nothing is checked anew.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from lean_agent.chat import ToolSchema
from lean_agent.errors import UserError
from lean_agent.lean.feedback import format_verdict
from lean_agent.models.replay import first_trace
from lean_agent.problem import Problem
from lean_agent.statements import ReadyProblems
from lean_agent.tools import ToolArgumentError, Toolbox, ToolResult
from lean_agent.trace.replay import CarriedOut, carried_out
from lean_agent.trace.store import RunFolder, read_traces
from lean_agent.trace.trace import Trace, episode_id

RECORDED = "recorded"
"""The `--lean` that means these tools."""

_MODEL_FACTS = "model."


class NotRecorded(UserError):
    """A call that the record has no answer to. It is no outcome of an episode."""


class RecordedTools:
    """What the tools answered in the traces of a run folder or trace file.

    `versions` are those that the first trace names for what its verdicts rest on. Raises
    UserError where there is no trace.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._traces = {trace.episode_id: trace for trace in read_traces(path)}
        versions = first_trace(iter(self._traces.values()), path).versions
        self.versions = {
            name: version for name, version in versions.items() if not name.startswith(_MODEL_FACTS)
        }

    def ready(self, problems: Sequence[Problem]) -> ReadyProblems:
        """The problems as the record has them, which were made ready for its Lean.

        Those that were left out of a recorded run are broken here too. Raises UserError where
        the record does not have a problem, or has another of its id.
        """
        there = {trace.problem.id: trace.problem for trace in self._traces.values()}
        broken = RunFolder.open(self._path).settings.broken if self._path.is_dir() else ()
        for problem in problems:
            if problem.id not in broken and problem.id not in there:
                raise UserError(
                    f"{self._path} holds no episode of {problem.id}: ask for the benchmark, "
                    "--split and --limit of the recorded run"
                )
            if problem.id in there and there[problem.id].name != problem.name:
                raise UserError(
                    f"{self._path} was made of other problems: its {problem.id} is the theorem "
                    f"{there[problem.id].name}, here it is {problem.name}"
                )
        return ReadyProblems(
            tuple(there.get(problem.id, problem) for problem in problems),
            tuple(problem.id for problem in problems if problem.id in broken),
        )

    def toolbox(self, problem: Problem, sample: int) -> Toolbox:
        """The tools of one episode. Raises NotRecorded where the record does not have it."""
        trace = self._traces.get(episode_id(problem.id, sample))
        if trace is None:
            raise NotRecorded(f"{self._path} holds no episode {episode_id(problem.id, sample)}")
        answers = _Answers(trace)
        tools = (_RecordedTool(schema, answers) for schema in trace.tools)
        return Toolbox(tuple(tools), answers.check)


class _Answers:
    """Those of one trace, each given once and in order."""

    def __init__(self, trace: Trace) -> None:
        self._episode = trace.episode_id
        self._left = list(carried_out(trace))
        self._refused = dict(_refused(trace))

    def call(self, tool: str, arguments: dict[str, Any]) -> ToolResult:
        """Raises ToolArgumentError where the tool did, and NotRecorded."""
        for number, one in enumerate(self._left):
            if one.call and one.call.name == tool and one.call.arguments == arguments:
                return _result(self._left.pop(number))
        if (complaint := self._refused.get(_key(tool, arguments))) is not None:
            raise ToolArgumentError(complaint)
        raise NotRecorded(f"{self._episode}: the record has no such call of {tool}")

    async def check(self, code: str) -> ToolResult:
        """The verdict on a proof that was only written down. Raises NotRecorded."""
        for number, one in enumerate(self._left):
            if one.call is None and one.code == code:
                return _result(self._left.pop(number))
        raise NotRecorded(f"{self._episode}: the record has no verdict on this proof")


class _RecordedTool:
    def __init__(self, schema: ToolSchema, answers: _Answers) -> None:
        self.schema = schema
        self._answers = answers

    async def call(self, arguments: dict[str, Any]) -> ToolResult:
        return self._answers.call(self.schema.name, arguments)


def _result(one: CarriedOut) -> ToolResult:
    text = one.text
    if text is None and one.verdict is not None:
        text = format_verdict(one.verdict, one.code or "")
    return ToolResult(text or "", one.verdict, one.code if one.verdict else None)


def _refused(trace: Trace) -> Iterator[tuple[str, str]]:
    """The calls that were not carried out, and what was wrong with them."""
    answers = (message for message in trace.messages if message.role == "assistant")
    for answer, turn in zip(answers, trace.turns, strict=False):
        complaints = {error.call_id: error.detail for error in turn.errors if error.call_id}
        for call in answer.tool_calls:
            if call.id in complaints:
                yield _key(call.name, call.arguments), complaints[call.id]


def _key(tool: str, arguments: dict[str, Any]) -> str:
    return json.dumps([tool, arguments], sort_keys=True)
