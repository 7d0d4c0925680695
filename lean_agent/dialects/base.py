"""Dialect: how a model writes tool calls in plain text."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from pydantic_core import from_json

from lean_agent.chat import CallError, Message, ToolCall, ToolSchema


@dataclass(frozen=True)
class Reply:
    """A model's text, taken apart: its words, the calls it made, and the calls it spoilt.

    `content` is everything but the calls in `calls`, so a spoilt call stays in it.
    """

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
        """An assistant message as text; `parse` gives the same content and calls back.

        Content that ends in white space or holds the dialect's own tags is
        changed on that way.
        """
        ...

    def render_result(self, message: Message) -> str:
        """A tool message as the text the model reads."""
        ...


_DEEPEST = 64  # pydantic reads no more than 200 levels, and a trace adds some of its own


def strict_json(text: str) -> Any:
    """The JSON value in `text`. Raises ValueError, with a reason fit for a model to read.

    Unlike `json.loads` it takes only what can be written down and read again: no
    NaN or Infinity, no half of a surrogate pair, nothing nested without end.
    """
    value = from_json(text.encode(), allow_inf_nan=False)
    json.dumps(value, allow_nan=False)  # 1e999 has become Infinity
    if _deeper(value, _DEEPEST):
        raise ValueError(f"nested more than {_DEEPEST} levels deep")
    return value


def _deeper(value: Any, levels: int) -> bool:
    if isinstance(value, dict):
        value = list(value.values())
    if not isinstance(value, list):
        return False
    return levels == 0 or any(_deeper(part, levels - 1) for part in value)
