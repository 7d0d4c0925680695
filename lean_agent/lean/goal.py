"""The pinned goal: the problem's theorem, stated by us before a candidate runs.

In the environment of the problem's header we state the theorem under a name that cannot be
guessed and that search tactics pass over (a last part that starts with `_` is internal to
Lean), closed by `sorry`. The candidate's code comes after it, in a section of ours, and after
that a theorem of ours: its type is the pinned one, its proof is the candidate's constant. The
axioms of that last theorem decide, and what Lean prints of the candidate's constant: a theorem
of exactly that name is asked for.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass

from lean_agent.errors import UserError
from lean_agent.lean.feedback import format_messages
from lean_agent.lean.header import run_header
from lean_agent.lean.protocol import Answer, Command
from lean_agent.lean.repl import LeanRepl, ReplRefused
from lean_agent.problem import Problem

AXIOMS = re.compile(
    r"'(?P<name>.+?)' (?:depends on axioms: \[(?P<axioms>[^\]]*)\]|does not depend)"
)
_NO_MODULE = re.compile(r"unknown module prefix '(?P<name>.+?)'")
_LAST_PART = re.compile(r"(?:«[^»]*»|[^.«»]+)\Z")


class StatementError(UserError):
    """The problem's own statement, or its header, does not elaborate, or not in the time given."""


@dataclass(frozen=True)
class Goal:
    """A pinned goal: the environment that holds it, its name there and the candidate's name."""

    env: int
    pinned: str
    wanted: str
    is_theorem: bool

    def check(self, name: str) -> str:
        """Lean text that declares `name` from the candidate only if that has the pinned type.

        It is a theorem in either case: Lean fixes the universes of a theorem's type before
        it looks at the proof, while those of a `def` would bend to the candidate's. No term of
        the proof has an expected type, as Lean would then look for coercions and instances of
        the candidate that lead from another type to the pinned one; the second alternative is
        there for the words of its error. The last line says what kind of thing the candidate is.
        No character here could close a string, comment or name that the candidate left open.
        """
        goal, same, words = f"type_of% @_root_.{self.pinned}", "_root_.id", "@h"
        if not self.is_theorem:
            goal, same, words = (
                f"_root_.Nonempty ({goal})",
                "_root_.Nonempty.intro",
                "_root_.Nonempty.intro @h",
            )
        return (
            f"theorem {name} : {goal} := by\n"
            f"  have h := @_root_.{self.wanted}; revert h\n"
            f"  first | (apply {same}; done) | (intro h; exact {words}; fail)\n"
            f"#print axioms {name}\n"
            f"set_option pp.maxSteps 1 in #print _root_.{self.wanted}\n"
        )


async def header_environment(repl: LeanRepl, problem: Problem, seconds: float) -> int | None:
    """The environment of the problem's header; None where there is nothing in it.

    Raises StatementError where the header does not elaborate, and what `repl.run` raises.
    """
    try:
        header = await run_header(repl, problem.header, seconds)
    except ReplRefused as refused:  # so the real REPL answers where an import is not there
        _require_library([str(refused)])
        raise StatementError(f"Lean refuses the problem's header: {refused}") from None
    if header is None:
        return None
    _require_library([error.data for error in header.errors])
    _require_sound(header, "header", problem.header)
    return header.env


class Pins:
    """States goals; each once a process. The secret in their names is drawn once."""

    def __init__(self) -> None:
        self._nonce = secrets.token_hex(8)

    async def pin(self, repl: LeanRepl, problem: Problem, env: int | None, seconds: float) -> Goal:
        """The problem's goal, pinned in the environment of its header.

        Raises StatementError where the statement does not elaborate, and what `repl.run` raises.
        """
        declaration = problem.declaration
        written = declaration["name"].rstrip(".")  # `name.{u}` is read with its dot
        last, pinned = secret_name(written, self._nonce)
        text = _pinned_text(problem.statement, declaration, pinned)
        answer = await repl.environment(text, env, seconds)
        if answer.errors:
            # Lean's words on the statement under its own name point to the places in it.
            own = f"{problem.statement}\n  := sorry"
            as_written = await repl.run(Command(cmd=own, env=env), seconds)
            _require_sound(as_written, "statement", own)
        _require_sound(answer, "statement", text, hide=(pinned, written))
        named = [m for m in map(AXIOMS.match, (m.data for m in answer.messages)) if m]
        if len(named) != 1 or not named[0]["name"].endswith(f"_pinned_{self._nonce}"):
            raise StatementError(f"Lean did not confirm the statement of {problem.id}")
        if "sorryAx" not in (named[0]["axioms"] or ""):  # our `sorry` has become another's proof
            raise StatementError(f"the statement of {problem.id} holds a proof: leave it out")
        full = named[0]["name"]
        wanted = full.removesuffix(f"_pinned_{self._nonce}") + last
        # Were the name taken, the library's theorem would pass for the candidate's.
        taken = await repl.environment(f"#check @_root_.{wanted}", answer.env, seconds)
        if not taken.errors:
            raise StatementError(f"the library already declares `{wanted}`: rename the problem's")
        return Goal(answer.env, full, wanted, declaration["keyword"] != "def")


def secret_name(written: str, nonce: str) -> tuple[str, str]:
    """The last part of a name, and the name with a part in its place that nobody can guess."""
    last = _LAST_PART.search(written)
    assert last is not None
    return last.group(), f"{written[: last.start()]}_pinned_{nonce}"


def _pinned_text(statement: str, declaration: re.Match[str], pinned: str) -> str:
    """The statement under another name, without attributes, closed by `sorry`."""
    name_end = declaration.start("name") + len(declaration["name"].rstrip("."))
    # Its attributes are left out: they would hand the pinned theorem to tactics.
    keyword = declaration["keyword"].replace("def", "noncomputable def")
    stated = f"{statement[: declaration.start()]}{keyword} {pinned}{statement[name_end:]}"
    # Not `sorry`: a REPL would then show its goal, which takes longer than all the rest.
    return f"{stated}\n  := _root_.sorryAx _\n#print axioms {pinned}"


def _require_library(complaints: list[str]) -> None:
    """Say what to do where a header imports what this Lean has not."""
    missing = [m for complaint in complaints if (m := _NO_MODULE.search(complaint))]
    if missing:
        raise StatementError(
            f"the header imports {missing[0]['name']}, and this Lean has no such module (the "
            "embedded Lean has only its own library): build the Lake project with "
            "`lean-agent setup`, then give its folder with --lean or LEAN_AGENT_PROJECT"
        )


def _require_sound(answer: Answer, what: str, text: str, hide: tuple[str, str] = ("", "")) -> None:
    if answer.errors:
        said = format_messages(answer.errors, text)
        if hide[0]:
            said = said.replace(*hide)
        raise StatementError(f"the problem's {what} does not elaborate:\n{said}")
