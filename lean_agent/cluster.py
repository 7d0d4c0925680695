"""The episodes of a run, played by the nodes of a Ray cluster.

This process, the driver, owns the run folder and is the only one that writes to it. Each node has
one worker (`lean_agent.cluster_worker`), which holds all of the node's CPUs and plays some
episodes at a time; it sends their traces back. What a lost node was playing is played again.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections import Counter, deque
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console

from lean_agent.cluster_nodes import Demand, Node, connected, live_nodes
from lean_agent.cluster_worker import ClusterWorker, Orders
from lean_agent.errors import UserError
from lean_agent.executor import Ended, Episode, Failed, episode_name
from lean_agent.settings import Settings
from lean_agent.trace.store import RunSettings
from lean_agent.trace.trace import Trace
from lean_agent.workbench import TOKEN_VARIABLE, Workbench

_TRIES = 3
"""So many workers may be lost with an episode, and so many starts fail on a node."""

_POLL_SECONDS = 1.0
_SLOW_START_SECONDS = 20.0
_CLOSE_SECONDS = 5.0


@dataclass
class _Worker:
    """The actor on a node, since when it starts, and how many episodes it is playing."""

    node: Node
    actor: Any
    since: float
    playing: int = 0
    slow: bool = False


class ClusterExecutor:
    """Plays episodes on all nodes of the cluster at `address`, `concurrency` on each.

    `orders` is what the workers are told. `console` is told of nodes that are lost or cannot
    take part.
    """

    def __init__(self, address: str, orders: Orders, concurrency: int, console: Console) -> None:
        self._address = address
        self._orders = orders.model_dump_json().encode()
        self._concurrency = concurrency
        self._console = console
        self._starting: dict[str, _Worker] = {}
        self._workers: dict[str, _Worker] = {}
        self._starts: set[asyncio.Task[None]] = set()
        self._closing: set[asyncio.Task[None]] = set()
        self._failed_starts: Counter[str] = Counter()
        self._refused: dict[str, str] = {}
        self._losses: Counter[str] = Counter()
        self._waiting: deque[Episode] = deque()
        self._unfinished = 0
        self._changed = asyncio.Event()
        self._told_of_waiting = False

    @property
    def places(self) -> int:
        """How many episodes the workers there are now may play at once."""
        return len(self._workers) * self._concurrency

    async def play_all(self, episodes: Sequence[Episode], ended: Ended) -> None:
        """Play every one of them; an episode that was begun on a lost node is begun again.

        One with which three workers were lost has failed. The first exception of `ended` stops
        all and is raised. Raises UserError where there is no such cluster, and where no node of
        it can take part.
        """
        if not episodes:
            return
        self._waiting, self._unfinished = deque(episodes), len(episodes)
        self._ended = ended
        with connected(self._address):
            try:
                async with asyncio.TaskGroup() as self._group:
                    await self._look_after_nodes()
            except ExceptionGroup as raised:
                raise raised.exceptions[0] from None
            finally:
                await self._close_all()

    async def _look_after_nodes(self) -> None:
        """Have a worker on each node as long as there is work for it; until all is done."""
        demand = Demand()
        try:
            while self._unfinished:
                nodes = await asyncio.to_thread(live_nodes)
                self._start_workers(nodes)
                self._dismiss_idle()
                self._tell_of_slow_starts()
                if not self._workers and not self._starting:
                    self._nobody_works(nodes)
                # While workers start, reservations would be in their way.
                wanted = 0 if self._starting else -(-len(self._waiting) // self._concurrency)
                cpus = min((node.cpus for node in nodes), default=1)
                await asyncio.to_thread(demand.ask, wanted, cpus)
                with suppress(TimeoutError):
                    async with asyncio.timeout(_POLL_SECONDS):
                        await self._changed.wait()
                self._changed.clear()
        finally:
            demand.ask(0, 1)
            for task in self._starts:
                task.cancel()

    def _start_workers(self, nodes: Sequence[Node]) -> None:
        for node in nodes:
            if len(self._starting) >= len(self._waiting):
                return  # the last episodes need no more of them
            if node.id not in self._workers.keys() | self._starting.keys() | self._refused.keys():
                self._starting[node.id] = worker = _Worker(
                    node, self._actor(node), time.monotonic()
                )
                task = self._group.create_task(self._start(worker))
                self._starts.add(task)
                task.add_done_callback(self._starts.discard)

    def _actor(self, node: Node) -> Any:
        """A worker on that node. Ray must not start it anew, for then nobody would open it."""
        import ray
        from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

        options: dict[str, Any] = {
            "num_cpus": node.cpus,
            "max_restarts": 0,
            "max_task_retries": 0,
            "max_concurrency": self._concurrency + 1,  # to close it while it plays
            "scheduling_strategy": NodeAffinitySchedulingStrategy(node.id, soft=False),
        }
        return ray.remote(**options)(ClusterWorker).remote()

    async def _start(self, worker: _Worker) -> None:
        import ray

        node = worker.node
        try:
            refused = await worker.actor.open.remote(self._orders, node.cpus)
        except asyncio.CancelledError:
            self._kill(worker)
            raise
        except ray.exceptions.RayError as error:
            self._failed_starts[node.id] += 1
            refused = f"its worker does not start: {_last_line(error)}"
            self._kill(worker)
            if self._failed_starts[node.id] < _TRIES:  # it may be gone, which Ray will tell
                await asyncio.sleep(_POLL_SECONDS)
                return
        finally:
            del self._starting[node.id]
            self._changed.set()
        if refused is None:
            self._failed_starts.pop(node.id, None)
            self._workers[node.id] = worker
            self._assign()
        else:
            self._refused[node.id] = refused
            self._say(f"The node {node.name} takes no part: {refused}", "yellow")
            self._close(worker)

    def _nobody_works(self, nodes: Sequence[Node]) -> None:
        """Where nobody does and nobody will, say so; where nobody does yet, too."""
        if nodes and all(node.id in self._refused for node in nodes):
            whys = "\n".join(f"{node.name}: {self._refused[node.id]}" for node in nodes)
            raise UserError(f"no node of the cluster can take part:\n{whys}")
        if not nodes and not self._told_of_waiting:
            self._told_of_waiting = True
            self._say("No node of the cluster has CPUs: waiting for one to join", "yellow")

    def _tell_of_slow_starts(self) -> None:
        for worker in self._starting.values():
            if not worker.slow and time.monotonic() - worker.since > _SLOW_START_SECONDS:
                worker.slow = True
                self._say(
                    f"Waiting for the node {worker.node.name}: its {worker.node.cpus} CPUs must "
                    "all be free, and what it needs opened (see `ray status`)",
                    "yellow",
                )

    def _assign(self) -> None:
        """Give the waiting episodes to free places, the emptiest node first."""
        while self._waiting and self._workers:
            worker = min(self._workers.values(), key=lambda worker: worker.playing)
            if worker.playing >= self._concurrency:
                return
            worker.playing += 1
            self._group.create_task(self._play(worker, self._waiting.popleft()))

    async def _play(self, worker: _Worker, episode: Episode) -> None:
        import ray

        problem, sample = episode
        result: Trace | Failed | None
        try:
            answer = await worker.actor.play.remote(problem.model_dump_json().encode(), sample)
            failed = isinstance(answer, Failed)
            result = answer if failed else Trace.model_validate_json(answer)
        except ray.exceptions.RayTaskError as error:
            result = Failed.of(error)
        except ray.exceptions.RayError as error:
            self._lose(worker, error)
            result = self._lost(episode, error)
        finally:
            worker.playing -= 1
        if result is None:
            self._waiting.appendleft(episode)
        else:
            self._ended(episode, result)
            self._unfinished -= 1
        if not self._waiting:
            self._changed.set()  # it was the last, or its worker has nothing to do any more
        self._assign()

    def _lost(self, episode: Episode, error: Exception) -> Failed | None:
        """None where it may be tried again."""
        name = episode_name(episode)
        self._losses[name] += 1
        if self._losses[name] < _TRIES:
            return None
        why = f"{_TRIES} workers were lost while they played it, the last with: {_last_line(error)}"
        return Failed(why=why, details=str(error))

    def _lose(self, worker: _Worker, error: Exception) -> None:
        if self._workers.get(worker.node.id) is not worker:
            return  # told of by another episode
        del self._workers[worker.node.id]
        self._say(
            f"The worker on the node {worker.node.name} was lost ({_last_line(error)}); "
            f"{worker.playing} episodes that it was playing are played again",
            "yellow",
        )
        self._kill(worker)
        self._changed.set()

    def _dismiss_idle(self) -> None:
        """Let a node go that has nothing to do: an autoscaler may have use for it."""
        if self._waiting:
            return
        for worker in [one for one in self._workers.values() if not one.playing]:
            del self._workers[worker.node.id]
            self._close(worker)

    def _close(self, worker: _Worker) -> None:
        task = asyncio.create_task(self._close_worker(worker))
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)

    async def _close_worker(self, worker: _Worker) -> None:
        import ray

        try:
            with suppress(ray.exceptions.RayError, TimeoutError):
                async with asyncio.timeout(_CLOSE_SECONDS):
                    await worker.actor.close.remote()
        finally:
            self._kill(worker)

    def _kill(self, worker: _Worker) -> None:
        import ray

        with suppress(ray.exceptions.RayError):
            ray.kill(worker.actor)

    async def _close_all(self) -> None:
        for worker in self._workers.values():
            self._close(worker)
        self._workers.clear()
        if self._closing:
            await asyncio.wait(self._closing)

    def _say(self, text: str, style: str) -> None:
        self._console.print(text, style=style, highlight=False, markup=False, soft_wrap=True)


def orders_for(
    asked: Settings, run: RunSettings, bench: Workbench, lean: str, index: str | None
) -> Orders:
    """What the workers of a run are told, with what this process has opened for it."""
    names = (asked.backend.transport.key_env, "OPENAI_BASE_URL", TOKEN_VARIABLE)
    return Orders(
        asked=asked,
        run=run,
        versions=bench.versions,
        lean=lean,
        index=index,
        folder=str(Path.cwd()),
        environment={name: os.environ[name] for name in names if name in os.environ},
    )


def _last_line(error: Exception) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[-1] if lines else type(error).__name__
