"""Verifier: does this code prove this problem?

The goal is pinned before the candidate runs. In the environment of the problem's
header we state the theorem ourselves, under a name that cannot be guessed and that
search tactics pass over (a last part that starts with `_` is internal to Lean),
closed by `sorry`. The candidate's code comes after it, in a section of ours, and
after that a theorem of ours: its type is the pinned one, its proof is the
candidate's constant. The axioms of that last theorem decide.
"""

from __future__ import annotations

import re
import secrets
import time
from dataclasses import dataclass

from lean_agent.errors import UserError
from lean_agent.lean import source
from lean_agent.lean.feedback import first_line, format_messages
from lean_agent.lean.pool import LeanPool
from lean_agent.lean.protocol import Answer, Command, LeanMessage, Position, Sorry
from lean_agent.lean.repl import LeanRepl, ReplCrash, ReplRefused, ReplTimeout
from lean_agent.lean.verdict import STANDARD_AXIOMS, Reason, Verdict
from lean_agent.problem import DECLARATION, Problem

HEADER_SECONDS = 600.0  # Mathlib may have to come from a cold disk
_AXIOMS = re.compile(
    r"'(?P<name>.+?)' (?:depends on axioms: \[(?P<axioms>[^\]]*)\]|does not depend)"
)
_NO_MODULE = re.compile(r"unknown module prefix '(?P<name>.+?)'")
_LAST_PART = re.compile(r"(?:«[^»]*»|[^.«»]+)\Z")
_MISMATCH = re.compile(
    r"has type\s*\n(?P<found>.*)\nbut is expected to have type\s*\n(?P<expected>.*)", re.DOTALL
)
_SWALLOWED = re.compile(r"unterminated|missing end of|unclosed", re.IGNORECASE)


class StatementError(UserError):
    """The problem's own statement, or its header, does not elaborate."""


@dataclass(frozen=True)
class _Goal:
    """A pinned goal: the environment that holds it, its name there and the candidate's name."""

    env: int
    pinned: str
    wanted: str
    is_theorem: bool

    def check(self, name: str) -> str:
        """Lean text that declares `name` from the candidate only if that has the pinned type.

        It is a theorem in either case: Lean fixes the universes of a theorem's type before
        it looks at the proof, while those of a `def` would bend to the candidate's.
        """
        goal, proof = f"type_of% @_root_.{self.pinned}", f"@_root_.{self.wanted}"
        if not self.is_theorem:
            goal, proof = f"_root_.Nonempty ({goal})", f"_root_.Nonempty.intro {proof}"
        return f"theorem {name} : {goal} := {proof}\n#print axioms {name}\n"


