"""Counts and times of the checker for Prometheus."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from prometheus_client import Counter, Gauge

from lean_agent.lean.pool import LeanPool
from mathlib_index.server.metrics import RequestMetrics

_SECONDS = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 60, 300)


class Metrics(RequestMetrics):
    """The metrics of a server of Lean."""

    def __init__(self, for_proofs: LeanPool, for_snippets: LeanPool) -> None:
        super().__init__("lean_agent", _SECONDS)
        self.checks = Counter(
            "lean_agent_checks",
            "Checks that were answered, by kind (snippet, proof) and outcome.",
            ["kind", "outcome"],
            registry=self.registry,
        )
        self._read_from({"proof": for_proofs, "snippet": for_snippets})

    def _read_from(self, pools: Mapping[str, LeanPool]) -> None:
        """Have the pools asked when the metrics are."""
        readings: dict[str, tuple[str, Callable[[LeanPool], float]]] = {
            "at_work": ("Lean processes that run a check now.", lambda pool: pool.at_work),
            "processes": ("Lean processes now.", lambda pool: len(pool.pids())),
            "waiting": ("Checks that wait for a Lean process now.", lambda pool: pool.waiting),
        }
        for name, (meaning, read) in readings.items():
            gauge = Gauge(f"lean_agent_pool_{name}", meaning, ["kind"], registry=self.registry)
            for kind, pool in pools.items():
                gauge.labels(kind).set_function(partial(read, pool))
