"""One question to the model: cut to its context, asked again when it is lost or too long."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from lean_agent.chat import (
    CallError,
    Completion,
    Interruption,
    Message,
    Repair,
    Sampling,
    Shortened,
    ToolSchema,
)
from lean_agent.clock import put_off
from lean_agent.context import Context, ContextFull, Sent
from lean_agent.lean.verdict import Verdict
from lean_agent.models.base import ContextExceeded, Model
from lean_agent.models.patience import Patience
from lean_agent.trace.trace import Turn


@dataclass(frozen=True)
class Asked:
    """An answer, and what the asking took: see Turn for the fields."""

    completion: Completion
    shortened: tuple[Shortened, ...]
    interruptions: tuple[Interruption, ...]
    max_tokens: int
    seconds: float

    def turn(
        self,
        errors: Sequence[CallError],
        repairs: Sequence[Repair],
        verdicts: Sequence[Verdict],
        tool_seconds: float,
    ) -> Turn:
        """The bookkeeping of it, with what came of the answer."""
        completion = self.completion
        return Turn(
            raw=completion.raw,
            errors=tuple(errors),
            repairs=tuple(repairs),
            verdicts=tuple(verdicts),
            finish_reason=completion.finish_reason,
            prompt_tokens=completion.prompt_tokens,
            completion_tokens=completion.completion_tokens,
            logprobs=completion.logprobs,
            shortened=self.shortened,
            interruptions=self.interruptions,
            max_tokens=self.max_tokens,
            prompt_hash=completion.prompt_hash,
            model_seconds=self.seconds,
            tool_seconds=round(tool_seconds, 3),
        )


class Asker:
    """Asks one model through one episode.

    What a server's absence takes is not the episode's time (see `lean_agent.clock`). `on_text`
    is given the model's text as it is generated, where the backend streams.
    """

    def __init__(
        self,
        model: Model,
        tools: Sequence[ToolSchema],
        sampling: Sampling,
        patience: Patience,
        on_text: Callable[[str], None] | None,
    ) -> None:
        self._model = model
        self._tools = tools
        self._sampling = sampling
        self._patience = patience
        self._on_text = on_text
        self._context = Context(model, tools)
        self._lost: list[Interruption] = []

    @property
    def unanswered(self) -> tuple[Interruption, ...]:
        """The requests that were lost with no answer after them."""
        return tuple(self._lost)

    async def ask(self, messages: Sequence[Message], tokens_left: int) -> Asked:
        """The model's next message, of at most `tokens_left` tokens.

        What the model refuses as too long is shortened further and asked again. Raises
        ContextFull, and what the model raises once patience is at its end.
        """
        asked = time.perf_counter()
        most = min(self._sampling.max_tokens, tokens_left)
        shortened: list[Shortened] = []
        sent = self._context.fit(messages, most)
        while True:
            shortened += sent.shortened
            try:
                completion = await self._patience.ask(partial(self._complete, sent), self._is_lost)
                break
            except ContextExceeded as refusal:
                self._context.refused(sent)
                try:
                    sent = self._context.fit(messages, most)
                except ContextFull as full:
                    raise ContextFull(f"{refusal}; nothing is left to be shortened") from full
        self._context.learn(completion.prompt_tokens)
        lost, self._lost = tuple(self._lost), []
        seconds = time.perf_counter() - asked - sum(one.seconds for one in lost)
        return Asked(completion, tuple(shortened), lost, sent.max_tokens, round(seconds, 3))

    async def _complete(self, sent: Sent) -> Completion:
        sampling = self._sampling
        if sampling.max_tokens != sent.max_tokens:
            sampling = sampling.model_copy(update={"max_tokens": sent.max_tokens})
        return await self._model.complete(sent.messages, self._tools, sampling, self._on_text)

    def _is_lost(self, interruption: Interruption) -> None:
        self._lost.append(interruption)
        put_off(interruption.seconds)
