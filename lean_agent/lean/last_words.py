"""What the end of a process says about why it ended."""

from __future__ import annotations

import re
import signal

KILLED = (-signal.SIGKILL, 128 + signal.SIGKILL)
"""Exit statuses of a killed process: its own, and as a program that started it passes it on."""

_NO_MEMORY = re.compile(
    r"out of memory|bad_alloc|excessive memory|MemoryError|cannot allocate"
    r"|failed to create thread",
    re.IGNORECASE,
)


def out_of_memory(text: str) -> bool:
    """Whether a process that says this wanted more memory than it may have."""
    return _NO_MEMORY.search(text) is not None
