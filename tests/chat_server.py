"""A small real HTTP server that speaks OpenAI's protocol from a script."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any

Reply = tuple[int, Any]
STALL: Reply = (0, None)
HANG_UP: Reply = (-1, None)


@dataclass(frozen=True)
class Refusal:
    """An answer with headers."""

    status: int
    said: str
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Stream:
    """Server-sent events, each written on its own; at the end the server may `hang_up` in the
    midst of the body, or `stall`."""

    events: Sequence[Any]
    hang_up: bool = False
    stall: bool = False


def says(
    content: str | None = None,
    *calls: tuple[str, str],
    finish: str = "stop",
    **more: Any,
) -> Reply:
    """An answer with content and calls, given as (name, arguments as written).

    `more` are other fields of the message. To who asks for a stream it is streamed.
    """
    message: dict[str, Any] = {"role": "assistant", "content": content, **more}
    if calls:
        message["tool_calls"] = [
            {"id": f"id{n}", "type": "function", "function": {"name": name, "arguments": written}}
            for n, (name, written) in enumerate(calls)
        ]
    return 200, {
        "id": "x",
        "object": "chat.completion",
        "created": 0,
        "model": "m",
        "choices": [{"index": 0, "message": message, "finish_reason": finish}],
        "usage": {"prompt_tokens": 11, "completion_tokens": 7, "total_tokens": 18},
    }


def writes(text: str, finish: str = "stop", **more: Any) -> Stream:
    """A raw completion, three characters at a time; `more` are fields of its last choice."""
    pieces = [text[at : at + 3] for at in range(0, len(text), 3)]
    last = {"choices": [{"index": 0, "text": "", "finish_reason": finish, **more}]}
    return Stream([*({"choices": [{"text": piece}]} for piece in pieces), last, "[DONE]"])


def chunks(completion: Mapping[str, Any]) -> list[Any]:
    """A completion as vLLM streams it: a few characters at a time, calls by their place, the
    usage in a chunk of its own."""
    choice = completion["choices"][0]
    deltas: list[dict[str, Any]] = [{"role": "assistant", "content": ""}]
    for name in ("reasoning", "reasoning_content", "content"):
        deltas += ({name: piece} for piece in _pieces(choice["message"].get(name) or ""))
    for place, call in enumerate(choice["message"].get("tool_calls", ())):
        function = call["function"]
        begun = {**call, "index": place, "function": {**function, "arguments": ""}}
        deltas.append({"tool_calls": [begun]})
        for piece in _pieces(function["arguments"]):
            deltas.append({"tool_calls": [{"index": place, "function": {"arguments": piece}}]})
    events = [{"choices": [{"index": 0, "delta": d, "finish_reason": None}]} for d in deltas]
    finish = {"index": 0, "delta": {}, "finish_reason": choice["finish_reason"]}
    return [*events, {"choices": [finish]}, {"choices": [], "usage": completion["usage"]}, "[DONE]"]


def _pieces(text: str) -> Iterator[str]:
    return (text[at : at + 5] for at in range(0, len(text), 5))


class ChatServer:
    """Gives one reply of its script to each request, and keeps the requests.

    `pages` are what it answers to GET, by path; `visited` are the paths that were asked for.
    `port` may be set before it is started, else any is taken.
    """

    def __init__(self, *script: Reply | Refusal | Stream, **pages: Any) -> None:
        self._script = iter(script)
        self._pages = pages
        self.requests: list[dict[str, Any]] = []
        self.visited: list[str] = []
        self.asked = asyncio.Event()
        self.port = 0

    async def __aenter__(self) -> ChatServer:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}/v1"
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            method, path, _ = head.split(" ", 2)
            if method == "GET":
                self.visited.append(path)
                page = self._pages.get(path.rpartition("/")[2])
                await _send(writer, 404 if page is None else 200, page)
                return
            lines = head.lower()
            length = int(lines.split("content-length:")[1].split()[0])
            body = json.loads(await reader.readexactly(length))
            self.requests.append(body)
            self.asked.set()
            reply = next(self._script)
            streamed = body.get("stream", False)
            body["path"] = path
            body["key"] = lines.split("authorization: bearer ")[1].split()[0]
            await _reply(reply, streamed, reader, writer)
        finally:
            writer.close()


async def _reply(
    reply: Reply | Refusal | Stream,
    streamed: bool,
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
) -> None:
    if isinstance(reply, Refusal):
        await _send(writer, reply.status, {"error": {"message": reply.said}}, reply.headers)
        return
    if isinstance(reply, Stream):
        await _stream(reply, reader, writer)
        return
    status, body = reply
    if reply is STALL:
        await reader.read()  # until the client goes away
    elif status == 200 and streamed and isinstance(body, dict) and "usage" in body:
        await _stream(Stream(chunks(body)), reader, writer)
    elif status > 0:
        await _send(writer, status, body)


async def _send(
    writer: asyncio.StreamWriter, status: int, body: Any, headers: Mapping[str, str] | None = None
) -> None:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    more = "".join(f"{name}: {value}\r\n" for name, value in (headers or {}).items())
    writer.write(
        f"HTTP/1.1 {status} X\r\ncontent-type: application/json\r\n{more}"
        f"content-length: {len(data)}\r\nconnection: close\r\n\r\n".encode()
        + data
    )
    await writer.drain()


async def _stream(
    stream: Stream, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    writer.write(
        b"HTTP/1.1 200 X\r\ncontent-type: text/event-stream; charset=utf-8\r\n"
        b"transfer-encoding: chunked\r\nconnection: close\r\n\r\n"
    )
    for event in stream.events:
        data = event if isinstance(event, bytes) else f"data: {_text(event)}\n\n".encode()
        writer.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
        await writer.drain()
        await asyncio.sleep(0)
    if stream.stall:
        await reader.read()
    elif not stream.hang_up:
        writer.write(b"0\r\n\r\n")
        await writer.drain()


def _text(event: Any) -> str:
    return event if isinstance(event, str) else json.dumps(event, ensure_ascii=False)
