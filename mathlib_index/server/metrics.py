"""Counts and times for Prometheus."""

from __future__ import annotations

from collections.abc import Callable

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


class Metrics:
    """The metrics of one server; routes are labelled by their pattern, not by what was asked."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self.requests = Counter(
            "mathlib_index_requests",
            "Requests answered, by route and status.",
            ["route", "status"],
            registry=self._registry,
        )
        self.latency = Histogram(
            "mathlib_index_request_seconds",
            "Seconds from a request to the end of its answer, by route.",
            ["route"],
            buckets=_SECONDS,
            registry=self._registry,
        )
        self.in_flight = Gauge(
            "mathlib_index_requests_in_flight",
            "Requests being answered now.",
            registry=self._registry,
        )
        self.batch_sizes = Histogram(
            "mathlib_index_batch_queries",
            "Queries searched together.",
            buckets=_QUERIES,
            registry=self._registry,
        )
        self._waiting = Gauge(
            "mathlib_index_queries_waiting",
            "Queries in the queue now.",
            registry=self._registry,
        )
        ProcessCollector(registry=self._registry)

    def read_waiting_from(self, waiting: Callable[[], int]) -> None:
        """Where the length of the queue is read when it is asked for."""
        self._waiting.set_function(waiting)

    def text(self) -> bytes:
        """All metrics in Prometheus' text format."""
        return generate_latest(self._registry)
