"""Dialect: how a model writes tool calls in plain text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from lean_agent.chat import CallError, Message, ToolCall, ToolSchema


@dataclass(frozen=True)
class Reply:
    """A model's text, taken apart: its words, the calls it made, and the calls it spoilt."""

    content: str
    calls: tuple[ToolCall, ...] = ()
    errors: tuple[CallError, ...] = ()


class Dialect(Protocol):
    """Parse and render one way of writing tool calls."""

    @property
    def name(self) -> str: ...

    def system_text(self, tools: Sequence[ToolSchema]) -> str:
        """What the system prompt says about the tools and how to call them."""
        ...

    def parse(self, text: str) -> Reply:
        """Take a model's text apart. Never raises: what is malformed becomes a CallError."""
        ...

    def render(self, content: str, calls: Sequence[ToolCall]) -> str:
        """An assistant message as text; `parse` gives the same content and calls back."""
        ...

    def render_result(self, message: Message) -> str:
        """A tool message as the text the model reads."""
        ...
