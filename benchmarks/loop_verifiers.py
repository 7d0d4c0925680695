"""verifiers in loop.py: a ToolEnv that ends an episode when its check accepts.

The model is a `Client` of the library's own kind, which needs no translation to OpenAI's types and
back. "saved" is `generate` with its results saved, without its progress bar; "kept" is the same
without saving; "leanest" runs `rollout` for every episode, at most so many at a time, with neither
scores nor statistics, and drops the state that comes of it.
"""
# ruff: noqa: ARG001, ARG002 - the signatures are the library's

from __future__ import annotations

import asyncio
import json
import tempfile
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import verifiers as vf
from datasets import Dataset
from loop_task import (
    ACCEPTED,
    CALLS,
    FOUND,
    SYSTEM,
    THOUGHTS,
    TURNS,
    Gate,
    check,
    contest,
    problem,
)
from verifiers.clients import Client
from verifiers.types import Response, ResponseMessage, ToolCall


def answer(number: int) -> Response:
    """What the model says in that turn."""
    name, arguments = CALLS[number]
    call = ToolCall(id=f"call_{number}", name=name, arguments=json.dumps(arguments))
    message = ResponseMessage(
        content=THOUGHTS[number],
        tool_calls=[call],
        finish_reason="tool_calls",
        is_truncated=False,
    )
    return Response(id="", created=0, model="fixed", message=message)


ANSWERS = [answer(number) for number in range(TURNS)]


class FixedModel(Client[Any, Any, Any, Any]):
    """Answers with the call of the turn."""

    def __init__(self, gate: Gate) -> None:
        super().__init__(None)
        self._gate = gate

    def setup_client(self, config: Any) -> None: ...

    async def to_native_tool(self, tool: Any) -> Any:
        return tool

    async def to_native_prompt(self, messages: Any) -> tuple[Any, dict[str, Any]]:
        return messages, {}

    async def get_native_response(
        self, prompt: Any, model: str, sampling_args: Any, tools: Any = None, **_: Any
    ) -> Response:
        number = (len(prompt) - 2) // 2
        await self._gate.turn(number)
        return ANSWERS[number]

    async def raise_from_native_response(self, response: Any) -> None: ...

    async def from_native_response(self, response: Response) -> Response:
        return response

    async def close(self) -> None: ...


def search_mathlib(query: str, k: int = 5) -> str:
    """Search the Lean library for theorems and definitions by what they say.

    Args:
        query: What the lemma says, in plain English or Lean.
        k: How many results, 1 to 20.
    """
    return FOUND


def check_lean(code: str) -> str:
    """Check a proof with Lean.

    Args:
        code: Complete Lean 4 code with the whole theorem.
    """
    return check(code)


class Proving(vf.ToolEnv):
    async def env_response(self, messages: Any, state: Any, **kwargs: Any) -> Any:
        answers = await super().env_response(messages, state, **kwargs)
        if answers[-1].content == ACCEPTED:
            state["final_env_response"] = answers
        return answers


async def proved(state: Any) -> float:
    return float(state["final_env_response"] is not None and len(state["trajectory"]) == TURNS)


def prepare(episodes: int, concurrency: int, way: str) -> Callable[[], int]:
    rows = [
        {"example_id": number, "question": problem(number), "answer": ""}
        for number in range(episodes)
    ]
    environment = Proving(
        eval_dataset=Dataset.from_list(rows),
        system_prompt=SYSTEM,
        tools=[search_mathlib, check_lean],
        rubric=vf.Rubric(funcs=[proved]),
        max_turns=TURNS + 1,
    )
    inputs = environment.get_eval_dataset().to_list()

    async def generate() -> int:
        with tempfile.TemporaryDirectory() as folder:
            results = await environment.generate(
                inputs,
                FixedModel(Gate(concurrency)),
                "fixed",
                max_concurrent=concurrency,
                independent_scoring=True,
                on_start=lambda *_: None,
                save_results=way == "saved",
                results_path=Path(folder) / "results" if way == "saved" else None,
            )
        return sum(output["reward"] == 1.0 for output in results["outputs"])

    async def rollouts() -> int:
        client = FixedModel(Gate(concurrency))
        free = asyncio.Semaphore(concurrency)

        async def episode(row: Any) -> float:
            async with free:
                return await proved(await environment.rollout(row, client, "fixed"))

        return int(sum(await asyncio.gather(*(episode(row) for row in inputs))))

    return lambda: asyncio.run(rollouts() if way == "leanest" else generate())


if __name__ == "__main__":
    contest(f"verifiers {version('verifiers')}", prepare, ["saved", "kept", "leanest"])
