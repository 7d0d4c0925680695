"""inspect_ai in loop.py: a task with a sample for every episode, solved by a loop of its own.

The solver asks the model and executes its tool calls until a check is accepted, as the page on
custom agents in the library's documentation does it; there is no scorer. Displays and control
servers are off. "default" writes the log as `eval` does on its own; "leanest" leaves the samples
out of it, and the model's requests unrecorded.
"""
# ruff: noqa: ARG001, ARG002 - the signatures are inspect_ai's

from __future__ import annotations

import tempfile
from collections.abc import Callable
from typing import Any

import inspect_ai
from inspect_ai import Task
from inspect_ai import eval as evaluate
from inspect_ai.dataset import MemoryDataset, Sample
from inspect_ai.model import (
    ChatCompletionChoice,
    ChatMessage,
    ChatMessageAssistant,
    GenerateConfig,
    ModelAPI,
    ModelOutput,
    execute_tools,
    get_model,
    modelapi,
)
from inspect_ai.solver import Generate, Solver, TaskState, chain, solver, system_message
from inspect_ai.tool import Tool, ToolCall, ToolChoice, ToolInfo, tool
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

LEANEST: dict[str, Any] = {
    "log_samples": False,
    "log_realtime": False,
    "log_model_api": False,
    "log_level_transcript": "critical",
    "score_display": False,
    "log_buffer": 1000,
}


def answer(number: int) -> ModelOutput:
    """What the model says in that turn; made anew, for the library writes into it."""
    name, arguments = CALLS[number]
    message = ChatMessageAssistant(
        content=THOUGHTS[number],
        tool_calls=[ToolCall(id=f"call_{number}", function=name, arguments=dict(arguments))],
    )
    choice = ChatCompletionChoice(message=message, stop_reason="tool_calls")
    return ModelOutput(model="fixed", choices=[choice])


@modelapi(name="fixed")
class FixedModel(ModelAPI):
    """Answers with the call of the turn."""

    def __init__(self, model_name: str, gate: Gate, **_: Any) -> None:
        super().__init__(model_name)
        self._gate = gate

    async def generate(
        self,
        input: list[ChatMessage],
        tools: list[ToolInfo],
        tool_choice: ToolChoice,
        config: GenerateConfig,
    ) -> ModelOutput:
        number = (len(input) - 2) // 2
        await self._gate.turn(number)
        return answer(number)


@tool
def search_mathlib() -> Tool:
    async def execute(query: str, k: int = 5) -> str:
        """Search the Lean library for theorems and definitions by what they say.

        Args:
            query: What the lemma says, in plain English or Lean.
            k: How many results, 1 to 20.
        """
        return FOUND

    return execute


@tool
def check_lean() -> Tool:
    async def execute(code: str) -> str:
        """Check a proof with Lean.

        Args:
            code: Complete Lean 4 code with the whole theorem.
        """
        return check(code)

    return execute


@solver
def prove(proved: list[int]) -> Solver:
    """Let the model work until its proof is accepted; `proved` gets the number of turns."""
    tools = [search_mathlib(), check_lean()]

    async def solve(state: TaskState, generate: Generate) -> TaskState:
        model = get_model()
        for turn in range(TURNS):
            state.output = await model.generate(state.messages, tools)
            state.messages.append(state.output.message)
            answers = (await execute_tools(state.messages, tools)).messages
            state.messages.extend(answers)
            if answers[-1].text == ACCEPTED:
                proved.append(turn + 1)
                state.completed = True
                break
        return state

    return solve


def prepare(episodes: int, concurrency: int, way: str) -> Callable[[], int]:
    proved: list[int] = []
    samples = [Sample(input=problem(number), id=number + 1) for number in range(episodes)]
    task = Task(dataset=MemoryDataset(samples), solver=chain(system_message(SYSTEM), prove(proved)))
    config = GenerateConfig(max_connections=concurrency, adaptive_connections=False)

    def play() -> int:
        with tempfile.TemporaryDirectory() as folder:
            logs = evaluate(
                task,
                model=get_model(
                    "fixed/fixed", config=config, memoize=False, gate=Gate(concurrency)
                ),
                max_samples=concurrency,
                max_connections=concurrency,
                adaptive_connections=False,
                display="none",
                acp_server=False,
                ctl_server=False,
                log_dir=folder,
                log_header_only=True,
                **(LEANEST if way == "leanest" else {}),
            )
        if logs[0].status != "success":
            raise SystemExit(f"inspect_ai ended with {logs[0].status}: {logs[0].error}")
        return sum(turns == TURNS for turns in proved)

    return play


if __name__ == "__main__":
    contest(f"inspect_ai {inspect_ai.__version__}", prepare, ["default", "leanest"])
