"""Checking accepted proofs again, from the trace alone."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from scripted import ScriptedModel
from synthetic_runs import make_problem, make_run, make_trace

from lean_agent.agent import run_episode
from lean_agent.chat import Sampling, ToolCall
from lean_agent.episode import EpisodeSettings, Mode
from lean_agent.errors import UserError
from lean_agent.lean.pool import LeanPool
from lean_agent.lean.toolchain import Toolchain, find_toolchain
from lean_agent.lean.verdict import Level, Reason, Verdict
from lean_agent.lean.verifier import Verifier
from lean_agent.problem import Problem
from lean_agent.tools import CheckLean, Toolbox
from lean_agent.trace.recheck import Standing, recheck
from lean_agent.trace.store import RunFolder
from lean_agent.trace.trace import Limits, Outcome, Trace

PROBLEM = make_problem("and_swap")
PROOF = f"{PROBLEM.statement} := And.intro h.2 h.1"
WRONG_PROOF = f"{PROBLEM.statement} := And.intro h.1 h.2"


@pytest.fixture
async def verifier() -> AsyncIterator[Verifier]:
    async with LeanPool(find_toolchain("embedded"), workers=2) as pool:
        yield Verifier(pool)


@pytest.fixture
def no_lean() -> Verifier:
    """A verifier that cannot start a Lean, for traces that are not worth asking one about."""
    return Verifier(LeanPool(Toolchain(kind="project", argv=("/nonexistent",), version="none")))


def edited(trace: Trace, old: str, new: str) -> Trace:
    """The trace with a text replaced wherever it stands, as an editor would."""
    return Trace.model_validate_json(trace.model_dump_json().replace(old, new))


async def test_a_run_that_was_not_touched_is_agreed_with(tmp_path: Path, verifier: Verifier):
    traces = [make_trace(PROBLEM, sample, PROOF) for sample in range(4)]
    run = make_run(tmp_path / "run", ["and_swap"], 5, [*traces, make_trace(PROBLEM, 4)])
    found = await recheck(run.traces(), verifier)
    assert [answer.episode_id for answer in found] == [f"and_swap#{i}" for i in range(4)]
    assert all(answer.agrees for answer in found)
    assert all(answer.verdict is not None and answer.verdict.accepted for answer in found)


async def test_a_proof_edited_everywhere_in_its_trace_is_refused_by_lean(verifier: Verifier):
    good = make_trace(PROBLEM, 0, PROOF)
    bad = edited(make_trace(PROBLEM, 1, PROOF), "h.2 h.1", "h.1 h.2")
    assert bad.proof == WRONG_PROOF
    first, second = await recheck([good, bad], verifier)
    assert first.agrees
    assert (second.episode_id, second.agrees) == ("and_swap#1", False)
    assert second.verdict is not None
    assert second.verdict.reason is Reason.ERRORS
    assert "the trace was made with 4.35.0" in second.why


async def test_a_proof_that_leaves_something_out_is_refused_by_lean(verifier: Verifier):
    trace = make_trace(PROBLEM, 0, f"{PROBLEM.statement} := sorry")
    (found,) = await recheck([trace], verifier)
    assert not found.agrees
    assert found.verdict is not None
    assert found.verdict.reason is Reason.SORRY


async def test_a_statement_that_does_not_elaborate_is_a_disagreement(verifier: Verifier):
    trace = edited(make_trace(PROBLEM, 0, PROOF), "b ∧ a", "b ∧ Missing.name a")
    (found,) = await recheck([trace], verifier)
    assert not found.agrees
    assert "Missing.name" in found.why


@pytest.mark.parametrize("where", ["proof", "statement"])
async def test_what_lean_came_to_no_answer_on_is_not_called_wrong(where: str, verifier: Verifier):
    endless = "(by repeat skip : a ∧ b)" if where == "proof" else "b ∧ (by repeat skip : Prop)"
    old, new = ("h.2 h.1", f"h.2 {endless}.1") if where == "proof" else ("b ∧ a", endless)
    trace = edited(make_trace(PROBLEM, 0, PROOF), old, new)
    (found,) = await recheck([trace], verifier, check_seconds=1)
    assert found.standing is Standing.NO_ANSWER
    assert not found.agrees
    assert "no answer" in found.why


async def test_the_level_and_the_time_limit_are_those_asked_for(verifier: Verifier):
    calls: list[tuple[float, Level]] = []

    class Noting(Verifier):
        async def verify(
            self,
            problem: Problem,
            code: str,
            timeout: float = 60.0,  # noqa: ASYNC109
            level: Level = Level.FAST,
            owner: str = "",
        ) -> Verdict:
            calls.append((timeout, level))
            return await super().verify(problem, code, timeout, level, owner)

    noting = Noting(verifier.pool)
    trace = make_trace(PROBLEM, 0, PROOF)
    await recheck([trace], noting)
    await recheck([trace], noting, level=Level.FAST, check_seconds=7)
    assert calls == [(2 * trace.limits.check_seconds, Level.STRICT), (7, Level.FAST)]


async def test_a_proof_other_than_the_one_its_check_accepted_is_a_disagreement(no_lean: Verifier):
    trace = make_trace(PROBLEM, 0, PROOF).model_copy(update={"proof": f"{PROOF} -- edited"})
    (found,) = await recheck([trace], no_lean)
    assert not found.agrees
    assert "neither the code of a check_lean call" in found.why
    assert found.verdict is None


async def test_the_code_of_a_refused_check_is_not_an_accepted_proof(no_lean: Verifier):
    trace = make_trace(PROBLEM, 0, PROOF)
    refused = trace.messages[2].tool_calls[1].arguments["code"]
    (found,) = await recheck([trace.model_copy(update={"proof": refused})], no_lean)
    assert not found.agrees


async def test_code_beside_an_accepted_check_is_not_an_accepted_proof(no_lean: Verifier):
    # Both checks stand in the same turn: the first is accepted, and the second is claimed.
    trace = make_trace(PROBLEM, 0, PROOF, failed_attempts=0)
    answer, turn = trace.messages[2], trace.turns[0]
    other = ToolCall(id="other", name="check_lean", arguments={"code": WRONG_PROOF})
    both = answer.model_copy(update={"tool_calls": (*answer.tool_calls, other)})
    refused = Verdict(accepted=False, reason=Reason.ERRORS, detail="", seconds=0)
    forged = trace.model_copy(
        update={
            "messages": (*trace.messages[:2], both, *trace.messages[3:]),
            "turns": (turn.model_copy(update={"verdicts": (*turn.verdicts, refused)}),),
            "proof": WRONG_PROOF,
        }
    )
    (found,) = await recheck([forged], no_lean)
    assert found.standing is Standing.WRONG
    assert "neither the code of a check_lean call" in found.why


BLOCK = f"So:\n\n```lean4\n{PROOF}\n```\n"


async def played(mode: Mode, lines: list[str], verifier: Verifier) -> Trace:
    """An episode of a model that says `lines`, with Lean's own verdicts."""
    tool = CheckLean(verifier, PROBLEM, timeout=60)
    return await run_episode(
        PROBLEM,
        ScriptedModel(lines),
        Toolbox((tool,), tool.check),
        sample=0,
        sampling=Sampling(),
        limits=Limits(turns=len(lines)),
        settings=EpisodeSettings(mode=mode),
        versions={"lean": "4.35.0"},
    )


