"""Patience with a model server: lost requests are made again until it is back."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable

from lean_agent.chat import Completion, Interruption
from lean_agent.models.base import ModelInterrupted, ModelUnavailable

_FIRST_TRIES = 3
_SHORTEST, _LONGEST = 0.5, 30.0


class Patience:
    """Shared by the episodes of a run.

    A server that has answered before is waited for, `seconds` long from the first lost request
    to the last; one that never has is asked only a few times, for then the mistake is more
    likely in what we were told of it.
    """

    def __init__(self, seconds: float = 600.0) -> None:
        self.seconds = seconds
        self._answered = False

    async def ask(
        self,
        ask: Callable[[], Awaitable[Completion]],
        lost: Callable[[Interruption], None],
    ) -> Completion:
        """What `ask` answers; it is called again, after growing pauses, while it is interrupted.

        `lost` is told of each lost request before the pause that follows it. Raises
        ModelUnavailable when patience is at its end, and whatever else `ask` raises.
        """
        began = time.monotonic()
        tries = 0
        while True:
            asked = time.monotonic()
            try:
                completion = await ask()
            except ModelInterrupted as error:
                tries += 1
                pause = self._pause(error, tries)
                over = time.monotonic() + pause - began > self.seconds
                if over or (tries >= _FIRST_TRIES and not self._answered):
                    raise ModelUnavailable(
                        f"{error} (asked {tries} times in {time.monotonic() - began:.0f} s)"
                    ) from error
                seconds = round(time.monotonic() - asked + pause, 3)
                lost(Interruption(kind=error.kind, seconds=seconds))
                await asyncio.sleep(pause)
            else:
                self._answered = True
                return completion

    def _pause(self, error: ModelInterrupted, tries: int) -> float:
        """Full jitter over a doubling span, so that thousands of episodes do not come back at
        once (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/)."""
        if error.retry_after is not None:
            return error.retry_after + random.uniform(0, _SHORTEST)
        return random.uniform(_SHORTEST / 2, min(_LONGEST, _SHORTEST * 2**tries))
