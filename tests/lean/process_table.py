"""Which processes are there, read from /proc; and waiting until something is so."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path


def group_members(group: int) -> list[int]:
    """The living processes of a process group."""
    return [pid for pid, state, _, pgrp in _table() if pgrp == group and state not in "ZX"]


def children(parent: int) -> list[int]:
    """The living direct children of a process."""
    return [pid for pid, state, ppid, _ in _table() if ppid == parent and state not in "ZX"]


def alive(pid: int) -> bool:
    return any(p == pid and state not in "ZX" for p, state, _, _ in _table())


def wait_until(what: Callable[[], object], seconds: float = 30.0) -> None:
    """Return when `what()` is true; fail the test when it is not within `seconds`."""
    deadline = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < deadline, f"not so within {seconds} s"
        time.sleep(0.02)


def _table() -> list[tuple[int, str, int, int]]:
    rows = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
        except OSError:  # it ended meanwhile
            continue
        rows.append((int(entry.name), fields[0], int(fields[1]), int(fields[2])))
    return rows
