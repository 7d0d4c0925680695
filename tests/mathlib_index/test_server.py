"""The HTTP interface of a real server process over a small real index."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from search_server import SearchServer

from mathlib_index import SearchIndex
from mathlib_index.index import Filters
from mathlib_index.server.limits import MAX_QUERY_CHARACTERS

LAGRANGE = "a subgroup's size divides the size of the group"


@pytest.fixture(scope="module")
def server(index_folder: Path) -> Iterator[SearchServer]:
    with SearchServer(index_folder) as server:
        yield server


@pytest.fixture
def http(server: SearchServer) -> httpx.Client:
    return server.client


def test_it_says_what_it_serves_and_where(server: SearchServer, index: SearchIndex) -> None:
    assert server.announcement == (
        f"Serving {len(index)} declarations at http://127.0.0.1:{server.port}"
    )


def test_get_and_post_search_alike(http: httpx.Client, index: SearchIndex) -> None:
    by_get = http.get("/search", params={"query": LAGRANGE, "k": 3})
    by_post = http.post("/search", json={"query": LAGRANGE, "k": 3})
    assert by_get.status_code == by_post.status_code == 200
    assert by_get.json() == by_post.json()
    answer = by_get.json()
    assert answer["query"] == LAGRANGE
    assert [hit["rank"] for hit in answer["hits"]] == [1, 2, 3]
    found = index.search(LAGRANGE, 1)[0].declaration
    first = answer["hits"][0]
    for field in ("name", "kind", "signature", "docstring", "module", "file", "line"):
        assert first[field] == getattr(found, field)


def test_without_k_there_are_ten_hits(http: httpx.Client) -> None:
    assert len(http.get("/search", params={"query": "group"}).json()["hits"]) == 10


def test_kinds_and_module_narrow_a_search(http: httpx.Client) -> None:
    asked: dict[str, Any] = {"query": "inverse", "k": 100, "kinds": ["theorem", "lemma"]}
    hits = http.get("/search", params=asked).json()["hits"]
    assert hits
    assert {hit["kind"] for hit in hits} <= {"theorem", "lemma"}
    module = hits[0]["module"]
    hits = http.post("/search", json={**asked, "module": module}).json()["hits"]
    assert {hit["module"] for hit in hits} == {module}
    assert (
        http.get("/search", params={"query": "inverse", "module": "No.Such"}).json()["hits"] == []
    )


def test_in_an_address_a_number_is_text(http: httpx.Client) -> None:
    assert len(http.get("/search?query=group&k=3").json()["hits"]) == 3
    refused = http.get("/search?query=group&k=many")
    assert refused.status_code == 422
    assert refused.json() == {"error": 'k is "many"; it must be a whole number from 1 to 100.'}


@pytest.mark.parametrize("kind", [None, "application/x-www-form-urlencoded", "text/plain", "!"])
def test_a_body_is_json_whatever_its_header_says(http: httpx.Client, kind: str | None) -> None:
    headers = {} if kind is None else {"Content-Type": kind}

    def answer(body: str) -> Any:
        return http.post("/search", content=body, headers=headers).json()

    assert len(answer('{"query": "group", "k": 3}')["hits"]) == 3
    assert len(answer('{"query": ["group"], "num_results": 3}')[0]) == 3
    assert "the body is not JSON" in answer("query=group")["error"]


def test_a_declaration_by_its_full_name(http: httpx.Client, index: SearchIndex) -> None:
    found = http.get("/declarations/Mini.inv_inv")
    assert found.status_code == 200
    declaration = index.get("Mini.inv_inv")
    assert declaration is not None
    assert found.json() == declaration.model_dump()
    missing = http.get("/declarations/Mini.nothing")
    assert missing.status_code == 404
    assert "no declaration is named 'Mini.nothing'" in missing.json()["error"]


def test_health_tells_which_index_this_is(http: httpx.Client, index: SearchIndex) -> None:
    health = http.get("/health").json()
    assert health["status"] == "ok"
    assert health["declarations"] == len(index)
    assert health["model"] == index.manifest.model
    assert health["identity"] == index.manifest.identity
    assert health["uptime_seconds"] > 0


@pytest.mark.parametrize(
    ("asked", "status", "complaint"),
    [
        ({"query": ""}, 422, "the query is empty"),
        ({"query": " \n"}, 422, "the query is empty"),
        ({}, 422, "query is missing"),
        ({"query": "x" * (MAX_QUERY_CHARACTERS + 1)}, 422, "2001 characters; the limit is 2,000"),
        ({"query": "x", "k": 0}, 422, "k is 0; it must be from 1 to 100"),
        ({"query": "x", "k": 1_000_000}, 422, "k is 1000000; it must be from 1 to 100"),
        ({"query": "x", "k": "5"}, 422, 'k is "5"; it must be a whole number from 1 to 100'),
        ({"query": "x", "k": True}, 422, "k is true; it must be a whole number"),
        ({"query": "x", "k": 2.5}, 422, "k is 2.5; it must be a whole number"),
        ({"query": "x", "kinds": "lemma"}, 422, "a list of kinds of declaration: theorem, lemma"),
        ({"query": "x", "kinds": None}, 422, "kinds must be a list of kinds of declaration"),
        ({"query": "x", "kinds": ["proof"]}, 422, "kinds cannot be 'proof'; it can be 'theorem'"),
        ({"query": "x", "limit": 3}, 422, "there is no field 'limit'"),
        ({"query": [], "num_results": 3}, 422, "query is an empty list"),
        ({"query": ["x"] * 33}, 422, "query has 33 entries; the limit is 32"),
        ({"query": ["x", " "]}, 422, "the query is empty"),
        ({"query": ["x"], "num_results": 101}, 422, "num_results is 101; it must be from 1 to 100"),
        ("x", 422, "the body must be a JSON object"),
        (["x"], 422, "the body must be a JSON object"),
    ],
)
def test_what_cannot_be_answered_gets_a_sentence(
    http: httpx.Client, asked: object, status: int, complaint: str
) -> None:
    answer = http.post("/search", json=asked)
    assert answer.status_code == status
    assert list(answer.json()) == ["error"]
    assert complaint in answer.json()["error"]


@pytest.mark.parametrize(
    "body",
    [
        '{"query": "x"',
        "",
        "query=x",
        "[" * 30_000,
        '{"query": "\\ud800"}',
        '{"query": "x", "k": NaN}',
    ],
)
def test_a_broken_body_gets_a_sentence(http: httpx.Client, body: str) -> None:
    answer = http.post("/search", content=body, headers={"Content-Type": "application/json"})
    assert 400 <= answer.status_code < 500
    assert answer.json()["error"]


def test_a_megabyte_is_refused_whether_its_size_is_declared_or_not(http: httpx.Client) -> None:
    body = json.dumps({"query": "x" * 1_000_000}).encode()
    declared = http.post("/search", content=body)
    streamed = http.post("/search", content=iter([body[:500_000], body[500_000:]]))
    for answer in (declared, streamed):
        assert answer.status_code == 413
        assert answer.json() == {"error": "the body is larger than 64 KiB."}


def test_unknown_addresses_and_methods_get_a_sentence(http: httpx.Client) -> None:
    for answer, status in ((http.get("/serach"), 404), (http.delete("/health"), 405)):
        assert answer.status_code == status
        assert "/docs lists what there is" in answer.json()["error"]


def test_a_foreign_host_name_is_refused(http: httpx.Client, server: SearchServer) -> None:
    for host in ("evil.example", f"evil.example:{server.port}", "127.0.0.1.evil.example", ""):
        assert http.get("/health", headers={"Host": host}).status_code == 421
    for host in ("localhost", f"localhost:{server.port}", "[::1]:80"):
        assert http.get("/health", headers={"Host": host}).status_code == 200


def test_the_interface_is_described_and_its_page_needs_no_network(http: httpx.Client) -> None:
    paths = http.get("/openapi.json").json()["paths"]
    assert {"/search", "/declarations/{name}", "/health", "/metrics"} <= set(paths)
    page = http.get("/docs").text
    assert "https://" not in page
    for script in ("/docs-files/swagger-ui-bundle.js", "/docs-files/swagger-ui.css"):
        assert script in page
        assert http.get(script).status_code == 200


async def test_many_at_once_get_what_each_asked_for(
    server: SearchServer, index: SearchIndex
) -> None:
    names = [declaration.name for declaration in index.declarations]
    asked = [
        (f"{names[i % len(names)]} and groups {i}", 1 + i % 5, "theorem" if i % 3 else "")
        for i in range(64)
    ]

    async def ask(client: httpx.AsyncClient, query: str, k: int, kind: str) -> list[str]:
        body = {"query": query, "k": k, "kinds": [kind] if kind else []}
        answer = await client.post("/search", json=body)
        assert answer.status_code == 200, answer.text
        return [hit["name"] for hit in answer.json()["hits"]]

    batches = server.metric("mathlib_index_batch_queries_count")
    async with httpx.AsyncClient(base_url=server.url, timeout=60) as client:
        answers = await asyncio.gather(*(ask(client, *one) for one in asked))
    for (query, k, kind), names in zip(asked, answers, strict=True):
        filters = Filters(kinds=frozenset({kind} if kind else ()))
        alone = [hit.declaration.name for hit in index.search(query, k, filters)]
        assert len(names) == len(alone)
        # In 8 bits a vector depends a little on its batch, so neighbours of like score may change
        # places; what the query names stays first.
        assert len(set(names) & set(alone)) >= len(alone) - 1
        named = index.get(query.split()[0])
        if named is not None and "." in named.name and kind in ("", named.kind):
            assert names[0] == named.name
    assert server.metric("mathlib_index_batch_queries_count") - batches < len(asked)


def test_metrics_count_by_route_and_status(server: SearchServer) -> None:
    def count(route: str, status: int) -> float:
        return server.metric(f'mathlib_index_requests_total{{route="{route}",status="{status}"}}')

    before = count("/search", 200), count("/search", 422), count("/declarations/{name:path}", 404)
    server.client.get("/search", params={"query": "group"})
    server.client.get("/search", params={"query": ""})
    server.client.get("/declarations/a")
    server.client.get("/declarations/b/c")
    after = count("/search", 200), count("/search", 422), count("/declarations/{name:path}", 404)
    assert [b - a for a, b in zip(before, after, strict=True)] == [1, 1, 2]
    assert server.metric("mathlib_index_queries_waiting") == 0
    assert server.metric("mathlib_index_requests_in_flight") == 1  # the one that asks
    text = server.client.get("/metrics").text
    assert 'mathlib_index_request_seconds_bucket{le="0.05",route="/search"}' in text
