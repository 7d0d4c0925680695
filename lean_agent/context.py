"""What of a long conversation is sent: all of it while it fits, then with older results shortened.

Results are those messages that are neither the opening nor the model's own. The oldest are cut
first, and each says that it was cut and by how much.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lean_agent.chat import Message, Shortened, ToolSchema, shorten
from lean_agent.models.base import Model

KEPT = 200
"""Characters that are left of a shortened result: its first, which say what it was."""

_PER_MESSAGE = 8  # the template's own tokens around each: at most this many in those we know


class ContextFull(Exception):
    """The conversation does not fit any more, however much its results are shortened."""


@dataclass(frozen=True)
class Sent:
    """What goes to the model: the messages, which were newly shortened, the room for an answer."""

    messages: Sequence[Message]
    shortened: tuple[Shortened, ...]
    max_tokens: int


class Context:
    """Keeps one conversation within the model's context, in tokens of its own tokenizer.

    Counts of single messages are corrected by what the backend reports of whole prompts.
    """

    def __init__(self, model: Model, tools: Sequence[ToolSchema]) -> None:
        self._model = model
        self._limit = model.context_tokens
        beside = () if model.tools_in_prompt else tools
        self._tools = sum(model.count_tokens(t.model_dump_json()) for t in beside if self._limit)
        self._messages: list[Message] = []
        self._counts: list[int] = []
        self._correction = 0
        self._sent = 0

    def fit(self, messages: Sequence[Message], max_tokens: int) -> Sent:
        """What to send of `messages`, which begin with those of the last time.

        At least a quarter of the context, or `max_tokens` where that is less, is kept free for
        the answer. Raises ContextFull where that cannot be.
        """
        if self._limit is None:
            return Sent(messages, (), max_tokens)
        for message in messages[len(self._messages) :]:
            self._messages.append(message)
            self._counts.append(self._count(message))
        shortened = []
        if self._used() + max_tokens > self._limit:
            reserve = min(max_tokens, self._limit // 4)
            roles = [message.role for message in messages]
            opening = roles.index("assistant") if "assistant" in roles else len(roles)
            for number in range(opening, len(messages)):
                if self._used() + reserve <= self._limit:
                    break
                if self._shorten(number):
                    shortened.append(Shortened(message=number, kept=KEPT))
            if self._used() + reserve > self._limit:
                raise ContextFull(
                    f"the conversation has about {self._used():,} tokens and the answer needs "
                    f"{reserve:,} more; the model's context is {self._limit:,}"
                )
        self._sent = self._used()
        room = min(max_tokens, self._limit - self._sent)
        return Sent(tuple(self._messages), tuple(shortened), room)

    def learn(self, prompt_tokens: int | None) -> None:
        """Correct the counts by what the backend counted of the messages sent last."""
        if prompt_tokens is not None and self._limit is not None:
            self._correction += prompt_tokens - self._sent

    def _used(self) -> int:
        return self._tools + sum(self._counts) + self._correction

    def _count(self, message: Message) -> int:
        called = "".join(call.model_dump_json() for call in message.tool_calls)
        return self._model.count_tokens(message.content + called) + _PER_MESSAGE

    def _shorten(self, number: int) -> bool:
        message = self._messages[number]
        if message.role == "assistant" or len(message.content) <= 2 * KEPT:
            return False  # the note takes room too, and none is shortened twice
        self._messages[number] = shorten(message, KEPT)
        self._counts[number] = self._count(self._messages[number])
        return True
