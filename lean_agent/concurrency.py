"""Bounded concurrency over a long list of work, without a task for every item."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import TypeVar

from lean_agent.errors import UserError

Item = TypeVar("Item")
Work = Callable[[Item], Awaitable[None]]


class Scheduler(StrEnum):
    """What keeps the episodes going."""

    TASK_GROUP = "taskgroup"
    ASYNCIO_POOL = "asyncio-pool"


async def for_each(
    items: Iterable[Item],
    concurrency: int,
    work: Work[Item],
    scheduler: Scheduler = Scheduler.TASK_GROUP,
) -> None:
    """Do the work on every item, `concurrency` at a time, taking items only as workers come free.

    The first exception stops all and is raised. Raises UserError where the
    scheduler's package is not installed.
    """
    with _rare_collections():
        if scheduler is Scheduler.ASYNCIO_POOL:
            await _with_asyncio_pool(items, concurrency, work)
        else:
            await _with_a_task_group(items, concurrency, work)


@contextmanager
def _rare_collections() -> Iterator[None]:
    """Look for cyclic garbage less often.

    With thousands of live episodes each look goes over millions of objects, almost none of
    them garbage: that would take as much time as the episodes (`benchmarks/loop.py`).
    """
    before = gc.get_threshold()
    gc.freeze()  # what is there now stays
    gc.set_threshold(50_000, 20, 100)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


async def _with_a_task_group(items: Iterable[Item], concurrency: int, work: Work[Item]) -> None:
    queue = iter(items)

    async def worker() -> None:
        for item in queue:  # shared: each worker takes the next one
            await work(item)

    try:
        async with asyncio.TaskGroup() as group:
            for _ in range(concurrency):
                group.create_task(worker())
    except ExceptionGroup as raised:
        raise raised.exceptions[0] from None


async def _with_asyncio_pool(items: Iterable[Item], concurrency: int, work: Work[Item]) -> None:
    """The same through the package asyncio-pool.

    It is not the default because `spawn` swallows a cancellation that arrives
    while it waits: Ctrl-C then takes effect only when the run is over.
    """
    try:
        from asyncio_pool import AioPool
    except ImportError as error:
        raise UserError(
            "asyncio-pool is not installed: `pip install 'lean-agent[asyncio-pool]'`"
        ) from error
    failures: list[Exception] = []

    async def guarded(item: Item) -> None:
        try:
            await work(item)
        except Exception as error:
            failures.append(error)

    async with AioPool(size=concurrency) as pool:
        for item in items:
            if failures:
                break
            await pool.spawn(guarded(item))
    if failures:
        raise failures[0]
