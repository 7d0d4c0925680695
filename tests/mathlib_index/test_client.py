"""A served index asked from Python: the same hits, through restarts, or one clear error."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest
from search_server import SearchServer

from mathlib_index import InvalidQuery, SearchIndex, build_index
from mathlib_index.client import RemoteIndex, ServerUnavailable, TokenRefused
from mathlib_index.server.messages import Health, SearchResponse

QUERY = "the inverse of an inverse"


@pytest.fixture(scope="module")
def server(index_folder: Path) -> Iterator[SearchServer]:
    """One for all the tests; who kills it starts it again."""
    with SearchServer(index_folder) as server:
        yield server


async def test_a_served_index_answers_as_it_does_here(
    server: SearchServer, index: SearchIndex
) -> None:
    async with RemoteIndex(server.url) as remote:
        hits = await remote.search(QUERY, 5)
        assert remote.identity == index.manifest.identity
        assert (await remote.health()).declarations == len(index)
    here = index.search(QUERY, 5)
    assert [hit.rank for hit in hits] == [1, 2, 3, 4, 5]
    assert [hit.score for hit in hits] == pytest.approx([hit.score for hit in here])
    assert [hit.declaration.headline for hit in hits] == [hit.declaration.headline for hit in here]
    assert [hit.declaration.docstring for hit in hits] == [
        hit.declaration.docstring for hit in here
    ]


async def test_many_searches_at_once(server: SearchServer) -> None:
    async with RemoteIndex(server.url + "/") as remote:
        answers = await asyncio.gather(*(remote.search(QUERY, k) for k in range(1, 33)))
    assert [len(hits) for hits in answers] == list(range(1, 33))


@pytest.mark.parametrize(
    ("query", "k", "sentence"),
    [
        ("  ", 5, "the query is empty"),
        ("x", 0, "k is 0"),
        ("x", 1_000_000, "k is 1000000"),
        ("x" * 10_000, 5, "query has 10000 characters"),
        ("x" * 1_000_000, 5, "larger than 64 KiB"),
    ],
)
async def test_what_the_server_says_of_a_bad_query(
    server: SearchServer, query: str, k: int, sentence: str
) -> None:
    async with RemoteIndex(server.url) as remote:
        with pytest.raises(InvalidQuery, match=sentence):
            await remote.search(query, k)
        assert await remote.search(QUERY), "it goes on"


async def test_a_server_that_is_killed_and_restarted_costs_no_answer(server: SearchServer) -> None:
    async with RemoteIndex(server.url) as remote:
        before = await remote.search(QUERY)
        server.kill()
        waiting = [asyncio.create_task(remote.search(QUERY)) for _ in range(8)]
        await asyncio.to_thread(server.start)
        assert await asyncio.gather(*waiting) == [before] * 8


async def test_a_server_that_stays_away_or_comes_back_as_another_is_an_error(
    server: SearchServer, index_folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "Basic.lean").write_text("theorem t : 1 = 1 := rfl\n")
    build_index(tmp_path, tmp_path / "index")
    async with RemoteIndex(server.url, patience=0.5) as remote:
        before = await remote.search(QUERY)
        server.kill()
        with pytest.raises(ServerUnavailable, match=rf"nothing answers at {server.url} .*again"):
            await remote.search(QUERY)
        server.folder = tmp_path / "index"
        server.start()
        for _ in range(2):
            with pytest.raises(ServerUnavailable, match="serves another index than before"):
                await remote.search(QUERY)
        server.kill()
        server.folder = index_folder
        server.start()
        assert await remote.search(QUERY) == before


async def test_a_token(index_folder: Path) -> None:
    with SearchServer(index_folder, token="open sesame") as server:
        async with RemoteIndex(server.url, "open sesame") as remote:
            assert await remote.search(QUERY, 1)
        for wrong in ("", "simsim"):
            with pytest.raises(TokenRefused, match="refuses the token"):
                async with RemoteIndex(server.url, wrong):
                    pass


async def test_a_restart_is_noticed_also_while_another_search_is_being_checked() -> None:
    identity = "first"
    held: asyncio.Queue[str] = asyncio.Queue()
    go_on = {"/health": asyncio.Event(), "/search": asyncio.Event()}

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        length = re.search(r"content-length: (\d+)", head, re.IGNORECASE)
        await reader.readexactly(int(length[1]) if length else 0)
        path = head.split()[1]
        content = SearchResponse(query="", hits=[]) if path == "/search" else health(identity)
        if not go_on[path].is_set():
            held.put_nowait(path)
        await go_on[path].wait()
        body = content.model_dump_json()
        # Each request has a connection of its own, as after a restart.
        writer.write(f"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{body}".encode())
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        for gate in go_on.values():
            gate.set()
        async with RemoteIndex(f"http://127.0.0.1:{port}") as remote:
            go_on["/health"].clear()
            checked = asyncio.create_task(remote.search(QUERY))
            assert await held.get() == "/health"
            identity = "second"
            go_on["/search"].clear()
            later = asyncio.create_task(remote.search(QUERY))
            assert await held.get() == "/search"
            go_on["/health"].set()
            assert await checked == []
            go_on["/search"].set()
            with pytest.raises(ServerUnavailable, match="another index than before"):
                await later


def health(identity: str) -> Health:
    return Health(
        status="ok",
        model="m",
        declarations=1,
        files=1,
        sources="s",
        identity=identity,
        built_at=datetime.now(UTC),
        uptime_seconds=0,
    )


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:9", "http://", "htp:/x", "http://[", "http://h:x"]
)
async def test_an_address_where_nothing_is(url: str) -> None:
    with pytest.raises(ServerUnavailable, match=r"nothing answers at|is not a URL"):
        async with RemoteIndex(url, patience=3600):
            pass


async def test_a_server_of_something_else() -> None:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()

    with HTTPServer(("127.0.0.1", 0), Handler) as other:
        thread = Thread(target=other.serve_forever)
        thread.start()
        try:
            with pytest.raises(ServerUnavailable, match=r"no mathlib-index server, .* /health"):
                async with RemoteIndex(f"http://127.0.0.1:{other.server_port}"):
                    pass
        finally:
            other.shutdown()
            thread.join()
