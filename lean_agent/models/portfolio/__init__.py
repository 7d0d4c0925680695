"""`portfolio`: a baseline prover that needs no language model.

It reads the goal, searches the library, tries tactics with the lemmas it found,
reads what Lean says and plans its next attempt from that. It answers in text with
tool calls like any model, sees only the conversation, and is deterministic: its
answer is a function of the messages and the seed.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import ClassVar

from lean_agent.chat import Completion, Message, Sampling, ToolSchema
from lean_agent.dialects.hermes import Hermes
from lean_agent.models.base import ModelError, estimated_tokens, read_completion
from lean_agent.models.portfolio.plan import Step, plan


class PortfolioModel:
    """A planner behind the Model interface. Different seeds try ideas in different orders."""

    spec = "portfolio"
    tools_in_prompt = True
    context_tokens = None
    facts: ClassVar[Mapping[str, str]] = MappingProxyType({})

    def __init__(self) -> None:
        self.dialect = Hermes()

    async def open(self) -> None:
        """Nothing to learn."""

    async def complete(
        self,
        messages: Sequence[Message],
        tools: Sequence[ToolSchema],
        sampling: Sampling,
        on_text: Callable[[str], None] | None = None,  # noqa: ARG002
    ) -> Completion:
        """The next step of the plan, which is worked out afresh from the conversation.

        Raises ModelError where there are no tools to call.
        """
        if not tools:
            raise ModelError("the portfolio proves by calling tools, and none are offered")
        step = _step_after(messages, random.Random(sampling.seed))
        raw = self.dialect.render(step.thought, step.calls)
        return read_completion(raw, self.dialect, tools)

    def count_tokens(self, text: str) -> int:
        """An estimate: it reads text, not tokens."""
        return estimated_tokens(text)

    async def close(self) -> None:
        """Nothing to give back."""


def _step_after(messages: Sequence[Message], rng: random.Random) -> Step:
    task = next(message.content for message in messages if message.role == "user")
    steps = plan(task, rng)
    step = next(steps)
    for answers in _answers(messages):
        try:
            step = steps.send(answers)
        except StopIteration:
            return Step("I have tried all that I know.")
    return step


def _answers(messages: Sequence[Message]) -> list[list[str]]:
    """The tool results that followed each assistant message, in order."""
    rounds: list[list[str]] = []
    for message in messages:
        if message.role == "assistant":
            rounds.append([])
        elif message.role == "tool" and rounds:
            rounds[-1].append(message.content)
    return rounds
