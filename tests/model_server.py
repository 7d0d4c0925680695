"""A model server as a process of its own, to be killed and to fail on demand.

`python model_server.py PORT LOG` answers the turns of a conversation, which it knows by its seed,
with calls of check_lean: the proof in the last turn is good. It streams its answers, and writes a
line into the log before each answer and after it, so that also what a kill cut short is counted.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from chat_server import chunks, says

TURNS = 3
PIECE_SECONDS = 0.003


def code_for(seed: int, turn: int) -> str:
    """What the model sends to Lean in that turn, from 0."""
    return f"{'good' if turn == TURNS - 1 else 'wrong'} {seed} {turn}"


@dataclass(frozen=True)
class Line:
    """Of the log: a request was `asked`, `stalled` half-way, or `answered` to its end."""

    what: str
    seed: int
    turn: int


class ModelServer:
    """The process, on a port that stays the same when it is started again."""

    def __init__(self, folder: Path) -> None:
        self._log = folder / "requests.log"
        self._port = "0"

    def start(self) -> None:
        """Return when it listens."""
        self.process = subprocess.Popen(
            [sys.executable, __file__, self._port, str(self._log)],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        with self.process.stdout as said:
            self._port = said.readline().strip()
        self.url = f"http://127.0.0.1:{self._port}/v1"

    def kill(self) -> None:
        """SIGKILL: what it was about to send is gone."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def fail(self, how: str, requests: int) -> None:
        """Fail at the next requests: `500`, `429`, `stall`, `half` a stream, or `hang up`."""
        httpx.post(f"{self.url}/fault", json={"how": how, "requests": requests}).raise_for_status()

    def log(self) -> list[Line]:
        """All of it, also from before a kill."""
        text = self._log.read_text() if self._log.exists() else ""
        return [Line(**json.loads(line)) for line in text.splitlines()]

    def asked(self) -> Counter[tuple[int, int]]:
        """How often each turn of each conversation was asked for."""
        return Counter((line.seed, line.turn) for line in self.log() if line.what == "asked")

    def __enter__(self) -> ModelServer:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()


class _Process:
    def __init__(self, log: Path) -> None:
        self._log = os.open(log, os.O_CREAT | os.O_APPEND | os.O_WRONLY)
        self._how, self._left = "", 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                length = int(head.lower().split(b"content-length:")[1].split()[0])
                body = json.loads(await reader.readexactly(length))
                if head.split(b" ")[1].endswith(b"/fault"):
                    self._how, self._left = body["how"], body["requests"]
                    await _send(writer, 200, {})
                else:
                    await self._answer(body, reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def _answer(
        self, body: dict[str, Any], reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        seed = body["seed"]
        turn = sum(message["role"] == "assistant" for message in body["messages"])
        self._write("asked", seed, turn)
        fault = self._how if self._left > 0 else ""
        self._left -= 1
        if fault == "500":
            await _send(writer, 500, {"error": {"message": "the engine is dead"}})
        elif fault == "429":
            said = {"error": {"message": "too many requests"}}
            await _send(writer, 429, said, "retry-after: 0.1\r\n")
        elif fault == "hang up":
            raise ConnectionError
        else:
            await self._stream(seed, turn, fault, reader, writer)

    async def _stream(
        self,
        seed: int,
        turn: int,
        fault: str,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        call = ("check_lean", json.dumps({"code": code_for(seed, turn)}))
        _, completion = says("Let me see.", call, finish="tool_calls")
        writer.write(
            b"HTTP/1.1 200 X\r\ncontent-type: text/event-stream\r\n"
            b"transfer-encoding: chunked\r\n\r\n"
        )
        events = chunks(completion)
        for event in events[: len(events) // 2] if fault else events:
            text = event if isinstance(event, str) else json.dumps(event)
            data = f"data: {text}\n\n".encode()
            writer.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
            await writer.drain()
            await asyncio.sleep(PIECE_SECONDS)
        if fault == "stall":
            self._write("stalled", seed, turn)
            await reader.read()  # until the client goes away
        if fault:
            raise ConnectionError
        self._write("answered", seed, turn)
        writer.write(b"0\r\n\r\n")
        await writer.drain()

    def _write(self, what: str, seed: int, turn: int) -> None:
        line = json.dumps({"what": what, "seed": seed, "turn": turn})
        os.write(self._log, f"{line}\n".encode())


async def _send(writer: asyncio.StreamWriter, status: int, body: Any, headers: str = "") -> None:
    data = json.dumps(body).encode()
    head = f"HTTP/1.1 {status} X\r\ncontent-type: application/json\r\n{headers}"
    writer.write(f"{head}content-length: {len(data)}\r\n\r\n".encode() + data)
    await writer.drain()


async def _main(port: int, log: Path) -> None:
    server = await asyncio.start_server(_Process(log).serve, "127.0.0.1", port)
    print(server.sockets[0].getsockname()[1], flush=True)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_main(int(sys.argv[1]), Path(sys.argv[2])))
