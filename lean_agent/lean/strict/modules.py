"""The two Lean modules that a check from source compiles: what is asked, and what was given.

Both state the problem under a secret name, closed by `sorry`, before anything else is read; both
end with the theorem that is judged. In the challenge that theorem has the stated type and is
closed by `sorry`. In the solution the candidate stands before it, and its proof is the
candidate's constant. The two are compared as compiled data, so it does not matter what the
candidate does to the way Lean reads the lines below it: if it makes them say something else,
the compared theorems are no longer the same. As the statement is compared with what Lean makes of
`type_of%`, a candidate may state the theorem in any form that means the same by definition.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import Literal

from lean_agent.lean.goal import AXIOMS, StatementError, secret_name
from lean_agent.problem import Problem


@dataclass(frozen=True)
class Modules:
    """The texts for one check of one problem."""

    problem: Problem
    nonce: str = field(default_factory=lambda: secrets.token_hex(8))

    @property
    def judged(self) -> str:
        """The full name of the theorem that is judged."""
        return f"_judged_{self.nonce}"

    @property
    def kind(self) -> Literal["theorem", "definition"]:
        """What the candidate must be."""
        return "definition" if self.problem.declaration["keyword"] == "def" else "theorem"

    def challenge(self) -> str:
        """What is asked. Lean's answer to its last line is what `full_name` reads."""
        _, pinned = self._names
        return (
            f"{self._stated()}theorem _root_.{self.judged} : {self._goal(pinned)} := sorry\n"
            f"#print axioms {pinned}\n"
        )

    def full_name(self, messages: list[str]) -> str:
        """The candidate's full name, from Lean's messages on the challenge.

        It has the namespaces in front that the header opens. Raises StatementError where Lean
        did not name the statement.
        """
        ending = f"_pinned_{self.nonce}"
        named = [m["name"] for m in map(AXIOMS.match, messages) if m and m["name"].endswith(ending)]
        if len(named) != 1:
            raise StatementError(f"Lean did not confirm the statement of {self.problem.id}")
        return named[0].removesuffix(ending) + self._names[0]

    def solution(self, code: str, full_name: str) -> str:
        """What was given, with the theorem that is judged at its end."""
        last, _ = self._names
        pinned = f"_root_.{full_name.removesuffix(last)}_pinned_{self.nonce}"
        section, proof = f"_candidate_{self.nonce}", f"@_root_.{full_name}"
        if not self._is_theorem:
            proof = f"_root_.Nonempty.intro {proof}"
        return (
            f"{self._stated()}section {section}\n{code}\nend {section}\n"
            f"theorem _root_.{self.judged} : {self._goal(pinned)} := {proof}\n"
        )

    @property
    def _names(self) -> tuple[str, str]:
        """The last part of the problem's name, and the secret name as it is written for it."""
        written = self.problem.declaration["name"].rstrip(".")  # `name.{u}` is read with its dot
        return secret_name(written, self.nonce)

    @property
    def _is_theorem(self) -> bool:
        return self.kind == "theorem"

    def _goal(self, pinned: str) -> str:
        """The type of the judged theorem; for a `def`, that there is something of its type."""
        goal = f"type_of% @{pinned}"
        return goal if self._is_theorem else f"_root_.Nonempty ({goal})"

    def _stated(self) -> str:
        """The header, and the statement under its secret name, without attributes."""
        found, statement = self.problem.declaration, self.problem.statement
        keyword = "theorem" if self._is_theorem else "noncomputable def"
        name_end = found.start("name") + len(found["name"].rstrip("."))
        before, after = statement[: found.start()], statement[name_end:]
        stated = f"{before}{keyword} {self._names[1]}{after}\n  := sorry\n"
        return f"{self.problem.header}\n{stated}"


def plain_modules(problem: Problem, code: str) -> tuple[str, str]:
    """The problem as it is written, closed by `sorry`, and the candidate as it is written."""
    challenge = f"{problem.header}\n{problem.statement}\n  := sorry\n"
    return challenge, f"{problem.header}\n{code}\n"
