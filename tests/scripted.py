"""Stand-ins for what a test cannot have: a language model, and tools that answer at once."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from lean_agent.chat import Completion, FinishReason, Message, Sampling, ToolSchema
from lean_agent.dialects.hermes import Hermes
from lean_agent.lean.verdict import Reason, Verdict
from lean_agent.models.base import read_completion
from lean_agent.problem import Problem
from lean_agent.tools import Toolbox, ToolResult

AND_SWAP = Problem(
    id="and_swap",
    statement="theorem and_swap' (a b : Prop) (h : a ∧ b) : b ∧ a",
    header="open Nat",
    informal="Conjunction is symmetric.",
)

SEARCH = ToolSchema(
    name="search_mathlib",
    description='Search "the library" for a < b & more.',
    parameters={
        "type": "object",
        "properties": {
            "query": {"type": "string", "description": "What the lemma says.", "maxLength": 2000},
            "k": {"type": "integer", "description": "How many.", "default": 5},
            "kinds": {"type": "array", "items": {"type": "string"}},
            "order": {"enum": ["best", "name"]},
        },
        "required": ["query"],
    },
)
"""A schema with some of everything that templates describe."""


def call(name: str, **arguments: Any) -> str:
    """A tool call as a Hermes model writes it."""
    return f"<tool_call>{json.dumps({'name': name, 'arguments': arguments})}</tool_call>"


class ScriptedModel:
    """Says its lines one after the other, or what a function makes of the conversation."""

    spec = "scripted"
    dialect = Hermes()
    tools_in_prompt = True
    context_tokens: int | None = None
    facts: Mapping[str, str] = MappingProxyType({})

    @staticmethod
    def count_tokens(text: str) -> int:
        """A token a character."""
        return len(text)

    def __init__(
        self,
        lines: Sequence[str] | Callable[[Sequence[Message], Sampling], str],
        tokens_each: int | None = None,
        seconds_each: float = 0,
        finish_reason: FinishReason = "stop",
    ) -> None:
        self._lines = lines
        self._tokens = tokens_each
        self._seconds = seconds_each
        self._finish_reason = finish_reason
        self.asked: list[tuple[list[Message], Sampling]] = []

    async def open(self) -> None:
        pass

    async def complete(
        self,
        messages: Sequence[Message],
        tools: Sequence[ToolSchema],
        sampling: Sampling,
        on_text: Callable[[str], None] | None = None,  # noqa: ARG002
    ) -> Completion:
        self.asked.append((list(messages), sampling))
        await asyncio.sleep(self._seconds)
        if callable(self._lines):
            line = self._lines(messages, sampling)
        else:
            line = self._lines[len(self.asked) - 1]
        return read_completion(
            line,
            self.dialect,
            tools,
            finish_reason=self._finish_reason,
            completion_tokens=self._tokens,
        )

    async def close(self) -> None:
        pass


class Checker:
    """Has the name of check_lean and accepts any code that does not say `wrong`."""

    schema = ToolSchema(
        name="check_lean",
        description="Check a proof.",
        parameters={
            "type": "object",
            "properties": {"code": {"type": "string"}},
            "required": ["code"],
        },
    )

    def __init__(self, seconds: float = 0) -> None:
        self._seconds = seconds

    async def call(self, arguments: dict[str, Any]) -> ToolResult:
        await asyncio.sleep(self._seconds)
        return await self.check(arguments["code"])

    async def check(self, code: str) -> ToolResult:
        """The same for a proof that is only written down."""
        if "wrong" in code:
            verdict = Verdict(accepted=False, reason=Reason.ERRORS, detail="type mismatch")
        else:
            verdict = Verdict(accepted=True, reason=Reason.PROVED, detail="accepted")
        return ToolResult(verdict.detail, verdict, code)


def toolbox(checker: Checker) -> Toolbox:
    """A toolbox with that checker alone."""
    return Toolbox((checker,), checker.check)
