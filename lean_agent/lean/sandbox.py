"""The sandbox: how a process is started that runs Lean code nobody has read.

Lean code can run programs, read files and open sockets while it is checked. With bubblewrap
(https://github.com/containers/bubblewrap) it does so in namespaces of its own: without a network,
seeing of the file system what Lean needs and that read-only, without the other processes of
this machine, with an empty /tmp in memory as its only place to write, and with none of the
environment's secrets. Without it, only the limits hold (see ProcessLimits, which says what they
do not bound), and the environment is as clean; `find` says which it is.
"""

from __future__ import annotations

import errno
import os
import secrets
import shutil
import site
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

from lean_agent.lean.limits import ProcessLimits
from lean_agent.lean.native import ARENA_KIB
from lean_agent.lean.toolchain import Toolchain

PROBE_SECONDS = 20.0
# The only variables that reach Lean. LAKE_CACHE_KEY, for one, is a secret: no pattern but LC_.
ENVIRONMENT = frozenset(
    {
        "LANG",
        "LD_LIBRARY_PATH",
        "LEAN",
        "LEAN_AR",
        "LEAN_CC",
        "LEAN_GITHASH",
        "LEAN_NUM_THREADS",
        "LEAN_PATH",
        "LEAN_SRC_PATH",
        "LEAN_STACK_SIZE_KB",
        "LEAN_SYSROOT",
        "LEAN_WORKER_PATH",
        "LAKE",
        "LAKE_HOME",
        "ELAN_HOME",
        "ELAN_TOOLCHAIN",
        "PATH",
        "PYTHONDONTWRITEBYTECODE",
        "PYTHONPATH",
        "TZ",
        "UV_USE_IO_URING",
    }
)
# What every program needs of the system; what is not there is left out.
SYSTEM = (
    *("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64"),
    *("/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/ld.so.conf.d"),
    *("/etc/alternatives", "/etc/localtime"),
)
SCRATCH = "/tmp"  # inside; nothing of the machine's own /tmp is there
MOST_THREADS = 4  # that Lean starts for tasks
# RLIMIT_DATA counts neither memory that is shared nor, near the limit on address space, what
# mprotect(2) makes writable; so that limit bounds the rest, and is far away for honest programs.
ADDRESS_SPACE_MIB = 16 << 10
CPU_SECONDS = 4 * 3600  # a last resort for what got away: each check has its own time
STACK_SHARE = 32  # of the memory limit: stacks count in full, and there are about eight of them
_LIMITER = Path(__file__).with_name("confined.py")  # found wherever PYTHONPATH leads to
_NOBODY = 65534
# Neither people nor systemd's services and containers have user ids in this range.
_SPARE_UIDS = range(0x7000_0000, 0x7100_0000)
_DANGER = "Lean code that a model writes can read files and use the network"


@dataclass(frozen=True)
class Sandbox:
    """What confines Lean on this machine: bubblewrap, or limits alone. `detail` is a sentence."""

    kind: Literal["bubblewrap", "limits"]
    detail: str


@dataclass(frozen=True)
class Launch:
    """How to start a confined process. `env` is the whole of its environment."""

    argv: tuple[str, ...]
    env: Mapping[str, str]
    cwd: Path | None = None


def find() -> Sandbox:
    """What confines Lean here. It is tried once a process, which costs about 0.1 s."""
    program = shutil.which("bwrap")
    if program is None:
        missing = f"bubblewrap is not installed (`apt install bubblewrap`): {_DANGER}"
        return Sandbox("limits", missing + _of_root())
    complaint = _probe(program)
    if complaint is not None:
        broken = f"bubblewrap does not work here, perhaps because this is a container ({complaint})"
        return Sandbox("limits", f"{broken}: {_DANGER}{_of_root()}")
    return Sandbox(
        "bubblewrap",
        f"{program}: no network, of files only the system's, Python's and Lean's and these "
        "read-only, no other processes; limits on each process's memory, on their number and on "
        "the size of files",
    )


def launch(toolchain: Toolchain, limits: ProcessLimits) -> Launch:
    """How to start the REPL of a toolchain."""
    return confine(
        toolchain.argv,
        toolchain.env,
        toolchain.cwd,
        toolchain.readable,
        limits,
        library_mib=toolchain.library_mib,
    )


