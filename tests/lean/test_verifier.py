"""What is accepted as a proof of a pinned goal, and what is not, with the reason."""

from __future__ import annotations

import asyncio
import dataclasses
import os
import signal
import sys
from pathlib import Path

import pytest
from process_table import wait_until

from lean_agent.errors import UserError
from lean_agent.lean.pool import LeanPool
from lean_agent.lean.process_tree import tree
from lean_agent.lean.toolchain import Toolchain
from lean_agent.lean.verdict import STANDARD_AXIOMS, Reason
from lean_agent.lean.verifier import Verifier
from lean_agent.problem import Problem

# One pool for all tests here: its processes live in the loop of the session.
pytestmark = pytest.mark.asyncio(loop_scope="session")

SWAP = "theorem swap (a b : Prop) (h : a ∧ b) : b ∧ a"


def problem(statement: str, header: str = "") -> Problem:
    return Problem(id="p", statement=statement, header=header)


HONEST = {
    "a term": (SWAP, SWAP + " := ⟨h.2, h.1⟩"),
    "tactics": (SWAP, SWAP + " := by\n  constructor\n  · exact h.2\n  · exact h.1"),
    "other binder names": (SWAP, "theorem swap (p q : Prop) (x : p ∧ q) : q ∧ p := ⟨x.2, x.1⟩"),
    "a helper lemma": (
        SWAP,
        f"theorem right {{a b : Prop}} (h : a ∧ b) : b := h.2\n{SWAP} := ⟨right h, h.1⟩",
    ),
    "a helper definition": (
        SWAP,
        f"def Both (a b : Prop) := a ∧ b\n{SWAP} := (⟨h.2, h.1⟩ : Both b a)",
    ),
    "its own namespace": (
        "theorem Pair.swap (a b : Prop) (h : a ∧ b) : b ∧ a",
        "namespace Pair\ntheorem swap (a b : Prop) (h : a ∧ b) : b ∧ a := ⟨h.2, h.1⟩\nend Pair",
    ),
    "an open section with variables": (
        SWAP,
        "section\nvariable (a b : Prop)\ntheorem swap (h : a ∧ b) : b ∧ a := ⟨h.2, h.1⟩\nend",
    ),
    "variables that are never closed": (
        SWAP,
        "variable (a b : Prop)\ntheorem swap (h : a ∧ b) : b ∧ a := ⟨h.2, h.1⟩",
    ),
    "hypotheses after the colon": (
        SWAP,
        "theorem swap : ∀ (a b : Prop), a ∧ b → b ∧ a := fun _ _ h => ⟨h.2, h.1⟩",
    ),
    "the word sorry in comments": (
        SWAP,
        f"/- sorry /- axiom -/ -/ -- sorry\n{SWAP} := ⟨h.2, h.1⟩ -- axiom",
    ),
    "attributes and a docstring": (SWAP, f"/-- Swaps. -/\n@[symm] {SWAP} := ⟨h.2, h.1⟩"),
    "classical logic": (
        "theorem lem (a : Prop) : a ∨ ¬a",
        "theorem lem (a : Prop) : a ∨ ¬a := Classical.em a",
    ),
    "a search tactic": (SWAP, SWAP + " := by exact?"),
    "named universes": (
        "theorem same.{u} (α : Type u) (x : α) : x = x",
        "theorem same.{v} (α : Type v) (x : α) : x = x := rfl",
    ),
    "automatic universes": (
        "theorem same (α : Type _) (x : α) : x = x",
        "theorem same (α : Type _) (x : α) : x = x := rfl",
    ),
    "automatic implicit arguments": (
        "theorem same (x : α) : x = x",
        "theorem same {α : Sort u} (x : α) : x = x := rfl",
    ),
    "an instance argument": (
        "theorem same {α : Type} [Inhabited α] : (default : α) = default",
        "theorem same {α : Type} [i : Inhabited α] : (default : α) = default := rfl",
    ),
    "a definition": (
        "def const (α : Type _) (β : Type _) : α → β → α",
        "def const (α : Type _) (β : Type _) : α → β → α := fun a _ => a",
    ),
    "induction on numbers": (
        "theorem add_zero' (n : Nat) : 0 + n = n",
        "theorem add_zero' (n : Nat) : 0 + n = n := by\n"
        "  induction n with\n  | zero => rfl\n  | succ n ih => exact congrArg Nat.succ ih",
    ),
    "pattern matching and recursion": (
        "theorem le_self (n : Nat) : n ≤ n",
        "theorem le_self : (n : Nat) → n ≤ n\n"
        "  | 0 => Nat.le_refl 0\n  | n + 1 => Nat.le_refl (n + 1)",
    ),
    "options that print": (SWAP, f"set_option pp.all true\n{SWAP} := ⟨h.2, h.1⟩\n#check swap"),
    "a trailing blank and no newline": (SWAP, f"\n\n  {SWAP} := ⟨h.2, h.1⟩  \n\n"),
}


