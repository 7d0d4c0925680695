"""The routes and the JSON of Kimina Lean Server, so that its clients can ask us instead.

Source of the format: https://github.com/project-numina/kimina-lean-server, which has it from
leanprover-community/repl. A check says what Lean said; it is no verdict on a theorem.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from lean_agent.lean.header import HEADER_SECONDS
from lean_agent.lean.protocol import Answer, Refusal
from lean_agent.lean.repl import (
    PoolBusy,
    ReplError,
    ReplFlood,
    ReplOutOfMemory,
    ReplRefused,
    ReplTimeout,
)
from lean_agent.lean.server.limits import MAX_SNIPPETS
from lean_agent.lean.server.messages import Seconds
from lean_agent.lean.server.metrics import Metrics
from lean_agent.lean.snippet import HeaderTimeout, Infotree, SnippetChecker
from mathlib_index.server.answers import unless_gone
from mathlib_index.server.messages import Problem

_PROBLEMS: dict[int | str, dict[str, Any]] = {
    422: {"model": Problem, "description": "Not snippets that can be checked"},
    503: {"model": Problem, "description": "Too many checks are waiting"},
}


class Snippet(BaseModel):
    """Lean code; its leading imports are its header."""

    id: str
    code: str


class CheckRequest(BaseModel):
    """Snippets to check; each has `timeout` seconds."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    snippets: Annotated[list[Snippet], Field(min_length=1, max_length=MAX_SNIPPETS)]
    timeout: Seconds = 30.0
    debug: bool = False
    """Whether the answers hold `diagnostics`."""
    reuse: bool = True
    """False has each snippet checked in a process of its own, which has to import first."""
    infotree: Infotree | None = None
    """The embedded Lean has none: its answers come without."""

    @model_validator(mode="after")
    def _ids_differ(self) -> CheckRequest:
        _require_unique([snippet.id for snippet in self.snippets], "id")
        return self


class Code(BaseModel):
    """A snippet in the older form: its text is `proof`, else `code`."""

    custom_id: str | int
    proof: str | None = None
    code: str | None = None

    @model_validator(mode="after")
    def _has_text(self) -> Code:
        if self.proof is None and self.code is None:
            raise ValueError(f"the snippet {self.custom_id!r:.60} has neither proof nor code.")
        return self

    @property
    def snippet(self) -> Snippet:
        """In the newer form."""
        text = self.proof if self.proof is not None else self.code
        assert text is not None  # the validator saw to it
        return Snippet(id=str(self.custom_id), code=text)


def _ids_differ(codes: list[Code]) -> list[Code]:
    _require_unique([str(code.custom_id) for code in codes], "custom_id")
    return codes


class VerifyRequest(BaseModel):
    """Snippets to check, in the older form."""

    codes: Annotated[
        list[Code], Field(min_length=1, max_length=MAX_SNIPPETS), AfterValidator(_ids_differ)
    ]
    timeout: Seconds = 300.0
    infotree_type: Infotree | None = None
    disable_cache: bool = False


class Diagnostics(BaseModel):
    """About the process that a snippet was checked in."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    repl_uuid: str
    cpu_max: float
    """The mean of the check, in percent of a core."""
    memory_max: int
    """Bytes held after the check."""


class ReplResponse(BaseModel):
    """What came of one snippet: Lean's answer, or why there is none."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    id: str
    time: float = 0.0
    """Seconds that Lean took; its imports are not counted."""
    error: str | None = None
    """Why Lean came to no answer: a time limit, a lack of memory, a crash."""
    response: Answer | Refusal | None = None
    """The answer of the REPL."""
    diagnostics: Diagnostics | None = None

    def to_json(self) -> dict[str, Any]:
        """Without what is not there; the REPL's answer as the REPL gave it."""
        parts = self.model_dump(exclude_none=True, exclude={"response"})
        return parts | ({"response": self.response.to_json()} if self.response else {})


class CheckResponse(BaseModel):
    """The results in the order of the snippets."""

    results: list[ReplResponse]


def kimina_routes(checker: SnippetChecker, metrics: Metrics) -> APIRouter:
    """The routes that check snippets."""
    router = APIRouter(tags=["Kimina Lean Server"])

    @router.post("/api/check", responses=_PROBLEMS | {200: {"model": CheckResponse}})
    @router.post("/api/check/", include_in_schema=False)
    async def check(request: Request, asked: CheckRequest) -> Response:
        """What Lean says about each snippet. No verdict: code without errors may prove nothing."""
        results = await unless_gone(request, _check_all(checker, metrics, asked))
        return JSONResponse({"results": [result.to_json() for result in results]})

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
        results = await unless_gone(request, _check_all(checker, metrics, newer))
        return JSONResponse({"results": [_older(result) for result in results]})

    return router


def _older(result: ReplResponse) -> dict[str, Any]:
    if result.response is None:
        return {"custom_id": result.id, "error": result.error}
    response = result.response.to_json() | {"time": result.time}
    return {"custom_id": result.id, "response": response}


async def _check_all(
    checker: SnippetChecker, metrics: Metrics, asked: CheckRequest
) -> list[ReplResponse]:
    """Every snippet's result; equal texts are checked once. Raises PoolBusy."""
    batch = secrets.token_hex(8)
    # No more of a batch stand in the queue than can be worked on, however long it is.
    gate = asyncio.Semaphore(checker.pool.workers)

    async def check(snippet: Snippet) -> ReplResponse:
        async with gate:
            kind, result = await _check(checker, asked, snippet, batch)
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


def _require_unique(ids: Sequence[str], field: str) -> None:
    if len(set(ids)) < len(ids):
        twice = next(one for one in ids if ids.count(one) > 1)
        raise ValueError(f"{field} {twice!r:.60} is given twice; results are told apart by it.")
