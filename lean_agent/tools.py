"""Tools a model may call: a JSON schema and an async call."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from lean_agent.chat import ToolSchema
from lean_agent.lean.verdict import Verdict


@dataclass(frozen=True)
class ToolResult:
    """What a tool answers: the text the model reads, and the verdict if it checked a proof."""

    text: str
    verdict: Verdict | None = None


class ToolArgumentError(Exception):
    """The arguments do not fit the tool's schema; the message tells the model what to mend."""


class Tool(Protocol):
    """Something a model can call by name during an episode."""

    @property
    def schema(self) -> ToolSchema:
        """What the model is told about the tool."""
        ...

    async def call(self, arguments: dict[str, Any]) -> ToolResult:
        """Carry the call out. Raises ToolArgumentError where the arguments do not fit."""
        ...
