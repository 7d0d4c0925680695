"""A small real HTTP server that speaks the chat-completions protocol from a script."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from types import TracebackType
from typing import Any

Reply = tuple[int, Any]
STALL: Reply = (0, None)
HANG_UP: Reply = (-1, None)


def says(content: str | None = None, *calls: tuple[str, str], finish: str = "stop") -> Reply:
    """An answer with content and calls, given as (name, arguments as written)."""
    message: dict[str, Any] = {"role": "assistant", "content": content}
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


class ChatServer:
    """Gives one reply of its script to each request, and keeps the requests."""

    def __init__(self, *script: Reply) -> None:
        self._script: Iterator[Reply] = iter(script)
        self.requests: list[dict[str, Any]] = []

    async def __aenter__(self) -> ChatServer:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        port = self._server.sockets[0].getsockname()[1]
        self.url = f"http://127.0.0.1:{port}/v1"
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
            head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
            length = int(head.split("content-length:")[1].split()[0])
            body = json.loads(await reader.readexactly(length))
            body["key"] = head.split("authorization: bearer ")[1].split()[0]
            self.requests.append(body)
            status, reply = next(self._script)
            if status == 0:
                await reader.read()  # until the client goes away
            if status > 0:
                data = reply if isinstance(reply, bytes) else json.dumps(reply).encode()
                writer.write(
                    f"HTTP/1.1 {status} X\r\ncontent-type: application/json\r\n"
                    f"content-length: {len(data)}\r\nconnection: close\r\n\r\n".encode()
                    + data
                )
                await writer.drain()
        finally:
            writer.close()
