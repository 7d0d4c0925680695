"""One question to the model: cut to its context, asked again when it is lost."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from lean_agent.chat import Completion, Interruption, Message, Sampling, Shortened, ToolSchema
from lean_agent.context import Context
from lean_agent.models.base import Model
from lean_agent.models.patience import Patience


@dataclass(frozen=True)
class Asked:
    """An answer, and what the asking took: see Turn for the fields."""

    completion: Completion
    shortened: tuple[Shortened, ...]
    interruptions: tuple[Interruption, ...]
    seconds: float


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

    async def ask(self, messages: Sequence[Message], tokens_left: int) -> Asked:
        """The model's next message, of at most `tokens_left` tokens.

        Raises ContextFull, and what the model raises once patience is at its end.
        """
        sent = self._context.fit(messages, min(self._sampling.max_tokens, tokens_left))
        sampling = self._sampling
        if sampling.max_tokens != sent.max_tokens:
            sampling = sampling.model_copy(update={"max_tokens": sent.max_tokens})
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
        seconds = round(time.perf_counter() - asked, 3)
        return Asked(completion, sent.shortened, tuple(lost), seconds)
