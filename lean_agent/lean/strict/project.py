"""ProjectStrictChecker: an accepted proof once more, compiled from source in a Lake project.

The problem and the candidate are compiled by `lean` itself, each into a folder of its own that
is removed at the end; then one of the tools in `project_tools` judges the compiled modules.
Nothing is written into the user's project.

A candidate with syntax or `#eval` of its own can run any program while it is compiled, and so
write any files. Of these nothing but the compiled module goes on to the tools, and only `lake
comparator` gets such a candidate to judge: the others read the module with Lean's own loader,
which trusts what it reads.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lean_agent.lean import source
from lean_agent.lean.goal import StatementError
from lean_agent.lean.header import HEADER_SECONDS
from lean_agent.lean.lake import LakeProject
from lean_agent.lean.last_words import out_of_memory
from lean_agent.lean.limits import ProcessLimits
from lean_agent.lean.repl import ReplCrash, ReplOutOfMemory
from lean_agent.lean.strict.base import Confirmation
from lean_agent.lean.strict.modules import Modules, plain_modules
from lean_agent.lean.strict.process import Finished
from lean_agent.lean.strict.project_tools import (
    CHALLENGE,
    SOLUTION,
    Compiled,
    ProjectTool,
    find_project_tool,
)
from lean_agent.lean.strict.untrusted_file import read_untrusted
from lean_agent.lean.strict.workshop import Workshop
from lean_agent.lean.toolchain import Toolchain
from lean_agent.problem import Problem

_OURS = re.compile(r"_(?:pinned|candidate|judged)_[0-9a-f]{16}")


def find_project_strict(toolchain: Toolchain, limits: ProcessLimits) -> ProjectStrictChecker | None:
    """The strict checker of a project's toolchain; None where it has no tool for it."""
    assert toolchain.cwd is not None  # a project's toolchain runs in its folder
    tool = find_project_tool(LakeProject(toolchain.cwd), Path(toolchain.env["LEAN_SYSROOT"]))
    return ProjectStrictChecker(toolchain, limits, tool) if tool else None