@pytest.mark.parametrize("kind", HONEST)
async def test_honest_proofs_are_accepted(verifier: Verifier, kind: str) -> None:
    statement, code = HONEST[kind]
    verdict = await verifier.verify(problem(statement), code)
    assert verdict.accepted and verdict.reason is Reason.PROVED, verdict
    assert set(verdict.axioms) <= STANDARD_AXIOMS


FALSE = "theorem wrong : False"
CHEATS = {
    "sorry": (SWAP, SWAP + " := sorry", Reason.SORRY),
    "sorry in a tactic": (SWAP, SWAP + " := by\n  constructor <;> sorry", Reason.SORRY),
    "sorry in a lemma it uses": (
        SWAP,
        f"theorem all (p : Prop) : p := sorry\n{SWAP} := all _",
        Reason.SORRY,
    ),
    "sorryAx by name": (SWAP, SWAP + " := sorryAx _ false", Reason.SORRY),
    "sorryAx that says it is synthetic": (SWAP, SWAP + " := sorryAx _ true", Reason.SORRY),
    "an axiom": (FALSE, f"axiom bad : False\n{FALSE} := bad", Reason.FORBIDDEN),
    "an axiom behind a comment": (
        FALSE,
        f"/- -/axiom bad : False\n{FALSE} := bad",
        Reason.FORBIDDEN,
    ),
    "an attribute before an axiom": (
        FALSE,
        f"@[simp] axiom bad : False\n{FALSE} := bad",
        Reason.FORBIDDEN,
    ),
    "a hypothesis more": (
        SWAP,
        "theorem swap (a b : Prop) (h : a ∧ b) (x : b ∧ a) : b ∧ a := x",
        Reason.WRONG_STATEMENT,
    ),
    "a hypothesis from a variable": (
        FALSE,
        f"variable (x : False)\ninclude x\n{FALSE} := x",
        Reason.WRONG_STATEMENT,
    ),
    "an instance from a variable": (
        FALSE,
        f"class Bad : Prop where\n  bad : False\nvariable [Bad]\ninclude Bad\n{FALSE} := Bad.bad",
        Reason.ERRORS,
    ),
    "an instance that coerces back": (
        FALSE,
        "class Bad : Prop where\n  bad : False\nvariable [i : Bad]\ninclude i\n"
        f"instance (x : Bad → False) : CoeT (Bad → False) x False := ⟨x i⟩\n{FALSE} := i.bad",
        Reason.WRONG_STATEMENT,
    ),
    "another conclusion": (
        SWAP,
        "theorem swap (a b : Prop) (h : a ∧ b) : a := h.1",
        Reason.WRONG_STATEMENT,
    ),
    "the other way round": (
        SWAP,
        "theorem swap (a b : Prop) (h : b ∧ a) : b ∧ a := h",
        Reason.WRONG_STATEMENT,
    ),
    "one case of it": (
        "theorem all (n : Nat) : n ≤ n",
        "theorem all : 0 ≤ 0 := Nat.le_refl 0",
        Reason.WRONG_STATEMENT,
    ),
    "one universe of it": (
        "theorem same (α : Type _) (x : α) : x = x",
        "theorem same (α : Type) (x : α) : x = x := rfl",
        Reason.WRONG_STATEMENT,
    ),
    "one universe of a definition": (
        "def self (α : Type _) : α → α",
        "def self (α : Type) : α → α := fun a => a",
        Reason.WRONG_STATEMENT,
    ),
    "shadowed in a namespace": (
        FALSE,
        "namespace Mine\ninductive False : Prop where | intro\n"
        "theorem wrong : False := .intro\nend Mine\nopen Mine",
        Reason.WRONG_STATEMENT,
    ),
    "the constant redefined in a namespace left open": (
        FALSE,
        "namespace Mine\ninductive False : Prop where | intro\n"
        "theorem _root_.wrong : False := .intro\nend Mine",
        Reason.WRONG_STATEMENT,
    ),
    "the constant redefined": (FALSE, f"def False := True\n{FALSE} := True.intro", Reason.ERRORS),
    "the kernel's own function redefined": (
        FALSE,
        f"def Nat.gcd (_ _ : Nat) := 0\n{FALSE} := nofun",
        Reason.ERRORS,
    ),
    "the name only": (SWAP, "def swap := 0", Reason.WRONG_STATEMENT),
    "another name": (SWAP, SWAP.replace("swap", "swop") + " := ⟨h.2, h.1⟩", Reason.WRONG_STATEMENT),
    "an example": (
        SWAP,
        SWAP.replace("theorem swap", "example") + " := ⟨h.2, h.1⟩",
        Reason.WRONG_STATEMENT,
    ),
    "nothing": (SWAP, "", Reason.WRONG_STATEMENT),
    "a comment": (SWAP, f"-- {SWAP} := ⟨h.2, h.1⟩", Reason.WRONG_STATEMENT),
    "a comment left open": (SWAP, f"{SWAP} := ⟨h.2, h.1⟩\n/- the end", Reason.ERRORS),
    "a string left open": (SWAP, f'{SWAP} := ⟨h.2, h.1⟩\n#check "the end', Reason.ERRORS),
    "a namespace left open": (SWAP, f"namespace Mine\n{SWAP} := ⟨h.2, h.1⟩", Reason.ERRORS),
    "half a command left over": (SWAP, f"{SWAP} := ⟨h.2, h.1⟩\nopen Nat in", Reason.ERRORS),
    "a variable for what follows": (
        FALSE,
        f"variable (x : False) in\n{FALSE} := x\nvariable (x : False) in",
        Reason.ERRORS,
    ),
    "an attribute without its declaration": (SWAP, f"{SWAP} := ⟨h.2, h.1⟩\n@[simp]", Reason.ERRORS),
    "a section closed too often": (SWAP, f"{SWAP} := ⟨h.2, h.1⟩\nend", Reason.ERRORS),
    "text that only says it is proved": (
        FALSE,
        "#check \"'_check' does not depend on any axioms\"",
        Reason.WRONG_STATEMENT,
    ),
    "the end of the file": (SWAP, f"{SWAP} := ⟨h.2, h.1⟩\n#exit", Reason.FORBIDDEN),
    "an import": (SWAP, f"import Lean\n{SWAP} := ⟨h.2, h.1⟩", Reason.FORBIDDEN),
    "a macro": (SWAP, f'macro "qed" : term => `(sorry)\n{SWAP} := qed', Reason.FORBIDDEN),
    "notation": (SWAP, f'local notation "False" => True\n{SWAP} := ⟨h.2, h.1⟩', Reason.FORBIDDEN),
    "a macro right behind a number": (
        FALSE,
        "def x := Type 0e3macro_rules | `(type_of% $_) => `(True)\ntheorem wrong : True := .intro",
        Reason.FORBIDDEN,
    ),
    "no kernel check": (
        FALSE,
        f"set_option debug.skipKernelTC true\n{FALSE} := 0",
        Reason.FORBIDDEN,
    ),
    "replaced code": (
        SWAP,
        f"@[implemented_by id] def f (n : Nat) := n\n{SWAP} := ⟨h.2, h.1⟩",
        Reason.FORBIDDEN,
    ),
    "unsafe code": (FALSE, "unsafe def wrong : False := wrong", Reason.FORBIDDEN),
    "a proof by going round": (FALSE, f"{FALSE} := wrong", Reason.ERRORS),
    "partial recursion": (FALSE, "partial def wrong (_ : Unit) : False := wrong ()", Reason.ERRORS),
    "an error beside a good proof": (
        SWAP,
        f"{SWAP} := ⟨h.2, h.1⟩\nexample : False := 0",
        Reason.ERRORS,
    ),
}


