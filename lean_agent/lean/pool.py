"""LeanPool: a bounded number of REPL processes, lent one at a time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import islice
from types import TracebackType

from lean_agent.clock import not_counted
from lean_agent.lean.fair_queue import FairQueue
from lean_agent.lean.header import split_header
from lean_agent.lean.limits import ProcessLimits
from lean_agent.lean.repl import (
    LeanRepl,
    PoolBusy,
    PoolClosed,
    ReplCrash,
    ReplError,
    ReplOutOfMemory,
)
from lean_agent.lean.toolchain import Toolchain
from lean_agent.lean.worker import Worker

PATIENCE = 16  # requests that may pass another one by because a process suits them as it is
_NEAR = 32  # how many of an owner's requests are looked at for that
_LOOK_AHEAD = 256  # and how many in all
_WATCH_SECONDS = 0.5


class _Request:
    """Somebody waits for a process; `passed_by` counts those who came later and were first."""

    def __init__(self, header: str, fresh: bool) -> None:
        self.header = header
        self.imports = split_header(header)[0]
        self.fresh = fresh
        self.passed_by = 0
        self.granted: asyncio.Future[Worker] = asyncio.get_running_loop().create_future()


class LeanPool:
    """Up to `workers` REPL processes of one toolchain, started when first needed.

        async with LeanPool(find_toolchain(), workers=2) as pool:
            async with pool.lease("import Mathlib") as repl:
                answer = await repl.run(Command(cmd="#check True"), timeout=10.0)

    A process belongs to the imports of the header that it was started for. When all are there
    and none has the imports that are asked for, the one that has been idle longest is killed
    and another started in its place. Another header's imports are never added to a process: it
    would hold both in memory for good, and Lean maps a module file at one fixed address, so
    that Mathlib, imported a second time, is copied into memory of the process's own. Headers
    that differ only after their imports share processes.

    A process is replaced, in the background and with its imports read, when it died or was
    killed, after `recycle_after` leases, and when half of the memory that was left to it after
    its first lease is used up. A process that outgrows `limits.memory_mib` together with all
    that it started is killed at once.

    Who waits is served in turn with the other owners, and at most `max_waiting` may wait. When
    the outer `async with` ends, no process is left.
    """

    def __init__(
        self,
        toolchain: Toolchain,
        workers: int = 2,
        limits: ProcessLimits | None = None,
        recycle_after: int = 500,
        max_waiting: int = 100_000,
    ) -> None:
        if workers < 1:
            raise ValueError("a pool needs at least one worker")
        self.toolchain = toolchain
        self.workers = workers
        self.limits = limits or ProcessLimits()
        self.recycle_after = recycle_after
        self.max_waiting = max_waiting
        self._idle: list[Worker] = []  # the one that has been idle longest first
        self._lent: set[Worker] = set()
        self._waiting: FairQueue[_Request] = FairQueue()
        self._lost: list[str] = []  # imports of processes to be replaced
        self._ending: set[asyncio.Task[None]] = set()
        self._watcher: asyncio.Task[None] | None = None
        self._draining = False
        self._closed = False
        self._at_rest = asyncio.Event()

    async def __aenter__(self) -> LeanPool:
        self._watcher = asyncio.create_task(self._watch())
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    @property
    def waiting(self) -> int:
        """How many requests wait for a process now."""
        return len(self._waiting)

    @property
    def at_work(self) -> int:
        """How many processes are lent now."""
        return len(self._lent)

    def pids(self) -> list[int]:
        """The processes that run now."""
        pids = (worker.repl.pid for worker in [*self._idle, *self._lent])
        return [pid for pid in pids if pid is not None]

    def warm(self, header: str) -> None:
        """Start processes in the background, as many as may still be; they read its imports.

        Whether that goes well is for the first lease to find out.
        """
        imports = split_header(header)[0]
        while self._room() and not (self._closed or self._draining):
            self._idle.append(self._start(imports, warm=True))

    @asynccontextmanager
    async def lease(
        self, header: str = "", owner: str = "", fresh: bool = False
    ) -> AsyncIterator[LeanRepl]:
        """Lend a live process that may run `header`, by preference one that has.

        With `fresh` it is one that was never lent before, for a check that is tried again; such
        a request goes in front of the others of its owner. `owner` is the batch or client in
        whose turn to wait.

        Raises PoolBusy when too many wait already or the pool is being shut down, PoolClosed
        when it is closed, and ReplCrash when no process can be started. Turns a ReplCrash inside
        into ReplOutOfMemory where the pool killed the process for its memory, and into
        PoolClosed where it did so because it was closed.
        """
        with not_counted():
            worker = await self._obtain_started(header, owner, fresh)
        try:
            yield worker.repl
        except ReplCrash:
            if self._closed:
                raise _closed() from None
            if worker.overgrown is None:
                raise
            raise ReplOutOfMemory(worker.overgrown) from None
        finally:
            self._take_back(worker)

    async def drain(self, seconds: float) -> None:
        """Close the pool in good order: first serve whom it has let in, for up to `seconds`.

        Others get PoolBusy from now on.
        """
        self._draining = True
        self._note_rest()
        try:
            async with asyncio.timeout(seconds):
                await self._at_rest.wait()
        except TimeoutError:
            pass
        finally:
            await self.close()

    async def close(self) -> None:
        """Kill all processes. What is in flight ends with PoolClosed, and nothing else begins."""
        self._closed = True
        if self._watcher is not None:
            self._watcher.cancel()
        for _, request in self._waiting.near(len(self._waiting)):
            if not request.granted.done():
                request.granted.set_exception(_closed())
        for worker in [*self._idle, *self._lent]:
            self._end(worker)
        self._idle.clear()
        if self._ending:
            await asyncio.wait(self._ending)

    async def _obtain_started(self, header: str, owner: str, fresh: bool) -> Worker:
        """A process that has started; another where the one at hand did not survive its warm-up."""
        while True:
            worker = await self._obtain(header, owner, fresh)
            try:
                await worker.started()
                return worker
            except ReplError:
                self._take_back(worker)
                if not worker.warm:
                    raise
            except BaseException:
                self._take_back(worker)
                raise

    async def _obtain(self, header: str, owner: str, fresh: bool) -> Worker:
        if self._closed:
            raise _closed()
        if self._draining:
            raise PoolBusy("the pool of Lean processes is being shut down")
        request = _Request(header, fresh)
        self._waiting.put(owner, request, in_front=fresh)
        self._serve()
        try:
            if not request.granted.done() and len(self._waiting) > self.max_waiting:
                raise PoolBusy(f"{self.max_waiting} checks wait for a Lean process already")
            return await request.granted
        except asyncio.CancelledError:
            granted = request.granted
            if granted.done() and not granted.cancelled() and granted.exception() is None:
                self._take_back(granted.result())  # granted and cancelled in one moment
            raise
        finally:
            self._waiting.discard(owner, request)
            self._note_rest()

    def _serve(self) -> None:
        """Lend processes to who waits, as long as there are any; replace what was lost."""
        for dead in [worker for worker in self._idle if not worker.usable]:
            self._idle.remove(dead)
            self._lose(dead)
        while self._waiting and not self._closed:
            owner, request = self._waiting.first()
            if request.granted.done():  # cancelled
                self._waiting.discard(owner, request)
                continue
            worker = self._for(request)
            if worker is None and self._idle:
                passing = self._passing_by(request)
                if passing is None:
                    self._end(self._idle.pop(0))
                    worker = self._start(request.imports)
                else:
                    owner, request, worker = passing
            if worker is None:
                break
            self._waiting.serve(owner, request)
            self._lend(worker, request)
        while self._lost and self._room():
            self._idle.append(self._start(self._lost.pop(), warm=True))
        self._lost.clear()  # others have taken their places

    def _for(self, request: _Request) -> Worker | None:
        """A process for the request that costs no other process, or None."""
        worker = self._suited(request)
        if worker is None and self._room():
            return self._start(request.imports)
        if worker is None and not request.imports:
            return self._suited(request, any_imports=True)
        return worker

    def _suited(self, request: _Request, any_imports: bool = False) -> Worker | None:
        """The idle process that is soonest at work on the request."""
        suited = [
            worker
            for worker in reversed(self._idle)
            if (any_imports or worker.imports == request.imports)
            and not (request.fresh and worker.leases)
        ]
        knows = [worker for worker in suited if worker.repl.knows(request.header)]
        ready = [worker for worker in suited if worker.ready]
        return next(iter([*knows, *ready, *suited]), None)

    def _passing_by(self, first: _Request) -> tuple[str, _Request, Worker] | None:
        """Another request, and the idle process that suits it as it is.

        Were the process killed at each turn of an owner with another header, all time would go
        into imports. So the first in the queue lets others pass, PATIENCE times.
        """
        if first.fresh or first.passed_by >= PATIENCE:
            return None
        for owner, request in islice(self._waiting.near(_NEAR), _LOOK_AHEAD):
            worker = None if request.granted.done() else self._suited(request)
            if worker is not None:
                first.passed_by += 1
                return owner, request, worker
        return None

    def _lend(self, worker: Worker, request: _Request) -> None:
        if worker in self._idle:
            self._idle.remove(worker)
        self._lent.add(worker)
        request.granted.set_result(worker)

    def _take_back(self, worker: Worker) -> None:
        self._lent.discard(worker)
        if self._closed:
            return
        if worker.usable and not worker.worn_out(self.recycle_after):
            self._idle.append(worker)
        else:
            self._lose(worker)
        self._serve()
        self._note_rest()

    def _room(self) -> bool:
        return len(self._idle) + len(self._lent) < self.workers

    def _start(self, imports: str, warm: bool = False) -> Worker:
        return Worker(self.toolchain, self.limits, imports, warm)

    def _lose(self, worker: Worker) -> None:
        """End a process that another should replace; not one that never came to be lent."""
        self._end(worker)
        if worker.leases and not self._draining:
            self._lost.append(worker.imports)

    def _end(self, worker: Worker) -> None:
        task = asyncio.create_task(worker.close())
        self._ending.add(task)
        task.add_done_callback(self._ending.discard)

    def _note_rest(self) -> None:
        if self._draining and not self._lent and not self._waiting:
            self._at_rest.set()

    async def _watch(self) -> None:
        """Notice processes that died while idle, and those that outgrow their memory.

        The limit that a process has from the system is for itself alone; this one is for a
        process and its children together.
        """
        while True:
            await asyncio.sleep(_WATCH_SECONDS)
            for worker in self._lent:
                if worker.overgrown is None and worker.outgrew():
                    self._end(worker)
            for worker in self._idle:
                worker.outgrew()
            self._serve()


def _closed() -> PoolClosed:
    return PoolClosed("the pool of Lean processes is closed")
