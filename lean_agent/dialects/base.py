"""Dialect: how a model writes tool calls in plain text."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NoReturn, Protocol

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


def strict_json(text: str) -> Any:
    """The JSON value in `text`. Raises ValueError, with a reason fit for a model to read.

    Unlike `json.loads` it takes only what can be written down again as UTF-8
    JSON: no NaN, no Infinity, no half of a surrogate pair.
    """
    try:
        value = json.loads(text, parse_constant=_no_constant, parse_float=_finite)
        json.dumps(value, ensure_ascii=False).encode()
    except RecursionError:
        raise ValueError("nested too deeply") from None
    except UnicodeEncodeError:
        raise ValueError("a \\uD800-\\uDFFF escape without its other half") from None
    except json.JSONDecodeError as error:
        raise ValueError(f"{error.msg} at character {error.pos + 1}") from None
    return value


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a JSON value")


def _finite(digits: str) -> float:
    value = float(digits)
    if not math.isfinite(value):
        raise ValueError(f"the number {digits[:20]} is too large")
    return value
