"""What is wrong with a statement, as far as Lean's tactics can show it: only accepted proofs."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator

import pytest

from lean_agent.lean.strict.base import Confirmation
from lean_agent.lean.toolchain import Toolchain
from lean_agent.lean.verdict import Level, Reason, Verdict
from lean_agent.lean.verifier import Verifier
from lean_agent.problem import Problem
from lean_agent.statement_audit import Audit, Auditor, Defect, Shown, negation_of, vacuity_of
from lean_agent.workbench import open_verifier


@pytest.fixture
async def verifier(toolchain: Toolchain) -> AsyncIterator[Verifier]:
    async with open_verifier(toolchain.kind, workers=2, remember=False) as opened:
        yield opened


def problem(statement: str) -> Problem:
    return Problem(id="t", statement=statement)


async def audit(verifier: Verifier, statement: str) -> Audit:
    return await Auditor(verifier, 60).audit(problem(statement))


@pytest.mark.parametrize(
    ("statement", "defect"),
    [
        ("theorem t (n : Nat) : n = n", Defect.TRIVIAL),
        ("theorem t : ∀ p : Prop, p → p", Defect.TRIVIAL),
        ("theorem t : 1 = 2", Defect.FALSE),
        ("theorem t (n : Nat) : n = n + 1", Defect.FALSE),
        ("theorem t (p q : Prop) (h : p) : q", Defect.FALSE),
        ("theorem t (a b : Nat) : a + b = a", Defect.FALSE),
        ("theorem t (n : Nat) (h : n = 1) (k : n = 2) : n = 3", Defect.VACUOUS),
        ("theorem t (p q : Prop) (h : p) (k : ¬p) : q", Defect.VACUOUS),
        ("theorem t (p q : Prop) (h : p ∧ ¬p) -- both\n  : (q)", Defect.VACUOUS),
    ],
)
async def test_a_defect_is_shown_by_a_proof_that_is_accepted(
    verifier: Verifier, statement: str, defect: Defect
) -> None:
    found = await audit(verifier, statement)
    assert found.error == ""
    [proof] = [one.proof for one in found.shown if one.defect is defect]
    asked = {
        Defect.TRIVIAL: problem(statement),
        Defect.FALSE: negation_of(problem(statement)),
        Defect.VACUOUS: vacuity_of(problem(statement)),
    }[defect]
    assert asked is not None
    verdict = await verifier.verify(asked, f"{asked.statement} := by {proof}")
    assert verdict.accepted


@pytest.mark.parametrize(
    "statement",
    [
        # True and open to no single tactic.
        "theorem t (f : Nat → Nat) (h : ∀ n, f (f n) = n) : ∀ a b, f a = f b → a = b",
        "theorem t (p : Nat → Prop) (z : p 0) (s : ∀ n, p n → p (n + 1)) : ∀ n, p n",
        # False, but no instance that is tried shows it.
        "theorem t (n : Nat) (h : 100 < n) : n * n ≠ 123 * 123",
    ],
)
async def test_where_nothing_is_shown_nothing_is_claimed(
    verifier: Verifier, statement: str
) -> None:
    assert await audit(verifier, statement) == Audit()


@pytest.mark.parametrize(
    "conclusion", ["False", "(False)", "False -- no", "0 = 1", "¬True", "n < n"]
)
async def test_a_contradiction_that_is_asked_for_is_no_defect(
    verifier: Verifier, conclusion: str
) -> None:
    found = await audit(verifier, f"theorem t (n : Nat) (p : Prop) (h : p ∧ ¬p) : {conclusion}")
    assert found.error == ""
    assert {one.defect for one in found.shown} <= {Defect.TRIVIAL}
    assert found.undecided == ()


class Refusing:
    """A strict checker that confirms nothing."""

    name = "refusing"

    async def confirm(self, *_: object) -> Confirmation:
        return Confirmation(confirmed=False, detail="no")


async def test_what_the_strict_check_does_not_confirm_is_not_claimed(verifier: Verifier) -> None:
    verifier.strict = Refusing()
    assert await audit(verifier, "theorem t (a b : Nat) : a + b = a") == Audit()
    assert await audit(verifier, "theorem t (p q : Prop) (h : p ∧ ¬p) : q ∧ ¬p") == Audit(
        shown=(Shown(defect=Defect.TRIVIAL, proof="simp_all"),)
    )


class Endless(Verifier):
    """Has all tactics, and is done with nothing that is asked: each time ends with the clock's."""

    def __init__(self) -> None:
        self.clock = 0.0
        self.asked: Counter[str] = Counter()

    async def check_statement(self, problem: Problem, timeout: float = 60.0) -> None:  # noqa: ASYNC109
        """Every statement elaborates."""

    async def verify(
        self,
        problem: Problem,
        code: str,  # noqa: ARG002
        timeout: float = 60.0,  # noqa: ASYNC109
        level: Level = Level.FAST,  # noqa: ARG002
        owner: str = "",  # noqa: ARG002
    ) -> Verdict:
        if problem.id == "probe":
            return Verdict(accepted=True, reason=Reason.PROVED, detail="")
        self.clock += timeout
        self.asked[problem.name] += 1
        return Verdict(accepted=False, reason=Reason.TIMEOUT, detail="")


async def test_questions_that_lean_has_no_answer_to_come_to_an_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    endless = Endless()
    monkeypatch.setattr("lean_agent.statement_audit.time.monotonic", lambda: endless.clock)
    found = await audit(endless, "theorem t (n : Nat) (h : n = 1) : n = 2")
    assert found == Audit(undecided=(Defect.TRIVIAL, Defect.VACUOUS, Defect.FALSE))
    assert set(endless.asked) == {"t", "contradictory_hypotheses", "refuted_statement"}
    assert max(endless.asked.values()) <= 5  # of some dozens of tactics, each alone


async def test_a_statement_that_does_not_elaborate_has_leans_words_and_line(
    verifier: Verifier,
) -> None:
    found = await audit(verifier, "theorem t (n : Nat) :\n  n = (true : Nat)")
    assert "2:6 error: Type mismatch" in found.error
    assert found.shown == ()


@pytest.mark.parametrize(
    ("statement", "negation", "vacuity"),
    [
        (
            "theorem t (a b : ℕ) {h : a = (b : ℕ)} : a = b",
            "theorem refuted_statement :\n  (∀ (a b : ℕ) {h : a = (b : ℕ)}, a = b\n  ) → False",
            "theorem contradictory_hypotheses (a b : ℕ) {h : a = (b : ℕ)} : False",
        ),
        ("theorem t : 1 = 1", "theorem refuted_statement :\n  (1 = 1\n  ) → False", None),
        ("theorem t.{u} (α : Type u) : False", "(∀ (α : Type u), False", None),
        ("theorem t (p : Prop) : ((False)) /- no -/", "((False))", None),
        ("theorem t (h : 2 = 1) -- no\n : 1 = 2", "(∀ (h : 2 = 1), 1 = 2", "(h : 2 = 1) : False"),
        ("theorem t (n : ℕ := 1) : n = 1", None, "(n : ℕ := 1) : False"),
        ("def t : ℕ → ℕ", None, None),
    ],
)
def test_what_is_asked_is_the_statement_closed(
    statement: str, negation: str | None, vacuity: str | None
) -> None:
    for asked, wanted in ((negation_of, negation), (vacuity_of, vacuity)):
        found = asked(problem(statement))
        assert (found is None) == (wanted is None)
        assert found is None or (wanted is not None and wanted in found.statement)