class ProjectStrictChecker:
    """Confirms proofs with the programs of one Lake project; one check a core at once."""

    def __init__(self, toolchain: Toolchain, limits: ProcessLimits, tool: ProjectTool) -> None:
        self._toolchain = toolchain
        self._limits = limits
        self._tool = tool
        self._lean = Path(toolchain.env["LEAN_SYSROOT"]) / "bin" / "lean"
        self._places = asyncio.Semaphore(os.cpu_count() or 1)

    @property
    def name(self) -> str:
        """The tool, and the Lean that it belongs to."""
        return f"{self._tool.name} ({self._toolchain.version.split(',')[0]})"

    async def confirm(self, problem: Problem, code: str, seconds: float) -> Confirmation:
        """Whether `code`, without the problem's header, proves the problem.

        `seconds` is wall-clock time for Lean to read the code; importing the header comes on
        top, as every process here starts anew. Raises ReplTimeout, ReplCrash or
        ReplOutOfMemory where there was no answer, and StatementError where the problem itself
        does not elaborate.
        """
        runs_code = source.needs_strict(code)
        if runs_code is not None and not self._tool.takes_programs:
            detail = f"only `lake comparator` (Lean 4.35 and later) can judge this: {runs_code}"
            return Confirmation(confirmed=False, detail=detail)
        async with self._places:
            with self._workshop() as workshop:
                return await self._confirm(problem, code, seconds, workshop)

    async def _confirm(
        self, problem: Problem, code: str, seconds: float, workshop: Workshop
    ) -> Confirmation:
        modules = Modules(problem)
        if self._tool.as_written:
            challenge, solution = plain_modules(problem, code)
            candidate = problem.name
            asked = await self._state(challenge, workshop, seconds)
        else:
            asked = await self._state(modules.challenge(), workshop, seconds)
            candidate = modules.full_name(asked.messages)
            solution = modules.solution(code, candidate)
        # Both import the same, the second time from a warm disk.
        given = await self._compile(SOLUTION, solution, workshop, seconds + asked.seconds)
        if given.errors:
            # What Lean says of names of ours is for nobody's eyes.
            own = [words for words in given.errors if not _OURS.search(words)]
            first = own[0].strip() if own else "it does not end as it began, or is something else"
            detail = f"compiled on its own, the proof has an error: {first}"
            return Confirmation(confirmed=False, detail=detail)
        if given.olean is None:
            detail = "the candidate's code ends Lean before a module is written"
            return Confirmation(confirmed=False, detail=detail)
        if given.sorries >= asked.sorries:  # the challenge has one more than is ours in both
            return Confirmation(confirmed=False, detail="the code contains `sorry`")
        assert asked.olean is not None
        compiled = Compiled(
            workshop=workshop,
            challenge=asked.olean,
            solution=given.olean,
            theorem=modules.judged,
            candidate=candidate,
            kind=modules.kind,
            seconds=seconds + HEADER_SECONDS,
        )
        return await self._tool.judge(compiled)

    async def _state(self, text: str, workshop: Workshop, seconds: float) -> _Module:
        """Compile the challenge. Raises StatementError where Lean does not take it."""
        stated = await self._compile(CHALLENGE, text, workshop, seconds + HEADER_SECONDS)
        if stated.errors:
            raise StatementError(f"the problem does not elaborate:\n{stated.errors[0].strip()}")
        if stated.olean is None:
            raise StatementError("the problem's text ends Lean before a module is written")
        return stated

    async def _compile(self, module: str, text: str, workshop: Workshop, seconds: float) -> _Module:
        """Compile a module in a folder of its own, which alone can be written meanwhile.

        Then the compiled file alone goes into a folder that nothing else has written into.
        """
        folder = workshop.scratch / f"{module}-source"
        folder.mkdir(mode=0o755)
        (folder / f"{module}.lean").write_text(text, encoding="utf-8")
        olean = workshop.scratch / module / f"{module}.olean"
        argv = [str(self._lean), "--json", f"--memory={self._limits.memory_mib}"]
        argv += ["-o", olean.name, f"{module}.lean"]
        started = time.monotonic()
        done = await workshop.run(argv, folder, seconds, writable=folder)
        took = time.monotonic() - started
        content = read_untrusted(folder / olean.name, self._limits.file_mib << 20)
        olean.parent.mkdir(mode=0o755)
        olean.write_bytes(content)
        olean.chmod(0o444)  # the programs that read it run as somebody else
        return _Module(done, olean if content else None, took)

    @contextmanager
    def _workshop(self) -> Iterator[Workshop]:
        """A folder of our own to work in, removed at the end whatever happens."""
        with tempfile.TemporaryDirectory(prefix="lean-agent-strict-") as folder:
            yield Workshop(self._toolchain, self._limits, Path(folder).resolve())


class _Module:
    """What compiling a module came to; `seconds` is how long it took, with its imports."""

    def __init__(self, done: Finished, olean: Path | None, seconds: float) -> None:
        self.seconds = seconds
        self.messages: list[str] = []
        self.errors: list[str] = []
        for line in done.text.splitlines():
            try:
                said = json.loads(line)
                words, severity = str(said["data"]), said["severity"]
            except (ValueError, KeyError, TypeError):
                continue  # what the code itself prints
            (self.errors if severity == "error" else self.messages).append(words)
        if any(map(out_of_memory, self.errors)):
            raise ReplOutOfMemory(f"lean ran out of memory: {self.errors[-1]}")
        if done.status not in (0, 1) or (done.status == 1 and not self.errors):
            raise ReplCrash(f"lean ended with status {done.status}. {done.said}".strip())
        self.olean = olean if done.status == 0 else None
        self.sorries = sum(words.startswith("declaration uses") for words in self.messages)
