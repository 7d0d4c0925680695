"""The strict check of the embedded Lean: compile from source, then let the kernel decide.

Three processes, none of which the fast check has used. One compiles the challenge: header and
statement, closed by `sorry`. One compiles the solution: header and candidate's code; what it
leaves behind is the compiled module, and nothing else of it counts. The judge reads both modules
and replays the proof in Lean's kernel (`embedded_judge`). The method is that of SafeVerify and
comparator; like the latter, it trusts neither the source text nor the compiled file.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from lean_agent.lean import native
from lean_agent.lean.goal import StatementError
from lean_agent.lean.last_words import out_of_memory
from lean_agent.lean.limits import ProcessLimits
from lean_agent.lean.repl import ReplCrash, ReplOutOfMemory
from lean_agent.lean.sandbox import Launch, confine
from lean_agent.lean.strict import embedded_judge
from lean_agent.lean.strict.base import Confirmation
from lean_agent.lean.strict.process import Finished, Process
from lean_agent.lean.strict.untrusted_file import read_untrusted
from lean_agent.lean.toolchain import Toolchain
from lean_agent.lean.verdict import STANDARD_AXIOMS
from lean_agent.problem import Problem

# Both modules have one name: it is part of the names of private constants.
_SOURCE, _COMPILED = "Submission.lean", "Submission.olean"
_MEMORY_SHARE = 0.75  # of the limit, for Lean's own count: it then ends with a message
_NAME_PART = re.compile(r"«([^»]*)»|([^.«»]+)")
_MOST_CHALLENGES = 256  # compiled statements that are remembered


class EmbeddedStrictChecker:
    """Confirms proofs for the embedded Lean of `toolchain`, each in processes of its own."""

    def __init__(self, toolchain: Toolchain, limits: ProcessLimits | None = None) -> None:
        self._toolchain = toolchain
        self._limits = limits or ProcessLimits()
        self._challenges: dict[tuple[str, str], bytes] = {}
        self._turns = asyncio.Semaphore(os.cpu_count() or 1)

    @property
    def name(self) -> str:
        """What decides: `kernel replay, Lean 4.35.0`."""
        return f"kernel replay, {self._toolchain.version.split(' (')[0]}"

    async def confirm(self, problem: Problem, code: str, seconds: float) -> Confirmation:
        """Whether `code`, without the problem's header, proves the problem.

        `seconds` is wall-clock time for each of compiling the code and judging it. Raises
        StatementError where the problem does not elaborate, and where there was no answer
        ReplTimeout, ReplOutOfMemory, ReplFlood or ReplCrash.
        """
        async with self._turns, self._judge() as judge:  # it loads while the code is compiled
            challenge = await self._challenge(problem, seconds)
            above = f"{problem.header}\n"
            compiled, complaints = await self._compile(f"{above}{code}\n", seconds, above)
            if compiled is None:
                return Confirmation(
                    confirmed=False, detail=f"from source the code does not compile:\n{complaints}"
                )
            question = {
                "name": _parts(problem.name),
                "challenge": len(challenge),
                "solution": len(compiled),
                "axioms": sorted(STANDARD_AXIOMS),
            }
            line = json.dumps(question).encode() + b"\n"
            finished = await judge.run(seconds, line + challenge + compiled)
        return _read(finished)

    async def _challenge(self, problem: Problem, seconds: float) -> bytes:
        """The problem's compiled challenge. It is kept here, out of reach of any candidate."""
        key = (problem.header, problem.statement)
        if key not in self._challenges:
            source = f"{problem.header}\n{problem.statement}\n  := sorry\n"
            compiled, complaints = await self._compile(source, seconds)
            if compiled is None:
                raise StatementError(f"header and statement do not elaborate:\n{complaints}")
            while len(self._challenges) >= _MOST_CHALLENGES:
                del self._challenges[next(iter(self._challenges))]
            self._challenges[key] = compiled
        return self._challenges[key]

    async def _compile(
        self, source: str, seconds: float, above: str = ""
    ) -> tuple[bytes | None, str]:
        """The compiled module, or None and Lean's errors, in the lines below the text `above`."""
        with TemporaryDirectory(prefix="lean-agent-", ignore_cleanup_errors=True) as name:
            folder = Path(name)
            (folder / _SOURCE).write_text(source, encoding="utf-8", errors="replace")
            memory = f"-M{self._lean_memory_mib}"
            words = ["--trust=0", "--json", "-j1", memory, "-o", _COMPILED, _SOURCE]
            launch = self._confined([native.__name__, *words], folder)
            async with Process(launch, self._limits, "lean", writable=folder) as process:
                finished = await process.run(seconds)
            errors = _errors(finished.output, above.count("\n"))
            if out_of_memory(errors):
                raise ReplOutOfMemory(errors)
            if finished.status != 0:
                if not errors:
                    said = f"Lean ended with status {finished.status}. {finished.complaints}"
                    raise ReplCrash(said.rstrip())
                return None, errors
            return read_untrusted(folder / _COMPILED, self._limits.file_mib << 20), ""

    def _judge(self) -> Process:
        launch = self._confined([embedded_judge.__name__, str(self._lean_memory_mib)], None)
        return Process(launch, self._limits, "the judge")

    def _confined(self, module: list[str], folder: Path | None) -> Launch:
        toolchain = self._toolchain
        return confine(
            (sys.executable, "-m", *module),
            toolchain.env,
            folder,
            toolchain.readable,
            self._limits,
            writable=folder,
            library_mib=toolchain.library_mib,
        )

    @property
    def _lean_memory_mib(self) -> int:
        return int(self._limits.memory_mib * _MEMORY_SHARE)


def _parts(name: str) -> list[str]:
    """The parts of a name as a statement writes it; `foo.` is what is left of `foo.{u}`."""
    parts = [quoted or plain for quoted, plain in _NAME_PART.findall(name)]
    return parts[1:] if parts[0] == "_root_" else parts


def _errors(output: bytes, above: int) -> str:
    """The errors among the messages of `lean --json`; lines count from `above` the text."""
    errors = []
    for line in output.decode("utf-8", "replace").splitlines():
        try:
            message = json.loads(line)
            if message["severity"] == "error":
                place = message["pos"]
                line_number, column = place["line"] - above, place["column"]
                errors.append(f"{line_number}:{column}: {message['data']}")
        except (ValueError, KeyError, TypeError):  # printed by the code itself
            continue
    return "\n".join(errors)


def _read(finished: Finished) -> Confirmation:
    """The judge's answer in our words."""
    try:
        found = json.loads(finished.output)
        axioms = tuple(found.get("axioms", ()))
    except (ValueError, AttributeError):
        said = f"the judge of the strict check gave no answer. {finished.complaints}"
        raise ReplCrash(said.rstrip()) from None
    if "broken" in found:
        raise StatementError(f"the problem cannot be checked: {found['broken']}")
    if "out_of_memory" in found:
        raise ReplOutOfMemory(f"the kernel needs more memory: {found['out_of_memory']}")
    if "refusal" in found:
        return Confirmation(confirmed=False, detail=found["refusal"], axioms=axioms)
    return Confirmation(confirmed=True, detail="Lean's kernel accepts the proof", axioms=axioms)
