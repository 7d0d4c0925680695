"""Workshop: how the programs of a Lake project's toolchain are run for one strict check."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from lean_agent.lean import sandbox
from lean_agent.lean.limits import ProcessLimits
from lean_agent.lean.strict.process import Finished, Process
from lean_agent.lean.toolchain import Toolchain

# Exports of what a proof rests on are hundreds of megabytes, and take gigabytes to make.
_TOOL_MEMORY_MIB, _TOOL_FILE_MIB = 8192, 8192


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
        """Run a program that reads what a candidate wrote, confined, for at most `seconds`.

        Beside the project it can read `readable`, in which Lean finds modules, and it can write
        only into `writable`. Its standard output goes to the file `output`, if one is given.
        Raises what `Process` does.
        """
        env = {**self.toolchain.env, "LEAN_PATH": self._lean_path(readable)}
        # Where nothing can be written nothing of the candidate's runs, but all that it rests on
        # is read.
        limits = self.limits if writable is not None else self._tools_limits
        launch = sandbox.confine(
            argv,
            env,
            cwd,
            (*self.toolchain.readable, *readable),
            limits,
            writable,
            self.toolchain.library_mib,
        )
        name = Path(argv[0]).name
        async with Process(launch, limits, name, writable=writable, output=output) as process:
            return await process.run(seconds)

    async def run_unboxed(self, argv: Sequence[str], path: str, seconds: float) -> Finished:
        """Run a program that makes a sandbox of its own: here it gets the limits alone.

        `path` is its PATH. It works in `scratch`, and can read and write what we can.
        """
        env = {**self.toolchain.env, "PATH": path}
        limits = self._tools_limits
        launch = sandbox.limit(argv, env, self.scratch, limits)
        async with Process(launch, limits, Path(argv[0]).name, writable=self.scratch) as process:
            return await process.run(seconds)

    @property
    def _tools_limits(self) -> ProcessLimits:
        return replace(
            self.limits,
            memory_mib=max(self.limits.memory_mib, _TOOL_MEMORY_MIB),
            file_mib=max(self.limits.file_mib, _TOOL_FILE_MIB),
        )

    def _lean_path(self, folders: Sequence[Path]) -> str:
        """The project's LEAN_PATH behind these folders."""
        root = self.toolchain.cwd or Path()
        known = self.toolchain.env["LEAN_PATH"].split(os.pathsep)
        # Lake may name folders from the project's own; the programs run elsewhere.
        return os.pathsep.join(map(str, [*folders, *(root / place for place in known if place)]))
