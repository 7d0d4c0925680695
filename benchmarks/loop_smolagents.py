"""smolagents in loop.py: a ToolCallingAgent in each thread.

The fourth turn calls `final_answer`, the library's own tool for the purpose, and a function given
as `final_answer_checks` accepts it. The log is off. "documented" makes an agent for every episode,
with the default prompts, as the library's example of a server does; "leanest" makes one for every
thread, to play one episode after the other, with our short system prompt, which need not be filled
in. An agent forgets the last episode when it begins the next, and nothing is written.
"""
# ruff: noqa: ARG001 - the signatures are smolagents'

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import smolagents
from loop_task import (
    ACCEPTED,
    BARRIER_TURN,
    CALLS,
    FOUND,
    SYSTEM,
    THOUGHTS,
    TURNS,
    check,
    contest,
    problem,
)
from smolagents import (
    ActionStep,
    LogLevel,
    Model,
    ToolCallingAgent,
    tool,
)
from smolagents.agents import EMPTY_PROMPT_TEMPLATES
from smolagents.models import (
    ChatMessage,
    ChatMessageToolCall,
    ChatMessageToolCallFunction,
    MessageRole,
)


def answer(number: int) -> ChatMessage:
    """What the model says in that turn."""
    name, arguments = CALLS[number]
    if number == TURNS - 1:
        name, arguments = "final_answer", {"answer": arguments["code"]}
    function = ChatMessageToolCallFunction(name=name, arguments=arguments)
    return ChatMessage(
        role=MessageRole.ASSISTANT,
        content=THOUGHTS[number],
        tool_calls=[ChatMessageToolCall(id=f"call_{number}", type="function", function=function)],
    )


ANSWERS = [answer(number) for number in range(TURNS)]


class FixedModel(Model):
    """Answers with the call of the turn; in the third turn only when all threads are in theirs."""

    def __init__(self, concurrency: int) -> None:
        super().__init__(model_id="fixed")
        self._gate = threading.Barrier(concurrency)
        self._passed = False

    def generate(self, messages: list[ChatMessage], *_: Any, **__: Any) -> ChatMessage:
        number = len(messages) // 3  # the opening has two, a turn what was said, called, answered
        if number == BARRIER_TURN and not self._passed:
            self._gate.wait()
            self._passed = True
        return ANSWERS[number]


@tool
def search_mathlib(query: str, k: int = 5) -> str:
    """Search the Lean library for theorems and definitions by what they say.

    Args:
        query: What the lemma says, in plain English or Lean.
        k: How many results, 1 to 20.
    """
    return FOUND


@tool
def check_lean(code: str) -> str:
    """Check a proof with Lean.

    Args:
        code: Complete Lean 4 code with the whole theorem.
    """
    return check(code)


def is_accepted(answer: Any, memory: Any, agent: Any) -> bool:
    return check(answer) == ACCEPTED


def prepare(episodes: int, concurrency: int, way: str) -> Callable[[], int]:
    model = FixedModel(concurrency)
    lean_prompts = {**EMPTY_PROMPT_TEMPLATES, "system_prompt": SYSTEM}
    of_thread = threading.local()

    def new_agent() -> ToolCallingAgent:
        return ToolCallingAgent(
            tools=[search_mathlib, check_lean],
            model=model,
            prompt_templates=lean_prompts if way == "leanest" else None,
            max_steps=TURNS,
            verbosity_level=LogLevel.OFF,
            final_answer_checks=[is_accepted],
        )

    def episode(task: str) -> bool:
        if way != "leanest" or not hasattr(of_thread, "agent"):
            of_thread.agent = new_agent()
        answer = of_thread.agent.run(task)
        steps = [step for step in of_thread.agent.memory.steps if isinstance(step, ActionStep)]
        return len(steps) == TURNS and check(answer) == ACCEPTED

    def play() -> int:
        with ThreadPoolExecutor(concurrency) as pool:
            return sum(pool.map(episode, tasks))

    tasks = [problem(number) for number in range(episodes)]
    return play


if __name__ == "__main__":
    contest(f"smolagents {smolagents.__version__}", prepare, ["documented", "leanest"])