@pytest.mark.parametrize("mode", list(Mode))
async def test_a_proof_that_was_only_written_down_holds_too(mode: Mode, verifier: Verifier):
    wrong = BLOCK.replace(PROOF, WRONG_PROOF)
    lines = [BLOCK] if mode is Mode.WHOLE_PROOF else [wrong, BLOCK]
    trace = await played(mode, lines, verifier)
    assert trace.proof == PROOF
    assert not any(message.tool_calls for message in trace.messages)
    (found,) = await recheck([trace], verifier)
    assert found.standing is Standing.HOLDS


@pytest.mark.parametrize("mode", list(Mode))
async def test_a_proof_other_than_the_block_that_was_accepted_is_wrong(
    mode: Mode, verifier: Verifier
):
    refused, accepted = BLOCK.replace(PROOF, WRONG_PROOF), BLOCK
    lines = [accepted] if mode is Mode.WHOLE_PROOF else [refused, accepted]
    trace = await played(mode, lines, verifier)
    # The block was edited, and the proof was not; or the proof is that of a refused block.
    last = trace.messages[-1]
    block_edited = last.model_copy(update={"content": accepted.replace("h.2 h.1", "h.2 (h.1)")})
    forgeries = [
        trace.model_copy(update={"messages": (*trace.messages[:-1], block_edited)}),
        trace.model_copy(update={"proof": WRONG_PROOF}),
    ]
    for found in await recheck(forgeries, verifier):
        assert found.standing is Standing.WRONG
        assert "written down in an answer" in found.why


async def test_an_episode_that_claims_a_proof_and_holds_none_is_a_disagreement(no_lean: Verifier):
    (found,) = await recheck([make_trace(PROBLEM, 0, outcome=Outcome.PROVED)], no_lean)
    assert not found.agrees
    assert "holds none" in found.why


async def test_a_proof_in_an_episode_that_claims_none_is_a_disagreement(no_lean: Verifier):
    (found,) = await recheck([make_trace(PROBLEM, 0, PROOF, outcome=Outcome.GAVE_UP)], no_lean)
    assert not found.agrees
    assert "its outcome is gave_up" in found.why


async def test_episodes_without_a_proof_are_passed_over(no_lean: Verifier):
    assert await recheck([make_trace(PROBLEM, 0)], no_lean) == []


async def test_a_damaged_line_is_reported_as_such(tmp_path: Path, no_lean: Verifier):
    run = make_run(tmp_path / "run", ["and_swap"], 2, [make_trace(PROBLEM, 0)])
    with (run.path / "episodes" / "00000.jsonl").open("a") as file:
        file.write('{"problem": 3}\n')
    with pytest.raises(UserError, match="line 2 is damaged"):
        await recheck(RunFolder.open(run.path).traces(), no_lean)
