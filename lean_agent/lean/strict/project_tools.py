"""The independent checks that a Lake project may have, best first; each as its makers call it.

1. `lake comparator`, bundled with Lean from 4.35 on (release notes of 4.35.0, Lake). It compares
   statements and what they rest on in text exports, checks the axioms, and has the kernel replay
   the proof with all that it needs, in a process that never loads a compiled file of the
   candidate. It can check once more with nanoda, a kernel written by others. We give it both
   exports (`--challenge-from-export`, `--solution-from-export`), so it builds nothing and the
   user's project is not touched.
2. `leanchecker`, bundled from 4.28 on (README of leanprover/lean4checker), or for an older Lean
   `lean4checker` where the project has built it. The kernel replays the module of the candidate
   on top of its imports. That says nothing of the statement or of axioms. Its README: a tool
   against "environment hacking", not an external verifier.
3. SafeVerify (GasStationManager/SafeVerify), where the project has built it: replays, compares and
   checks axioms as well, but on the candidate as it is written. So it accepts no statement that
   is the same only by definition, which the others do; that is why it comes last.

After the first two `Judge.lean`, a program of ours, compares statement, imports and axioms as
data, and sees that the theorem is proved by the candidate's constant itself. It can only refuse.

A candidate that runs code while it is compiled can write any bytes as its compiled module. Only
comparator bears that: the others, like `Judge.lean`, map the file into memory and trust it.

The Lean reference ("Validating a Lean Proof") ranks them the same way: leanchecker against honest
mistakes and hacked environments, comparator against proofs that mean to deceive.
"""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from lean_agent.lean import sandbox
from lean_agent.lean.lake import LakeProject
from lean_agent.lean.repl import ReplCrash
from lean_agent.lean.strict.base import Confirmation
from lean_agent.lean.strict.process import Finished
from lean_agent.lean.strict.workshop import Workshop
from lean_agent.lean.verdict import STANDARD_AXIOMS

CHALLENGE, SOLUTION = "LeanAgentChallenge", "LeanAgentSolution"
_JUDGE = Path(__file__).with_name("Judge.lean")
# What the kernel computes with, or treats in a special way: comparator wants the same
# definitions of these on both sides (`primitiveTargets` and `builtinTargets` in Lake's Check.lean).
_KERNEL_NAMES = """
    Nat Nat.add Nat.sub Nat.mul Nat.pow Nat.gcd Nat.div Nat.mod Nat.beq Nat.ble Nat.land Nat.lor
    Nat.xor Nat.shiftLeft Nat.shiftRight String String.ofList String.mk Char Char.ofNat List
    eagerReduce optParam autoParam semiOutParam outParam Quot Quot.mk Quot.lift Quot.ind
""".split()  # noqa: SIM905
_COMPARATOR_ACCEPTS = "Your solution is okay!"
_COMPARATOR_REFUSES = re.compile(
    r".*(?:do(?:es)? not match|kind don't match|Illegal axiom detected|is not a theorem"
    r"|not found in solution|(?:rejects|rejected) the solution).*"
)
_REPLAY_REFUSES = re.compile(r".*found a problem in.*")
_SAFE_VERIFY_REFUSES = re.compile(r".*(?:Found a problem in|used disallowed axioms).*")


@dataclass(frozen=True)
class Compiled:
    """Two compiled modules and where to work on them.

    `challenge` and `solution` are the compiled files, each in a folder of its own. `theorem` is
    the full name of what is judged, `candidate` that of what proves it, which must be a `kind`.
    `seconds` is what each program may take.
    """

    workshop: Workshop
    challenge: Path
    solution: Path
    theorem: str
    candidate: str
    kind: Literal["theorem", "definition"]
    seconds: float

    async def run(self, argv: list[str], output: Path | None = None) -> Finished:
        """Run a program that reads both modules, and can write nothing."""
        return await self.workshop.run(
            argv,
            self.challenge.parent,
            self.seconds,
            readable=(self.challenge.parent, self.solution.parent),
            output=output,
        )


class ProjectTool(Protocol):
    """One way to judge a solution against a challenge."""

    @property
    def name(self) -> str:
        """What it is called in a verdict."""
        ...

    @property
    def as_written(self) -> bool:
        """Whether it wants statement and candidate as they are written, nothing of ours in them."""
        ...

    @property
    def takes_programs(self) -> bool:
        """Whether it can judge a module that was written by code of the candidate's."""
        ...

    async def judge(self, compiled: Compiled) -> Confirmation:
        """What it says. Raises ReplError when it came to no answer."""
        ...


def find_project_tool(project: LakeProject, sysroot: Path | None) -> ProjectTool | None:
    """The best check that the toolchain at `sysroot`, or the project, has."""
    if sysroot is not None:
        bundled = sysroot / "bin"
        if (bundled / "leanexport").is_file():  # lake has the command where it has the exporter
            return Comparator(bundled)
        leanchecker = bundled / "leanchecker"
        replayer = leanchecker if leanchecker.is_file() else project.executable("lean4checker")
        if replayer is not None:
            return Replay(replayer, bundled / "lean")
    safe_verify = project.executable("safe_verify")
    return SafeVerify(safe_verify) if safe_verify else None


