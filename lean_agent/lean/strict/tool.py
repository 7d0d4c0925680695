"""Run a program of a Lean toolchain to its end: limited, confined, and killed when cancelled."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from lean_agent.lean import sandbox
from lean_agent.lean.cpu_time import cpu_seconds
from lean_agent.lean.limits import ProcessLimits
from lean_agent.lean.repl import ReplCrash, ReplOutOfMemory, ReplTimeout
from lean_agent.lean.toolchain import Toolchain

# Exports of what a proof rests on are hundreds of megabytes, and take gigabytes to make.
_TOOL_MEMORY_MIB, _TOOL_FILE_MIB = 8192, 8192
_OUTPUT_BYTES = 1 << 20  # of either stream that are read back
_NO_MEMORY = ("excessive memory consumption", "out of memory", "std::bad_alloc")


@dataclass(frozen=True)
class Finished:
    """How a program ended, and what it said."""

    returncode: int
    output: str
    complaints: str

    @property
    def said(self) -> str:
        """The end of all that it said, for a person to read."""
        return f"{self.output.strip()}\n{self.complaints.strip()}".strip()[-2000:]


@dataclass(frozen=True)
class Workshop:
    """Where the programs of one check run: `scratch` is a folder of ours, for this check alone."""

    toolchain: Toolchain
    limits: ProcessLimits
    scratch: Path

    async def run(
        self,
        argv: Sequence[str],
        cwd: Path,
        seconds: float,
        *,
        readable: Sequence[Path] = (),
        writable: Path | None = None,
        output: Path | None = None,
    ) -> Finished:
        """Run a program that reads what a candidate wrote, confined; as `run_tool` otherwise.

        Beside the project it can read `readable`, in which Lean finds modules, and it can write
        only into `writable`.
        """
        env = {**self.toolchain.env, "LEAN_PATH": self._lean_path(readable)}
        limits = self.limits
        if writable is None:  # nothing of the candidate's runs, but all that it rests on is read
            limits = replace(
                limits,
                memory_mib=max(limits.memory_mib, _TOOL_MEMORY_MIB),
                file_mib=max(limits.file_mib, _TOOL_FILE_MIB),
            )
        launch = sandbox.confine(
            argv,
            env,
            cwd,
            (*self.toolchain.readable, *readable),
            limits,
            writable,
            self.toolchain.library_mib,
        )
        return await run_tool(launch, self.scratch, seconds, output, Path(argv[0]).name)

    def _lean_path(self, folders: Sequence[Path]) -> str:
        """The project's LEAN_PATH behind these folders."""
        root = self.toolchain.cwd or Path()
        known = self.toolchain.env["LEAN_PATH"].split(os.pathsep)
        # Lake may name folders from the project's own; the programs run elsewhere.
        return os.pathsep.join(map(str, [*folders, *(root / place for place in known if place)]))


async def run_tool(
    launch: sandbox.Launch,
    scratch: Path,
    seconds: float,
    output: Path | None = None,
    name: str = "",
) -> Finished:
    """Run a program for at most `seconds`. Its process group does not outlive it.

    What it writes is kept in `scratch`; its standard output goes to the file `output` instead,
    if one is given, and is not read. Raises ReplTimeout, ReplOutOfMemory where it says so, and
    ReplCrash when it cannot be started or was killed.
    """
    name = name or Path(launch.argv[0]).name
    written = output or scratch / "output"
    complaints = scratch / "complaints"
    process = _start(launch, written, complaints)
    ended = asyncio.create_task(asyncio.to_thread(process.wait))
    try:
        async with asyncio.timeout(seconds):
            await asyncio.shield(ended)
    except TimeoutError:
        used = cpu_seconds(process.pid)
        raise ReplTimeout(f"{name} was not done after {seconds:.0f} s", used) from None
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await asyncio.shield(ended)
    done = Finished(process.returncode, "" if output else _start_of(written), _start_of(complaints))
    if done.returncode != 0 and any(words in done.said for words in _NO_MEMORY):
        raise ReplOutOfMemory(f"{name} ran out of memory")
    if done.returncode < 0 or done.returncode > 128:
        raise ReplCrash(f"{name} ended with status {done.returncode}. {done.said}".strip())
    return done


def _start(launch: sandbox.Launch, output: Path, complaints: Path) -> subprocess.Popen[bytes]:
    with output.open("wb") as out, complaints.open("wb") as err:
        try:
            return subprocess.Popen(
                launch.argv,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                cwd=launch.cwd,
                env=launch.env,
                start_new_session=True,
            )
        except OSError as error:
            raise ReplCrash(f"cannot start {launch.argv[0]}: {error}") from error


def _start_of(file: Path) -> str:
    with file.open("rb") as stream:
        return stream.read(_OUTPUT_BYTES).decode("utf-8", "replace")
