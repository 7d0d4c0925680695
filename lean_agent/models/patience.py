"""Patience with a model server: lost requests are made again until it is back."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable

from lean_agent.chat import Completion, Interruption, InterruptionKind
from lean_agent.models.base import ModelError, ModelInterrupted, ModelUnavailable

_FIRST_TRIES = 3
_SINGLED_OUT = 8
_LONGEST_PAUSE = 30.0
_ITS_OWN_FAULT = {
    InterruptionKind.SERVER_ERROR,
    InterruptionKind.HALF_ANSWER,
    InterruptionKind.STALL,
}


class Patience:
    """Shared by the episodes of a run.

    A server that has answered before is waited for while it answers nobody, `seconds` long; one
    that never has is asked only a few times, for then the mistake is more likely in what we were
    told of it. A request that is lost for as long while others are answered is given up alone.
    `first_pause`, in seconds, is doubled with each try.
    """

    def __init__(self, seconds: float = 600.0, first_pause: float = 0.5) -> None:
        self.seconds = seconds
        self._first_pause = first_pause
        self._answers = 0
        self._last_answer = float("-inf")

    async def ask(
        self,
        ask: Callable[[], Awaitable[Completion]],
        lost: Callable[[Interruption], None],
    ) -> Completion:
        """What `ask` answers; it is called again, after growing pauses, while it is interrupted.

        `lost` is told of each lost request before the pause that follows it. Raises
        ModelUnavailable when patience is at its end, ModelError where the server fails again and
        again at this request and meanwhile answers others, and whatever else `ask` raises.
        """
        tries = 0
        began, others = 0.0, 0  # both as they were when the first request was lost
        others_before = 0  # when the last one was
        while True:
            asked = time.monotonic()
            try:
                completion = await ask()
            except ModelInterrupted as error:
                now = time.monotonic()
                tries += 1
                if tries == 1:
                    began, others = now, self._answers
                    others_before = others
                pause = self._pause(error, tries)
                so_far = f"asked {tries} times in {now - began:.0f} s"
                alone = self._answers > others_before
                others_before = self._answers
                often = self._answers - others >= tries >= _SINGLED_OUT
                if alone and self._is_its_own_fault(error, often, now + pause - began):
                    raise ModelError(f"{error} ({so_far}, while it answered others)") from error
                if self._is_at_its_end(error, tries, now + pause - max(began, self._last_answer)):
                    raise ModelUnavailable(f"{error} ({so_far}{self._advice()})") from error
                seconds = round(now - asked + pause, 3)
                lost(Interruption(kind=error.kind, seconds=seconds))
                await asyncio.sleep(pause)
            else:
                self._answers += 1
                self._last_answer = time.monotonic()
                return completion

    def _is_its_own_fault(self, error: ModelInterrupted, often: bool, waited: float) -> bool:
        """Of a request that is lost while others are answered; a limit on our rate is for all."""
        if error.kind is InterruptionKind.RATE_LIMIT:
            return False
        return waited > self.seconds or (often and error.kind in _ITS_OWN_FAULT)

    def _is_at_its_end(self, error: ModelInterrupted, tries: int, silent: float) -> bool:
        """Who asks us to come back later is there, even if it has not answered yet."""
        there = (
            self._answers > 0
            or error.kind is InterruptionKind.RATE_LIMIT
            or error.retry_after is not None
        )
        return silent > self.seconds or (tries >= _FIRST_TRIES and not there)

    def _advice(self) -> str:
        if self._answers:
            return ""
        return (
            "; one that has not answered yet is not waited for: if it is still loading, start "
            "again when it is up"
        )

    def _pause(self, error: ModelInterrupted, tries: int) -> float:
        """Jitter over a doubling span, so that thousands of episodes do not come back at once
        (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/)."""
        if error.retry_after is not None:
            return error.retry_after * random.uniform(1, 1.5) + random.uniform(0, self._first_pause)
        # By the exponent's bound no power is too large for a float.
        span = self._first_pause * 2.0 ** min(tries, 64)
        return random.uniform(self._first_pause / 2, min(_LONGEST_PAUSE, span))
