"""Two levels of trust, and what a verifier remembers."""

from __future__ import annotations

import asyncio
import dataclasses
from pathlib import Path

import pytest
from stand_in_repl import run, stand_in_judge

from lean_agent.lean.pool import LeanPool
from lean_agent.lean.repl import ReplCrash, ReplError, ReplKilled, ReplOutOfMemory, ReplTimeout
from lean_agent.lean.strict.base import Confirmation
from lean_agent.lean.toolchain import Toolchain
from lean_agent.lean.verdict import Level, Reason
from lean_agent.lean.verdict_cache import VerdictCache
from lean_agent.lean.verifier import Verifier
from lean_agent.problem import Problem

SWAP = Problem(id="swap", statement="theorem swap (a b : Prop) (h : a ∧ b) : b ∧ a")
PROOF = f"{SWAP.statement} := ⟨h.2, h.1⟩"
AGREES = Confirmation(confirmed=True, detail="agreed", axioms=("propext",))
OBJECTS = Confirmation(confirmed=False, detail="the kernel refuses it")


class StrictStandIn:
    """A strict check that answers what the test gives it, in turn, and remembers the questions."""

    name = "a stand-in"

    def __init__(self, *answers: Confirmation | ReplError) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []

    async def confirm(self, problem: Problem, code: str, seconds: float) -> Confirmation:
        assert problem.statement and seconds > 0
        self.asked.append(code)
        answer = self.answers.pop(0)
        if isinstance(answer, ReplError):
            raise answer
        return answer


@pytest.fixture
def pool(toolchain: Toolchain) -> LeanPool:
    return LeanPool(toolchain, workers=1)


async def test_a_strict_verdict_is_an_accepted_proof_confirmed(pool: LeanPool) -> None:
    strict = StrictStandIn(AGREES)
    async with pool:
        verdict = await Verifier(pool, strict).verify(SWAP, PROOF, level=Level.STRICT)
    assert verdict.accepted and verdict.level is Level.STRICT
    assert verdict.axioms == ("propext",)
    assert strict.asked == [PROOF]


async def test_a_rejected_proof_needs_no_second_look(pool: LeanPool) -> None:
    strict = StrictStandIn()
    async with pool:
        verdict = await Verifier(pool, strict).verify(SWAP, "-- nothing", level=Level.STRICT)
    assert verdict.reason is Reason.WRONG_STATEMENT and verdict.level is Level.FAST


async def test_a_proof_that_is_not_confirmed_is_rejected_and_says_who_objects(
    pool: LeanPool,
) -> None:
    async with pool:
        verifier = Verifier(pool, StrictStandIn(OBJECTS))
        verdict = await verifier.verify(SWAP, PROOF, level=Level.STRICT)
    assert not verdict.accepted
    assert verdict.reason is Reason.UNCONFIRMED and verdict.level is Level.STRICT
    assert "a stand-in does not: the kernel refuses it" in verdict.detail


async def test_where_nothing_can_confirm_a_verdict_stays_fast(pool: LeanPool) -> None:
    async with pool:
        verdict = await Verifier(pool).verify(SWAP, PROOF, level=Level.STRICT)
    assert verdict.accepted and verdict.level is Level.FAST


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (ReplTimeout("slow", cpu_seconds=60), Reason.TIMEOUT),
        (ReplOutOfMemory("big"), Reason.OUT_OF_MEMORY),
        (ReplCrash("gone"), Reason.CRASH),
    ],
)
async def test_a_strict_check_without_an_answer_is_not_a_failed_proof(
    pool: LeanPool, error: ReplError, reason: Reason
) -> None:
    async with pool:
        verifier = Verifier(pool, StrictStandIn(error, error))
        verdict = await verifier.verify(SWAP, PROOF, level=Level.STRICT)
    assert not verdict.accepted
    assert verdict.reason is reason and verdict.level is Level.STRICT


async def test_a_strict_check_that_fails_once_is_asked_again(pool: LeanPool) -> None:
    async with pool:
        verifier = Verifier(pool, StrictStandIn(ReplCrash("gone"), AGREES))
        assert (await verifier.verify(SWAP, PROOF, level=Level.STRICT)).accepted


async def test_a_strict_check_that_is_killed_from_outside_is_asked_until_it_answers(
    pool: LeanPool,
) -> None:
    async with pool:
        verifier = Verifier(pool, StrictStandIn(*[ReplKilled("kill -9")] * 5, AGREES))
        assert (await verifier.verify(SWAP, PROOF, level=Level.STRICT)).accepted


