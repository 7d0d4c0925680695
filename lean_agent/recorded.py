"""The tools of a record: they answer what they answered then, and ask neither Lean nor an index.

With a replayed model a run then goes through the whole system, from the benchmark's file to the
report, on verdicts that were reached elsewhere. So a published number can be followed on a
machine that could not have made it. Nothing is checked anew.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

from lean_agent.adaptation import adapt_text
from lean_agent.chat import ToolSchema
from lean_agent.decontamination import statement_hash
from lean_agent.errors import UserError
from lean_agent.executor import Failed, Player
from lean_agent.lean.feedback import format_verdict
from lean_agent.lean.library import Library
from lean_agent.models.patience import Patience
from lean_agent.models.replay import ReplayModel, ending
from lean_agent.problem import Problem
from lean_agent.statements import ReadyProblems
from lean_agent.tools import ToolArgumentError, Toolbox, ToolResult
from lean_agent.trace.recorded_turns import RecordedCall, recorded_turns
from lean_agent.trace.run_settings import SETTINGS_FILE, RunSettings, read_settings
from lean_agent.trace.trace import Outcome, Trace, episode_id

_MODEL_FACTS = "model."
_SHOWN = 200  # characters of a statement


class NotRecorded(UserError):
    """A call that the record has no answer to. It is no outcome of an episode."""


class RecordedTools:
    """What the tools answered in the `traces` of a record, which lies in `path`."""

    def __init__(self, path: Path, traces: Collection[Trace]) -> None:
        self._path = path
        self._traces = {trace.episode_id: trace for trace in traces}

    @property
    def checksum(self) -> str:
        """A SHA-256 of all traces, whatever order they finished in."""
        digest = hashlib.sha256()
        for name in sorted(self._traces):
            digest.update(self._traces[name].model_dump_json().encode() + b"\n")
        return digest.hexdigest()

    def version(self, name: str) -> str:
        """What the record rests on: several values where it changed on the way."""
        found = {trace.versions.get(name, "unknown") for trace in self._traces.values()}
        return "; ".join(sorted(found))

    def versions(self, problem: Problem, sample: int) -> dict[str, str]:
        """What the verdicts of one episode rest on. Raises NotRecorded."""
        recorded = self._trace(problem, sample).versions
        return {name: recorded[name] for name in recorded if not name.startswith(_MODEL_FACTS)}

    def ready(self, problems: Sequence[Problem]) -> ReadyProblems:
        """The problems as the record has them, which were made ready for its Lean.

        Those that were left out of a recorded run are broken here too. Raises UserError where
        the record does not have a problem, or has another of its id. Statements are held against
        each other in their normal form, both adapted as far as that needs no Lean; headers, of
        which Lean's words decide what is left out, are not.
        """
        there = {trace.problem.id: trace.problem for trace in self._traces.values()}
        run = self._path / SETTINGS_FILE
        broken = read_settings(self._path).broken if run.is_file() else ()
        for problem in problems:
            if problem.id in there:
                self._require_same(problem, there[problem.id])
            elif problem.id not in broken:
                raise UserError(
                    f"{self._path} holds no episode of {problem.id}: ask for the benchmark, "
                    "--split and --limit of the recorded run"
                )
        return ReadyProblems(
            tuple(there.get(problem.id, problem) for problem in problems),
            tuple(problem.id for problem in problems if problem.id in broken),
        )

    def toolbox(self, problem: Problem, sample: int) -> Toolbox:
        """The tools of one episode. Raises NotRecorded where the record does not have it."""
        trace = self._trace(problem, sample)
        answers = _Answers(trace)
        tools = (_RecordedTool(schema, answers) for schema in trace.tools)
        return Toolbox(tuple(tools), answers.check)

    def _trace(self, problem: Problem, sample: int) -> Trace:
        name = episode_id(problem.id, sample)
        if name not in self._traces:
            raise NotRecorded(f"{self._path} holds no episode {name}")
        return self._traces[name]

    def _require_same(self, problem: Problem, recorded: Problem) -> None:
        same_name = recorded.name == problem.name
        if same_name and _statement(recorded) == _statement(problem):
            return
        head = f"{self._path} was made of other problems: its {problem.id} is"
        if not same_name:
            raise UserError(f"{head} the theorem {recorded.name}, here it is {problem.name}")
        raise UserError(
            f"{head} `{_shortened(recorded.statement)}`, here it is "
            f"`{_shortened(problem.statement)}`: ask for the file that it was made of"
        )


class Playback(Player):
    """Plays a record's episodes: its answers, its tools, and in each trace its versions."""

    def __init__(self, settings: RunSettings, model: ReplayModel, tools: RecordedTools) -> None:
        super().__init__(settings, model, tools.toolbox, {}, Patience())
        self._tools = tools

    async def play(self, problem: Problem, sample: int) -> Trace | Failed:
        """The trace, or why there is none."""
        played = await super().play(problem, sample)
        if isinstance(played, Failed):
            return played
        return played.model_copy(update={"versions": self._tools.versions(problem, sample)})


class _Answers:
    """Those of one trace, each given once and in order."""

    def __init__(self, trace: Trace) -> None:
        self._trace = trace
        calls = [call for turn in recorded_turns(trace) for call in turn.calls()]
        self._left = [one for one in calls if one.refusal is None]
        self._refused = {
            _key(one.call.name, one.call.arguments): one.refusal.detail
            for one in calls
            if one.call and one.refusal
        }

    def call(self, tool: str, arguments: dict[str, Any]) -> ToolResult:
        """Raises ToolArgumentError where the tool did, and what `_missing` gives."""
        for number, one in enumerate(self._left):
            if one.call and one.call.name == tool and one.call.arguments == arguments:
                return _result(self._left.pop(number))
        if (complaint := self._refused.get(_key(tool, arguments))) is not None:
            raise ToolArgumentError(complaint)
        raise self._missing(f"no such call of {tool}")

    async def check(self, code: str) -> ToolResult:
        """The verdict on a proof that was only written down. Raises what `_missing` gives."""
        for number, one in enumerate(self._left):
            if one.call is None and one.code == code:
                return _result(self._left.pop(number))
        raise self._missing("no verdict on this proof")

    def _missing(self, what: str) -> Exception:
        """NotRecorded; or the recorded end, where the episode ran out of time in this call."""
        if not self._left and self._trace.outcome is Outcome.TIME_LIMIT:
            return ending(self._trace)
        return NotRecorded(f"{self._trace.episode_id}: the record has {what}")


class _RecordedTool:
    def __init__(self, schema: ToolSchema, answers: _Answers) -> None:
        self.schema = schema
        self._answers = answers

    async def call(self, arguments: dict[str, Any]) -> ToolResult:
        return self._answers.call(self.schema.name, arguments)


def _result(one: RecordedCall) -> ToolResult:
    text = one.text
    if text is None and one.verdict is not None:
        text = format_verdict(one.verdict, one.code or "")
    return ToolResult(text or "", one.verdict, one.code if one.verdict else None)


def _key(tool: str, arguments: dict[str, Any]) -> str:
    return json.dumps([tool, arguments], sort_keys=True)


def _statement(problem: Problem) -> str:
    """A hash of what it says. Which library there is matters to the header alone."""
    return statement_hash(adapt_text(problem, Library("embedded")).problem.statement)


def _shortened(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= _SHOWN else f"{flat[: _SHOWN - 1]}…"
