"""The driver's end of a worker on a node of the cluster."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from typing import Any

from lean_agent.cluster_nodes import Node
from lean_agent.cluster_worker import ClusterWorker
from lean_agent.executor import Episode, Failed
from lean_agent.trace.trace import Trace

_CLOSE_SECONDS = 5.0


class WorkerLost(Exception):
    """The worker, or its node, is gone or cannot be reached; the message is Ray's last word."""

    def __init__(self, error: Exception) -> None:
        lines = [line.strip() for line in str(error).splitlines() if line.strip()]
        super().__init__(lines[-1] if lines else type(error).__name__)
        self.details = str(error)


class WorkerHandle:
    """A worker, which holds all CPUs of its `node` from the moment that they are free.

    `since` is when it was asked for, on the monotonic clock; `playing` is how many episodes it
    has been given.
    """

    def __init__(self, node: Node, concurrency: int) -> None:
        import ray
        from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

        self.node = node
        self.since = time.monotonic()
        self.playing = 0
        options: dict[str, Any] = {
            "num_cpus": node.cpus,
            "max_restarts": 0,  # nobody would open it then
            "max_task_retries": 0,
            "max_concurrency": concurrency + 1,  # to close it while it plays
            "scheduling_strategy": NodeAffinitySchedulingStrategy(node.id, soft=False),
        }
        self._actor: Any = ray.remote(**options)(ClusterWorker).remote()

    async def open(self, orders: bytes) -> str | None:
        """Why it cannot take part, if so (ClusterWorker.open). Raises WorkerLost."""
        import ray

        try:
            refused: str | None = await self._actor.open.remote(orders, self.node.cpus)
        except ray.exceptions.RayError as error:
            raise WorkerLost(error) from error
        return refused

    async def play(self, episode: Episode) -> Trace | Failed:
        """What became of the episode. Raises WorkerLost."""
        import ray

        problem, sample = episode
        try:
            answer: bytes | Failed = await self._actor.play.remote(
                problem.model_dump_json().encode(), sample
            )
        except ray.exceptions.RayTaskError as error:
            return Failed.of(error)
        except ray.exceptions.RayError as error:
            raise WorkerLost(error) from error
        return answer if isinstance(answer, Failed) else Trace.model_validate_json(answer)

    async def close(self) -> None:
        """Let it end its Lean processes, and then end it."""
        import ray

        try:
            with suppress(ray.exceptions.RayError, TimeoutError):
                async with asyncio.timeout(_CLOSE_SECONDS):
                    await self._actor.close.remote()
        finally:
            self.kill()

    def kill(self) -> None:
        """End it at once."""
        import ray

        with suppress(ray.exceptions.RayError):
            ray.kill(self._actor)
