"""With tools, with one answer, with corrections: three modes, one loop, one check."""

from __future__ import annotations

import pytest
from scripted import AND_SWAP, Checker, ScriptedModel, call, toolbox

from lean_agent.agent import run_episode
from lean_agent.chat import CallErrorKind, FinishReason, Sampling
from lean_agent.episode import EpisodeSettings, Mode
from lean_agent.trace.trace import Limits, Outcome, Trace


def written(proof: str) -> str:
    """An answer that writes a proof down."""
    return f"So it is:\n```lean4\n{AND_SWAP.statement} := by\n  {proof}\n```"


GOOD, WRONG = written("exact ⟨h.2, h.1⟩"), written("exact wrong")


async def episode(
    mode: Mode, lines: list[str], turns: int = 12, finish_reason: FinishReason = "stop"
) -> Trace:
    return await run_episode(
        AND_SWAP,
        ScriptedModel(lines, finish_reason=finish_reason),
        toolbox(Checker()),
        sample=0,
        sampling=Sampling(),
        limits=Limits(turns=turns),
        settings=EpisodeSettings(mode=mode),
        versions={},
    )


def kinds(trace: Trace) -> list[list[CallErrorKind]]:
    return [[error.kind for error in turn.errors] for turn in trace.turns]


async def test_a_whole_proof_is_one_answer_and_its_check() -> None:
    trace = await episode(Mode.WHOLE_PROOF, [GOOD], turns=1)
    assert trace.outcome is Outcome.PROVED
    assert trace.proof is not None
    assert trace.proof.endswith("exact ⟨h.2, h.1⟩")
    assert trace.tools == ()
    assert "check_lean" not in trace.messages[0].content, "no tools are offered"
    assert kinds(trace) == [[]]
    assert trace.verdicts_by_call()[0][""].accepted


async def test_a_whole_proof_that_is_wrong() -> None:
    trace = await episode(Mode.WHOLE_PROOF, [WRONG], turns=5)
    assert len(trace.turns) == 1
    assert trace.outcome is Outcome.TURN_LIMIT
    assert [turn.verdicts[0].accepted for turn in trace.turns] == [False]


async def test_self_correction_tells_the_model_what_lean_said() -> None:
    trace = await episode(Mode.SELF_CORRECTION, [WRONG, WRONG, GOOD])
    assert trace.outcome is Outcome.PROVED
    roles = [message.role for message in trace.messages[2:]]
    assert roles == ["assistant", "user", "assistant", "user", "assistant"]
    assert "type mismatch" in trace.messages[3].content


async def test_a_prover_is_told_how_many_of_its_proofs_were_refused() -> None:
    model = ScriptedModel([WRONG, WRONG, GOOD])
    trace = await run_episode(
        AND_SWAP,
        model,
        toolbox(Checker()),
        sample=0,
        sampling=Sampling(),
        limits=Limits(),
        settings=EpisodeSettings(mode=Mode.SELF_CORRECTION, prompt="goedel-prover-v2"),
        versions={},
    )
    told = [message.content for message in trace.messages[2:] if message.role == "user"]
    assert ["(Round 0)" in told[0], "(Round 1)" in told[1]] == [True, True]
    assert trace.settings.prompt == "goedel-prover-v2@1", "with its version"


async def test_an_answer_without_a_proof_is_named() -> None:
    trace = await episode(Mode.SELF_CORRECTION, ["I think so.", GOOD])
    assert kinds(trace) == [[CallErrorKind.NO_PROOF], []]
    assert trace.outcome is Outcome.PROVED


async def test_an_agent_that_only_writes_its_proof_down_is_checked_all_the_same() -> None:
    trace = await episode(Mode.AGENT, [WRONG, GOOD])
    assert trace.outcome is Outcome.PROVED
    assert kinds(trace) == [[CallErrorKind.PROOF_IN_TEXT]] * 2, "and it counts as no tool call"
    assert "type mismatch" in trace.messages[3].content


async def test_writing_proofs_down_is_no_giving_up() -> None:
    trace = await episode(Mode.AGENT, [WRONG] * 4, turns=4)
    assert trace.outcome is Outcome.TURN_LIMIT
    assert sum(len(turn.verdicts) for turn in trace.turns) == 4


THOUGHT = f"<think>I could {call('check_lean', code='x')}</think>"


@pytest.mark.parametrize("beside", [THOUGHT, "<tool_call>{</tool_call>", call("prove")])
async def test_a_spoilt_call_does_not_hide_the_proof_beside_it(beside: str) -> None:
    """Each mode counts it, so that their numbers compare."""
    for mode in Mode:
        trace = await episode(mode, [f"{beside}\n{GOOD}"])
        assert trace.outcome is Outcome.PROVED
        assert len(trace.turns[0].verdicts) == 1
        assert bool(trace.turns[0].errors) is (mode is Mode.AGENT), "and what was wrong is kept"
        assert trace.verdicts_by_call()[0][""].accepted


@pytest.mark.parametrize("mode", [Mode.AGENT, Mode.SELF_CORRECTION])
async def test_an_answer_that_is_cut_off_is_no_giving_up(mode: Mode) -> None:
    trace = await episode(mode, ["I think that"] * 4, turns=4, finish_reason="length")
    assert trace.outcome is Outcome.TURN_LIMIT
    assert trace.messages[-2].content.startswith("Your answer was cut off")
    trace = await episode(mode, ["I think so."] * 2)
    assert trace.outcome is Outcome.GAVE_UP


@pytest.mark.parametrize("mode", Mode)
async def test_nothing_is_said_that_the_model_will_not_read(mode: Mode) -> None:
    trace = await episode(mode, [WRONG], turns=1)
    assert trace.messages[-1].role == "assistant"


async def test_in_a_mode_without_tools_a_call_is_only_text() -> None:
    made = call("check_lean", code="good")
    trace = await episode(Mode.SELF_CORRECTION, [made, f"{made}\n{GOOD}"])
    assert kinds(trace) == [[CallErrorKind.NO_PROOF], []]
    assert trace.turns[0].raw == trace.messages[2].content == made
    assert trace.outcome is Outcome.PROVED