def confine(
    argv: Sequence[str],
    env: Mapping[str, str],
    cwd: Path | None,
    readable: Sequence[Path],
    limits: ProcessLimits,
    writable: Path | None = None,
    library_mib: int = 0,
) -> Launch:
    """How to start any program so that it can do no harm.

    `readable` are files and folders that it needs beside the system's and Python's. `writable` is
    a folder of its own, for this process alone; run as root, it gets another owner here.
    `library_mib` is what the compiled libraries that it maps come to (see Toolchain), which
    is added to its memory.

    The program should be started in a session of its own, where no terminal is within reach. To
    kill its process group ends, with bubblewrap, also what has left the group. It gets SIGKILL
    when the thread that started it ends.

    Raises FileNotFoundError where there is no such program.
    """
    if shutil.which(argv[0], path=env.get("PATH")) is None:
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), argv[0])
    if find().kind == "limits":
        return limit(argv, env, cwd, limits, library_mib)
    program = shutil.which("bwrap")
    assert program is not None
    env = _environment(env, limits) | {"HOME": SCRATCH, "TMPDIR": SCRATCH}
    box = _in_bubblewrap(program, argv, cwd, readable, limits, writable, library_mib)
    return Launch(box, env)


def limit(
    argv: Sequence[str],
    env: Mapping[str, str],
    cwd: Path | None,
    limits: ProcessLimits,
    library_mib: int = 0,
) -> Launch:
    """How to start a program with limits and a clean environment, and in no other confinement."""
    env = _environment(env, limits)
    env |= {name: os.environ[name] for name in ("HOME", "TMPDIR") if name in os.environ}
    processes = limits.processes + _tasks(os.getuid())
    return Launch((*_limiter(limits, library_mib, processes, Path()), *argv), env, cwd)


