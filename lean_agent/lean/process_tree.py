"""The memory of a process and of all that it started, read from /proc.

Where there is no /proc (macOS) a tree is empty and its memory is 0: nothing is limited by it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

_PAGE = os.sysconf("SC_PAGE_SIZE")


def tree(pid: int) -> list[int]:
    """The process and its living descendants, whatever process group they are in."""
    found = [pid] if os.path.isdir(f"/proc/{pid}") else []  # noqa: PTH112  (half the time)
    for parent in found:  # grows on the way
        found += _children(parent)
    return found


def tree_memory(pid: int) -> int:
    """Bytes of memory that the tree of `pid` has for itself alone, as far as that is cheap to tell.

    It is resident memory without mapped files and shared memory (statm in proc(5)): a mapped
    Mathlib is gigabytes that all processes share. Pages that a child shares with its parent
    since its fork are counted for both.
    """
    return sum(map(_own_memory, tree(pid)))


def _children(pid: int) -> Iterator[int]:
    # A child belongs to the thread that started it (/proc/PID/task/TID/children in proc(5)).
    try:
        threads = os.listdir(f"/proc/{pid}/task")  # noqa: PTH208
    except OSError:  # it ended meanwhile
        return
    for thread in threads:
        yield from map(int, _read(f"/proc/{pid}/task/{thread}/children"))


def _own_memory(pid: int) -> int:
    pages = _read(f"/proc/{pid}/statm")
    return (int(pages[1]) - int(pages[2])) * _PAGE if len(pages) > 2 else 0


def _read(path: str) -> list[bytes]:
    """The words of a file of /proc; none where its process has ended."""
    try:
        with open(path, "rb") as file:  # noqa: PTH123  (this runs after every check)
            return file.read().split()
    except OSError:
        return []
