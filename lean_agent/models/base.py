"""Model: messages in, Completion out."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from lean_agent.chat import (
    Completion,
    FinishReason,
    InterruptionKind,
    Message,
    Sampling,
    TokenLogprob,
    ToolSchema,
)
from lean_agent.dialects.base import Dialect
from lean_agent.errors import UserError

_HALF_A_PAIR = re.compile("[\ud800-\udfff]")


class ModelError(Exception):
    """The model cannot answer this conversation; the message says why. The episode ends."""


class ContextExceeded(ModelError):
    """This conversation and the room for an answer do not fit the model: a shorter one may."""


class ModelUnavailable(UserError):
    """The model answers nobody: wrong key, no such model, or gone for longer than we wait.

    This says nothing about the theorem, so it is no outcome of an episode.
    """


class ModelInterrupted(ModelUnavailable):
    """One request was lost; the same request may succeed later (`lean_agent.models.patience`).

    `retry_after` is how many seconds the server asks us to wait, None where it does not.
    """

    def __init__(
        self, message: str, kind: InterruptionKind, retry_after: float | None = None
    ) -> None:
        super().__init__(message)
        self.kind = kind
        self.retry_after = retry_after


class Model(Protocol):
    """A language model, or something that answers like one."""

    @property
    def spec(self) -> str:
        """The string that names this model on the command line, such as `openai:NAME@URL`."""
        ...

    @property
    def dialect(self) -> Dialect | None:
        """How its text is read; None where a server parses the calls."""
        ...

    @property
    def tools_in_prompt(self) -> bool:
        """Whether the system prompt must describe the tools and how to call them.

        False where a server or the model's chat template is given them beside the messages.
        """
        ...

    @property
    def context_tokens(self) -> int | None:
        """How many tokens a conversation and the answer to it may have; None where not known."""
        ...

    @property
    def facts(self) -> Mapping[str, str]:
        """What decides its answers, beyond its name and the sampling, as far as it is known.

        Such as `interface`, `context_tokens`, `dtype`, checksums and versions of packages. Traces
        hold them, and a run is gone on with only where those known both times are the same.
        """
        ...

    def count_tokens(self, text: str) -> int:
        """How many tokens the text has: by the model's own tokenizer, else an estimate that is
        rather too high than too low."""
        ...

    async def open(self) -> None:
        """Learn what must be known before the first answer, such as a server's context.

        Does nothing the second time, and raises nothing.
        """
        ...

    async def complete(
        self,
        messages: Sequence[Message],
        tools: Sequence[ToolSchema],
        sampling: Sampling,
        on_text: Callable[[str], None] | None = None,
    ) -> Completion:
        """The assistant's next message.

        `on_text` is given the text as it is generated, where the backend streams. Raises
        ModelError, ModelUnavailable or, where another try may help, ModelInterrupted.
        """
        ...

    async def close(self) -> None:
        """Give back connections and memory."""
        ...


def stop_strings(
    sampling: Sampling, dialect: Dialect | None, tools: Sequence[ToolSchema]
) -> tuple[str, ...]:
    """What ends an answer: what the sampling says and, where tools are offered, the dialect."""
    theirs = dialect.stops if dialect is not None and tools else ()
    return tuple(dict.fromkeys(filter(None, (*sampling.stop, *theirs))))


def estimated_tokens(text: str) -> int:
    """An upper estimate for a model whose tokenizer we do not have.

    Tokenizers of today's models make a token of 3 to 4 bytes of English and of 2 to 3 bytes of
    Lean, whose symbols take 3 bytes each in UTF-8.
    """
    return len(text.encode("utf-8", "surrogatepass")) // 2 + 1


def read_completion(
    raw: str,
    dialect: Dialect,
    tools: Sequence[ToolSchema] = (),
    *,
    finish_reason: FinishReason = "stop",
    prompt_tokens: int | None = None,
    completion_tokens: int | None = None,
    logprobs: tuple[TokenLogprob, ...] | None = None,
    prompt_hash: str | None = None,
) -> Completion:
    """A text model's answer, taken apart by its dialect.

    The finish reason "stop" becomes "tool_calls" where there are any. Half a surrogate pair, which
    a server's JSON may hold and no file can, becomes U+FFFD.
    """
    raw = _HALF_A_PAIR.sub("\ufffd", raw)
    reply = dialect.read(raw, tools, finish_reason)
    called = finish_reason == "stop" and reply.calls
    return Completion(
        raw=raw,
        message=Message(role="assistant", content=reply.content, tool_calls=reply.calls),
        errors=reply.errors,
        repairs=reply.repairs,
        finish_reason="tool_calls" if called else finish_reason,
        prompt_tokens=prompt_tokens,
        completion_tokens=completion_tokens,
        logprobs=logprobs,
        prompt_hash=prompt_hash,
    )
