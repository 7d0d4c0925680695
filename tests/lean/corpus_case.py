"""Submissions of the corpus: one Lean file each, in `corpus/cheats` and `corpus/honest`.

A file starts with a comment in TOML, from `/-` to a line `-/`; the submission is all that
follows, to the byte. The comment says

- `statement`, and `header` where there is one: the problem;
- `reason` (of a cheat): what the verdict says, or a list of what it may say;
- `why` it is caught, or why it is honest;
- `proved = true` (of a cheat): it is a proof, but breaks a rule that the fast check knows;
- `level = "strict"` (of an honest one): only the strict check can accept it;
- `needs = "metaprogramming"`: without Lean's own library it is caught by the scan alone;
  `needs = "mathlib"`: it cannot be read without Mathlib.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

import pytest

from lean_agent.lean.toolchain import Toolchain
from lean_agent.lean.verdict import Reason
from lean_agent.problem import Problem

CORPUS = Path(__file__).with_name("corpus")


@dataclass(frozen=True)
class Submission:
    """A text that claims to prove a problem, and what is to be said of it."""

    name: str
    statement: str
    header: str
    code: str
    reasons: frozenset[Reason]
    why: str
    needs: str
    only_strict: bool
    proved_all_the_same: bool

    def problem(self, toolchain: Toolchain) -> Problem:
        """The problem, as it is asked of this Lean; without Mathlib some tests are skipped."""
        if self.needs == "mathlib" and toolchain.kind == "embedded":
            pytest.skip("it needs Mathlib, which the embedded Lean does not have")
        header = self.header
        if not header.startswith("import"):
            header = f"{toolchain.default_header}\n{header}".strip()
        return Problem(id=self.name, statement=self.statement, header=header)


def _read(file: Path) -> Submission:
    text = file.read_bytes().decode()
    front, code = text.removeprefix("/-\n").split("\n-/\n", 1)
    said = tomllib.loads(front)
    reasons = said.pop("reason", [])
    entry = Submission(
        name=file.stem,
        statement=said.pop("statement"),
        header=said.pop("header", "").strip(),
        code=code,
        reasons=frozenset(map(Reason, [reasons] if isinstance(reasons, str) else reasons)),
        why=said.pop("why"),
        needs=said.pop("needs", ""),
        only_strict=said.pop("level", "fast") == "strict",
        proved_all_the_same=said.pop("proved", False),
    )
    assert not said, f"{file} says what nobody reads: {said}"
    return entry


CHEATS = [_read(file) for file in sorted((CORPUS / "cheats").glob("*.lean"))]
HONEST = [_read(file) for file in sorted((CORPUS / "honest").glob("*.lean"))]
