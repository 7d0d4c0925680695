"""How long Lean works on a check, as the clients of its processes see it: `Verdict.seconds`.

Waiting for a free process says nothing about a check, nor does importing a header, which a
process does once for all its checks. So both are left out, and verdicts of a busy machine and of
an idle one can be compared.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar


class WorkTime:
    """Wall-clock seconds in which Lean was at work, summed over all processes and tries."""

    def __init__(self) -> None:
        self.seconds = 0.0


_work_time: ContextVar[WorkTime | None] = ContextVar("lean_work_time", default=None)


@contextmanager
def measuring() -> Iterator[WorkTime]:
    """Sum up Lean's work on whatever is awaited in here."""
    work = WorkTime()
    before = _work_time.set(work)
    try:
        yield work
    finally:
        _work_time.reset(before)


@contextmanager
def at_work() -> Iterator[None]:
    """A process of Lean works in here, for the check on whose behalf this is awaited, if any."""
    work = _work_time.get()
    started = time.monotonic()
    try:
        yield
    finally:
        if work is not None:
            work.seconds += time.monotonic() - started


@contextmanager
def not_measured() -> Iterator[None]:
    """What Lean does in here belongs to no check."""
    before = _work_time.set(None)
    try:
        yield
    finally:
        _work_time.reset(before)
