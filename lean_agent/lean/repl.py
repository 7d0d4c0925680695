"""LeanRepl: one process that speaks the REPL protocol, with time limits and kill."""

from __future__ import annotations

import asyncio
import json
from types import TracebackType

from pydantic import ValidationError

from lean_agent.lean.child import Child
from lean_agent.lean.protocol import Answer, Command, Refusal
from lean_agent.lean.toolchain import Toolchain

MAX_ANSWER_BYTES = 64 << 20
_STDERR_BYTES = 4096


class ReplError(Exception):
    """A command had no normal answer."""


class ReplTimeout(ReplError):
    """The command took longer than it was given; the process was killed.

    `cpu_seconds` is the processor time that went into it: far less than the wall-clock time
    tells of a process that hung, or of a machine with too much to do.
    """

    def __init__(self, message: str, cpu_seconds: float = 0.0) -> None:
        super().__init__(message)
        self.cpu_seconds = cpu_seconds


class ReplOutOfMemory(ReplError):
    """The command needed more memory than a process may have; the process was killed."""


class ReplFlood(ReplError):
    """The answer is longer than an answer may be; the process was killed."""


class PoolBusy(ReplError):
    """Too many checks are waiting already; try again later."""


class ReplCrash(ReplError):
    """The process died, or answered something that is not the protocol; it was killed."""


class ReplKilled(ReplCrash):
    """The process was killed from outside (SIGKILL, not ours): nothing is known of the code."""


class ReplRefused(ReplError):
    """The process answered with the protocol's own error and is still there."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.message)
        self.refusal = refusal


class LeanRepl:
    """One REPL process: `async with LeanRepl(toolchain) as repl: await repl.run(command)`.

    The process leads its own process group, and the whole group is killed when a
    command overruns, is cancelled, or the `async with` ends. A dead process
    stays dead (`alive` is false): take another LeanRepl.
    """

    def __init__(self, toolchain: Toolchain) -> None:
        self._toolchain = toolchain
        self._process: Child | None = None
        self._closed = False
        self._last_words = bytearray()
        self._listener: asyncio.Task[None] | None = None
        self._environments: dict[tuple[int | None, str], Answer] = {}

    async def __aenter__(self) -> LeanRepl:
        if self._closed:
            raise ReplCrash("this LeanRepl was closed")
        argv = self._toolchain.argv
        try:
            self._process = Child(argv, self._toolchain.cwd, self._toolchain.env)
        except OSError as error:
            raise ReplCrash(f"cannot start {argv[0]}: {error}") from error
        try:
            await self._process.connect(MAX_ANSWER_BYTES)
        except BaseException:
            await self.close()
            raise
        self._listener = asyncio.create_task(self._listen(self._process.stderr))
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    @property
    def alive(self) -> bool:
        """Whether the process was started and can take a command."""
        process = self._process
        return process is not None and process.returncode is None and not self._closed

    @property
    def pid(self) -> int | None:
        """The process, and process group, from its start until it is closed."""
        return self._process.pid if self._process is not None and not self._closed else None

    def knows(self, text: str) -> bool:
        """Whether this process has already run `text` as an environment of its own."""
        return (None, text) in self._environments

    async def environment(
        self,
        text: str,
        base: int | None,
        timeout: float,  # noqa: ASYNC109
    ) -> Answer:
        """The answer to `text` in environment `base`, run once a process and then remembered.

        Raises what `run` raises.
        """
        known = self._environments.get((base, text))
        if known is None:
            known = await self.run(Command(cmd=text, env=base), timeout)
            self._environments[base, text] = known
        return known

    async def run(self, command: Command, timeout: float) -> Answer:  # noqa: ASYNC109
        """Run one command; `timeout` is in seconds of wall-clock time.

        Raises ReplTimeout, ReplCrash or ReplRefused.
        """
        process = self._process
        if process is None or self._closed:
            raise ReplCrash("the Lean process is not running")
        try:
            async with asyncio.timeout(timeout):
                text = await self._exchange(process, command)
            return self._parse(text)
        except TimeoutError:
            await self.close()
            raise ReplTimeout(f"no answer within {timeout:g} s") from None
        except ReplRefused:
            raise
        except BaseException:
            # Cancelled or broken: nothing may be left running, or half read.
            await self.close()
            raise

    async def close(self) -> None:
        """Kill the process group and wait until the process is gone."""
        if self._closed:
            return
        self._closed = True
        if self._process is None:
            return
        self._process.kill()
        try:
            await asyncio.shield(self._process.wait())
        finally:
            self._process.close()
            if self._listener is not None:
                self._listener.cancel()

    async def _exchange(self, process: Child, command: Command) -> bytes:
        line = json.dumps(command.model_dump(exclude_none=True), ensure_ascii=False)
        try:
            process.stdin.write(line.encode() + b"\n\n")
            await process.stdin.drain()
            text = b""
            while not text.strip():
                text = await process.stdout.readuntil(b"\n\n")
            return text
        except (asyncio.IncompleteReadError, ConnectionError):
            await process.wait()
            if self._listener is not None:
                await self._listener
            said = self._last_words.decode("utf-8", "replace").strip()
            raise ReplCrash(
                f"the Lean process ended with status {process.returncode}. {said}".rstrip()
            ) from None
        except asyncio.LimitOverrunError:
            raise ReplCrash(f"the answer is longer than {MAX_ANSWER_BYTES} bytes") from None

    def _parse(self, text: bytes) -> Answer:
        try:
            answer = json.loads(text)
            if "env" not in answer:
                raise ReplRefused(Refusal.model_validate(answer))
            return Answer.model_validate(answer)
        except (ValueError, TypeError, ValidationError):
            start = text[:200].decode("utf-8", "replace")
            raise ReplCrash(f"the Lean process answered nonsense: {start}") from None

    async def _listen(self, stderr: asyncio.StreamReader) -> None:
        """Keep the end of what the process says on standard error."""
        while chunk := await stderr.read(1 << 16):
            self._last_words += chunk
            del self._last_words[:-_STDERR_BYTES]
