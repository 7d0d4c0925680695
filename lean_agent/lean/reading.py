"""Reading Lean's answer to a candidate: whose message is whose, and what they say together."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass

from lean_agent.lean.embedded_repl import FLOOD
from lean_agent.lean.feedback import first_line
from lean_agent.lean.goal import AXIOMS, Goal
from lean_agent.lean.last_words import out_of_memory
from lean_agent.lean.protocol import Answer, LeanMessage, Position, Sorry
from lean_agent.lean.verdict import STANDARD_AXIOMS, Reason, Verdict

_MISMATCH = re.compile(
    r"has type\s*\n(?P<found>.*)\n(?:of sort `[^`]*` )?but is expected to have type\s*\n"
    r"(?P<expected>.*?)(?:\n(?:of sort `|in the application\n).*)?\Z",
    re.DOTALL,
)
# What `#print` says first: `@[…] private theorem name…`.
_KIND = re.compile(
    r"(?:@\[(?:[^\]\"]|\"(?:[^\"\\]|\\.)*\")*\]\s+)?"
    r"(?P<private>private )?(?:(?:protected|noncomputable|unsafe|partial) )*(?P<kind>\w+) "
    r"(?P<name>.*?)(?:\.\{[^}]*\})? :"
)
_UNIVERSES = re.compile(r"\.\{[^}]*\}")
_SWALLOWED = re.compile(r"unterminated|missing end of|unclosed", re.IGNORECASE)


@dataclass(frozen=True)
class CandidateText:
    """What is sent to Lean: the candidate in a section of ours, and the check of the goal.

    `nonce` is in the names of the section and of the check; it cannot be guessed.
    """

    lean: str
    nonce: str


def candidate_text(body: str, goal: Goal) -> CandidateText:
    """The text that `Reading` reads the answer to."""
    nonce = secrets.token_hex(8)
    section = f"_candidate_{nonce}"
    check = goal.check(f"_check_{nonce}")
    return CandidateText(f"section {section}\n{body}\nend {section}\n{check}", nonce)


class Reading:
    """One answer to a candidate, sorted into the candidate's part and ours."""

    def __init__(self, answer: Answer, body: str, nonce: str, goal: Goal) -> None:
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
            if any(out_of_memory(error.data) for error in errors):
                return self._rejected(Reason.OUT_OF_MEMORY, f"Lean ran out of memory; {first}")
            if errors[-1].data.startswith(FLOOD):
                return self._rejected(Reason.OUTPUT, f"the code prints too much; {first}")
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
        said = [AXIOMS.match(m.data) for m in self._ours if m.severity == "info"]
        found = [m for m in said if m and m["name"].endswith(f"_check_{self._nonce}")]
        if len(found) != 1:
            return self._rejected(Reason.ERRORS, "the code ends the file before it can be checked")
        # Where the header asks for it, their universes are printed too.
        listed = _UNIVERSES.sub("", found[0]["axioms"] or "")
        axioms = tuple(sorted(listed.replace(",", " ").split()))
        extra = [a for a in axioms if a not in STANDARD_AXIOMS]
        if "sorryAx" in extra:
            return self._rejected(Reason.SORRY, "the proof rests on `sorry` (`sorryAx`)", axioms)
        if extra:
            detail = f"the proof rests on axioms that are not allowed: {', '.join(extra)}"
            return self._rejected(Reason.AXIOMS, detail, axioms)
        another = self._another_kind()
        if another:
            return self._rejected(Reason.WRONG_STATEMENT, another, axioms)
        return Verdict(
            accepted=True,
            reason=Reason.PROVED,
            detail=f"Lean accepts the proof of `{self._goal.wanted}`",
            messages=tuple(self._messages),
            axioms=axioms,
        )

    def _another_kind(self) -> str:
        """What is wrong with a proof of the goal that is not the theorem itself, or nothing."""
        name = self._goal.wanted
        said = [m for m in self._ours if m.severity == "info"][-1].data
        found = _KIND.match(said)
        if found is None:
            return f"Lean does not say what `{name}` is: {first_line(said)}"
        if found["private"]:
            return f"`{name}` is private, so that it has another name outside this text"
        if _unquoted(found["name"]) != _unquoted(name):
            return f"the code declares no `{name}`, only `{found['name']}`"
        if self._goal.is_theorem and found["kind"] != "theorem":
            return f"`{name}` is not stated as a theorem, but as: {first_line(said)}"
        return ""

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
        if said.startswith("Failed: `fail`"):
            return f"`{name}` has another type, which only a coercion turns into the one asked for"
        return f"`{name}` does not prove the theorem that was asked for: {said}"

    def _rejected(self, reason: Reason, detail: str, axioms: tuple[str, ...] = ()) -> Verdict:
        return rejected(
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


def _is_sorry_warning(message: LeanMessage) -> bool:
    return message.severity == "warning" and message.data.startswith("declaration uses")


def _unquoted(name: str) -> str:
    return name.replace("«", "").replace("»", "")


def rejected(
    reason: Reason,
    detail: str,
    messages: tuple[LeanMessage, ...] = (),
    sorries: tuple[Sorry, ...] = (),
    axioms: tuple[str, ...] = (),
) -> Verdict:
    """A verdict that does not accept."""
    return Verdict(
        accepted=False,
        reason=reason,
        detail=detail,
        messages=messages,
        sorries=sorries,
        axioms=axioms,
    )