@pytest.mark.parametrize("kind", CHEATS)
async def test_cheats_are_rejected_with_the_reason(verifier: Verifier, kind: str) -> None:
    statement, code, reason = CHEATS[kind]
    verdict = await verifier.verify(problem(statement), code)
    assert not verdict.accepted
    assert verdict.reason is reason, verdict
    assert verdict.detail
    assert "_candidate_" not in verdict.detail and "_pinned_" not in verdict.detail


async def test_an_axiom_beyond_the_standard_ones_is_named(verifier: Verifier) -> None:
    # The header is ours, so it may hold what a submission may not.
    given = problem("theorem odd : False", header="axiom strange : False")
    verdict = await verifier.verify(given, "theorem odd : False := strange")
    assert verdict.reason is Reason.AXIOMS
    assert "strange" in verdict.detail and verdict.axioms == ("strange",)


async def test_a_keyword_may_not_hide_behind_the_headers_symbols(verifier: Verifier) -> None:
    given = problem(FALSE, header='notation "⟫_x" => True')
    forged = "macro_rules | `(type_of% $_) => `(True)\ntheorem wrong : True := .intro"
    verdict = await verifier.verify(given, f"def x := ⟫_x{forged}")
    assert verdict.reason is Reason.FORBIDDEN


async def test_a_definition_is_not_judged_by_the_candidates_own_nonempty(
    verifier: Verifier,
) -> None:
    given = problem("def none : Empty", header="namespace Deep")
    code = (
        "inductive Nonempty (α : Type) : Prop | intro {β : Type} (x : β) : Nonempty α\n"
        "def none : Nat := 0"
    )
    assert (await verifier.verify(given, code)).reason is Reason.WRONG_STATEMENT


