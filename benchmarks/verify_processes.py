"""A process and all that it started: what it costs, and holding it still while others are measured.

Read from /proc (proc(5)), so Linux only.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from lean_agent.lean.process_tree import tree

SECONDS_BETWEEN_LOOKS = 0.05


def resident_mib(pid: int) -> float:
    """Resident memory of the tree of `pid`; a page that several processes share counts once.

    More exactly: each process counts its share of it (Pss), and other users of Lean's library
    on the machine take their share away.
    """
    kib = 0
    for process in tree(pid):
        with suppress(OSError):
            for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines():
                if line.startswith("Pss:"):
                    kib += int(line.split()[1])
    return kib / 1024


class Peak:
    """The most memory that was seen."""

    mib = 0.0


@contextmanager
def watch_memory(pid: int) -> Iterator[Peak]:
    """Look at the memory of a tree again and again while the block runs."""
    peak, done = Peak(), threading.Event()

    def look() -> None:
        while not done.wait(SECONDS_BETWEEN_LOOKS):
            peak.mib = max(peak.mib, resident_mib(pid))

    watcher = threading.Thread(target=look)
    watcher.start()
    try:
        yield peak
    finally:
        done.set()
        watcher.join()


@contextmanager
def awake(pid: int) -> Iterator[None]:
    """Let a tree that was stopped run while the block does."""
    signal_tree(pid, signal.SIGCONT)
    try:
        yield
    finally:
        signal_tree(pid, signal.SIGSTOP)


def signal_tree(pid: int, number: signal.Signals) -> None:
    for process in tree(pid):
        with suppress(ProcessLookupError):
            os.kill(process, number)
