"""An index that `mathlib-index serve` serves, asked over HTTP as if it were here."""

from __future__ import annotations

import asyncio
import random
import time
from types import TracebackType
from typing import Any, TypeVar

import httpx
from pydantic import BaseModel, ValidationError

from mathlib_index.declaration import Declaration
from mathlib_index.errors import InvalidQuery, MathlibIndexError
from mathlib_index.index import Hit
from mathlib_index.server.messages import Health, Problem, SearchHit, SearchResponse

_TIMEOUT = httpx.Timeout(10.0, connect=5.0)
_LONGEST_PAUSE = 2.0
_PASSES = {429, 502, 503, 504}
"""What a server answers, or a proxy before it, that is too busy or just starting."""
_REFUSES_THE_QUERY = {400, 413, 422}
_REFUSES_THE_TOKEN = {401, 403}

_Answer = TypeVar("_Answer", bound=BaseModel)


class ServerUnavailable(MathlibIndexError):
    """The server is gone, refuses to answer, is no index server, or serves another index now."""


class TokenRefused(ServerUnavailable):
    """The server wants a token, or another one."""


class RemoteIndex:
    """A served index: `async with RemoteIndex("http://127.0.0.1:8000") as index`.

    Entering asks the server which index it serves; from then on every hit is of that index, or
    there is an error. A lost connection or a server that is busy or just starting is asked again
    for up to `patience` seconds, so that it may be restarted meanwhile. Where nothing has answered
    yet, nothing is tried again: the address is wrong, or the server was never started.

    `token` is what the server was told to ask for, if anything. Raises `ServerUnavailable`.
    """

    def __init__(self, url: str, token: str = "", *, patience: float = 30.0) -> None:
        self.url = url.rstrip("/")
        self.identity = ""
        """Of the index, as in its manifest; known once entered."""
        self._patience = patience
        self._has_answered = False
        self._connections = 0
        """Made so far."""
        self._vouched = 0
        """Of these, how many were made before an answer that named the right index."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        try:
            self._client = httpx.AsyncClient(base_url=self.url, headers=headers, timeout=_TIMEOUT)
        except (httpx.InvalidURL, ValueError) as error:
            raise ServerUnavailable(f"{url!r} is not a URL: {error}.") from error

    async def __aenter__(self) -> RemoteIndex:
        try:
            self.identity = (await self.health()).identity
            self._vouched = self._connections
            await self.search("is the token right?", 1)
        except BaseException:
            await self._client.aclose()
            raise
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._client.aclose()

    async def health(self) -> Health:
        """Which index is served, and since when."""
        return await self._ask("GET", "/health", Health)

    async def search(self, query: str, k: int = 10) -> list[Hit]:
        """As `SearchIndex.search`; of each declaration, what a list of answers shows.

        Raises `InvalidQuery` where the server refuses the query, else `ServerUnavailable`.
        """
        wanted = {"query": query, "k": k}
        answer = await self._ask("POST", "/search", SearchResponse, json=wanted)
        if self._connections > self._vouched:
            await self._check_identity()
        return [_as_hit(hit) for hit in answer.hits]

    async def _check_identity(self) -> None:
        """A server that was restarted may have been given another index."""
        # Not those that other tasks make meanwhile: the server may be restarted before them.
        made_before = self._connections
        now = (await self.health()).identity
        if now != self.identity:
            raise ServerUnavailable(
                f"{self.url} serves another index than before ({now}, was {self.identity}). "
                "Serve the old one again, or begin anew."
            )
        self._vouched = max(self._vouched, made_before)

    async def _note(self, event: str, _: dict[str, Any]) -> None:
        """Called by httpx; while a connection lives, so does the process at its other end."""
        self._connections += event == "connection.connect_tcp.complete"

    async def _ask(self, method: str, path: str, kind: type[_Answer], **content: Any) -> _Answer:
        deadline = time.monotonic() + self._patience
        pause = 0.1
        while True:
            try:
                response = await self._client.request(
                    method, path, extensions={"trace": self._note}, **content
                )
            except (httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
                raise ServerUnavailable(f"{self.url!r} is not a URL: {error}.") from error
            except httpx.TransportError as error:
                why = f"nothing answers at {self.url} ({str(error) or type(error).__name__})."
                if not self._has_answered:
                    raise ServerUnavailable(f"{why} Start it: mathlib-index serve INDEX") from error
            else:
                self._has_answered = True
                if response.status_code not in _PASSES:
                    return self._read(response, kind)
                why = f"{self.url} answers {response.status_code}: {_sentence(response)}"
            if time.monotonic() + pause > deadline:
                raise ServerUnavailable(f"{why} Tried again for {self._patience:.0f} s.")
            # Uneven, so that many clients do not come back in step.
            await asyncio.sleep(pause * random.uniform(0.5, 1.0))
            pause = min(2 * pause, _LONGEST_PAUSE)

    def _read(self, response: httpx.Response, kind: type[_Answer]) -> _Answer:
        status = response.status_code
        if status in _REFUSES_THE_QUERY:
            raise InvalidQuery(_sentence(response))
        if status in _REFUSES_THE_TOKEN:
            raise TokenRefused(f"{self.url} refuses the token: {_sentence(response)}")
        try:
            if response.is_success:
                return kind.model_validate_json(response.content)
        except ValidationError:
            pass
        raise ServerUnavailable(
            f"{self.url} is no mathlib-index server, it answers {status} to "
            f"{response.request.url.path}: {response.text[:200]!r}."
        )


def _as_hit(shown: SearchHit) -> Hit:
    fields = shown.model_dump(exclude={"rank", "score"})
    return Hit(rank=shown.rank, score=shown.score, declaration=Declaration(**fields))


def _sentence(response: httpx.Response) -> str:
    try:
        return Problem.model_validate_json(response.content).error
    except ValidationError:
        return response.text[:200] or response.reason_phrase
