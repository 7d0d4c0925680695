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
_TOO_HIGH = 2.5  # how many times too high an estimate of tokens may be


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

    What the backend has counted stands. What is new since is added at its estimate, which is
    rather too high; what is cut of what was counted is taken off at the least that it can have
    had. So once there was a count, no more is sent than fits.
    """

    def __init__(self, model: Model, tools: Sequence[ToolSchema]) -> None:
        self._model = model
        self._tools = () if model.tools_in_prompt else tools
        self._limit = model.context_tokens
        self._told = self._limit is not None
        self._messages: list[Message] = []
        self._counts: list[int] = []  # of each message, how many of `_used` are surely its own
        self._used = 0
        self._counted = 0  # so many messages are in the backend's last count
        self._oldest = 0  # no message before this one can be shortened any more

    def fit(self, messages: Sequence[Message], max_tokens: int) -> Sent:
        """What to send of `messages`, which begin with those of the last time.

        At least a quarter of the context, or `max_tokens` where that is less, is kept free for
        the answer. Raises ContextFull where that cannot be.
        """
        if self._limit is None:
            return Sent(messages, (), max_tokens)
        self._take(messages)
        shortened = []
        if self._used + max_tokens > self._limit:
            reserve = min(max_tokens, self._limit // 4)
            roles = (number for number, one in enumerate(messages) if one.role == "assistant")
            self._oldest = max(self._oldest, next(roles, len(messages)))
            while self._used + reserve > self._limit and self._oldest < len(messages):
                if self._shorten(self._oldest):
                    shortened.append(Shortened(message=self._oldest, kept=KEPT))
                self._oldest += 1
            if self._used + reserve > self._limit:
                raise ContextFull(
                    f"the conversation has about {self._used:,} tokens and the answer needs "
                    f"{reserve:,} more; the model's context is {self._limit:,}"
                )
        room = min(max_tokens, self._limit - self._used)
        return Sent(tuple(self._messages), tuple(shortened), room)

    def learn(self, prompt_tokens: int | None) -> None:
        """Go by what the backend counted of the messages sent last."""
        if prompt_tokens is None or self._limit is None:
            return
        # The first count also holds what the template says of its own accord.
        over = self._used - prompt_tokens if self._counted else self._used
        for number in range(self._counted, len(self._messages)):
            count = self._counts[number]
            # All the new ones were estimated so much too high; then none of them more than that.
            self._counts[number] = min(count, max(int(count / _TOO_HIGH), count - over))
        self._counted = len(self._messages)
        self._used = prompt_tokens

    def refused(self, sent: Sent) -> None:
        """The model says that what was sent last does not fit: less will be sent the next time.

        First the room for the answer is cut to a quarter of the context, then what is sent is
        taken to fill it. Where the context is not known, it is looked for by halves.
        """
        if self._limit is None or not self._told:
            self._take(sent.messages)
            self._limit = max(self._used, (self._used + sent.max_tokens) // 2)
            return
        reserve = self._limit // 4
        self._used = self._limit - reserve if sent.max_tokens > reserve else self._limit

    def _take(self, messages: Sequence[Message]) -> None:
        """Count what is new."""
        if not self._messages:
            schemas = (tool.model_dump_json() for tool in self._tools)
            self._used += sum(self._model.count_tokens(schema) for schema in schemas)
        for message in messages[len(self._messages) :]:
            count = self._count(message)
            self._messages.append(message)
            self._counts.append(count)
            self._used += count

    def _count(self, message: Message) -> int:
        called = "".join(call.model_dump_json() for call in message.tool_calls)
        return self._model.count_tokens(message.content + called) + _PER_MESSAGE

    def _shorten(self, number: int) -> bool:
        message = self._messages[number]
        if message.role == "assistant" or len(message.content) <= 2 * KEPT:
            return False  # the note takes room too, and none is shortened twice
        self._messages[number] = shorten(message, KEPT)
        left = self._count(self._messages[number])
        self._used -= max(0, self._counts[number] - left)
        self._counts[number] = left
        return True
