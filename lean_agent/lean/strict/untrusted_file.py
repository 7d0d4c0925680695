"""Read a file that a candidate's process has left behind."""

from __future__ import annotations

import os
import stat
from pathlib import Path


def read_untrusted(file: Path, most_bytes: int) -> bytes:
    """What the file holds; nothing where it is no plain file, cannot be read or is too long."""
    try:
        # It could be a link to somewhere else, or a pipe that never ends.
        descriptor = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return b""
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode) or status.st_size > most_bytes:
            return b""
        with os.fdopen(descriptor, "rb", closefd=False) as stream:
            return stream.read(most_bytes)
    finally:
        os.close(descriptor)
