"""A program that is started, given one text, heard to its end, and watched meanwhile."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from lean_agent.lean.child import Child
from lean_agent.lean.cpu_time import cpu_seconds
from lean_agent.lean.last_words import KILLED, out_of_memory
from lean_agent.lean.limits import ProcessLimits
from lean_agent.lean.process_tree import tree_memory
from lean_agent.lean.repl import (
    ReplCrash,
    ReplError,
    ReplFlood,
    ReplKilled,
    ReplOutOfMemory,
    ReplTimeout,
)
from lean_agent.lean.sandbox import Launch
from lean_agent.lean.work_time import at_work

LARGEST_FILES = 4
"""A process may leave behind so many times the size of the largest file that it may write."""
MOST_FILES = 10_000
"""And no more files than these."""

_LOOK_SECONDS = 0.5  # between two looks at memory and files
_DYING_SECONDS = 5.0  # from the end of the output to the end of the process
_COMPLAINT_BYTES = 1 << 16  # of standard error that are kept
_SAID = 2000  # characters that people get to read


@dataclass(frozen=True)
class Finished:
    """How a program ended by itself, and what it wrote; `output` is empty if it went to a file."""

    status: int
    output: bytes
    complaints: str

    @property
    def text(self) -> str:
        """The output as text."""
        return self.output.decode("utf-8", "replace")

    @property
    def said(self) -> str:
        """The end of all that it said, for a person to read."""
        return f"{self.text.strip()}\n{self.complaints.strip()}".strip()[-_SAID:]


class Process:
    """`async with Process(launch, limits, "lean") as process: await process.run(60)`.

    It starts at once and leads its own process group, which is killed at the end of the
    `async with`, whatever happens. `name` is for messages. `limits` hold here for all that it
    starts together: for their memory, and for what they write into the folder `writable`. Its
    standard output goes to the file `output`, if one is given, and may then be as long as a file.

    Raises ReplCrash where it cannot be started.
    """

    def __init__(
        self,
        launch: Launch,
        limits: ProcessLimits,
        name: str,
        *,
        writable: Path | None = None,
        output: Path | None = None,
    ) -> None:
        self._launch = launch
        self._limits = limits
        self._name = name
        self._writable = writable
        self._file = output
        self._stream: IO[bytes] | None = None
        self._output = bytearray()
        self._heard = 0

    async def __aenter__(self) -> Process:
        self._done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        launch = self._launch
        if self._file is not None:
            self._stream = self._file.open("wb")
        try:
            self._child = Child(launch.argv, launch.cwd, launch.env, self._hear, _COMPLAINT_BYTES)
        except OSError as error:
            self._close()
            raise ReplCrash(f"cannot start {self._name}: {error}") from error
        return self

    async def __aexit__(self, *_: object) -> None:
        self._child.kill()
        self._child.close()
        self._close()
        await asyncio.shield(self._child.wait())

    @property
    def pid(self) -> int:
        """The process, which is also its process group."""
        return self._child.pid

    async def run(self, seconds: float, text: bytes = b"") -> Finished:
        """Give the program `text` and wait for its end, for at most `seconds` from now.

        Raises ReplTimeout, ReplFlood, and ReplOutOfMemory, ReplKilled or ReplCrash where it did
        not end by itself.
        """
        if text:
            self._child.write(text)
        try:
            with at_work():
                async with asyncio.timeout(seconds):
                    await self._watch()
        except TimeoutError:
            used = cpu_seconds(self.pid)
            raise ReplTimeout(f"{self._name} was not done after {seconds:.0f} s", used) from None
        if self._heard > self._most_output:
            raise ReplFlood(f"{self._name} wrote more than {self._most_output} bytes")
        status = await self._child.wait(_DYING_SECONDS)
        said = self._child.last_words()
        done = Finished(-1 if status is None else status, bytes(self._output), said)
        if done.status != 0 and out_of_memory(said):
            raise ReplOutOfMemory(f"{self._name} ran out of memory: {said[-_SAID:]}")
        if status is None or status < 0 or status > 128:
            kind = ReplKilled if status in KILLED else ReplCrash
            raise kind(f"{self._name} ended with status {status}. {done.said}".rstrip())
        return done

    @property
    def _most_output(self) -> int:
        limits = self._limits
        return limits.output_bytes if self._file is None else limits.file_mib << 20

    def _hear(self, piece: bytes) -> None:
        self._heard += len(piece)
        flood = self._heard > self._most_output
        if self._stream is not None and not flood:
            self._stream.write(piece)
        elif not flood:
            self._output += piece
        if (not piece or flood) and not self._done.done():
            self._done.set_result(None)

    def _close(self) -> None:
        if self._stream is not None:
            self._stream.close()

    async def _watch(self) -> None:
        """Wait for the end of the output. Raises ReplError where too much is used."""
        while not self._done.done():
            excess = await asyncio.to_thread(self._excess)
            if excess is not None:
                raise excess
            await asyncio.wait([self._done], timeout=_LOOK_SECONDS)
        if self._stream is not None:
            self._stream.flush()

    def _excess(self) -> ReplError | None:
        limits = self._limits
        if tree_memory(self.pid) > limits.memory_mib << 20:
            return ReplOutOfMemory(f"{self._name} has more than {limits.memory_mib} MiB of memory")
        most = LARGEST_FILES * limits.file_mib
        if self._writable is not None and not _fits(self._writable, most << 20):
            return ReplFlood(f"{self._name} wrote more than {most} MiB, or {MOST_FILES} files")
        return None


def _fits(folder: Path, most_bytes: int) -> bool:
    """Whether what lies in a folder is not too much, and can be seen at all."""
    count = size = 0
    try:
        for entry in _entries(folder):
            count += 1
            size += entry.stat(follow_symlinks=False).st_blocks * 512
            if count > MOST_FILES or size > most_bytes:
                return False
    except FileNotFoundError:  # it goes on writing and removing; the next look will tell
        return True
    except OSError:  # a folder that hides what is in it, or lies too deep
        return False
    return True


def _entries(folder: Path) -> Iterator[os.DirEntry[str]]:
    waiting = [os.fspath(folder)]
    while waiting:
        with os.scandir(waiting.pop()) as entries:
            for entry in entries:
                yield entry
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(entry.path)
