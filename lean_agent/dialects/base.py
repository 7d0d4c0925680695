"""Dialect: how a model writes tool calls in plain text."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

from pydantic_core import from_json

from lean_agent.chat import CallError, FinishReason, Message, Repair, ToolCall, ToolSchema

THINK, END_THINK = "<think>", "</think>"
THINKING: Mapping[str, str] = {THINK: END_THINK, "[THINK]": "[/THINK]"}
"""The marks between which models think, Mistral's newer ones between the latter."""


@dataclass(frozen=True)
class Reply:
    """A model's text, taken apart: its words, the calls it made, and the calls it spoilt.

    `content` is everything but the calls in `calls`, so a spoilt call stays in it, and so does
    thinking. `repairs` tell what lenient reading mended in `calls`. All are in the text's order;
    the n-th call has the id `call_n`.
    """

    content: str
    calls: tuple[ToolCall, ...] = ()
    errors: tuple[CallError, ...] = ()
    repairs: tuple[Repair, ...] = ()


Piece = str | ToolCall | CallError
"""A part of an answer: words, a call, or a spoilt call."""


class Reader(Protocol):
    """Reads one answer as it comes, in any chunks, in time linear in its length."""

    def feed(self, text: str) -> list[Piece]:
        """The pieces that are certain with this much more text: for showing them at once.

        What might still become part of a call is held back, and so is a call that might still
        turn out to have been a thought. Never raises.
        """
        ...

    def finish(self, finish_reason: FinishReason = "stop") -> Reply:
        """The whole answer, the same however it was cut into chunks. Never raises.

        With "length" a call that breaks off is TRUNCATED and not UNCLOSED.
        """
        ...


class Dialect(ABC):
    """Parse and render one way of writing tool calls.

    With `lenient` what is nearly a call is taken as one, and a Repair says what was mended;
    it is off unless asked for.
    """

    name: ClassVar[str]

    stops: ClassVar[tuple[str, ...]] = ()
    """Marks of a tool's answer, in the model's own template: a model that writes one has begun
    to play the tool's part, so generation ends before it."""

    thinking: ClassVar[Mapping[str, str]] = {THINK: END_THINK}
    """The marks between which a model thinks: each opening one and its closing one."""

    words_beside_calls: ClassVar[bool] = True
    """Whether an answer may hold words outside its thinking and calls as well."""

    def __init__(self, lenient: bool = False) -> None:
        self.lenient = lenient

    @abstractmethod
    def instructions(self) -> str:
        """What a system prompt says, after the list of tools, of how to call one."""

    @abstractmethod
    def reader(self, tools: Sequence[ToolSchema] = ()) -> Reader:
        """A reader for one answer.

        `tools` give the types of arguments where the notation does not; whether a call fits
        them is looked at later (`lean_agent.calls`).
        """

    @abstractmethod
    def render(self, content: str, calls: Sequence[ToolCall]) -> str:
        """An assistant message as text; reading it gives the same content and calls back.

        Ids have no place in the text. Where `words_beside_calls` is false, words are left out
        beside calls (thinking is not).
        """

    @abstractmethod
    def render_result(self, message: Message, tool: str) -> str:
        """A tool message, the answer to a call of `tool`, as the text the model reads."""

    def may_call(self, text: str) -> bool:  # noqa: ARG002
        """A quick look: False only where reading the text would find no call."""
        return True

    def read(
        self,
        text: str,
        tools: Sequence[ToolSchema] = (),
        finish_reason: FinishReason = "stop",
    ) -> Reply:
        """Take a whole answer apart. Never raises: what is malformed becomes a CallError."""
        reader = self.reader(tools)
        reader.feed(text)
        return reader.finish(finish_reason)


_ENCODER = json.JSONEncoder(allow_nan=False)
DEEPEST = 64  # pydantic reads no more than 200 levels, and a trace adds some of its own


def strict_json(text: str) -> Any:
    """The JSON value in `text`. Raises ValueError, with a reason fit for a model to read.

    Unlike `json.loads` it takes only what can be written down and read again: no
    NaN or Infinity, no half of a surrogate pair, nothing nested without end.
    """
    value = from_json(text.encode(), allow_inf_nan=False)
    _ENCODER.encode(value)  # 1e999 has become Infinity, which it refuses
    if text.count("{") + text.count("[") > DEEPEST and _deeper(value, DEEPEST):
        raise ValueError(f"nested more than {DEEPEST} levels deep")
    return value


def _deeper(value: Any, levels: int) -> bool:
    if isinstance(value, dict):
        value = list(value.values())
    if not isinstance(value, list):
        return False
    return levels == 0 or any(_deeper(part, levels - 1) for part in value)
