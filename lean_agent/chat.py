"""The words of a conversation: messages, tool calls and what a model answers with."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Role = Literal["system", "user", "assistant", "tool"]


class Frozen(BaseModel):
    """Base of the value types: immutable, and strict about unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class ToolSchema(Frozen):
    """What a model is told about a tool.

    `parameters` is the JSON Schema of the arguments object.
    """

    name: str
    description: str
    parameters: dict[str, Any]


class ToolCall(Frozen):
    """One call a model wrote, as parsed; `id` ties the tool's answer to it."""

    id: str
    name: str
    arguments: dict[str, Any] = Field(default_factory=dict)


class CallErrorKind(StrEnum):
    """What was wrong with a tool call that could not be carried out."""

    UNCLOSED = "unclosed"
    NOT_JSON = "not_json"
    NOT_AN_OBJECT = "not_an_object"
    MISSING_NAME = "missing_name"
    UNKNOWN_TOOL = "unknown_tool"
    BAD_ARGUMENTS = "bad_arguments"


class CallError(Frozen):
    """A malformed call: its kind, the text as written and a sentence the model can act on."""

    kind: CallErrorKind
    text: str
    detail: str


class Message(Frozen):
    """One turn of a conversation.

    An assistant message keeps its words in `content` and its parsed calls in
    `tool_calls`; a tool message names the call it answers in `tool_call_id`.
    """

    role: Role
    content: str
    tool_calls: tuple[ToolCall, ...] = ()
    tool_call_id: str | None = None


class Sampling(Frozen):
    """How a model draws its text. `seed` makes a rollout repeatable where the backend can."""

    temperature: float = 1.0
    top_p: float = 1.0
    max_tokens: int = 4096
    seed: int = 0


class Completion(Frozen):
    """What a model answered with.

    `raw` is the text exactly as generated; `message` is the same after the
    dialect parsed it; `errors` are the calls it could not parse. Token counts
    are the backend's own, or None where it has no tokenizer.
    """

    raw: str
    message: Message
    errors: tuple[CallError, ...] = ()
    finish_reason: Literal["stop", "tool_calls", "length"] = "stop"
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
