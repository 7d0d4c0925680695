"""The web application: routes around one index.

The pages `/` and `/docs` load nothing from elsewhere, so that all of it works without a network.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Annotated, Any

from fastapi import Body, Depends, FastAPI, HTTPException, Query, Request, Response
from fastapi.security import HTTPBearer
from fastapi_offline import FastAPIOffline
from pydantic import BaseModel, Discriminator, Tag

from mathlib_index.declaration import Declaration
from mathlib_index.errors import InvalidQuery, MathlibIndexError
from mathlib_index.index import EVERYTHING, SearchIndex
from mathlib_index.server.answers import answer_with_sentences, refusal, unless_gone
from mathlib_index.server.batching import Batcher, Overloaded
from mathlib_index.server.guards import guard
from mathlib_index.server.leansearch import LeanSearchRequest, LeanSearchResponse
from mathlib_index.server.limits import MAX_BODY_BYTES, MAX_K, MAX_QUERIES, MAX_WAITING
from mathlib_index.server.messages import (
    Health,
    Problem,
    SearchBody,
    SearchHit,
    SearchRequest,
    SearchResponse,
    as_sentence,
)
from mathlib_index.server.metrics import Metrics
from mathlib_index.server.web_page import page_response

_DOCS_FILES = "/docs-files"
_OPEN_PATHS = frozenset({"/", "/health", "/docs", "/openapi.json"})
_DESCRIPTION = f"""Search the declarations of a Lean library in plain English.

At most {MAX_K} hits a query and {MAX_BODY_BYTES // 1024} KiB a request. Every answer that is not a
success is `{{"error": "a sentence"}}`; 503 says that the queue is full and when to come back.
`POST /search` also takes LeanSearch's form, so `#leansearch` in Lean asks this server where the
environment variable LEANSEARCHCLIENT_LEANSEARCH_API_URL is the address of `/search`.
"""
_PROBLEMS: dict[int | str, dict[str, Any]] = {
    422: {"model": Problem, "description": "Not a query that can be answered"},
    503: {"model": Problem, "description": "Too many queries are waiting"},
}


def _form(body: Any) -> str:
    leansearch = isinstance(body, dict) and (
        isinstance(body.get("query"), list) or "num_results" in body
    )
    return "leansearch" if leansearch else "search"


AnySearchRequest = Annotated[
    Annotated[SearchBody, Tag("search")] | Annotated[LeanSearchRequest, Tag("leansearch")],
    Discriminator(_form),
]


def create_app(
    index: SearchIndex,
    *,
    token: str | None = None,
    local_only: bool = True,
    max_batch: int = MAX_QUERIES,
    max_waiting: int = MAX_WAITING,
) -> FastAPI:
    """The ASGI application that serves `index`.

    With a `token` clients must send it as a bearer token. `local_only` refuses requests whose Host
    header names another machine: right where the server listens on a loopback address.
    """
    metrics = Metrics()
    batcher = Batcher(
        index.search_many,
        max_batch=max_batch,
        max_waiting=max_waiting,
        on_batch=metrics.batch_sizes.observe,
    )
    metrics.read_waiting_from(lambda: batcher.waiting)
    started = time.monotonic()

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        worker = asyncio.create_task(batcher.run())
        yield
        worker.cancel()
        with suppress(asyncio.CancelledError):
            await worker

    app = FastAPIOffline(
        "/docs",
        None,
        static_url=_DOCS_FILES,
        title="mathlib-index",
        description=_DESCRIPTION,
        lifespan=lifespan,
        dependencies=[Depends(HTTPBearer(auto_error=False))] if token else [],  # shown in /docs
    )

    @app.get("/search", response_model=SearchResponse, responses=_PROBLEMS)
    async def search(request: Request, asked: Annotated[SearchRequest, Query()]) -> Response:
        """The declarations that a sentence describes; a full name finds itself first."""
        answers = await unless_gone(request, batcher.search([asked.query], asked.k, asked.filters))
        hits = [SearchHit.of(hit) for hit in answers[0]]
        return _json(SearchResponse(query=asked.query, hits=hits))

    @app.post("/search", response_model=SearchResponse | LeanSearchResponse, responses=_PROBLEMS)
    async def search_by_post(
        request: Request, asked: Annotated[AnySearchRequest, Body()]
    ) -> Response:
        """As GET; a list of queries is answered in LeanSearch's format."""
        if isinstance(asked, SearchBody):
            return await search(request, asked)
        answers = await unless_gone(
            request, batcher.search(asked.query, asked.num_results, EVERYTHING)
        )
        return _json(LeanSearchResponse.of(answers))

    @app.get(
        "/declarations/{name:path}",
        response_model=Declaration,
        responses={
            404: {"model": Problem, "description": "No declaration has this name"},
            422: {"model": Problem, "description": "Not a name"},
        },
    )
    async def declaration(name: str) -> Response:
        """The whole record of the declaration with this full name."""
        found = index.get(name)
        if found is None:
            raise HTTPException(
                404,
                f"no declaration is named {name!r:.200} in this index; names are full names, "
                "namespaces included, and /search finds them.",
            )
        return _json(found)

    @app.get("/health")
    async def health() -> Health:
        """What is served, and since when; needs no token."""
        manifest = index.manifest
        return Health(
            status="ok",
            model=manifest.model,
            declarations=manifest.declarations,
            files=manifest.files,
            sources=manifest.sources,
            identity=manifest.identity,
            built_at=manifest.built_at,
            uptime_seconds=round(time.monotonic() - started, 3),
        )

    @app.get("/metrics", response_class=Response)
    async def metrics_text() -> Response:
        """Counts and times in Prometheus' text format."""
        return Response(metrics.text(), media_type="text/plain; version=0.0.4; charset=utf-8")

    @app.get("/", include_in_schema=False)
    async def page() -> Response:
        return page_response()

    _answer_problems_with_sentences(app)
    guard(
        app,
        metrics,
        token=token,
        local_only=local_only,
        open_paths=_OPEN_PATHS,
        open_folder=_DOCS_FILES,
        body_bytes=MAX_BODY_BYTES,
    )
    return app


def _json(message: BaseModel) -> Response:
    return Response(message.model_dump_json(), media_type="application/json")


def _answer_problems_with_sentences(app: FastAPI) -> None:
    async def overloaded(_request: Request, _error: Exception) -> Response:
        sentence = "too many queries are waiting; try again in a second."
        return refusal(503, sentence, {"Retry-After": "1"})

    async def index_problem(_request: Request, error: Exception) -> Response:
        return refusal(422 if isinstance(error, InvalidQuery) else 500, str(error))

    answer_with_sentences(app, as_sentence)
    app.add_exception_handler(Overloaded, overloaded)
    app.add_exception_handler(MathlibIndexError, index_problem)
