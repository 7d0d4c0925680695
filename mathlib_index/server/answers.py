"""How any server of ours answers: a problem is one sentence, and nobody works for who is gone."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar

from fastapi import FastAPI, HTTPException, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException as AnyHTTPException
from starlette.responses import JSONResponse

_Answer = TypeVar("_Answer")


def refusal(status: int, sentence: str, headers: dict[str, str] | None = None) -> JSONResponse:
    """The one shape of every answer that is not a success."""
    return JSONResponse({"error": sentence}, status, headers)


async def unless_gone(request: Request, work: Awaitable[_Answer]) -> _Answer:
    """Wait for `work`, but cancel it when the client disconnects."""
    task = asyncio.ensure_future(work)
    gone = asyncio.ensure_future(_disconnected(request))
    try:
        await asyncio.wait({task, gone}, return_when=asyncio.FIRST_COMPLETED)
        if not task.done():
            raise HTTPException(499, "the client closed the connection.")  # nobody reads this
        return task.result()
    finally:
        task.cancel()
        gone.cancel()


async def _disconnected(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


def answer_with_sentences(app: FastAPI, as_sentence: Callable[[Mapping[str, Any]], str]) -> None:
    """Answer what no route takes, and what fails, by a sentence; never by a page or a trace.

    `as_sentence` makes one of an error record of Pydantic.
    """

    async def invalid(_request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        first = error.errors()[0]
        return refusal(400 if first["type"] == "json_invalid" else 422, as_sentence(first))

    async def http_problem(_request: Request, error: Exception) -> Response:
        assert isinstance(error, AnyHTTPException)
        sentence = error.detail
        if error.status_code == 404 and sentence == "Not Found":
            sentence = "there is nothing at this address; /docs lists what there is."
        elif error.status_code == 400:
            sentence = "the body is not JSON that can be read."
        elif error.status_code == 405:
            sentence = "this address does not take that method; /docs lists what there is."
        return refusal(error.status_code, sentence, dict(error.headers or {}))

    async def unexpected(_request: Request, _error: Exception) -> Response:
        return refusal(500, "the server failed on this request; its log says why.")

    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(AnyHTTPException, http_problem)
    app.add_exception_handler(Exception, unexpected)
