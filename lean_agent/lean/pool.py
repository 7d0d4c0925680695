"""LeanPool: a bounded number of REPL processes, lent one at a time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import TracebackType

from lean_agent.lean.limits import ProcessLimits
from lean_agent.lean.repl import LeanRepl, ReplCrash
from lean_agent.lean.toolchain import Toolchain


class LeanPool:
    """Up to `workers` REPL processes of one toolchain, started when first needed.

        async with LeanPool(find_toolchain(), workers=2) as pool:
            async with pool.lease() as repl:
                answer = await repl.run(Command(cmd="#check True"), timeout=10.0)

    A process that died while it was lent is replaced at the next lease. When the
    outer `async with` ends, no process is left.
    """

    def __init__(
        self, toolchain: Toolchain, workers: int = 2, limits: ProcessLimits | None = None
    ) -> None:
        if workers < 1:
            raise ValueError("a pool needs at least one worker")
        self.toolchain = toolchain
        self.workers = workers
        self.limits = limits or ProcessLimits()
        self._slots = asyncio.Semaphore(workers)
        self._idle: list[LeanRepl] = []
        self._lent: set[LeanRepl] = set()
        self._closed = False

    async def __aenter__(self) -> LeanPool:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        # A check that is still in flight ends with ReplCrash, and no other begins.
        self._closed = True
        for repl in [*self._idle, *self._lent]:
            await repl.close()
        self._idle.clear()

    def pids(self) -> list[int]:
        """The processes that run now."""
        return [repl.pid for repl in [*self._idle, *self._lent] if repl.pid is not None]

    @asynccontextmanager
    async def lease(
        self, header: str = "", owner: str = "", fresh: bool = False
    ) -> AsyncIterator[LeanRepl]:
        """Lend a live process, by preference one that has run `header` already.

        With `fresh` it is a process that nothing was run in before.
        Waits while all processes are lent. Raises ReplCrash when none can be started,
        or when the pool is closed.
        """
        async with self._slots:
            if self._closed:
                raise ReplCrash("the pool of Lean processes is closed")
            repl = LeanRepl(self.toolchain) if fresh else self._take(header)
            self._lent.add(repl)
            try:
                if not repl.alive:
                    await repl.__aenter__()
                yield repl
            finally:
                self._lent.discard(repl)
                if repl.alive:
                    self._idle.append(repl)
                else:
                    await repl.close()

    def _take(self, header: str) -> LeanRepl:
        self._idle = [repl for repl in self._idle if repl.alive]
        for repl in reversed(self._idle):
            if repl.knows(header):
                self._idle.remove(repl)
                return repl
        return self._idle.pop() if self._idle else LeanRepl(self.toolchain)
