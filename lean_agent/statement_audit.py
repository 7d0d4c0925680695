"""What is wrong with a statement, as far as Lean's tactics can show it.

A statement that elaborates may still measure nothing: one tactic closes it, its hypotheses
contradict each other, or it is false. All three are claimed only on a proof that the verifier
accepted: of the statement, of `False` from its hypotheses, and of `False` from the statement.
That none was found says nothing. Hypotheses that contradict each other are no defect where the
conclusion is false by itself: to find the contradiction is then what the theorem asks.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Sequence
from enum import StrEnum
from itertools import product

from lean_agent.chat import Frozen
from lean_agent.errors import UserError
from lean_agent.lean.header import split_header
from lean_agent.lean.lexer import tokens
from lean_agent.lean.repl import ReplError
from lean_agent.lean.verdict import Level, Reason, Verdict
from lean_agent.lean.verifier import Verifier
from lean_agent.problem import Problem

TACTICS = (
    *("rfl", "trivial", "assumption", "contradiction", "decide", "omega", "simp", "simp_all"),
    *("norm_num", "norm_num at *", "ring", "positivity", "linarith", "nlinarith", "tauto"),
    *("aesop", "grind"),
)
"""The single tactics that are tried, each alone and after `intros`."""

CLOSED = ("decide", "simp", "norm_num")
"""What is tried on a negation as it is. None of them looks at hypotheses."""

REFUTING = (
    *("contradiction", "cases h", "simp at h", "simp_all", "omega", "norm_num at h"),
    *("exact absurd h (by decide)", "exact h True.intro", "simpa using h", "linarith", "grind"),
)
"""What is tried on an instance `h` of the statement."""

INSTANCES = ("", "0", "1", "2", "0 0", "0 1", "1 0", "True", "False", "True False", "False True")
"""What the statement's first variables are replaced by, in turn."""

_TURNS = 4  # of the time of one question, for all questions about one defect
_NO_ANSWER = frozenset({Reason.TIMEOUT, Reason.OUT_OF_MEMORY, Reason.CRASH, Reason.OUTPUT})
_NOT_CAUGHT = re.compile(r"maximum recursion depth|maximum number of heartbeats|deep recursion")

_OPENERS, _CLOSERS = frozenset("([{⟨⦃"), frozenset(")]}⟩⦄")


class Defect(StrEnum):
    """Why a statement measures nothing."""

    TRIVIAL = "trivial"
    FALSE = "false"
    VACUOUS = "vacuous"


class Shown(Frozen):
    """A defect and the tactics whose proof the verifier accepted."""

    defect: Defect
    proof: str


class Audit(Frozen):
    """What Lean says of one statement.

    `error` is why it does not elaborate, Lean's first words on it with their line; empty where
    it does. `undecided` are the defects that Lean was not done with in the time given.
    """

    error: str = ""
    shown: tuple[Shown, ...] = ()
    undecided: tuple[Defect, ...] = ()


