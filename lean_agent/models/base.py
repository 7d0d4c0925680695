"""Model: messages in, Completion out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from lean_agent.chat import Completion, Message, Sampling, ToolSchema


class ModelError(Exception):
    """The model could not answer (server gone, request refused); the message says why."""


class Model(Protocol):
    """A language model, or something that answers like one."""

    @property
    def spec(self) -> str:
        """The string that names this model on the command line, such as `openai:NAME@URL`."""
        ...

    async def complete(
        self, messages: Sequence[Message], tools: Sequence[ToolSchema], sampling: Sampling
    ) -> Completion:
        """The assistant's next message. Raises ModelError where there is none to be had."""
        ...

    async def close(self) -> None:
        """Give back connections and memory."""
        ...
