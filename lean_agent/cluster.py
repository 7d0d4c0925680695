"""The episodes of a run, played by the nodes of a Ray cluster.

This process, the driver, owns the run folder and is the only one that writes to it. Each node has
one worker (`lean_agent.cluster_worker`), which holds all of the node's CPUs and plays some
episodes at a time; it sends their traces back. What a lost node was playing is played again.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter, deque
from collections.abc import Sequence
from contextlib import suppress

from rich.console import Console

from lean_agent.cluster_handle import WorkerHandle, WorkerLost
from lean_agent.cluster_nodes import (
    Demand,
    Node,
    connected,
    live_nodes,
    out_of_reach,
    own_address,
)
from lean_agent.cluster_worker import Orders
from lean_agent.errors import UserError
from lean_agent.executor import Ended, Episode, Failed, episode_name
from lean_agent.models.backends import split_address, split_spec
from lean_agent.trace.trace import Trace

_TRIES = 3
"""So many workers may be lost with an episode, and so many starts fail on a node."""

_POLL_SECONDS = 1.0
_SLOW_START_SECONDS = 20.0
_PATIENCE_SECONDS = 10.0


class ClusterExecutor:
    """Plays episodes on all nodes of the cluster at `address`, `concurrency` on each.

    `orders` is what the workers are told. `console` is told of nodes that are lost or cannot
    take part.
    """

    def __init__(self, address: str, orders: Orders, concurrency: int, console: Console) -> None:
        self._address = address
        self._orders = orders.model_dump_json().encode()
        self._urls = (_server(orders.asked.model), orders.index)
        self._concurrency = concurrency
        self._console = console
        self._starting: dict[str, WorkerHandle] = {}
        self._workers: dict[str, WorkerHandle] = {}
        self._starts: set[asyncio.Task[None]] = set()
        self._closing: set[asyncio.Task[None]] = set()
        self._failed_starts: Counter[str] = Counter()
        self._refused: dict[str, str] = {}
        self._losses: Counter[str] = Counter()
        self._waiting: deque[Episode] = deque()
        self._unfinished = 0
        self._changed = asyncio.Event()
        self._said: set[str] = set()

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
                nodes = await self._live_nodes()
                self._warn_of_loopback(nodes)
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

    async def _live_nodes(self) -> Sequence[Node]:
        """The nodes; where the head, which knows them, does not answer, say what that means."""
        answer = asyncio.ensure_future(asyncio.to_thread(live_nodes))
        if not (await asyncio.wait([answer], timeout=_PATIENCE_SECONDS))[0]:
            self._say(
                "The head of the Ray cluster does not answer. Unless it comes back, Ray ends this "
                "process within a minute; what has ended is kept, and the same command goes on"
            )
        return await answer

    def _start_workers(self, nodes: Sequence[Node]) -> None:
        for node in nodes:
            if len(self._starting) >= len(self._waiting):
                return  # the last episodes need no more of them
            if node.id not in self._workers.keys() | self._starting.keys() | self._refused.keys():
                self._starting[node.id] = worker = WorkerHandle(node, self._concurrency)
                task = self._group.create_task(self._start(worker))
                self._starts.add(task)
                task.add_done_callback(self._starts.discard)

    async def _start(self, worker: WorkerHandle) -> None:
        node = worker.node
        try:
            refused = await worker.open(self._orders)
        except asyncio.CancelledError:
            worker.kill()
            raise
        except WorkerLost as lost:
            worker.kill()
            self._failed_starts[node.id] += 1
            if self._failed_starts[node.id] < _TRIES:
                await asyncio.sleep(_POLL_SECONDS)  # the node may be gone, which Ray will tell
                return
            refused = f"its worker does not start: {lost}"
        finally:
            del self._starting[node.id]
            self._changed.set()
        if refused is None:
            self._failed_starts.pop(node.id, None)
            self._workers[node.id] = worker
            self._assign()
        else:
            self._refused[node.id] = refused
            self._say(f"The node {node.name} takes no part: {refused}")
            self._close(worker)

    def _nobody_works(self, nodes: Sequence[Node]) -> None:
        """Where nobody does and nobody will, say so; where nobody does yet, too."""
        if nodes and all(node.id in self._refused for node in nodes):
            whys = "\n".join(f"{node.name}: {self._refused[node.id]}" for node in nodes)
            raise UserError(f"no node of the cluster can take part:\n{whys}")
        if not nodes:
            self._say_once("No node of the cluster has CPUs: waiting for one to join")

    def _warn_of_loopback(self, nodes: Sequence[Node]) -> None:
        here = own_address()
        for url in out_of_reach(nodes, here, self._urls):
            self._say_once(f"Other nodes cannot reach {url}: name this machine, {here}")

    def _tell_of_slow_starts(self) -> None:
        for worker in self._starting.values():
            if time.monotonic() - worker.since > _SLOW_START_SECONDS:
                self._say_once(
                    f"Waiting for the node {worker.node.name}: its {worker.node.cpus} CPUs must "
                    "all be free, and what it needs opened (see `ray status`)"
                )

    def _assign(self) -> None:
        """Give the waiting episodes to free places, the emptiest node first."""
        while self._waiting and self._workers:
            worker = min(self._workers.values(), key=lambda worker: worker.playing)
            if worker.playing >= self._concurrency:
                return
            worker.playing += 1
            self._group.create_task(self._play(worker, self._waiting.popleft()))

    async def _play(self, worker: WorkerHandle, episode: Episode) -> None:
        result: Trace | Failed | None
        try:
            result = await worker.play(episode)
        except WorkerLost as lost:
            self._lose(worker, lost)
            result = self._failed_if_too_often(episode, lost)
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

    def _failed_if_too_often(self, episode: Episode, lost: WorkerLost) -> Failed | None:
        name = episode_name(episode)
        self._losses[name] += 1
        if self._losses[name] < _TRIES:
            return None
        why = f"{_TRIES} workers were lost while they played it, the last with: {lost}"
        return Failed(why=why, details=lost.details)

    def _lose(self, worker: WorkerHandle, lost: WorkerLost) -> None:
        if self._workers.get(worker.node.id) is not worker:
            return  # told of by another episode
        del self._workers[worker.node.id]
        self._say(
            f"The worker on the node {worker.node.name} was lost ({lost}); episodes that it was "
            f"playing, and that are played again: {worker.playing}"
        )
        worker.kill()
        self._changed.set()

    def _dismiss_idle(self) -> None:
        """Let a node go that has nothing to do: an autoscaler may have use for it."""
        if self._waiting:
            return
        for worker in [one for one in self._workers.values() if not one.playing]:
            del self._workers[worker.node.id]
            self._close(worker)

    def _close(self, worker: WorkerHandle) -> None:
        task = asyncio.create_task(worker.close())
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)

    async def _close_all(self) -> None:
        for worker in self._workers.values():
            self._close(worker)
        self._workers.clear()
        if self._closing:
            await asyncio.wait(self._closing)

    def _say_once(self, text: str) -> None:
        if text not in self._said:
            self._said.add(text)
            self._say(text)

    def _say(self, text: str) -> None:
        self._console.print(text, style="yellow", highlight=False, markup=False, soft_wrap=True)


def _server(model: str) -> str | None:
    backend, name = split_spec(model)
    return split_address(name)[1] if backend.name == "openai" else None
