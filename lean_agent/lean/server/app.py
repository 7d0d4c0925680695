"""The web application: routes around one Lean.

The page `/docs` loads nothing from elsewhere, so that all of it works without a network.
"""

from __future__ import annotations

import time
from typing import Any

from fastapi import Depends, FastAPI, Request, Response
from fastapi.security import HTTPBearer
from fastapi_offline import FastAPIOffline

from lean_agent.errors import UserError
from lean_agent.lean.pool import LeanPool
from lean_agent.lean.repl import PoolBusy, ReplError
from lean_agent.lean.server.kimina import kimina_routes, owner_of
from lean_agent.lean.server.limits import MAX_BODY_BYTES, MAX_SECONDS, MAX_SNIPPETS, MAX_WAITING
from lean_agent.lean.server.messages import Health, ProveCheckRequest, as_sentence
from lean_agent.lean.server.metrics import Metrics
from lean_agent.lean.snippet import SnippetChecker
from lean_agent.lean.verdict import Level, Verdict
from lean_agent.lean.verifier import Verifier
from mathlib_index.server.answers import answer_with_sentences, refusal, unless_gone
from mathlib_index.server.guards import guard
from mathlib_index.server.messages import Problem

_DOCS_FILES = "/docs-files"
_OPEN_PATHS = frozenset({"/", "/health", "/health/", "/docs", "/openapi.json"})
_DESCRIPTION = f"""Check Lean code, and proofs of theorems.

`POST /prove-check` judges: does this text prove this theorem? `/api/check` and `/verify` take and
give the JSON of Kimina Lean Server, so that its clients can ask this server. They say what Lean
said about a snippet and judge nothing: code without errors may state another theorem, or rest on
axioms of its own.

At most {MAX_SNIPPETS:,} snippets and {MAX_BODY_BYTES >> 20} MiB a request, and {MAX_SECONDS:g}
seconds a check. Every answer that is not a success is `{{"error": "a sentence"}}`; 503 says that
the queue is full and when to come back. A client that disconnects ends its checks.
"""
_PROBLEMS: dict[int | str, dict[str, Any]] = {
    422: {"model": Problem, "description": "Not a problem that Lean can read"},
    503: {"model": Problem, "description": "Too many checks are waiting"},
}
_COME_BACK = {"Retry-After": "1"}


def create_app(
    verifier: Verifier,
    checker: SnippetChecker,
    *,
    token: str | None = None,
    local_only: bool = True,
    max_waiting: int = MAX_WAITING,
) -> FastAPI:
    """The ASGI application that judges proofs with `verifier` and runs snippets with `checker`.

    The two have a pool each (see SnippetChecker), which the caller opens and closes. With a
    `token` clients must send it as a bearer token. `local_only` refuses requests whose Host
    header names another machine: right where the server listens on a loopback address.
    """
    if verifier.pool is checker.pool:
        raise ValueError("verdicts must not come from processes that snippets have run in")
    metrics = Metrics(verifier.pool, checker.pool)
    started = time.monotonic()
    app = FastAPIOffline(
        "/docs",
        None,
        static_url=_DOCS_FILES,
        title="lean-agent",
        description=_DESCRIPTION,
        dependencies=[Depends(HTTPBearer(auto_error=False))] if token else [],  # shown in /docs
    )

    def require_room(pool: LeanPool) -> None:
        if pool.waiting >= max_waiting:
            raise PoolBusy(f"{pool.waiting} checks are waiting")

    def room_for_snippets() -> None:
        require_room(checker.pool)

    app.include_router(kimina_routes(checker, metrics), dependencies=[Depends(room_for_snippets)])

    @app.post("/prove-check", response_model=Verdict, responses=_PROBLEMS)
    async def prove_check(request: Request, asked: ProveCheckRequest) -> Response:
        """The verdict on a proof: whether it proves the problem, and why or why not.

        Its `seconds` are those that Lean worked, not those that the request waited; an answer
        from the cache has those of the check that it comes from.
        """
        if asked.level is Level.STRICT and verifier.strict is None:
            return refusal(422, "this server has no strict check: ask for level fast.")
        require_room(verifier.pool)
        owner = owner_of(request)
        work = verifier.verify(asked.problem, asked.proof, asked.timeout, asked.level, owner=owner)
        verdict = await unless_gone(request, work)
        metrics.checks.labels("proof", str(verdict.reason)).inc()
        return Response(verdict.model_dump_json(), media_type="application/json")

    @app.get("/health")
    @app.get("/health/", include_in_schema=False)
    @app.get("/", include_in_schema=False)
    async def health() -> Health:
        """What is served, and since when; needs no token."""
        return Health(
            status="ok",
            lean=verifier.pool.toolchain.version,
            strict=verifier.strict.name if verifier.strict else "",
            workers=verifier.pool.workers,
            uptime_seconds=round(time.monotonic() - started, 3),
        )

    @app.get("/metrics", response_class=Response)
    async def metrics_text() -> Response:
        """Counts and times in Prometheus' text format."""
        return Response(metrics.text(), media_type="text/plain; version=0.0.4; charset=utf-8")

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


def _answer_problems_with_sentences(app: FastAPI) -> None:
    async def busy(_request: Request, error: Exception) -> Response:
        return refusal(503, f"{error}; try again in a second.", _COME_BACK)

    async def no_answer(_request: Request, error: Exception) -> Response:
        return refusal(500, f"Lean came to no answer: {error}")

    async def unusable(_request: Request, error: Exception) -> Response:
        return refusal(422, str(error))

    answer_with_sentences(app, as_sentence)
    app.add_exception_handler(PoolBusy, busy)
    app.add_exception_handler(ReplError, no_answer)
    app.add_exception_handler(UserError, unusable)
