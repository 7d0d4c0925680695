"""Worker: a REPL process of a pool, from its start in the background to its end."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from lean_agent.lean.header import run_header
from lean_agent.lean.limits import ProcessLimits
from lean_agent.lean.process_tree import tree_memory
from lean_agent.lean.repl import LeanRepl, ReplCrash, ReplError
from lean_agent.lean.toolchain import Toolchain

_LEASES_BETWEEN_LOOKS = 8  # at the memory: a look takes some 0.1 ms, in which somebody waits


class Worker:
    """A process for `imports` that starts as soon as this is made; with `warm` it then runs them.

    Never more than imports: the rest of a header may take any time, and it would be taken from
    somebody who did not ask for it. `leases` counts the leases that began. `overgrown` says how
    it came to be killed for its memory, if it was.
    """

    def __init__(
        self, toolchain: Toolchain, limits: ProcessLimits, imports: str, warm: bool
    ) -> None:
        self.repl = LeanRepl(toolchain, limits)
        self.imports = imports
        self.warm = warm
        self.leases = 0
        self.overgrown: str | None = None
        self._limit = limits.memory_mib << 20
        self._memory_at_first = 0
        self._starting = asyncio.create_task(self._start())
        # Where nobody waits for the start, nobody asks how it went.
        self._starting.add_done_callback(lambda task: task.cancelled() or task.exception())

    @property
    def ready(self) -> bool:
        """Whether nothing is left to wait for before a command."""
        return self._starting.done()

    @property
    def usable(self) -> bool:
        """Whether it can be lent: it lives, or may yet."""
        return self.overgrown is None and (not self.ready or self.repl.alive)

    async def started(self) -> None:
        """Wait for the process, and its imports where it is being warmed; count the lease.

        Raises the ReplError that its start ended with, and ReplCrash where it did not survive
        being warmed. A caller that is cancelled does not take the start along.
        """
        if not self.ready:
            await asyncio.wait({self._starting})
        if self._starting.cancelled():
            raise ReplCrash("the Lean process was stopped while it started")
        self._starting.result()
        if self.warm and not self.usable:
            raise ReplCrash("the Lean process did not survive its imports")
        self.leases += 1

    def worn_out(self, recycle_after: int) -> bool:
        """Whether the lease that just ended should be its last."""
        if self.leases >= recycle_after:
            return True
        if self.leases > 1 and self.leases % _LEASES_BETWEEN_LOOKS:
            return False
        memory = self._memory()
        if self.leases <= 1:
            self._memory_at_first = memory
        return memory > (self._memory_at_first + self._limit) / 2

    def outgrew(self) -> bool:
        """Whether it holds more memory than it may, together with all that it started."""
        memory = self._memory()
        if memory > self._limit:
            self.overgrown = (
                f"the Lean process and those it started held {memory >> 20} MiB, "
                f"and may have {self._limit >> 20} MiB"
            )
        return self.overgrown is not None

    async def close(self) -> None:
        """Kill the process and wait until it is gone."""
        if not self.ready:
            self._starting.cancel()
            await asyncio.wait({self._starting})
        await self.repl.close()

    async def _start(self) -> None:
        await self.repl.__aenter__()
        if self.warm:
            with suppress(ReplError):  # the first lease that runs them finds out
                await run_header(self.repl, self.imports)

    def _memory(self) -> int:
        return tree_memory(self.repl.pid) if self.repl.pid is not None else 0