class Auditor:
    """Audits statements with a verifier; each question has `seconds` of time.

    Questions may be asked at the same time. The tactics that a library has are found out once.
    """

    def __init__(self, verifier: Verifier, seconds: float) -> None:
        self._verifier = verifier
        self._seconds = seconds
        self._there: dict[tuple[str, str], bool] = {}

    async def audit(self, problem: Problem) -> Audit:
        """What Lean says of the problem's statement."""
        try:
            await self._verifier.check_statement(problem, self._seconds)
        except (UserError, ReplError) as error:
            return Audit(error=str(error))
        shown: list[Shown] = []
        undecided: list[Defect] = []
        for defect, question, ways in await self._questions(problem):
            found, decided = await self._proof(question, ways, defect)
            if found and defect is Defect.VACUOUS:
                intended, decided = await self._asks_for_contradiction(problem)
                if intended or not decided:
                    found = ""
            if found:
                shown.append(Shown(defect=defect, proof=found))
            elif not decided:
                undecided.append(defect)
        return Audit(shown=tuple(shown), undecided=tuple(undecided))

    async def _questions(self, problem: Problem) -> list[tuple[Defect, Problem, Sequence[str]]]:
        tactics = await self._present(problem, TACTICS)
        alone = [way for one in tactics for way in (one, f"intros; {one}")]
        asked: list[tuple[Defect, Problem, Sequence[str]]] = [(Defect.TRIVIAL, problem, alone)]
        contradictory = vacuity_of(problem)
        if contradictory is not None:
            asked.append((Defect.VACUOUS, contradictory, tactics))
        refuted = negation_of(problem)
        if refuted is not None:
            refuting = await self._present(problem, REFUTING)
            ways = [
                f"intro h; {_with(values)}{one}" for values, one in product(INSTANCES, refuting)
            ]
            asked.append((Defect.FALSE, refuted, [*await self._present(problem, CLOSED), *ways]))
        return asked

    async def _asks_for_contradiction(self, problem: Problem) -> tuple[bool, bool]:
        """Whether the conclusion is false whatever the hypotheses say, and whether that is sure."""
        refuted = conclusion_refuted(problem)
        if refuted is None:
            return False, True
        ways = await self._present(problem, CLOSED)
        found, decided = await self._proof(refuted, ways, Defect.VACUOUS)
        return bool(found), decided

    async def _proof(
        self, problem: Problem, ways: Sequence[str], defect: Defect
    ) -> tuple[str, bool]:
        """The first of the ways that proves the problem, or nothing, and whether that is sure."""
        deadline = time.monotonic() + _TURNS * self._seconds
        return await self._first_proof(problem, ways, defect, deadline)

    async def _present(self, problem: Problem, tactics: Iterable[str]) -> list[str]:
        """Those of the tactics that the problem's library has."""
        imports = split_header(problem.header)[0]
        for tactic in tactics:
            if (imports, tactic) not in self._there:
                probe = Problem(id="probe", header=imports, statement="theorem probe : True")
                # Lean reads the text to its end before it looks at what the first tactic does.
                verdict = await self._verdict(probe, ("exact True.intro", tactic), Level.FAST)
                self._there[imports, tactic] = verdict is not None and verdict.accepted
        return [tactic for tactic in tactics if self._there[imports, tactic]]

    async def _first_proof(
        self, problem: Problem, ways: Sequence[str], defect: Defect, deadline: float
    ) -> tuple[str, bool]:
        """As `_proof`, until `deadline`.

        All are asked about at once, as most statements need no second question; then by halves.
        """
        if not ways:
            return "", True
        if time.monotonic() > deadline:
            return "", False
        verdict = await self._verdict(problem, ways, Level.FAST)
        if verdict is None or verdict.reason in _NO_ANSWER:
            accepted, decided = False, False
        else:
            accepted, decided = verdict.accepted, True
            # Such an error ends a tactic block, whatever the ways after that would have done.
            cut_short = any(_NOT_CAUGHT.search(message.data) for message in verdict.messages)
            if not accepted and not (cut_short and len(ways) > 1):
                return "", True
        if len(ways) == 1:
            if accepted and defect is not Defect.TRIVIAL:
                verdict = await self._verdict(problem, ways, Level.STRICT)
                accepted = verdict is not None and verdict.accepted
            return ways[0] if accepted else "", decided
        half = len(ways) // 2
        found, first_decided = await self._first_proof(problem, ways[:half], defect, deadline)
        if found:
            return found, True
        found, second_decided = await self._first_proof(problem, ways[half:], defect, deadline)
        return found, bool(found) or (first_decided and second_decided)

    async def _verdict(self, problem: Problem, ways: Sequence[str], level: Level) -> Verdict | None:
        """The verdict on the first of the ways that comes to an end; None where there is none."""
        proof = "first\n    | " + "\n    | ".join(f"({way}; done)" for way in ways)
        code = f"{problem.statement} := by\n  {ways[0] if len(ways) == 1 else proof}"
        try:
            return await self._verifier.verify(problem, code, self._seconds, level)
        except (UserError, ReplError):  # nothing is claimed
            return None


def _with(values: str) -> str:
    return f"specialize h {values}; " if values else ""


def vacuity_of(problem: Problem) -> Problem | None:
    """The problem whether the statement's hypotheses contradict each other; None without any."""
    parts = _signature(problem)
    if parts is None or not parts[1] or _is_false(parts[2]):
        return None  # or it is what the statement says
    before, binders, _ = parts
    return _question(problem, f"{before}theorem contradictory_hypotheses {binders} : False")


def conclusion_refuted(problem: Problem) -> Problem | None:
    """The problem whether the conclusion is false, which its proof must show by that alone."""
    parts = _signature(problem)
    if parts is None:
        return None
    before, binders, conclusion = parts
    asked = f"{before}theorem refuted_conclusion {binders} :\n  ¬ ({conclusion}\n  )"
    return _question(problem, asked)


def negation_of(problem: Problem) -> Problem | None:
    """The problem to derive `False` from the closed statement; None where it has no closed form.

    A parameter with a default value cannot be bound by `∀`.
    """
    parts = _signature(problem)
    if parts is None:
        return None
    before, binders, conclusion = parts
    closed = f"∀ {binders}, {conclusion}" if binders else conclusion
    if ":=" in binders:
        return None
    return _question(problem, f"{before}theorem refuted_statement :\n  ({closed}\n  ) → False")


def _question(problem: Problem, statement: str) -> Problem | None:
    try:
        return Problem(id=problem.id, header=problem.header, statement=statement)
    except ValueError:
        return None


def _is_false(conclusion: str) -> bool:
    """Whether it is the word `False`, apart from comments and parentheses."""
    words = [word.text for word in tokens(conclusion, literals=True)]
    while len(words) > 1 and (words[0], words[-1]) == ("(", ")"):
        words = words[1:-1]
    return words == ["False"]


def _signature(problem: Problem) -> tuple[str, str, str] | None:
    """What stands before a theorem, its parameters and hypotheses, and its conclusion.

    No comment ends the second, which would hide what is written behind it.
    """
    found = problem.declaration
    if found["keyword"] == "def":
        return None
    text = problem.statement
    name_end = found.start("name") + len(found["name"].rstrip("."))
    if re.match(r"\.\{", text[name_end:]):
        name_end = text.index("}", name_end) + 1
    lines = [0]
    for line in text.split("\n"):
        lines.append(lines[-1] + len(line) + 1)
    depth = 0
    end = name_end  # of the last word
    for word in tokens(text, literals=True):
        at = lines[word.line - 1] + word.column
        if at < name_end:
            continue
        depth += (word.text in _OPENERS) - (word.text in _CLOSERS)
        if depth == 0 and word.text == ":":
            return text[: found.start()], text[name_end:end].strip(), text[at + 1 :].strip()
        end = at + len(word.text)
    return None
