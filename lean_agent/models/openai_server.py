"""An OpenAI-compatible server: the connections to it, and what its failures mean.

The `openai` package is not used here. Reading a stream with it takes about six times the CPU time
for each token (90 µs instead of 15), which one process feels at the speed of a large vLLM server;
and which HTTP library its errors come from depends on its version.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from ipaddress import ip_address
from typing import Any

import httpx

from lean_agent.chat import InterruptionKind
from lean_agent.clock import not_counted
from lean_agent.errors import UserError
from lean_agent.models.base import (
    ContextExceeded,
    ModelError,
    ModelInterrupted,
    ModelUnavailable,
)
from lean_agent.models.settings import Transport

_CONNECT_SECONDS = 20.0
_ASKING_ABOUT_SECONDS = 10.0
_SHOWN = 500

DONE = b"[DONE]"
"""The last event of a stream."""

_CONTEXT = re.compile(
    r"maximum context length|available context size|context_length_exceeded"
    r"|exceed_context_size|longer than the model's context",
    re.IGNORECASE,
)
_NO_TOOLS = re.compile(
    r"tool choice requires|does not support tools|tools param requires|unsupported param: tools"
    r"|tool.call.parser",
    re.IGNORECASE,
)
_NO_SUCH_FIELD = re.compile(
    r"(unrecogni[sz]ed|unknown|unsupported|unexpected|extra) "
    r"(request )?(parameter|argument|param|field|key|value|input)",
    re.IGNORECASE,
)


class Server:
    """What is asked of one server, as many requests at a time as the settings allow.

    `model` is only there to be named in errors. Raises UserError for a URL that is none.
    """

    def __init__(self, url: str, model: str, key: str, transport: Transport) -> None:
        parsed = _parse(url, transport.key_env)
        self.where = f"{model} at {url}"
        self._transport = transport
        self._slots = asyncio.Semaphore(transport.connections)
        try:
            self._client = httpx.AsyncClient(
                base_url=url,
                headers={"authorization": f"Bearer {key}"},
                # A proxy cannot reach what is on this machine, though the environment names one.
                trust_env=not _is_here(parsed.host),
                # A connection for each request: a server may close one that is kept at any moment,
                # which then looks as if it had died (llama.cpp's lost 7 of 80 requests so). Who
                # waits for one waits for a slot, for the pool's own queue is slow.
                limits=httpx.Limits(max_connections=None, max_keepalive_connections=0),
            )
        except (httpx.InvalidURL, ValueError, ImportError) as error:
            raise UserError(
                "cannot use the proxy in the environment variables HTTP_PROXY, HTTPS_PROXY or "
                f"ALL_PROXY: {error}"
            ) from error

    async def ask(
        self, path: str, body: Mapping[str, Any], event: Callable[[bytes], None]
    ) -> bytes | None:
        """Make one request. Each event of a stream goes to `event`; what is none comes back whole.

        Waiting for a slot is no part of the request's time. Raises ModelInterrupted where the
        request was lost, ModelError or ModelUnavailable where it was refused, and what `event`
        raises.
        """
        stall = self._transport.stall_seconds
        silence = stall if body.get("stream") else None  # without a stream all comes at the end
        timeout = httpx.Timeout(stall, connect=_CONNECT_SECONDS, read=silence, pool=None)
        answering = False
        try:
            async with (
                self._slot(),
                asyncio.timeout(self._transport.request_seconds),
                self._client.stream("POST", path, json=body, timeout=timeout) as response,
            ):
                if response.status_code != httpx.codes.OK:
                    raise self._refusal(response, await response.aread())
                answering = True
                if "text/event-stream" in response.headers.get("content-type", ""):
                    await _read_events(response, event)
                    return None
                return await response.aread()
        except TimeoutError as error:
            after = f"{self._transport.request_seconds:g} s"
            raise self._lost(InterruptionKind.STALL, f"no whole answer in {after}") from error
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            raise self._lost(InterruptionKind.CONNECTION, _why(error)) from error
        except httpx.TimeoutException as error:
            raise self._lost(InterruptionKind.STALL, f"silent for {stall:g} s") from error
        except (
            httpx.NetworkError,
            httpx.ProtocolError,
            httpx.ProxyError,
            httpx.DecodingError,  # of a compressed answer
        ) as error:
            kind = InterruptionKind.HALF_ANSWER if answering else InterruptionKind.CONNECTION
            raise self._lost(kind, _why(error)) from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise ModelUnavailable(f"{self.where}: {_why(error)}") from error

    @asynccontextmanager
    async def _slot(self) -> AsyncIterator[None]:
        with not_counted():
            await self._slots.acquire()
        try:
            if self._client.is_closed:
                raise self._lost(InterruptionKind.CONNECTION, "")
            yield
        finally:
            self._slots.release()

    async def about(self, path: str) -> Any:
        """What the server says at `path`, as JSON; None where it says nothing of the kind.

        Raises ModelInterrupted where nobody answers, or where whoever does is not ready.
        """
        try:
            answer = await self._client.get(path, timeout=_ASKING_ABOUT_SECONDS)
        except httpx.RequestError as error:
            raise self._lost(InterruptionKind.CONNECTION, _why(error)) from error
        except httpx.InvalidURL:
            return None
        if answer.is_server_error or answer.status_code == httpx.codes.TOO_MANY_REQUESTS:
            why = f"HTTP {answer.status_code}"
            raise self._lost(InterruptionKind.SERVER_ERROR, why)
        try:
            return answer.raise_for_status().json()
        except (httpx.HTTPStatusError, ValueError, RecursionError):
            return None

    def refusal(self, status: int, said: str, retry_after: float | None = None) -> Exception:
        """What it means that the server answers with this status and these words."""
        what = f"{self.where}: {said} ({status})" if said else f"{self.where}: HTTP {status}"
        if _CONTEXT.search(said):
            return ContextExceeded(
                f"{self.where}: the conversation is longer than the model's context: {said}"
            )
        if _NO_TOOLS.search(said):
            return ModelUnavailable(
                f"{what}. Start the server with a parser of tool calls (vLLM: "
                "--enable-auto-tool-choice --tool-call-parser NAME; llama.cpp: --jinja and a chat "
                "template that knows tools), or have the calls read here: set interface to prompt"
            )
        if _NO_SUCH_FIELD.search(said) or (status == 429 and "insufficient_quota" in said):
            return ModelUnavailable(what)
        match status:
            case 400 | 413 | 422:
                return ModelError(what)
            case 401 | 403:
                return ModelUnavailable(f"{what}. The key is taken from {self._transport.key_env}")
            case 404:
                return ModelUnavailable(
                    f"{what}. Is the model's name right, and does the URL end in /v1?"
                )
            case 408:
                return self._lost(InterruptionKind.STALL, f"{said} ({status})")
            case 429:
                kind = InterruptionKind.RATE_LIMIT
                return self._lost(kind, f"{said} ({status})", retry_after)
            case _ if status >= 500:
                kind = InterruptionKind.SERVER_ERROR
                return self._lost(kind, f"{said} ({status})", retry_after)
        return ModelUnavailable(what)

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    def _refusal(self, response: httpx.Response, body: bytes) -> Exception:
        if response.has_redirect_location:  # which would make a GET of our POST
            there = response.url.join(response.headers["location"]).copy_with(query=None)
            url = str(there).removesuffix("/chat/completions").removesuffix("/completions")
            return ModelUnavailable(f"{self.where}: the server is now at {url}: give that URL")
        return self.refusal(response.status_code, _said(body), retry_after(response.headers))

    def _lost(
        self, kind: InterruptionKind, why: str, after: float | None = None
    ) -> ModelUnavailable:
        if self._client.is_closed:  # by us, so that another try would meet the same
            return ModelUnavailable(f"{self.where}: the connections to it are closed")
        return ModelInterrupted(f"{self.where}: {why}", kind, after)


async def _read_events(response: httpx.Response, event: Callable[[bytes], None]) -> None:
    """The data of each server-sent event, which for these servers is one line.

    Lines end with LF or CRLF (a lone CR, which the standard has too, nobody sends:
    https://html.spec.whatwg.org/multipage/server-sent-events.html). They are not parted as
    `aiter_lines` does it: a model may well write U+2028.
    """
    rest = b""
    async for chunk in response.aiter_bytes():
        *lines, rest = (rest + chunk).split(b"\n")
        for line in lines:
            if line.startswith(b"data:"):
                data = line[5:].strip()
                event(data)
                if data == DONE:
                    return
    if rest.startswith(b"data:"):
        event(rest[5:].strip())


def retry_after(headers: Mapping[str, str], now: datetime | None = None) -> float | None:
    """Seconds that the server asks us to wait, by `retry-after-ms` or `Retry-After` (RFC 9110).

    The latter may be a date. None where there is none that can be read.
    """
    for name, unit in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        try:
            seconds = float(headers.get(name, "")) * unit
        except ValueError:
            continue
        if 0 <= seconds < float("inf"):
            return seconds
    try:
        date = parsedate_to_datetime(headers.get("retry-after", ""))
        return max(0.0, (date - (now or datetime.now(UTC))).total_seconds())
    except (ValueError, TypeError):  # TypeError: a date without a time zone
        return None


def _said(body: bytes) -> str:
    """The server's own words in the body of an error: every server has a shape of its own."""
    text = body.decode(errors="replace").strip()
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return text[:_SHOWN]
    return words_of(value)[:_SHOWN] or text[:_SHOWN]


def words_of(error: Any) -> str:
    """The message in an error object, with its code and type where they are words, or ""."""
    if isinstance(error, str):
        return error
    if isinstance(error, list):  # of FastAPI, which repeats the whole request in it
        return "; ".join(filter(None, map(_complaint, error)))
    if not isinstance(error, dict):
        return ""
    for field in ("error", "message", "detail"):
        said = words_of(error.get(field))
        if said:
            codes = [error.get("code"), error.get("type")] if field == "message" else []
            return " ".join([said, *(f"[{code}]" for code in codes if isinstance(code, str))])
    return ""


def _complaint(one: Any) -> str:
    if not isinstance(one, dict) or not isinstance(one.get("loc"), list):
        return words_of(one)
    where = ".".join(map(str, one["loc"]))
    return f"{where}: {one.get('msg', '')} [{one.get('type', '')}]"


def _parse(url: str, key_env: str) -> httpx.URL:
    """Raises UserError for a URL that is none, and for one with secrets: traces will hold it."""
    try:
        parsed = httpx.URL(url)
    except httpx.InvalidURL as error:
        raise UserError(f"cannot read the URL {url}: {error}") from error
    if parsed.userinfo or parsed.query or parsed.fragment:
        raise UserError(
            f"the URL of {parsed.host} holds a user, a password or a query, and would be written "
            f"into every trace: leave them out, and put the key into the environment variable "
            f"{key_env}"
        )
    return parsed


def _is_here(host: str) -> bool:
    try:
        address = ip_address(host)
    except ValueError:
        return host == "localhost"
    return address.is_loopback or address.is_unspecified


def _why(error: Exception) -> str:
    return str(error) or type(error).__name__
