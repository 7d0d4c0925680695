"""Equal requests at the same time are worked on once, and nobody is left without an answer."""

from __future__ import annotations

import asyncio

import pytest

from lean_agent.lean.sharing import InFlight


class Work:
    """Work that ends when told to, and counts how often it was begun and stopped."""

    def __init__(self) -> None:
        self.begun = self.stopped = 0
        self.may_end = asyncio.Event()

    async def __call__(self) -> str:
        self.begun += 1
        try:
            await self.may_end.wait()
        except asyncio.CancelledError:
            self.stopped += 1
            raise
        return f"answer {self.begun}"


async def start(*waiting: asyncio.Task[str]) -> None:
    """Let the tasks come to their first wait."""
    for _ in range(3):
        await asyncio.sleep(0)
    assert not any(task.done() for task in waiting)


async def test_equal_requests_at_the_same_time_share_one_answer() -> None:
    in_flight, work = InFlight[str](), Work()
    tasks = [asyncio.create_task(in_flight.get("same", work)) for _ in range(5)]
    await start(*tasks)
    work.may_end.set()
    assert await asyncio.gather(*tasks) == ["answer 1"] * 5
    assert work.begun == 1


async def test_different_requests_are_worked_on_apart() -> None:
    in_flight, work = InFlight[str](), Work()
    work.may_end.set()
    await asyncio.gather(in_flight.get("one", work), in_flight.get("other", work))
    assert work.begun == 2


async def test_what_has_ended_is_asked_again() -> None:
    in_flight, work = InFlight[str](), Work()
    work.may_end.set()
    assert await in_flight.get("same", work) == "answer 1"
    assert await in_flight.get("same", work) == "answer 2"


async def test_one_that_gives_up_does_not_take_the_answer_from_the_others() -> None:
    in_flight, work = InFlight[str](), Work()
    first = asyncio.create_task(in_flight.get("same", work))
    second = asyncio.create_task(in_flight.get("same", work))
    await start(first, second)
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    work.may_end.set()
    assert await second == "answer 1"
    assert work.stopped == 0


async def test_work_that_nobody_waits_for_ends_before_the_last_one_leaves() -> None:
    in_flight, work = InFlight[str](), Work()
    tasks = [asyncio.create_task(in_flight.get("same", work)) for _ in range(2)]
    await start(*tasks)
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)
    assert work.stopped == 1
    work.may_end.set()
    assert await in_flight.get("same", work) == "answer 2"


async def test_an_error_reaches_everyone() -> None:
    async def fail() -> str:
        await asyncio.sleep(0)
        raise ValueError("no")

    in_flight = InFlight[str]()
    tasks = [asyncio.create_task(in_flight.get("same", fail)) for _ in range(3)]
    await asyncio.wait(tasks)
    assert [str(task.exception()) for task in tasks] == ["no"] * 3
