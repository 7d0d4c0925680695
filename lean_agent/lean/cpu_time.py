"""The processor time of a process and all that it started, read from /proc."""

from __future__ import annotations

import math
import os

from lean_agent.lean.process_tree import tree

_TICKS = os.sysconf("SC_CLK_TCK")  # a second
# Of the words after the command's name in /proc/PID/stat (proc(5)): time in user and kernel
# mode, of the process itself and of those of its children that ended and were waited for.
_TIMES = slice(11, 15)


def cpu_seconds(pid: int) -> float:
    """Seconds of processor time that the tree of `pid` has used; NaN where there is no /proc."""
    times = [_ticks(member) for member in tree(pid)]
    return sum(times) / _TICKS if times else math.nan


def _ticks(pid: int) -> int:
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:  # noqa: PTH123  (with every command)
            words = file.read().rpartition(b")")[2].split()
    except OSError:  # it ended meanwhile
        return 0
    return sum(map(int, words[_TIMES]))
