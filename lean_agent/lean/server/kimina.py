"""The routes of Kimina Lean Server, so that its clients can ask us instead.

See https://github.com/project-numina/kimina-lean-server. A check says what Lean said; it is no
verdict on a theorem.
"""

from __future__ import annotations

import asyncio
import json
from typing import Any

from fastapi import APIRouter, Request, Response

from lean_agent.lean.header import HEADER_SECONDS
from lean_agent.lean.repl import (
    PoolBusy,
    ReplError,
    ReplFlood,
    ReplOutOfMemory,
    ReplRefused,
    ReplTimeout,
)
from lean_agent.lean.server.kimina_messages import (
    CheckRequest,
    CheckResponse,
    Diagnostics,
    ReplResponse,
    Snippet,
    VerifyRequest,
)
from lean_agent.lean.server.metrics import Metrics
from lean_agent.lean.snippet import HeaderTimeout, SnippetChecker
from mathlib_index.server.answers import unless_gone
from mathlib_index.server.messages import Problem

_PROBLEMS: dict[int | str, dict[str, Any]] = {
    422: {"model": Problem, "description": "Not snippets that can be checked"},
    503: {"model": Problem, "description": "Too many checks are waiting"},
}


def kimina_routes(checker: SnippetChecker, metrics: Metrics) -> APIRouter:
    """The routes that check snippets."""
    router = APIRouter(tags=["Kimina Lean Server"])

    @router.post("/api/check", responses=_PROBLEMS | {200: {"model": CheckResponse}})
    @router.post("/api/check/", include_in_schema=False)
    async def check(request: Request, asked: CheckRequest) -> Response:
        """What Lean says about each snippet. No verdict: code without errors may prove nothing."""
        results = await unless_gone(request, _check_all(checker, metrics, asked, owner_of(request)))
        return _json([result.to_json() for result in results])

    @router.post("/verify", responses=_PROBLEMS)
    @router.post("/one_pass_verify_batch", responses=_PROBLEMS)
    async def verify(request: Request, asked: VerifyRequest) -> Response:
        """As /api/check, in the older form; in spite of its name no verdict either."""
        newer = CheckRequest(
            snippets=[code.snippet for code in asked.codes],
            timeout=asked.timeout,
            reuse=not asked.disable_cache,
            infotree=asked.infotree_type,
        )
        results = await unless_gone(request, _check_all(checker, metrics, newer, owner_of(request)))
        return _json([_older(result) for result in results])

    return router


def owner_of(request: Request) -> str:
    """In whose turn a request's checks wait: that of its connection.

    Several clients may have one address, and one token is everybody's.
    """
    return f"{request.client.host}:{request.client.port}" if request.client else ""


def _json(results: list[dict[str, Any]]) -> Response:
    text = json.dumps({"results": results}, ensure_ascii=False)
    # Half a surrogate pair, in an id, goes back as the escape that it came as.
    return Response(text.encode("utf-8", "backslashreplace"), media_type="application/json")


def _older(result: ReplResponse) -> dict[str, Any]:
    if result.response is None:
        return {"custom_id": result.id, "error": result.error}
    response = result.response.to_json() | {"time": result.time}
    return {"custom_id": result.id, "response": response}


async def _check_all(
    checker: SnippetChecker, metrics: Metrics, asked: CheckRequest, owner: str
) -> list[ReplResponse]:
    """Every snippet's result; equal texts are checked once. Raises PoolBusy."""
    # No more of a batch stand in the queue than can be worked on, however long it is.
    gate = asyncio.Semaphore(checker.pool.workers)

    async def check(snippet: Snippet) -> ReplResponse:
        async with gate:
            kind, result = await _check(checker, asked, snippet, owner)
        metrics.checks.labels("snippet", kind).inc()
        return result

    tasks: list[asyncio.Task[ReplResponse]] = []
    of_code: dict[str, asyncio.Task[ReplResponse]] = {}
    busy: PoolBusy | None = None
    try:
        async with asyncio.TaskGroup() as group:
            for snippet in asked.snippets:
                task = of_code.get(snippet.code) if asked.reuse else None
                if task is None:
                    task = of_code[snippet.code] = group.create_task(check(snippet))
                tasks.append(task)
    except* PoolBusy as errors:
        busy = PoolBusy(str(errors.exceptions[0]))
    if busy is not None:
        raise busy
    pairs = zip(tasks, asked.snippets, strict=True)
    return [task.result().model_copy(update={"id": snippet.id}) for task, snippet in pairs]


async def _check(
    checker: SnippetChecker, asked: CheckRequest, snippet: Snippet, owner: str
) -> tuple[str, ReplResponse]:
    """The kind of outcome, for the metrics, and the result. Raises PoolBusy."""
    try:
        checked = await checker.check(
            snippet.code,
            asked.timeout,
            infotree=asked.infotree,
            fresh=not asked.reuse,
            owner=owner,
        )
    except PoolBusy:
        raise
    except ReplRefused as error:
        return "refused", ReplResponse(id=snippet.id, response=error.refusal)
    # Clients know a time limit by the words "timed out".
    except HeaderTimeout:
        sentence = f"Lean REPL header command timed out in {HEADER_SECONDS:g} seconds"
        return "timeout", ReplResponse(id=snippet.id, error=sentence)
    except ReplTimeout:
        sentence = f"Lean REPL command timed out in {asked.timeout:g} seconds"
        return "timeout", ReplResponse(id=snippet.id, error=sentence, time=asked.timeout)
    except ReplError as error:
        sentence = f"Lean came to no answer: {error}"
        return _kind(error), ReplResponse(id=snippet.id, error=sentence)
    diagnostics = Diagnostics(
        repl_uuid=checked.process, cpu_max=checked.cpu_percent, memory_max=checked.memory
    )
    return "answered", ReplResponse(
        id=snippet.id,
        time=round(checked.seconds, 6),
        response=checked.answer,
        diagnostics=diagnostics if asked.debug else None,
    )


def _kind(error: ReplError) -> str:
    match error:
        case ReplOutOfMemory():
            return "out_of_memory"
        case ReplFlood():
            return "output"
    return "crash"
