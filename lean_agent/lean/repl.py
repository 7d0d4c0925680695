"""LeanRepl: one process that speaks the REPL protocol, with limits and kill."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from types import TracebackType
from typing import overload

from lean_agent.lean import sandbox
from lean_agent.lean.child import Child
from lean_agent.lean.cpu_time import cpu_seconds
from lean_agent.lean.last_words import KILLED, out_of_memory
from lean_agent.lean.limits import ProcessLimits
from lean_agent.lean.protocol import (
    Answer,
    Command,
    EnvironmentRequest,
    ProofStateRequest,
    Refusal,
    RefusalKind,
    TacticAnswer,
)
from lean_agent.lean.toolchain import Toolchain
from lean_agent.lean.work_time import at_work

_END = b"\n\n"
_KERNEL_COUNTERS = Path("/proc/vmstat")
_DYING_SECONDS = 1.0  # from the end of the output to the end of the process


class ReplError(Exception):
    """A command had no normal answer."""


class ReplTimeout(ReplError):
    """The command took longer than it was given; the process was killed.

    `cpu_seconds` is the processor time that went into it: far less than the wall-clock time
    tells of a process that hung, or of a machine with too much to do. NaN where it is not known.
    """

    def __init__(self, message: str, cpu_seconds: float = 0.0) -> None:
        super().__init__(message)
        self.cpu_seconds = cpu_seconds


class ReplOutOfMemory(ReplError):
    """The command needed more memory than a process may have.

    The process died of it or was killed, or has refused the command and is still there.
    """


class ReplFlood(ReplError):
    """The answer is longer than an answer may be; the process was killed."""


class PoolBusy(ReplError):
    """Too many checks are waiting already; try again later."""


class PoolClosed(PoolBusy):
    """The pool was closed, before the check or in the middle of it."""


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
    """One REPL process: `async with LeanRepl(toolchain) as repl: await repl.run(command, 60)`.

    The process leads its own process group, and the whole group is killed when a command
    overruns, is cancelled or answered wrongly, or the `async with` ends. A dead process
    stays dead (`alive` is false): take another LeanRepl. It runs one command at a time.
    """

    def __init__(self, toolchain: Toolchain, limits: ProcessLimits | None = None) -> None:
        self._toolchain = toolchain
        self._limits = limits or ProcessLimits()
        self._child: Child | None = None
        self._closed = False
        self._output = bytearray()
        self._ended = False  # the process will write no more
        self._unasked = False  # it wrote while nothing was asked
        self._news: asyncio.Future[None] | None = None  # while a command runs
        self._kernel_kills = 0
        self._environments: dict[tuple[int | None, str], Answer] = {}

    async def __aenter__(self) -> LeanRepl:
        if self._closed:
            raise ReplCrash("this LeanRepl was closed")
        try:
            # The first of these tries what confines Lean on this machine.
            confined = await asyncio.to_thread(sandbox.launch, self._toolchain, self._limits)
            if self._closed:
                raise ReplCrash("this LeanRepl was closed while it started")
            self._kernel_kills = _kernel_kills()
            self._child = Child(confined.argv, confined.cwd, confined.env, self._hear)
        except OSError as error:
            raise ReplCrash(f"cannot start {self._toolchain.argv[0]}: {error}") from error
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
        if self._child is None or self._closed or self._ended or self._unasked:
            return False
        return self._child.returncode is None

    @property
    def pid(self) -> int | None:
        """The process, and process group, from its start until it is closed."""
        return self._child.pid if self._child is not None and not self._closed else None

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

    @overload
    async def run(self, request: EnvironmentRequest, timeout: float) -> Answer: ...  # noqa: ASYNC109
    @overload
    async def run(self, request: ProofStateRequest, timeout: float) -> TacticAnswer: ...  # noqa: ASYNC109
    async def run(
        self,
        request: EnvironmentRequest | ProofStateRequest,
        timeout: float,  # noqa: ASYNC109
    ) -> Answer | TacticAnswer:
        """The answer to one request; `timeout` is in seconds of wall-clock time.

        Raises ReplTimeout, ReplOutOfMemory, ReplFlood, ReplCrash and, where the process has
        just died of a SIGKILL, ReplKilled; ReplRefused when the REPL will not have the request.
        Raises RuntimeError when it is still busy with another one.
        """
        if self._child is None or self._closed:
            raise ReplCrash("the Lean process is not running")
        if self._news is not None:
            raise RuntimeError("a LeanRepl runs one command at a time")
        try:
            with at_work():
                text = await self._exchange(self._child, request.to_line(), timeout)
            return _read(text, request.answered_by)
        except ReplRefused as refused:
            if refused.refusal.kind is RefusalKind.OUT_OF_MEMORY:
                raise ReplOutOfMemory(str(refused)) from None
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
        self._notify()
        if self._child is not None:
            self._child.kill()
            self._child.close()
            await asyncio.shield(self._child.wait())

    async def _exchange(self, child: Child, line: bytes, seconds: float) -> bytes:
        """Send a request and return the text of the answer."""
        self._news = asyncio.get_running_loop().create_future()
        used_before = 0.0
        try:
            async with asyncio.timeout(seconds):
                if self.alive:
                    child.write(line)
                    # The process is at work by now, so that this makes nobody wait.
                    used_before = cpu_seconds(child.pid)
                    self._kernel_kills = _kernel_kills()
                    await self._news
        except TimeoutError:
            used = max(0.0, cpu_seconds(child.pid) - used_before)
            child.kill()
            raise ReplTimeout(f"no answer within {seconds:g} s", used) from None
        finally:
            self._news = None
        if self._closed:
            raise ReplCrash("the Lean process was stopped in the middle of a command")
        text, end, more = map(bytes, self._output.partition(_END))
        self._output.clear()
        if len(text) > self._limits.output_bytes:
            child.kill()
            limit = self._limits.output_bytes
            raise ReplFlood(f"the answer is longer than {limit} bytes, so the check was stopped")
        if self._unasked:
            raise _not_protocol("wrote without being asked", text)
        if not end:
            raise await self._last_of(child, text)
        if more.strip():
            raise _not_protocol("answered more than it was asked", more)
        if not child.all_written:
            raise _not_protocol("answered before it had read the command", text)
        return text

    def _hear(self, piece: bytes) -> None:
        """Take a piece of the process's output; the empty one is its end."""
        if not piece:
            self._ended = True
            self._notify()
        elif self._unasked or self._closed:
            pass
        elif self._news is None:
            # Were it kept, it would pass for the answer to the next command.
            self._output += piece.lstrip()
            self._unasked = bool(self._output)
            if self._unasked and self._child is not None:
                self._child.kill()
        else:
            searched = max(0, len(self._output) - 1)
            self._output += piece if self._output else piece.lstrip()
            whole = self._output.find(_END, searched) >= 0
            if whole or len(self._output) > self._limits.output_bytes:
                self._notify()

    def _notify(self) -> None:
        if self._news is not None and not self._news.done():
            self._news.set_result(None)

    async def _last_of(self, child: Child, text: bytes) -> ReplError:
        """What to say of a process that wrote no whole answer and will write no more."""
        status = await child.wait(_DYING_SECONDS)
        said = child.last_words()
        if out_of_memory(said):
            return ReplOutOfMemory(f"the Lean process ran out of memory: {said}")
        if status in KILLED and _kernel_kills() > self._kernel_kills:
            return ReplOutOfMemory("the system, short of memory, killed the Lean process")
        half = " in the middle of an answer" if text else ""
        end = "stopped answering" if status is None else f"ended with status {status}"
        kind = ReplKilled if status in KILLED else ReplCrash
        return kind(f"the Lean process {end}{half}. {said}".rstrip())


def _read(text: bytes, kind: type[Answer] | type[TacticAnswer]) -> Answer | TacticAnswer:
    """The answer in its type. Raises ReplRefused for a refusal, ReplCrash for anything else."""
    try:
        value = json.loads(text.decode())
        if rb"\ud" in text.lower():
            json.dumps(value, ensure_ascii=False).encode()  # half a surrogate pair is no text
        if isinstance(value, dict) and "message" in value:
            raise ReplRefused(Refusal.model_validate(value))
        return kind.model_validate(value)
    except (ValueError, RecursionError):  # among the former are the errors of Pydantic
        raise _not_protocol("answered nonsense", text) from None


def _not_protocol(what: str, text: bytes) -> ReplCrash:
    return ReplCrash(f"the Lean process {what}: {text[:200].decode('utf-8', 'replace')}")


def _kernel_kills() -> int:
    """How many processes this system has killed for want of memory; 0 where it does not say."""
    try:
        counters = _KERNEL_COUNTERS.read_bytes()
    except OSError:
        return 0
    _, found, rest = counters.partition(b"\noom_kill ")
    return int(rest.split(maxsplit=1)[0]) if found else 0