async def test_code_with_syntax_of_its_own_is_judged_by_the_strict_check_alone(
    pool: LeanPool,
) -> None:
    code = f'local notation "both" => And.intro\n{SWAP.statement} := both h.2 h.1'
    async with pool:
        for without_strict in (Level.FAST, Level.STRICT):
            verdict = await Verifier(pool).verify(SWAP, code, level=without_strict)
            assert verdict.reason is Reason.FORBIDDEN
        verifier = Verifier(pool, StrictStandIn(AGREES))
        assert (await verifier.verify(SWAP, code, level=Level.STRICT)).accepted


async def test_a_process_that_ran_syntax_of_a_submission_checks_no_other(
    toolchain: Toolchain,
) -> None:
    # In a project's process such code can run programs, and so forge what comes later.
    project = dataclasses.replace(toolchain, kind="project")
    code = f'local notation "both" => And.intro\n{SWAP.statement} := both h.2 h.1'
    async with LeanPool(project, workers=1) as pool:
        verifier = Verifier(pool, StrictStandIn(AGREES, AGREES))
        assert (await verifier.verify(SWAP, PROOF, level=Level.STRICT)).accepted
        before = pool.pids()
        assert (await verifier.verify(SWAP, code, level=Level.STRICT)).accepted
        assert (await verifier.verify(SWAP, PROOF + " -- again")).accepted
        assert not set(before) & set(pool.pids())


async def test_nor_one_in_which_such_a_submission_was_refused(toolchain: Toolchain) -> None:
    # The submission may have written the refusal itself, to stay in the process.
    refuse = """answer = {"message": "no"}"""
    project = dataclasses.replace(stand_in_judge(toolchain, refuse), kind="project")
    code = f'local notation "both" => And.intro\n{SWAP.statement} := both h.2 h.1'
    async with LeanPool(project, workers=1) as pool:
        verifier = Verifier(pool, StrictStandIn())
        for text, left in ((PROOF, "1 judged"), (code, "0 judged")):
            verdict = await verifier.verify(SWAP, text, level=Level.STRICT)
            assert verdict.reason is Reason.CRASH
            async with pool.lease() as repl:
                assert await run(repl, "how many?") == left


async def test_a_remembered_verdict_needs_no_lean(toolchain: Toolchain, tmp_path: Path) -> None:
    broken = dataclasses.replace(toolchain, argv=("/nonexistent/lean",))
    with VerdictCache(tmp_path / "verdicts.sqlite") as cache:
        async with LeanPool(toolchain, workers=1) as pool:
            asked = await Verifier(pool, cache=cache).verify(SWAP, PROOF)
    with VerdictCache(tmp_path / "verdicts.sqlite") as cache:
        async with LeanPool(broken, workers=1) as pool:
            verifier = Verifier(pool, cache=cache)
            remembered = await verifier.verify(SWAP, PROOF)
            other_time = await verifier.verify(SWAP, PROOF, timeout=7)
            other_code = await verifier.verify(SWAP, PROOF + " -- again")
        async with LeanPool(dataclasses.replace(broken, fingerprint="rebuilt"), workers=1) as pool:
            other_modules = await Verifier(pool, cache=cache).verify(SWAP, PROOF)
    assert remembered == asked
    assert remembered.seconds > 0  # those of the check that it comes from
    assert other_time.reason is Reason.CRASH  # it was asked, and there is no Lean
    assert other_code.reason is Reason.CRASH
    assert other_modules.reason is Reason.CRASH


async def test_a_fast_verdict_is_not_remembered_as_a_strict_one(
    pool: LeanPool, tmp_path: Path
) -> None:
    strict = StrictStandIn(OBJECTS)
    with VerdictCache(tmp_path / "verdicts.sqlite") as cache:
        async with pool:
            verifier = Verifier(pool, strict, cache)
            assert (await verifier.verify(SWAP, PROOF)).accepted
            verdict = await verifier.verify(SWAP, PROOF, level=Level.STRICT)
    assert verdict.reason is Reason.UNCONFIRMED


async def test_equal_submissions_in_flight_are_checked_once(pool: LeanPool) -> None:
    strict = StrictStandIn(AGREES)  # a second question would find no answer
    async with pool:
        verifier = Verifier(pool, strict)
        checks = [verifier.verify(SWAP, PROOF, level=Level.STRICT) for _ in range(10)]
        verdicts = await asyncio.gather(*checks)
    assert all(verdict.accepted for verdict in verdicts)
    assert len(strict.asked) == 1
    assert {verdict.seconds for verdict in verdicts} == {verdicts[0].seconds}