async def test_a_wrong_statement_shows_expected_and_found(verifier: Verifier) -> None:
    verdict = await verifier.verify(problem(SWAP), "theorem swap (a : Prop) (h : a) : a := h")
    expected, found = verdict.detail.split("Found:")
    assert "a ∧ b → b ∧ a" in expected
    assert found.strip() == "∀ (a : Prop), a → a"


async def test_messages_and_sorries_have_the_submissions_own_positions(verifier: Verifier) -> None:
    code = f"-- αβγ\n{SWAP} := by\n  have x : b := 𝓕\n  sorry"
    verdict = await verifier.verify(problem(SWAP, header="open Nat"), code)
    assert verdict.reason is Reason.ERRORS
    (error,) = [m for m in verdict.messages if m.severity == "error"]
    assert (error.pos.line, error.pos.column) == (3, 16)
    (sorry,) = verdict.sorries
    assert sorry.pos is not None and (sorry.pos.line, sorry.pos.column) == (4, 2)
    assert sorry.goal.endswith("⊢ b ∧ a")


async def test_an_unfinished_proof_points_into_the_code(verifier: Verifier) -> None:
    verdict = await verifier.verify(problem(SWAP), f"{SWAP} :=\n")
    (error,) = verdict.messages
    assert error.pos.line <= 2
    assert "unexpected end of the code" in error.data


async def test_a_submission_may_repeat_the_header(verifier: Verifier) -> None:
    header = "open Nat\n\ndef Twice (n : Nat) : Nat := n + n\n"
    given = problem("theorem zero : Twice 0 = 0", header)
    proof = "theorem zero : Twice 0 = 0 := rfl"
    assert (await verifier.verify(given, proof)).accepted
    repeated = await verifier.verify(given, f"{header}\n{proof}\n#check 0")
    assert repeated.accepted
    assert repeated.messages[0].pos.line == 6


async def test_a_goal_in_the_headers_namespace_is_proved_there(verifier: Verifier) -> None:
    given = problem("theorem here : True", header="namespace Deep.Inside\nopen Nat")
    assert (await verifier.verify(given, "theorem here : True := .intro")).accepted
    outside = await verifier.verify(given, "theorem _root_.here : True := .intro")
    assert outside.reason is Reason.WRONG_STATEMENT
    assert "`Deep.Inside.here`" in outside.detail


async def test_attributes_of_the_statement_do_not_help_the_candidate(verifier: Verifier) -> None:
    given = problem("@[simp] theorem hard (a b : Nat) : a + b * 0 = a")
    verdict = await verifier.verify(given, "theorem hard (a b : Nat) : a + b * 0 = a := by rfl")
    assert verdict.accepted
    assert not (
        await verifier.verify(given, "theorem hard (a b : Nat) : a + b * 0 = a := hard a b")
    ).accepted


