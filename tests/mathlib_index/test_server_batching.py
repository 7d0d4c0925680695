"""How concurrent queries share batches, with a real index behind a gate that the test opens."""

from __future__ import annotations

import asyncio
import copy
import threading
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from mathlib_index import SearchIndex
from mathlib_index.errors import InvalidQuery
from mathlib_index.index import EVERYTHING, Filters
from mathlib_index.server.app import create_app
from mathlib_index.server.batching import Answers, Batcher, Overloaded


class Gated:
    """`search_many` of an index that waits at a gate, and notes what it was asked."""

    def __init__(self, index: SearchIndex) -> None:
        self.index = index
        self.entered = threading.Event()
        self.gate = threading.Event()
        self.calls: list[list[str]] = []

    def search_many(self, queries: Sequence[str], k: int, filters: Filters) -> Answers:
        self.calls.append(list(queries))
        self.entered.set()
        assert self.gate.wait(30)
        if "poison" in queries:
            raise InvalidQuery("poison")
        return self.index.search_many(queries, k, filters)


def names(answers: Answers) -> list[list[str]]:
    return [[hit.declaration.name for hit in hits] for hits in answers]


@pytest.fixture
def gated(index: SearchIndex) -> Gated:
    return Gated(index)


@asynccontextmanager
async def running(batcher: Batcher) -> AsyncIterator[Batcher]:
    worker = asyncio.create_task(batcher.run())
    try:
        yield batcher
    finally:
        worker.cancel()
        await asyncio.wait({worker})


async def started(batcher: Batcher, gated: Gated, *queries: str) -> list[asyncio.Task[Answers]]:
    """The first query is being searched, the others wait."""
    tasks = []
    for query in queries:
        tasks.append(asyncio.create_task(batcher.search([query], 3, EVERYTHING)))
        await asyncio.to_thread(gated.entered.wait, 30)
    return tasks


async def test_what_comes_during_one_batch_makes_up_the_next(gated: Gated) -> None:
    sizes: list[int] = []
    async with running(Batcher(gated.search_many, max_batch=3, on_batch=sizes.append)) as batcher:
        tasks = await started(batcher, gated, "a", "b", "c", "d", "e")
        assert batcher.waiting == 4
        gated.gate.set()
        answers = await asyncio.gather(*tasks)
    assert gated.calls == [["a"], ["b", "c", "d"], ["e"]]
    assert sizes == [1, 3, 1]
    expected = [gated.index.search_many([query], 3) for query in "abcde"]
    assert [names(answer) for answer in answers] == [names(answer) for answer in expected]


async def test_one_batch_may_hold_different_k_and_filters(gated: Gated) -> None:
    theorems = Filters(kinds=frozenset({"theorem"}))
    async with running(Batcher(gated.search_many)) as batcher:
        tasks = await started(batcher, gated, "first")
        asked = [("group", 2, EVERYTHING), ("group", 5, EVERYTHING), ("group", 2, theorems)]
        tasks = [asyncio.create_task(batcher.search([q], k, f)) for q, k, f in asked]
        gated.gate.set()
        answers = await asyncio.gather(*tasks)
    expected = [gated.index.search_many([query], k, filters) for query, k, filters in asked]
    assert [names(answer) for answer in answers] == [names(answer) for answer in expected]


async def test_a_full_queue_refuses_at_once(gated: Gated) -> None:
    async with running(Batcher(gated.search_many, max_waiting=2)) as batcher:
        tasks = await started(batcher, gated, "a", "b", "c")
        with pytest.raises(Overloaded):
            await batcher.search(["d"], 3, EVERYTHING)
        gated.gate.set()
        await asyncio.gather(*tasks)
        assert await batcher.search(["d"], 1, EVERYTHING)


async def test_who_leaves_is_not_searched_for_and_frees_the_place(gated: Gated) -> None:
    async with running(Batcher(gated.search_many, max_waiting=2)) as batcher:
        first, second, third = await started(batcher, gated, "a", "b", "c")
        second.cancel()
        await asyncio.sleep(0)
        fourth = asyncio.create_task(batcher.search(["d"], 3, EVERYTHING))
        await asyncio.sleep(0)
        first.cancel()  # while it is being searched
        gated.gate.set()
        await asyncio.gather(third, fourth)
    assert gated.calls == [["a"], ["c", "d"]]


async def test_a_query_that_fails_does_not_take_others_with_it(gated: Gated) -> None:
    async with running(Batcher(gated.search_many)) as batcher:
        tasks = await started(batcher, gated, "a", "b", "poison", "c")
        gated.gate.set()
        outcomes = await asyncio.gather(*tasks, return_exceptions=True)
    assert isinstance(outcomes[2], InvalidQuery)
    for outcome in (outcomes[0], outcomes[1], outcomes[3]):
        assert isinstance(outcome, list)
        assert len(outcome[0]) == 3


# From here on the queue is seen from outside, through the application.


@asynccontextmanager
async def served(
    gated: Gated, max_waiting: int
) -> AsyncIterator[tuple[FastAPI, httpx.AsyncClient]]:
    """The application in this process, its index behind the gate, and a client of it."""
    index: Any = copy.copy(gated.index)
    index.search_many = gated.search_many
    app = create_app(index, local_only=False, max_waiting=max_waiting)
    transport = httpx.ASGITransport(app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://test", timeout=30) as client,
    ):
        yield app, client


async def until_waiting(client: httpx.AsyncClient, count: int) -> None:
    """Return when this many queries are in the queue."""
    for _ in range(10_000):
        if f"mathlib_index_queries_waiting {count}.0" in (await client.get("/metrics")).text:
            return
        await asyncio.sleep(0.001)
    raise AssertionError(f"never {count} in the queue")


async def search(client: httpx.AsyncClient, query: str) -> httpx.Response:
    return await client.get("/search", params={"query": query})


async def test_a_client_is_told_when_to_come_back(gated: Gated) -> None:
    async with served(gated, max_waiting=1) as (_, client):
        first = asyncio.create_task(search(client, "a"))
        await asyncio.to_thread(gated.entered.wait, 30)
        second = asyncio.create_task(search(client, "b"))
        await until_waiting(client, 1)
        refused = await search(client, "c")
        assert refused.status_code == 503
        assert refused.headers["Retry-After"] == "1"
        assert "too many queries are waiting" in refused.json()["error"]
        gated.gate.set()
        assert [(await task).status_code for task in (first, second)] == [200, 200]


async def test_a_client_that_hangs_up_leaves_the_queue(gated: Gated) -> None:
    async with served(gated, max_waiting=5) as (app, client):
        first = asyncio.create_task(search(client, "a"))
        await asyncio.to_thread(gated.entered.wait, 30)
        hung_up = asyncio.Event()
        messages = [{"type": "http.request", "body": b'{"query": "b"}', "more_body": False}]

        async def receive() -> dict[str, object]:
            if messages:
                return messages.pop()
            await hung_up.wait()
            return {"type": "http.disconnect"}

        async def send(_message: dict[str, object]) -> None:
            pass

        scope = {
            "type": "http",
            "method": "POST",
            "path": "/search",
            "query_string": b"",
            "headers": [(b"host", b"test"), (b"content-type", b"application/json")],
        }
        second = asyncio.create_task(app(scope, receive, send))
        await until_waiting(client, 1)
        hung_up.set()
        await second
        await until_waiting(client, 0)
        gated.gate.set()
        assert (await first).status_code == 200
    assert gated.calls == [["a"]]