class Verifier:
    """Checks submissions in a pool of Lean processes."""

    def __init__(self, pool: LeanPool) -> None:
        self.pool = pool
        self._nonce = secrets.token_hex(8)

    async def check_statement(
        self,
        problem: Problem,
        timeout: float = 60.0,  # noqa: ASYNC109
    ) -> None:
        """Raise StatementError, with Lean's messages, when the statement does not elaborate.

        Raises ReplError when Lean did not come to an answer.
        """
        async with self.pool.lease(problem.header) as repl:
            await self._pin(repl, problem, timeout)

    async def verify(
        self,
        problem: Problem,
        code: str,
        timeout: float = 60.0,  # noqa: ASYNC109
    ) -> Verdict:
        """The verdict on `code`, a Lean text that must hold the whole theorem.

        `timeout` is the wall-clock time in seconds for Lean to read the code; importing
        the header is not counted. Raises StatementError when the problem itself is broken.
        """
        started = time.monotonic()
        verdict = await self._verdict(problem, code, timeout)
        return verdict.model_copy(update={"seconds": time.monotonic() - started})

    async def _verdict(self, problem: Problem, code: str, seconds: float) -> Verdict:
        readable = code.encode("utf-8", "replace").decode()  # a lone surrogate is not text
        body = source.without_header(readable, problem.header)
        finding = source.forbidden(body)
        if finding is not None:
            return _rejected(Reason.FORBIDDEN, str(finding))
        crash: Exception | None = None
        for _ in range(2):
            try:
                async with self.pool.lease(problem.header) as repl:
                    goal = await self._pin(repl, problem, seconds)
                    return await self._judge(repl, goal, body, seconds)
            except ReplTimeout:
                detail = f"Lean was not done after {seconds:g} seconds; the check was stopped"
                return _rejected(Reason.TIMEOUT, detail)
            except (ReplCrash, ReplRefused) as error:
                crash = error
        detail = f"Lean did not survive this code, tried twice, so it is not judged: {crash}"
        return _rejected(Reason.CRASH, detail)

    async def _pin(self, repl: LeanRepl, problem: Problem, seconds: float) -> _Goal:
        """State the goal in the header's environment; once a process and problem."""
        env: int | None = None
        if problem.header.strip():
            header = await repl.environment(problem.header, None, HEADER_SECONDS)
            self._require_library(header)
            _require_sound(header, "header", problem.header)
            env = header.env
        declaration = DECLARATION.search(problem.statement)
        assert declaration is not None  # Problem's validator saw to it
        written = declaration["name"].rstrip(".")  # `name.{u}` is read with its dot
        last = _LAST_PART.search(written)
        assert last is not None
        pinned = f"{written[: last.start()]}_pinned_{self._nonce}"
        text = _pinned_text(problem.statement, declaration, pinned)
        answer = await repl.environment(text, env, seconds)
        if answer.errors:
            # Lean's words on the statement under its own name point to the places in it.
            own = f"{problem.statement}\n  := sorry"
            as_written = await repl.run(Command(cmd=own, env=env), seconds)
            _require_sound(as_written, "statement", own)
        _require_sound(answer, "statement", text, hide=(pinned, written))
        named = [m for m in map(_AXIOMS.match, (m.data for m in answer.messages)) if m]
        if len(named) != 1 or not named[0]["name"].endswith(f"_pinned_{self._nonce}"):
            raise StatementError(f"Lean did not confirm the statement of {problem.id}")
        full = named[0]["name"]
        wanted = full.removesuffix(f"_pinned_{self._nonce}") + last.group()
        # Were the name taken, the library's theorem would pass for the candidate's.
        taken = await repl.environment(f"#check @_root_.{wanted}", answer.env, seconds)
        if not taken.errors:
            raise StatementError(f"the library already declares `{wanted}`: rename the problem's")
        return _Goal(answer.env, full, wanted, declaration["keyword"] != "def")

    def _require_library(self, header: Answer) -> None:
        """Say what to do where a header imports what the embedded Lean has not."""
        missing = [m for e in header.errors if (m := _NO_MODULE.match(e.data))]
        if missing and self.pool.toolchain.kind == "embedded":
            raise StatementError(
                f"the header imports {missing[0]['name']}, and the embedded Lean has only its own "
                "library: build the Lake project with `lean-agent setup`, then give its folder "
                "with --lean or LEAN_AGENT_PROJECT"
            )

    async def _judge(self, repl: LeanRepl, goal: _Goal, body: str, seconds: float) -> Verdict:
        nonce = secrets.token_hex(8)
        section, check = f"_candidate_{nonce}", f"_check_{nonce}"
        text = f"section {section}\n{body}\nend {section}\n{goal.check(check)}"
        answer = await repl.run(Command(cmd=text, env=goal.env), seconds)
        return _Reading(answer, body, nonce, goal).verdict()


