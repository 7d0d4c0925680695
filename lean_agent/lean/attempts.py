"""When a process fails: whether another one is asked, and how often."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

from lean_agent.lean.pool import LeanPool
from lean_agent.lean.repl import (
    LeanRepl,
    PoolBusy,
    ReplError,
    ReplFlood,
    ReplKilled,
    ReplOutOfMemory,
    ReplTimeout,
)

TRIES = 2  # a second process decides whether the first one or the code was to blame
TRIES_WHEN_KILLED = 8  # kill -9 comes from outside: it says nothing about the code
_BUSY_SHARE = 0.5  # of the time limit; a process that used less of it was not at work

Result = TypeVar("Result")


async def on_a_process(
    pool: LeanPool,
    work: Callable[[LeanRepl], Awaitable[Result]],
    *,
    seconds: float,
    header: str = "",
    owner: str = "",
    fresh: bool = False,
) -> Result:
    """What `work` makes of a process of the pool; of another one where the first was to blame.

    `seconds` is the time limit that `work` sets itself. Raises what `tried` raises.
    """

    async def once(again: bool) -> Result:
        async with pool.lease(header, owner, fresh=fresh or again) as repl:
            return await work(repl)

    return await tried(once, seconds)


async def tried(work: Callable[[bool], Awaitable[Result]], seconds: float) -> Result:
    """What `work` comes to; at another try where a process was to blame, and not the code.

    `work` is told whether it failed before, other than by a kill from outside. `seconds` is the
    time limit that it sets itself. Raises the last try's ReplError, and PoolBusy at once.
    """
    tries = kills = 0
    while True:
        try:
            return await work(tries > 0)
        except PoolBusy:
            raise
        except ReplKilled:
            kills += 1
            if kills >= TRIES_WHEN_KILLED:
                raise
        except ReplError as error:
            tries += 1
            if tries >= TRIES or not _worth_another_try(error, seconds):
                raise


def _worth_another_try(error: ReplError, seconds: float) -> bool:
    """Whether a fresh process could do better: not where the code itself used up its share."""
    if isinstance(error, ReplTimeout):
        return error.cpu_seconds < _BUSY_SHARE * seconds
    return not isinstance(error, ReplOutOfMemory | ReplFlood)
