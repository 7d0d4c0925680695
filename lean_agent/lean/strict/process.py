"""A process that is started, given one text, and heard to its end."""

from __future__ import annotations

import asyncio
import re
import signal
from dataclasses import dataclass

from lean_agent.lean.child import Child
from lean_agent.lean.cpu_time import cpu_seconds
from lean_agent.lean.repl import ReplCrash, ReplFlood, ReplKilled, ReplOutOfMemory, ReplTimeout
from lean_agent.lean.sandbox import Launch

NO_MEMORY = re.compile(
    r"out of memory|bad_alloc|excessive memory|MemoryError|cannot allocate memory", re.IGNORECASE
)
"""What processes say that want more memory than they may have."""

_DYING_SECONDS = 5.0  # from the end of the output to the end of the process
# Its own status, and how a program that started it passes that on.
_KILLED = (-signal.SIGKILL, 128 + signal.SIGKILL)


@dataclass(frozen=True)
class Finished:
    """How a process ended by itself, and what it wrote."""

    status: int
    output: bytes
    complaints: str


class Process:
    """`async with Process(launch, output_bytes) as process: await process.run(b"", 60)`.

    It starts at once and leads its own process group, which is killed at the end of the
    `async with`, whatever happens. Raises ReplCrash where it cannot be started.
    """

    def __init__(self, launch: Launch, output_bytes: int) -> None:
        self._launch = launch
        self._output_bytes = output_bytes
        self._output = bytearray()

    async def __aenter__(self) -> Process:
        self._done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        launch = self._launch
        try:
            self._child = Child(launch.argv, launch.cwd, launch.env, self._hear)
        except OSError as error:
            raise ReplCrash(f"cannot start {launch.argv[0]}: {error}") from error
        return self

    async def __aexit__(self, *_: object) -> None:
        self._child.kill()
        self._child.close()
        await asyncio.shield(self._child.wait())

    @property
    def pid(self) -> int:
        """The process, which is also its process group."""
        return self._child.pid

    async def run(self, text: bytes, seconds: float) -> Finished:
        """Give the process `text` and wait for its end, for at most `seconds` from now.

        Raises ReplTimeout, ReplFlood, and ReplOutOfMemory, ReplKilled or ReplCrash where it did
        not end by itself.
        """
        if text:
            self._child.write(text)
        try:
            async with asyncio.timeout(seconds):
                await self._done
        except TimeoutError:
            used = cpu_seconds(self.pid)
            raise ReplTimeout(f"not done after {seconds:g} s", used) from None
        if len(self._output) > self._output_bytes:
            raise ReplFlood(f"more than {self._output_bytes} bytes of messages")
        status = await self._child.wait(_DYING_SECONDS)
        said = self._child.last_words()
        if NO_MEMORY.search(said):
            raise ReplOutOfMemory(f"the process ran out of memory: {said}")
        if status in _KILLED:
            raise ReplKilled("the process was killed")
        if status is None or status < 0 or status > 128:
            raise ReplCrash(f"the process ended with status {status}. {said}".rstrip())
        return Finished(status, bytes(self._output), said)

    def _hear(self, piece: bytes) -> None:
        self._output += piece
        if (not piece or len(self._output) > self._output_bytes) and not self._done.done():
            self._done.set_result(None)
