"""The corpus: cheats that must be rejected for the reason they give, and honest oddities.

Zero false accepts, zero false rejects, on every Lean that there is and at both levels of trust.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from corpus_case import CHEATS, HONEST, Submission

from lean_agent.lean.repl import ReplError
from lean_agent.lean.toolchain import Toolchain
from lean_agent.lean.verdict import STANDARD_AXIOMS, Level, Reason
from lean_agent.lean.verifier import Verifier

pytestmark = pytest.mark.asyncio(loop_scope="session")

_OURS = ("_candidate_", "_check_", "_pinned_")


def each(submissions: list[Submission]) -> Callable[..., object]:
    return pytest.mark.parametrize("submission", submissions, ids=lambda s: s.name)


@each(CHEATS)
async def test_a_cheat_is_rejected_for_its_reason(
    any_verifier: Verifier, any_toolchain: Toolchain, submission: Submission
) -> None:
    verdict = await any_verifier.verify(submission.problem(any_toolchain), submission.code)
    assert not verdict.accepted
    assert verdict.reason in submission.reasons, verdict
    assert verdict.detail and not any(name in verdict.detail for name in _OURS)


@each(HONEST)
async def test_an_honest_submission_is_accepted(
    any_verifier: Verifier, any_toolchain: Toolchain, submission: Submission
) -> None:
    verdict = await any_verifier.verify(submission.problem(any_toolchain), submission.code)
    if submission.only_strict:
        assert verdict.reason is Reason.FORBIDDEN and "strict check" in verdict.detail
    else:
        assert verdict.accepted, verdict
        assert set(verdict.axioms) <= STANDARD_AXIOMS


@pytest.mark.slow
@each(CHEATS)
async def test_the_strict_check_accepts_no_cheat(
    any_verifier: Verifier, any_toolchain: Toolchain, submission: Submission
) -> None:
    problem = submission.problem(any_toolchain)
    verdict = await any_verifier.verify(problem, submission.code, level=Level.STRICT)
    assert not verdict.accepted
    # What the scan leaves to the strict check may be caught by the fast one on the way.
    assert verdict.reason in submission.reasons or Reason.FORBIDDEN in submission.reasons, verdict


@pytest.mark.slow
@each(HONEST)
async def test_the_strict_check_accepts_every_honest_submission(
    any_verifier: Verifier, any_toolchain: Toolchain, submission: Submission
) -> None:
    problem = submission.problem(any_toolchain)
    verdict = await any_verifier.verify(problem, submission.code, level=Level.STRICT)
    strict = any_verifier.strict
    is_comparator = strict is not None and "comparator" in strict.name
    if any_toolchain.kind == "project" and submission.only_strict and not is_comparator:
        assert "only `lake comparator`" in verdict.detail
        return
    assert verdict.accepted and verdict.level is Level.STRICT, verdict


@pytest.mark.slow
@each(CHEATS)
async def test_the_strict_check_needs_no_help_from_the_scan(
    any_verifier: Verifier, any_toolchain: Toolchain, submission: Submission
) -> None:
    strict = any_verifier.strict
    if strict is None:
        pytest.skip("this Lean has no strict check")
    if submission.proved_all_the_same:
        pytest.skip("what is wrong with it is no matter of logic")
    try:
        said = await strict.confirm(submission.problem(any_toolchain), submission.code, 60.0)
    except ReplError:
        return  # no answer is no confirmation
    assert not said.confirmed


async def test_the_corpus_is_large_and_every_entry_says_why() -> None:
    assert len(CHEATS) >= 45 and len(HONEST) >= 30
    assert all(cheat.reasons and Reason.PROVED not in cheat.reasons for cheat in CHEATS)
    assert not any(honest.reasons for honest in HONEST)
    assert all(len(entry.why) > 15 for entry in CHEATS + HONEST)
