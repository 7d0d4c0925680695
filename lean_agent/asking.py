"""One question to the model: cut to its context, asked again when it is lost, and noted down."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence

from lean_agent.chat import Completion, Interruption, Message, Sampling, ToolSchema
from lean_agent.context import Context
from lean_agent.models.base import Model
from lean_agent.models.patience import Patience
from lean_agent.trace.trace import Turn


class Asker:
    """Asks one model through one episode.

    `deadline` is the episode's; it is put off by what a server's absence takes. `on_text` is
    given the model's text as it is generated, where the backend streams.
    """

    def __init__(
        self,
        model: Model,
        tools: Sequence[ToolSchema],
        sampling: Sampling,
        patience: Patience,
        deadline: asyncio.Timeout,
        on_text: Callable[[str], None] | None,
    ) -> None:
        self._model = model
        self._tools = tools
        self._sampling = sampling
        self._patience = patience
        self._deadline = deadline
        self._on_text = on_text
        self._context = Context(model, tools)

    async def ask(self, messages: Sequence[Message], tokens_left: int) -> tuple[Completion, Turn]:
        """The model's next message, of at most `tokens_left` tokens, and the record of the asking.

        Raises ContextFull, and what the model raises once patience is at its end.
        """
        sent = self._context.fit(messages, min(self._sampling.max_tokens, tokens_left))
        sampling = self._sampling.model_copy(update={"max_tokens": sent.max_tokens})
        lost: list[Interruption] = []

        def interrupted(interruption: Interruption) -> None:
            lost.append(interruption)
            when = self._deadline.when()
            if when is not None and not self._deadline.expired():
                self._deadline.reschedule(when + interruption.seconds)

        asked = time.perf_counter()
        completion = await self._patience.ask(
            lambda: self._model.complete(sent.messages, self._tools, sampling, self._on_text),
            interrupted,
        )
        self._context.learn(completion.prompt_tokens)
        return completion, Turn(
            raw=completion.raw,
            finish_reason=completion.finish_reason,
            prompt_tokens=completion.prompt_tokens,
            completion_tokens=completion.completion_tokens,
            logprobs=completion.logprobs,
            shortened=sent.shortened,
            interruptions=tuple(lost),
            model_seconds=round(time.perf_counter() - asked, 3),
        )
