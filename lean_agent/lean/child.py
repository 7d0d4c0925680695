"""Child: a process with pipes that can be cancelled and killed at any moment.

`asyncio.create_subprocess_exec` is not used: before Python 3.14.1 a task that is cancelled
while it starts a process may wait for ever (python/cpython issues 103847 and 125502).
Here the process exists, and can be killed, before anything is awaited.
"""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO


class Child:
    """A process that leads its own process group; `await connect()` makes its pipes usable.

    Raises OSError when the process cannot be started.
    """

    stdin: asyncio.StreamWriter
    stdout: asyncio.StreamReader
    stderr: asyncio.StreamReader

    def __init__(self, argv: Sequence[str], cwd: Path | None, env: Mapping[str, str]) -> None:
        self._process = subprocess.Popen(
            argv,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=cwd,
            env=env,
            bufsize=0,
            start_new_session=True,
        )
        self._transports: list[asyncio.ReadTransport | asyncio.WriteTransport] = []

    @property
    def pid(self) -> int:
        """The process, which is also its process group."""
        return self._process.pid

    @property
    def returncode(self) -> int | None:
        """The exit status, negative for a signal; None while the process runs."""
        return self._process.poll()

    async def connect(self, limit: int) -> None:
        """Open the streams; a line of output may have `limit` bytes."""
        process, loop = self._process, asyncio.get_running_loop()
        assert process.stdin and process.stdout and process.stderr
        self.stdout = await self._reader(process.stdout, limit)
        self.stderr = await self._reader(process.stderr, limit)
        transport, protocol = await loop.connect_write_pipe(
            lambda: asyncio.StreamReaderProtocol(asyncio.StreamReader()), process.stdin
        )
        self._transports.append(transport)
        self.stdin = asyncio.StreamWriter(transport, protocol, None, loop)

    async def wait(self) -> int:
        """The exit status, once there is one."""
        return await asyncio.to_thread(self._process.wait)

    def kill(self) -> None:
        """Kill the whole process group. It may outlive its leader, or be gone already."""
        with suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)

    def close(self) -> None:
        """Close the pipes; what was not written yet is dropped."""
        for transport in self._transports:
            if transport.is_closing():
                continue
            if isinstance(transport, asyncio.WriteTransport):
                transport.abort()
            else:
                transport.close()
        for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
            assert pipe is not None
            pipe.close()

    async def _reader(self, pipe: IO[bytes], limit: int) -> asyncio.StreamReader:
        reader = asyncio.StreamReader(limit)
        transport, _ = await asyncio.get_running_loop().connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(reader), pipe
        )
        self._transports.append(transport)
        return reader