async def test_search_tactics_do_not_find_the_pinned_goal(verifier: Verifier) -> None:
    unknown = "theorem unknown (f : Nat → Nat) (h : f 0 = 1) : f 1 = 5"
    verdict = await verifier.verify(problem(unknown), f"{unknown} := by exact?")
    assert verdict.reason is Reason.ERRORS
    assert "_pinned_" not in str(verdict.messages)


@pytest.mark.parametrize("odd", ["\0", "\ud800", "\u2028", "😀", "\r", "x" * 1_000_000])
async def test_odd_characters_are_judged_like_any_code(verifier: Verifier, odd: str) -> None:
    proof = f"{SWAP} := ⟨h.2, h.1⟩\n"
    assert (await verifier.verify(problem(SWAP), f"-- {odd}\n{proof}")).accepted
    assert not (await verifier.verify(problem(SWAP), f"{proof}{odd} oops")).accepted


async def test_an_endless_proof_times_out(verifier: Verifier) -> None:
    verdict = await verifier.verify(problem(SWAP), f"{SWAP} := by repeat skip", timeout=1.0)
    assert verdict.reason is Reason.TIMEOUT
    assert verdict.seconds >= 1.0
    assert (await verifier.verify(problem(SWAP), f"{SWAP} := ⟨h.2, h.1⟩")).accepted


async def test_processes_that_are_killed_do_not_change_the_verdict(toolchain: Toolchain) -> None:
    async with LeanPool(toolchain, workers=1) as pool:
        verifier = Verifier(pool)
        slow = f"{SWAP} := by\n  repeat skip"
        check = asyncio.create_task(verifier.verify(problem(SWAP), slow, timeout=3.0))
        for _ in range(3):
            await _kill_worker_at_work(pool)
        assert (await check).reason is Reason.TIMEOUT  # the fourth process was let work


async def test_a_process_that_dies_of_the_code_twice_is_a_crash_not_a_failed_proof(
    toolchain: Toolchain,
) -> None:
    dies = "import sys; sys.stdin.readline(); sys.exit('I died of it')"
    dying = dataclasses.replace(toolchain, argv=(sys.executable, "-c", dies))
    async with LeanPool(dying, workers=1) as pool:
        verdict = await Verifier(pool).verify(problem(SWAP), f"{SWAP} := ⟨h.2, h.1⟩")
    assert verdict.reason is Reason.CRASH
    assert "I died of it" in verdict.detail


async def _kill_worker_at_work(pool: LeanPool) -> None:
    """Kill -9 the one worker while its Lean has been busy for a moment."""

    def busy() -> bool:
        return any(_cpu_ticks(pid) > 20 for worker in pool.pids() for pid in tree(worker)[1:])

    await asyncio.to_thread(wait_until, busy)
    (worker,) = pool.pids()
    os.kill(worker, signal.SIGKILL)
    await asyncio.to_thread(wait_until, lambda: worker not in pool.pids())


def _cpu_ticks(pid: int) -> int:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0
    return int(fields[11]) + int(fields[12])


@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        (problem("theorem t (a : Foo) : b = Bar a"), "the problem's statement does not elaborate"),
        (problem("theorem t : True ∧"), "statement does not elaborate"),
        (
            problem("theorem t : True", header="import Mathlib"),
            "Mathlib, and .* `lean-agent setup`",
        ),
        (problem("theorem t : True", header="open Nowhere"), "header does not elaborate"),
        (problem("theorem Nat.le_refl (n : Nat) : n ≤ n"), "already declares `Nat.le_refl`"),
        (problem("theorem le_refl (n : Nat) : n ≤ n", header="namespace Nat"), "already declares"),
    ],
)
async def test_a_statement_that_does_not_elaborate_is_a_user_error(
    verifier: Verifier, given: Problem, complaint: str
) -> None:
    with pytest.raises(UserError, match=complaint) as error:
        await verifier.check_statement(given)
    assert "_pinned_" not in str(error.value)


async def test_a_good_statement_passes(verifier: Verifier) -> None:
    await verifier.check_statement(problem(SWAP))
