"""What every request passes before it is looked at: counting, host, token, size, kind."""

from __future__ import annotations

import asyncio
import hmac
import time
from collections import deque
from urllib.parse import urlsplit

from fastapi import FastAPI
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mathlib_index.server.answers import refusal
from mathlib_index.server.metrics import RequestMetrics

_LOCAL_HOSTS = {"localhost", "127.0.0.1", "::1"}
_DRAIN_BYTES = 64 * 1024 * 1024
_DRAIN_SECONDS = 5.0


def guard(
    app: FastAPI,
    metrics: RequestMetrics,
    *,
    token: str | None,
    local_only: bool,
    open_paths: frozenset[str],
    open_folder: str,
    body_bytes: int,
) -> None:
    """Put all guards in front of an application.

    `open_paths`, and all below `open_folder`, need no token; `local_only` is for a server that
    listens on a loopback address; a body may have `body_bytes`.
    """
    # The one added last comes first.
    app.add_middleware(AnyContentType)
    app.add_middleware(BodyLimit, limit=body_bytes)
    if token:
        app.add_middleware(
            TokenRequired, token=token, open_paths=open_paths, open_folders=(f"{open_folder}/",)
        )
    if local_only:
        app.add_middleware(LocalHostOnly)
    app.add_middleware(Count, metrics=metrics)


class Count:
    """Counts and times requests."""

    def __init__(self, app: ASGIApp, metrics: RequestMetrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        status = 500

        async def note_status(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        started = time.perf_counter()
        try:
            with self._metrics.in_flight.track_inprogress():
                await self._app(scope, receive, note_status)
        finally:
            route = getattr(scope.get("route"), "path", "other")
            self._metrics.requests.labels(route, status).inc()
            self._metrics.latency.labels(route).observe(time.perf_counter() - started)
        return None


class LocalHostOnly:
    """Refuses requests that were meant for another host.

    A web site can point its own name at 127.0.0.1 and so make a visitor's browser read from a
    local server (DNS rebinding); the Host header still names the site.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not _names_this_machine(Headers(scope=scope).get("host")):
            sentence = "this server answers only to the host names localhost and 127.0.0.1."
            return await refusal(421, sentence)(scope, receive, send)
        return await self._app(scope, receive, send)


def _names_this_machine(host: str | None) -> bool:
    try:
        return urlsplit(f"//{host or ''}").hostname in _LOCAL_HOSTS
    except ValueError:
        return False


class TokenRequired:
    """Refuses requests without the token, but for paths that hold nothing of the index.

    `open_folders` end with a slash and stand for all that is below them.
    """

    def __init__(
        self, app: ASGIApp, token: str, open_paths: frozenset[str], open_folders: tuple[str, ...]
    ) -> None:
        self._app = app
        self._expected = f"Bearer {token}".encode()
        self._open_paths = open_paths
        self._open_folders = open_folders

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not self._is_open(scope["path"]):
            given = Headers(scope=scope).get("authorization", "").encode("latin-1")
            if not hmac.compare_digest(given, self._expected):
                sentence = "this server wants a token: send the header Authorization: Bearer TOKEN."
                answer = refusal(401, sentence, {"WWW-Authenticate": "Bearer"})
                return await answer(scope, receive, send)
        return await self._app(scope, receive, send)

    def _is_open(self, path: str) -> bool:
        return path in self._open_paths or path.startswith(self._open_folders)


class AnyContentType:
    """Has every body read as JSON, whatever its header says: curl calls what it sends a form."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            headers = MutableHeaders(scope=scope)
            headers["content-type"] = "application/json"
        return await self._app(scope, receive, send)


class BodyLimit:
    """Reads the body, and refuses one of more than `limit` bytes before anything parses it."""

    def __init__(self, app: ASGIApp, limit: int) -> None:
        self._app = app
        self._limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        headers = Headers(scope=scope)
        declared = int(headers.get("content-length") or 0)
        parts: deque[Message] = deque()
        received, more = 0, True
        while more and max(received, declared) <= self._limit:
            message = await receive()
            if message["type"] == "http.disconnect":
                return None
            parts.append(message)
            received += len(message.get("body", b""))
            more = message.get("more_body", False)
        if max(received, declared) > self._limit:
            # A client that is still sending would not see an answer before the connection breaks.
            if more and "expect" not in headers:
                await _drain(receive)
            sentence = f"the body is larger than {self._limit // 1024} KiB."
            return await refusal(413, sentence, {"Connection": "close"})(scope, receive, send)

        async def replay() -> Message:
            return parts.popleft() if parts else await receive()

        return await self._app(scope, replay, send)


async def _drain(receive: Receive) -> None:
    read = 0
    try:
        async with asyncio.timeout(_DRAIN_SECONDS):
            while read < _DRAIN_BYTES:
                message = await receive()
                read += len(message.get("body", b""))
                if not message.get("more_body", False):
                    return
    except TimeoutError:
        return