class _Reading:
    """One answer to a candidate, sorted into the candidate's part and ours."""

    def __init__(self, answer: Answer, body: str, nonce: str, goal: _Goal) -> None:
        self._nonce = nonce
        self._goal = goal
        lines = body.split("\n")
        self._last = Position(line=len(lines), column=len(lines[-1]))
        written = body.rstrip().split("\n")
        self._end_of_code = (len(written), len(written[-1]))
        end_line = len(lines) + 2  # of our `end`, in the text that was sent
        self._messages: list[LeanMessage] = []
        self._scopes_mixed = False
        self._ours: list[LeanMessage] = []
        for message in answer.messages:
            if _SWALLOWED.match(message.data) and message.pos.line >= end_line:
                self._messages.append(self._lifted(message))
            elif message.pos.line > end_line:
                self._ours.append(message)
            elif message.severity == "error" and nonce in message.data:
                self._scopes_mixed = True
            elif message.pos.line > 1:
                self._messages.append(self._lifted(message))
        self._sorries = tuple(
            Sorry(pos=self._lift(s.pos), end_pos=self._lift(s.end_pos), goal=s.goal)
            for s in answer.sorries
            if s.pos is None or 1 < s.pos.line < end_line
        )

    def verdict(self) -> Verdict:
        errors = [m for m in self._messages if m.severity == "error"]
        if errors:
            first = f"line {errors[0].pos.line}: {first_line(errors[0].data)}"
            count = "an error" if len(errors) == 1 else f"{len(errors)} errors"
            return self._rejected(Reason.ERRORS, f"Lean reports {count}; {first}")
        if self._scopes_mixed:
            detail = "a namespace or section is left open, or an `end` is too many"
            return self._rejected(Reason.ERRORS, detail)
        if self._sorries or any(_is_sorry_warning(m) for m in self._messages):
            return self._rejected(
                Reason.SORRY, "the code contains `sorry`: prove what it stands for"
            )
        wrong = [m for m in self._ours if m.severity == "error"]
        if wrong:
            return self._rejected(Reason.WRONG_STATEMENT, self._mismatch(wrong[0].data))
        return self._by_axioms()

    def _by_axioms(self) -> Verdict:
        said = [_AXIOMS.match(m.data) for m in self._ours if m.severity == "info"]
        found = [m for m in said if m and m["name"].endswith(f"_check_{self._nonce}")]
        if len(found) != 1:
            return self._rejected(Reason.ERRORS, "the code ends the file before it can be checked")
        axioms = tuple(sorted((found[0]["axioms"] or "").replace(",", " ").split()))
        extra = [a for a in axioms if a not in STANDARD_AXIOMS]
        if "sorryAx" in extra:
            return self._rejected(Reason.SORRY, "the proof rests on `sorry` (`sorryAx`)", axioms)
        if extra:
            detail = f"the proof rests on axioms that are not allowed: {', '.join(extra)}"
            return self._rejected(Reason.AXIOMS, detail, axioms)
        return Verdict(
            accepted=True,
            reason=Reason.PROVED,
            detail=f"Lean accepts the proof of `{self._goal.wanted}`",
            messages=tuple(self._messages),
            axioms=axioms,
        )

    def _mismatch(self, said: str) -> str:
        name = self._goal.wanted
        mismatch = _MISMATCH.search(said)
        if mismatch:
            return (
                f"`{name}` is not the theorem that was asked for.\n"
                f"Expected:\n{mismatch['expected']}\nFound:\n{mismatch['found']}"
            )
        if re.match(r"unknown (identifier|constant)", said, re.IGNORECASE):
            return f"the code declares no `{name}`: state the theorem under exactly this name"
        return f"`{name}` does not prove the theorem that was asked for: {said}"

    def _rejected(self, reason: Reason, detail: str, axioms: tuple[str, ...] = ()) -> Verdict:
        return _rejected(
            reason, detail, messages=tuple(self._messages), sorries=self._sorries, axioms=axioms
        )

    def _lifted(self, message: LeanMessage) -> LeanMessage:
        """The message with its place in the candidate's own lines."""
        pos, end_pos = self._lift(message.pos), self._lift(message.end_pos)
        assert pos is not None
        data = message.data
        if (pos.line, pos.column) >= self._end_of_code:
            data = data.replace("unexpected token 'end'", "unexpected end of the code")
        return message.model_copy(update={"pos": pos, "end_pos": end_pos, "data": data})

    def _lift(self, place: Position | None) -> Position | None:
        if place is None:
            return None
        lifted = Position(line=place.line - 1, column=place.column)
        return min(lifted, self._last, key=lambda p: (p.line, p.column))


def _pinned_text(statement: str, declaration: re.Match[str], pinned: str) -> str:
    """The statement under another name, without attributes, closed by `sorry`."""
    name_end = declaration.start("name") + len(declaration["name"].rstrip("."))
    # Its attributes are left out: they would hand the pinned theorem to tactics.
    keyword = declaration["keyword"].replace("def", "noncomputable def")
    stated = f"{statement[: declaration.start()]}{keyword} {pinned}{statement[name_end:]}"
    return f"{stated}\n  := sorry\n#print axioms {pinned}"


def _require_sound(answer: Answer, what: str, text: str, hide: tuple[str, str] = ("", "")) -> None:
    if answer.errors:
        said = format_messages(answer.errors, text)
        if hide[0]:
            said = said.replace(*hide)
        raise StatementError(f"the problem's {what} does not elaborate:\n{said}")


def _is_sorry_warning(message: LeanMessage) -> bool:
    return message.severity == "warning" and message.data.startswith("declaration uses")


def _rejected(
    reason: Reason,
    detail: str,
    messages: tuple[LeanMessage, ...] = (),
    sorries: tuple[Sorry, ...] = (),
    axioms: tuple[str, ...] = (),
) -> Verdict:
    return Verdict(
        accepted=False,
        reason=reason,
        detail=detail,
        messages=messages,
        sorries=sorries,
        axioms=axioms,
    )
