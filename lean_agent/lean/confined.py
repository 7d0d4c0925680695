"""Set limits on this process and become another program: the inner step of the sandbox.

    python -P confined.py data=BYTES,nproc=N,…[,uid=N] FOLDER PROGRAM [ARGUMENT…]

The names are those of RLIMIT_DATA and so on (setrlimit(2)); with a user id, it becomes that user
first, and only then goes to the folder, which may be that user's alone. A module of this Python
(`PYTHON -m MODULE …`) runs in this same process, so that it costs no second start.
"""

from __future__ import annotations

import ctypes
import os
import resource
import runpy
import signal
import sys

_PR_SET_PDEATHSIG = 1
_PR_SET_NO_NEW_PRIVS = 38


def confine(limits: dict[str, int]) -> None:
    """Put the limits on this process and all that it will start; there is no way back."""
    uid = limits.pop("uid", None)
    if uid is not None:
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
    libc = ctypes.CDLL(None)
    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    for name, value in limits.items():
        what = getattr(resource, f"RLIMIT_{name.upper()}")
        _, hard = resource.getrlimit(what)
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(what, (value, value))


def main() -> None:
    """Do as the command line says. Exits with 126 where the program cannot be started."""
    limits, folder, *command = sys.argv[1:]
    confine({name: int(value) for name, _, value in (p.partition("=") for p in limits.split(","))})
    os.chdir(folder)
    if command[0] == sys.executable and command[1] == "-m":
        sys.argv = command[2:]
        runpy.run_module(command[2], run_name="__main__", alter_sys=True)
        return
    try:
        os.execvp(command[0], command)
    except OSError as error:
        print(f"cannot start {command[0]}: {error}", file=sys.stderr)
        sys.exit(126)


if __name__ == "__main__":
    main()
