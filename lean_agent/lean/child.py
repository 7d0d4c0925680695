"""Child: a process with pipes that can be killed at any moment.

`asyncio.create_subprocess_exec` is not used: before Python 3.14.1 a task that is cancelled
while it starts a process may wait for ever (python/cpython issues 103847 and 125502).
Here nothing is awaited before the process can be killed, and its pipes are served by the
event loop itself, so that a command costs two system calls and no streams in between.
"""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO

_PIECE = 1 << 18  # bytes that are read at once
_LAST_WORDS = 4096  # bytes


class Child:
    """A process that leads its own process group.

    `heard` is called in the running event loop with each piece that the process writes to its
    standard output, and with `b""` at the end of that, or of the process where the system tells:
    what it started may hold its output open. `last_words` is how many bytes of its standard
    error are kept. Raises OSError when it cannot be started.
    """

    def __init__(
        self,
        argv: Sequence[str],
        cwd: Path | None,
        env: Mapping[str, str],
        heard: Callable[[bytes], None],
        last_words: int = _LAST_WORDS,
    ) -> None:
        self._heard = heard
        self._loop = asyncio.get_running_loop()
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
        self._stdin, self._stdout, self._stderr = map(
            _unblocked, (self._process.stdin, self._process.stdout, self._process.stderr)
        )
        self._unwritten = memoryview(b"")
        self._last_words = bytearray()
        self._most_last_words = last_words
        self._loop.add_reader(self._stdout, self._read_output)
        self._loop.add_reader(self._stderr, self._read_complaints)
        self._death = _death_of(self.pid)
        if self._death is not None:
            self._loop.add_reader(self._death, self._ended)

    @property
    def pid(self) -> int:
        """The process, which is also its process group."""
        return self._process.pid

    @property
    def returncode(self) -> int | None:
        """The exit status, negative for a signal; None while the process runs."""
        return self._process.poll()

    @property
    def all_written(self) -> bool:
        """Whether the process has been given everything, or will take no more."""
        return not self._unwritten

    def write(self, data: bytes) -> None:
        """Give the process `data`, now and as fast as it reads; this never waits."""
        self._unwritten = memoryview(data)
        if not self._written():
            self._loop.add_writer(self._stdin, self._write_on)

    def last_words(self) -> str:
        """The end of what the process has said on standard error."""
        while self._read_complaints():
            pass
        return self._last_words.decode("utf-8", "replace").strip()

    async def wait(self, seconds: float | None = None) -> int | None:
        """The exit status, once there is one; None if there is none within `seconds`."""
        with suppress(subprocess.TimeoutExpired):
            await asyncio.to_thread(self._process.wait, seconds)
        return self.returncode

    def kill(self) -> None:
        """Kill the whole process group. It may outlive its leader, or be gone already."""
        with suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)

    def close(self) -> None:
        """Close the pipes; what was not written yet is dropped."""
        self._unwritten = memoryview(b"")
        self._loop.remove_writer(self._stdin)
        for pipe in (self._stdout, self._stderr):
            self._loop.remove_reader(pipe)
        for file in (self._process.stdin, self._process.stdout, self._process.stderr):
            assert file is not None
            file.close()
        self._forget_death()

    def _write_on(self) -> None:
        if self._written():
            self._loop.remove_writer(self._stdin)

    def _written(self) -> bool:
        """Write what the pipe takes; whether nothing is left to be written."""
        try:
            while self._unwritten:
                self._unwritten = self._unwritten[os.write(self._stdin, self._unwritten) :]
        except BlockingIOError:
            return False
        except OSError:  # a process that takes no more says on its other pipes what became of it
            self._unwritten = memoryview(b"")
        return True

    def _read_output(self) -> None:
        with suppress(BlockingIOError):
            piece = os.read(self._stdout, _PIECE)
            if not piece:
                self._loop.remove_reader(self._stdout)
            self._heard(piece)

    def _ended(self) -> None:
        self._forget_death()
        self._read_output()  # one piece has room for all that a pipe holds
        self._loop.remove_reader(self._stdout)
        self._heard(b"")

    def _forget_death(self) -> None:
        if self._death is not None:
            self._loop.remove_reader(self._death)
            os.close(self._death)
            self._death = None

    def _read_complaints(self) -> bool:
        """Read a piece of standard error; whether there may be more at once."""
        if self._process.stderr is None or self._process.stderr.closed:
            return False
        try:
            piece = os.read(self._stderr, _PIECE)
        except BlockingIOError:
            return False
        if not piece:
            self._loop.remove_reader(self._stderr)
        self._last_words += piece
        del self._last_words[: -self._most_last_words]
        return bool(piece)


def _unblocked(pipe: IO[bytes] | None) -> int:
    assert pipe is not None
    os.set_blocking(pipe.fileno(), False)
    return pipe.fileno()


def _death_of(pid: int) -> int | None:
    """A descriptor that is readable once a process has ended; None where there is no such thing."""
    try:
        return os.pidfd_open(pid)
    except (AttributeError, OSError):  # not Linux, or before 5.3
        return None