def _environment(known: Mapping[str, str], limits: ProcessLimits) -> dict[str, str]:
    """What reaches Lean of an environment, with what it needs in order to keep to the limits."""
    env = {name: value for name, value in known.items() if _allowed(name)}
    # The limit on memory counts what may be written, used or not. So no gigabytes are set aside,
    # neither for stacks (1 GiB each in Lean 4.35) nor by Lean's memory manager.
    env.setdefault("LEAN_STACK_SIZE_KB", str((limits.memory_mib << 10) // STACK_SHARE))
    env.setdefault("LEAN_NUM_THREADS", str(min(MOST_THREADS, os.cpu_count() or 1)))
    return env | {"MIMALLOC_ARENA_RESERVE": ARENA_KIB, "PYTHONUSERBASE": site.getuserbase()}


def _allowed(name: str) -> bool:
    return name in ENVIRONMENT or name.startswith("LC_")


def _limiter(
    limits: ProcessLimits, library_mib: int, processes: int, cwd: Path, uid: int | None = None
) -> tuple[str, ...]:
    """The command that sets the limits on itself and becomes the command that follows."""
    memory_mib = limits.memory_mib + library_mib
    wanted = {
        "data": memory_mib << 20,
        "as": (memory_mib + ADDRESS_SPACE_MIB) << 20,
        "nproc": processes,
        "nofile": limits.open_files,
        "fsize": limits.file_mib << 20,
        "cpu": CPU_SECONDS,
        "core": 0,
    }
    words = [f"{name}={value}" for name, value in wanted.items()]
    if uid is not None:
        words.append(f"uid={uid}")
    return (sys.executable, "-P", str(_LIMITER), ",".join(words), str(cwd))


def _in_bubblewrap(
    program: str,
    argv: Sequence[str],
    cwd: Path | None,
    readable: Sequence[Path],
    limits: ProcessLimits,
    writable: Path | None,
    library_mib: int,
) -> tuple[str, ...]:
    options = _options(program)
    seen = tuple(_visible(readable))
    box = [program, "--die-with-parent", "--unshare-ipc", "--unshare-pid", "--unshare-net"]
    box += ["--unshare-uts", "--unshare-cgroup-try", "--hostname", "lean"]
    processes = limits.processes
    uid = _spare_uid() if os.getuid() == 0 and _readable_by_all(seen) else None
    if uid is not None:
        # The kernel does not count root's processes, so this one becomes somebody whose are.
        box += ["--cap-drop", "ALL", "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
    else:
        box += ["--unshare-user", "--uid", str(_NOBODY), "--gid", str(_NOBODY)]
        if "--disable-userns" in options:
            box.append("--disable-userns")
        if not _counts_by_namespace():
            processes += _tasks(os.getuid())
    box += ["--proc", "/proc", "--dev", "/dev", "--remount-ro", "/dev", "--perms", "1777"]
    if "--size" in options:
        box += ["--size", str(limits.file_mib << 20)]
    box += ["--tmpfs", SCRATCH]
    for place in SYSTEM:
        box += ["--ro-bind-try", place, place]
    for folder in _above((*seen, writable) if writable else seen):
        box += ["--perms", "0755", "--dir", str(folder)]
    for path in seen:
        box += ["--ro-bind", str(path), str(path)]
    if writable is not None:
        if uid is not None:
            os.chown(writable, uid, uid)
        box += ["--bind", str(writable), str(writable)]
    if "--size" not in options:  # it could fill the memory
        box += ["--remount-ro", SCRATCH]
    box += ["--remount-ro", "/", "--chdir", "/", "--"]
    folder = cwd or writable or Path(SCRATCH)
    return (*box, *_limiter(limits, library_mib, processes, folder, uid), *argv)


def _visible(readable: Sequence[Path]) -> Iterator[Path]:
    """Python, this package and what else is to be seen; none of it inside another."""
    package = Path(__file__).parents[1]
    wanted = [Path(sys.prefix), Path(sys.base_prefix), package, *readable]
    # A path may be named by itself and by what its links come to.
    places = {p for path in wanted for p in (Path(os.path.abspath(path)), path.resolve())}  # noqa: PTH100
    outer = [Path(place) for place in SYSTEM]
    for place in sorted(places, key=lambda p: len(p.parts)):
        if not any(place.is_relative_to(other) for other in outer):
            outer.append(place)
            yield place


def _above(paths: Sequence[Path]) -> list[Path]:
    """The folders above some paths, the outermost first; bubblewrap would make them private."""
    folders = {folder for path in paths for folder in path.parents}
    return sorted(folders - {Path("/"), Path(SCRATCH)}, key=lambda p: len(p.parts))


def _readable_by_all(paths: Sequence[Path]) -> bool:
    """Whether somebody else can read these files and folders, as far as their own modes say."""
    modes = [(path.stat().st_mode, path.is_dir()) for path in paths]
    return all(mode & 0o004 and (mode & 0o001 or not folder) for mode, folder in modes)


def _spare_uid() -> int | None:
    """A user id that no other process has; None where this root has none to give."""
    for line in Path("/proc/self/uid_map").read_text().splitlines():
        first, _, count = map(int, line.split())
        if first <= _SPARE_UIDS.start and first + count >= _SPARE_UIDS.stop:
            return _SPARE_UIDS.start + secrets.randbelow(len(_SPARE_UIDS))
    return None


def _counts_by_namespace() -> bool:
    """Whether RLIMIT_NPROC counts the processes in a user namespace apart (Linux 5.14)."""
    major, minor = os.uname().release.split(".")[:2]
    return (int(major), int("".join(filter(str.isdigit, minor)))) >= (5, 14)


def _tasks(uid: int) -> int:
    """How many processes and threads a user has now; RLIMIT_NPROC counts them all together."""
    count = 0
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if entry.stat().st_uid == uid:
                count += len(os.listdir(entry / "task"))  # noqa: PTH208
        except OSError:  # it ended meanwhile
            continue
    return count


@lru_cache(maxsize=1)
def _options(program: str) -> frozenset[str]:
    """The options that this bubblewrap knows: `--size` is of 0.7, `--disable-userns` of 0.8."""
    done = subprocess.run([program, "--help"], capture_output=True, text=True, check=False)
    return frozenset(word for word in (done.stdout + done.stderr).split() if word[:2] == "--")


@lru_cache(maxsize=1)
def _probe(program: str) -> str | None:
    """Start nothing much in bubblewrap as Lean would be; what went wrong, or None."""
    command = (sys.executable, "-c", "")
    try:
        argv = _in_bubblewrap(program, command, None, (), ProcessLimits(), None, 0)
        done = subprocess.run(
            argv, env={}, stdin=subprocess.DEVNULL, capture_output=True, timeout=PROBE_SECONDS
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    if done.returncode == 0:
        return None
    lines = done.stderr.decode("utf-8", "replace").strip().splitlines()
    return lines[-1] if lines else f"exit code {done.returncode}"


def _of_root() -> str:
    """What else does not hold for root, who has no need of permissions."""
    if os.getuid() != 0:
        return ""
    return "; run as root, it can write them too, and its processes are not counted"
