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

    UNCLOSED = "unclosed"  # an opening tag without its closing one
    UNOPENED = "unopened"  # a closing tag without its opening one
    IN_THINKING = "in_thinking"  # inside a <think> block that never ends
    NOT_JSON = "not_json"
    NOT_AN_OBJECT = "not_an_object"
    MISSING_NAME = "missing_name"
    UNKNOWN_TOOL = "unknown_tool"
    BAD_ARGUMENTS = "bad_arguments"  # not what the tool's schema asks for


class CallError(Frozen):
    """A call that could not be carried out: its kind, its text and a sentence the model can act on.

    `call_id` names the call where it could be parsed and then turned out wrong.
    """

    kind: CallErrorKind
    text: str
    detail: str
    call_id: str | None = None


class Message(Frozen):
    """One turn of a conversation.

    An assistant message keeps its words in `content`, a malformed call among
    them as it was written, and its parsed calls in `tool_calls`; a tool message
    names the call it answers in `tool_call_id`. Ids are unique within one
    assistant message and its answers, not over the conversation.
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


FinishReason = Literal["stop", "tool_calls", "length"]


class Completion(Frozen):
    """What a model answered with.

    `raw` is the text exactly as generated or, where a server parses it before
    we see it, the server's message as JSON; `message` is the same after parsing;
    `errors` are the calls that could not be parsed. Token counts are the
    backend's own, or None where it has no tokenizer.
    """

    raw: str
    message: Message
    errors: tuple[CallError, ...] = ()
    finish_reason: FinishReason = "stop"
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
