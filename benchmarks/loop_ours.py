"""lean-agent in loop.py: `run_episode`, as many at once as `for_each` is told.

"saved" appends every trace to a run folder, as `lean-agent run` does; "leanest" makes the traces
and drops them.
"""
# ruff: noqa: ARG002 - the signatures are those of our protocols

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from types import MappingProxyType
from typing import Any

from loop_task import (
    ACCEPTED,
    CALLS,
    FOUND,
    PROBLEMS,
    REJECTED,
    STATEMENT,
    SYSTEM,
    THOUGHTS,
    TURNS,
    Gate,
    check,
    contest,
    problem,
)

from lean_agent.agent import run_episode
from lean_agent.chat import Completion, Message, Sampling, ToolCall, ToolSchema
from lean_agent.concurrency import for_each
from lean_agent.lean.verdict import Reason, Verdict
from lean_agent.models.patience import Patience
from lean_agent.problem import Problem
from lean_agent.tools import CheckArguments, SearchArguments, Toolbox, ToolResult
from lean_agent.trace.store import RunFolder, RunSettings
from lean_agent.trace.trace import Limits, Trace


def answer(number: int) -> Completion:
    """What the model says in that turn."""
    name, arguments = CALLS[number]
    call = ToolCall(id=f"call_{number}", name=name, arguments=arguments)
    return Completion(
        raw=THOUGHTS[number],
        message=Message(role="assistant", content=THOUGHTS[number], tool_calls=(call,)),
        finish_reason="tool_calls",
    )


ANSWERS = [answer(number) for number in range(TURNS)]


class FixedModel:
    """Answers with the call of the turn, as a server that parses the calls would."""

    spec = "fixed"
    dialect = None
    tools_in_prompt = False
    context_tokens = None
    facts: Mapping[str, str] = MappingProxyType({})

    def __init__(self, gate: Gate) -> None:
        self._gate = gate

    def count_tokens(self, text: str) -> int:
        return len(text) // 3

    async def complete(
        self,
        messages: Sequence[Message],
        tools: Sequence[ToolSchema],
        sampling: Sampling,
        on_text: Callable[[str], None] | None = None,
    ) -> Completion:
        number = (len(messages) - 2) // 2
        await self._gate.turn(number)
        return ANSWERS[number]

    async def close(self) -> None: ...


VERDICTS = {
    ACCEPTED: Verdict(accepted=True, reason=Reason.PROVED, detail=ACCEPTED),
    REJECTED: Verdict(accepted=False, reason=Reason.ERRORS, detail=REJECTED),
}


class Search:
    schema = ToolSchema(
        name="search_mathlib",
        description="Search the Lean library for theorems and definitions by what they say.",
        parameters=SearchArguments.model_json_schema(),
    )

    async def call(self, arguments: dict[str, Any]) -> ToolResult:
        return ToolResult(FOUND)


class Check:
    schema = ToolSchema(
        name="check_lean",
        description="Check a proof with Lean.",
        parameters=CheckArguments.model_json_schema(),
    )

    async def call(self, arguments: dict[str, Any]) -> ToolResult:
        return await self.check(arguments["code"])

    async def check(self, code: str) -> ToolResult:
        said = check(code)
        return ToolResult(said, VERDICTS[said], code)


def prepare(episodes: int, concurrency: int, way: str) -> Callable[[], int]:
    problems = [
        Problem(id=f"p{number}", statement=STATEMENT, informal=problem(number))
        for number in range(PROBLEMS)
    ]
    plan = [(problems[number % PROBLEMS], number // PROBLEMS) for number in range(episodes)]
    limits, sampling = Limits(turns=TURNS), Sampling()
    versions = {"lean-agent": version("lean-agent"), "lean": "4.35.0", "system": SYSTEM}
    settings = RunSettings(
        benchmark="loop",
        benchmark_checksum="",
        split="test",
        limit=None,
        problem_ids=(),
        model="fixed",
        samples=1,
        sampling=sampling,
        limits=limits,
        toolchain="",
        index_checksum="",
        lean_agent=version("lean-agent"),
    )

    async def run(keep: Callable[[Trace], None]) -> int:
        model, patience = FixedModel(Gate(concurrency)), Patience()
        proved = 0

        async def episode(one: tuple[Problem, int]) -> None:
            nonlocal proved
            of, sample = one
            checks = Check()
            trace = await run_episode(
                of,
                model,
                Toolbox((Search(), checks), checks.check),
                sample=sample,
                sampling=sampling,
                limits=limits,
                versions=versions,
                patience=patience,
            )
            keep(trace)
            proved += trace.proved and len(trace.turns) == TURNS

        await for_each(plan, concurrency, episode)
        return proved

    def play() -> int:
        if way == "leanest":
            return asyncio.run(run(lambda _: None))
        with (
            tempfile.TemporaryDirectory() as folder,
            RunFolder.create_or_resume(Path(folder) / "run", settings) as out,
        ):
            return asyncio.run(run(out.append))

    return play


if __name__ == "__main__":
    contest(f"lean-agent {version('lean-agent')}", prepare, ["saved", "leanest"])
