"""What a verdict says: reasons, messages, places, processes that die. The corpus has the rest."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path

import pytest
from process_table import wait_until
from stand_in_repl import stand_in, stand_in_judge

from lean_agent.errors import UserError
from lean_agent.lean.goal import StatementError
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


async def test_an_axiom_beyond_the_standard_ones_is_named(verifier: Verifier) -> None:
    # The header is ours, so it may hold what a submission may not.
    given = problem("theorem odd : False", header="axiom strange : False")
    verdict = await verifier.verify(given, "theorem odd : False := strange")
    assert verdict.reason is Reason.AXIOMS
    assert "strange" in verdict.detail and verdict.axioms == ("strange",)


async def test_how_the_header_prints_does_not_matter(verifier: Verifier) -> None:
    given = problem(
        "theorem lem (a : Prop) : a ∨ ¬a",
        header="set_option pp.all true\nset_option format.width 10",
    )
    verdict = await verifier.verify(given, "theorem lem (a : Prop) : a ∨ ¬a := Classical.em a")
    assert verdict.accepted
    assert set(verdict.axioms) == STANDARD_AXIOMS


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


@pytest.mark.parametrize("odd", ["\0", "\ud800", "\u2028", "😀", "\r", "x" * 5_000_000])
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
    dying = stand_in_judge(toolchain, "sys.exit('I died of it')")
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
        (problem("theorem t : True := trivial where\n u : 1 = 1"), "holds a proof"),
        (problem("theorem le_refl (n : Nat) : n ≤ n", header="namespace Nat"), "already declares"),
    ],
)
async def test_a_statement_that_does_not_elaborate_is_a_user_error(
    verifier: Verifier, given: Problem, complaint: str
) -> None:
    with pytest.raises(UserError, match=complaint) as error:
        await verifier.check_statement(given)
    assert "_pinned_" not in str(error.value)


ENDLESS = "theorem endless : False := by repeat skip"


@pytest.mark.parametrize(
    ("given", "part"),
    [
        (problem("theorem t : True", header=ENDLESS), "header"),
        (problem("theorem t : (by repeat skip : Prop)"), "statement"),
    ],
)
async def test_a_problem_that_takes_too_long_is_not_blamed_on_the_proof(
    verifier: Verifier, given: Problem, part: str
) -> None:
    with pytest.raises(StatementError, match=f"the problem's {part}: no answer within 1 s"):
        await verifier.verify(given, "theorem t : True := trivial", timeout=1.0)
    with pytest.raises(StatementError, match=f"the problem's {part}: no answer within 1 s"):
        await verifier.check_statement(given, timeout=1.0)


async def test_a_problem_that_a_process_dies_of_is_not_blamed_on_the_proof(
    toolchain: Toolchain,
) -> None:
    dying = stand_in(toolchain, "import sys; sys.stdin.readline(); sys.exit('I died of it')")
    async with LeanPool(dying, workers=1) as pool:
        with pytest.raises(StatementError, match=r"statement: .* I died of it"):
            await Verifier(pool).verify(problem(SWAP), f"{SWAP} := ⟨h.2, h.1⟩")


async def test_a_good_statement_passes(verifier: Verifier) -> None:
    await verifier.check_statement(problem(SWAP))