@dataclass(frozen=True)
class Comparator:
    """`lake comparator` of the toolchain whose programs are in `bundled`."""

    bundled: Path
    as_written: bool = False
    takes_programs: bool = True

    @property
    def name(self) -> str:
        return "lake comparator" + (" with nanoda" if self._has_nanoda else "")

    @property
    def _has_nanoda(self) -> bool:
        return (self.bundled / "nanoda_bin").is_file()

    async def judge(self, compiled: Compiled) -> Confirmation:
        exports = [await self._export(compiled, module) for module in (CHALLENGE, SOLUTION)]
        scratch = compiled.workshop.scratch
        config = scratch / "comparator.json"
        config.write_text(
            json.dumps(
                {
                    "challenge_module": CHALLENGE,
                    "solution_module": SOLUTION,
                    "theorem_names": [compiled.theorem],
                    "permitted_axioms": sorted(STANDARD_AXIOMS),
                    "enable_nanoda": self._has_nanoda,
                }
            )
        )
        argv = [str(self.bundled / "lake"), "comparator", "--config", str(config)]
        argv += ["--challenge-from-export", str(exports[0])]
        argv += ["--solution-from-export", str(exports[1])]
        if sandbox.find().kind != "bubblewrap":
            # The exports are made already, and are text; its sandbox is for the kernels alone.
            argv.append("--inadvisably-no-sandbox")
        known = compiled.workshop.toolchain.env.get("PATH", "")
        path = f"{self.bundled}{os.pathsep}{known}"  # kernels of this toolchain
        done = await compiled.workshop.run_unboxed(argv, path, compiled.seconds)
        if done.status == 0 and _COMPARATOR_ACCEPTS in done.text.splitlines():
            lean = self.bundled / "lean"
            return await _compared(compiled, lean, f"{self.name} accepts the proof")
        return _refused(self.name, done, _COMPARATOR_REFUSES)

    async def _export(self, compiled: Compiled, module: str) -> Path:
        """The export of what is judged, with all that it rests on."""
        names = [compiled.theorem, *sorted(STANDARD_AXIOMS), *_KERNEL_NAMES]
        argv = [str(self.bundled / "leanexport"), "--ignore-missing", module, "--", *names]
        written = compiled.workshop.scratch / f"{module}.ndjson"
        done = await compiled.run(argv, output=written)
        if done.status != 0:
            raise ReplCrash(f"leanexport failed on {module}: {done.said}")
        return written


@dataclass(frozen=True)
class Replay:
    """The kernel replays the solution's module."""

    replayer: Path
    lean: Path
    as_written: bool = False
    takes_programs: bool = False

    @property
    def name(self) -> str:
        return self.replayer.name

    async def judge(self, compiled: Compiled) -> Confirmation:
        done = await compiled.run([str(self.replayer), SOLUTION])
        if done.status != 0:
            return _refused(self.name, done, _REPLAY_REFUSES)
        return await _compared(compiled, self.lean, f"{self.name} replays the proof")


@dataclass(frozen=True)
class SafeVerify:
    """`safe_verify` on the two compiled files."""

    program: Path
    name: str = "SafeVerify"
    as_written: bool = True
    takes_programs: bool = False

    async def judge(self, compiled: Compiled) -> Confirmation:
        argv = [str(self.program), str(compiled.challenge), str(compiled.solution)]
        done = await compiled.run(argv)
        if done.status == 0:
            return Confirmation(confirmed=True, detail="SafeVerify accepts the proof")
        return _refused(self.name, done, _SAFE_VERIFY_REFUSES)


async def _compared(compiled: Compiled, lean: Path, accepted: str) -> Confirmation:
    """What `Judge.lean` finds where a tool has said `accepted`."""
    names = [compiled.theorem, compiled.candidate]
    done = await compiled.run([str(lean), "--run", str(_JUDGE), CHALLENGE, SOLUTION, *names])
    said = [line.partition(": ")[::2] for line in done.text.splitlines()]
    found = {word: what for word, what in said if word != "axiom"}
    if done.status != 0 or "statement" not in found:
        raise ReplCrash(f"the comparison of the statements failed: {done.said}")
    axioms = tuple(sorted(what for word, what in said if word == "axiom"))
    extra = [axiom for axiom in axioms if axiom not in STANDARD_AXIOMS]
    wrong = ""
    if found["statement"] != "same":
        wrong = "the compiled theorem is not the one that was asked for"
    elif found.get("imports") != "same":
        wrong = "the compiled proof does not import what the problem does"
    elif extra:
        wrong = f"the compiled proof rests on {', '.join(extra)}"
    elif found.get("candidate") != compiled.kind:
        wrong = f"`{compiled.candidate}` is compiled to no {compiled.kind}"
    elif found.get("proof") != "candidate":
        wrong = f"`{compiled.candidate}` by itself is no proof of what was asked for"
    if wrong:
        return Confirmation(confirmed=False, detail=wrong, axioms=axioms)
    detail = f"{accepted}, and it proves what was asked for"
    return Confirmation(confirmed=True, detail=detail, axioms=axioms)


def _refused(name: str, done: Finished, words: re.Pattern[str]) -> Confirmation:
    """The program's refusal in its own words. Raises ReplCrash where it fell over instead."""
    refusal = words.search(f"{done.text}\n{done.complaints}")
    if done.status == 0 or refusal is None:
        raise ReplCrash(f"{name} gave no verdict (exit code {done.status}): {done.said}")
    return Confirmation(confirmed=False, detail=f"{name}: {refusal.group().strip()}")
