"""Counts and times for Prometheus."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    generate_latest,
)

_SECONDS = (0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10)
_QUERIES = (1, 2, 4, 8, 16, 32)


class RequestMetrics:
    """What any server of ours counts; routes are labelled by their pattern, not by what was asked.

    `prefix` starts every name; `seconds` are the upper ends of the buckets of the latencies.
    """

    def __init__(self, prefix: str, seconds: Sequence[float]) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            f"{prefix}_requests",
            "Requests answered, by route and status.",
            ["route", "status"],
            registry=self.registry,
        )
        self.latency = Histogram(
            f"{prefix}_request_seconds",
            "Seconds from a request to the end of its answer, by route.",
            ["route"],
            buckets=seconds,
            registry=self.registry,
        )
        self.in_flight = Gauge(
            f"{prefix}_requests_in_flight",
            "Requests being answered now.",
            registry=self.registry,
        )
        ProcessCollector(registry=self.registry)

    def text(self) -> bytes:
        """All metrics in Prometheus' text format."""
        return generate_latest(self.registry)


class Metrics(RequestMetrics):
    """The metrics of a search server."""

    def __init__(self) -> None:
        super().__init__("mathlib_index", _SECONDS)
        self.batch_sizes = Histogram(
            "mathlib_index_batch_queries",
            "Queries searched together.",
            buckets=_QUERIES,
            registry=self.registry,
        )
        self._waiting = Gauge(
            "mathlib_index_queries_waiting",
            "Queries in the queue now.",
            registry=self.registry,
        )

    def read_waiting_from(self, waiting: Callable[[], int]) -> None:
        """Where the length of the queue is read when it is asked for."""
        self._waiting.set_function(waiting)
