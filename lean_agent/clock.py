"""The clock of an episode, which stands still while it waits for what others hold.

An episode's time limit is for what it does: the model's answers and the tools' work. Waiting for
a free connection, a free Lean process or a server that is gone says nothing about it, and would
make results hang on how many episodes run at once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar

_deadline: ContextVar[asyncio.Timeout | None] = ContextVar("episode_deadline", default=None)


@contextmanager
def keeping_time(deadline: asyncio.Timeout) -> Iterator[None]:
    """What is awaited in here counts against the deadline, but for what is `not_counted`."""
    before = _deadline.set(deadline)
    try:
        yield
    finally:
        _deadline.reset(before)


@contextmanager
def not_counted() -> Iterator[None]:
    """Stop the clock of the episode on whose behalf this is awaited, if there is one."""
    running = _running()
    if running is None:  # none, or it stands still already
        yield
        return
    deadline, when = running
    loop = asyncio.get_running_loop()
    began = loop.time()
    deadline.reschedule(None)
    try:
        yield
    finally:
        with suppress(RuntimeError):  # the episode has ended; another waits for the same check
            deadline.reschedule(when + loop.time() - began)


def put_off(seconds: float) -> None:
    """Give back time that has turned out not to count, such as that of a lost request."""
    running = _running()
    if running is not None:
        deadline, when = running
        with suppress(RuntimeError):
            deadline.reschedule(when + seconds)


def _running() -> tuple[asyncio.Timeout, float] | None:
    """The deadline of the episode and when it is, unless there is none or it stands still."""
    deadline = _deadline.get()
    if deadline is None or deadline.expired():
        return None
    when = deadline.when()
    return None if when is None else (deadline, when)
