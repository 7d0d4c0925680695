"""Model: messages in, Completion out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from lean_agent.chat import Completion, FinishReason, Message, Sampling, ToolSchema
from lean_agent.dialects.base import Dialect
from lean_agent.errors import UserError


class ModelError(Exception):
    """The model cannot answer this conversation; the message says why. The episode ends."""


class ModelUnavailable(UserError):
    """The model answers nobody: server gone or overloaded, wrong key, no such model.

    This says nothing about the theorem, so it is no outcome of an episode.
    """


class Model(Protocol):
    """A language model, or something that answers like one."""

    @property
    def spec(self) -> str:
        """The string that names this model on the command line, such as `openai:NAME@URL`."""
        ...

    @property
    def dialect(self) -> Dialect | None:
        """How it reads of tools and writes calls in its text; None where a server does that."""
        ...

    async def complete(
        self, messages: Sequence[Message], tools: Sequence[ToolSchema], sampling: Sampling
    ) -> Completion:
        """The assistant's next message. Raises ModelError or ModelUnavailable."""
        ...

    async def close(self) -> None:
        """Give back connections and memory."""
        ...


def read_completion(
    raw: str,
    dialect: Dialect,
    *,
    finish_reason: FinishReason | None = None,
    prompt_tokens: int | None = None,
    completion_tokens: int | None = None,
) -> Completion:
    """A text model's answer, taken apart by its dialect.

    Without a `finish_reason` of the backend's own it is "tool_calls" where there
    are any, else "stop".
    """
    reply = dialect.parse(raw)
    return Completion(
        raw=raw,
        message=Message(role="assistant", content=reply.content, tool_calls=reply.calls),
        errors=reply.errors,
        finish_reason=finish_reason or ("tool_calls" if reply.calls else "stop"),
        prompt_tokens=prompt_tokens,
        completion_tokens=completion_tokens,
    )
