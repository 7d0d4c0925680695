"""Every request and answer of the REPL, in types, without loss.

The transcripts are those that leanprover-community/repl recorded for its own tests, and a short
one of ours with every form in it.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError
from transcripts import OWN, RECORDED, Transcript, transcripts

from lean_agent.lean.protocol import (
    Answer,
    Command,
    CommandInfo,
    EnvironmentRequest,
    FileCommand,
    Hole,
    InfoNode,
    PickleEnvironment,
    PickleProofState,
    ProofStateRequest,
    Refusal,
    RefusalKind,
    TacticAnswer,
    TacticInfo,
    TacticStep,
    TermInfo,
    UnpickleEnvironment,
    UnpickleProofState,
    Wire,
)
from lean_agent.lean.repl import LeanRepl, ReplCrash, ReplRefused
from lean_agent.lean.toolchain import Toolchain

Request = EnvironmentRequest | ProofStateRequest
REQUEST: TypeAdapter[Request] = TypeAdapter(Request)
STAND_IN = Path(__file__).with_name("transcript_repl.py")
EVERY_FORM = Transcript(OWN / "every_form.in")

without_data = pytest.mark.skip(reason=f"no recorded transcripts in {RECORDED} (LEAN_AGENT_DATA)")
ALL = [
    *(pytest.param(t, id=t.name) for t in transcripts(OWN)),
    *(pytest.param(t, id=t.name) for t in transcripts(RECORDED)),
    *([] if RECORDED.is_dir() else [pytest.param(None, id="recorded", marks=without_data)]),
]


def requests(transcript: Transcript) -> list[Request]:
    return [REQUEST.validate_json(text) for text in transcript.requests()]


def answer(text: str, request: Request) -> Answer | TacticAnswer | Refusal:
    value = json.loads(text)
    return (Refusal if "message" in value else request.answered_by).model_validate(value)


def unknown_fields(value: object) -> list[str]:
    """The names of all fields in a value of the protocol that its types do not know."""
    if isinstance(value, tuple):
        return [name for part in value for name in unknown_fields(part)]
    if not isinstance(value, Wire):
        return []
    parts = tuple(getattr(value, name) for name in type(value).model_fields)
    return [*(value.model_extra or {}), *unknown_fields(parts)]


@pytest.mark.parametrize("transcript", ALL)
def test_what_was_recorded_is_read_and_written_without_loss(transcript: Transcript) -> None:
    for text, request in zip(transcript.requests(), requests(transcript), strict=True):
        assert request.to_json() == json.loads(text)
    for text, request in zip(transcript.answers(), requests(transcript), strict=True):
        assert answer(text, request).to_json() == json.loads(text)


@pytest.mark.parametrize("transcript", ALL)
def test_every_field_that_was_recorded_has_a_type(transcript: Transcript) -> None:
    known_to_none = ["time", "kind"] if transcript == EVERY_FORM else []
    found = [
        name
        for text, request in zip(transcript.answers(), requests(transcript), strict=True)
        for name in unknown_fields(answer(text, request))
    ]
    assert found == known_to_none


@pytest.mark.parametrize("transcript", ALL)
async def test_a_process_that_plays_it_back_is_driven_through_it(transcript: Transcript) -> None:
    player = Toolchain(
        kind="project",
        argv=(sys.executable, "-S", str(STAND_IN), str(transcript.asked)),
        version="stand-in",
        readable=(STAND_IN.parent, transcript.asked.parent),
    )
    async with LeanRepl(player) as repl:
        for request, recorded in zip(requests(transcript), transcript.answers(), strict=True):
            try:
                answered: Wire = await repl.run(request, timeout=60)
            except ReplRefused as refused:
                answered = refused.refusal
            assert answered.to_json() == json.loads(recorded)
        assert repl.alive
        with pytest.raises(ReplCrash, match="expected null but received"):
            await repl.run(Command(cmd="one too many"), timeout=60)


def test_each_request_has_its_type() -> None:
    assert [type(request) for request in requests(EVERY_FORM)] == [
        Command,
        Command,
        FileCommand,
        TacticStep,
        TacticStep,
        TacticStep,
        PickleEnvironment,
        UnpickleEnvironment,
        PickleProofState,
        PickleProofState,
        UnpickleProofState,
        UnpickleProofState,
        Command,
        Command,
    ]


def test_an_answer_to_a_command_has_its_parts_by_name() -> None:
    texts = EVERY_FORM.answers()
    full, failed, file = (Answer.model_validate_json(text) for text in texts[:3])
    assert full.tactics[0].tactic == "skip" and full.tactics[0].proof_state == 1
    assert full.tactics[1].used_constants == ()
    assert full.sorries[0].goal == "p : Prop\nh : p\n⊢ p" and full.errors == ()
    assert failed.env == 1 and [error.data for error in failed.errors] == [
        "Unknown identifier `bysorry`"
    ]
    assert [sorry.proof_state for sorry in file.sorries] == [None, 4]


def test_an_infotree_is_a_tree_of_terms_tactics_and_commands() -> None:
    (root,) = Answer.model_validate_json(EVERY_FORM.answers()[0]).infotree or ()
    assert isinstance(root, InfoNode) and isinstance(root.node, CommandInfo)
    term, tactic = root.children
    assert isinstance(term, InfoNode) and isinstance(term.node, TermInfo)
    assert term.node.expected_type == "Type" and term.node.stx.pp is None
    assert isinstance(tactic, InfoNode) and isinstance(tactic.node, TacticInfo)
    assert tactic.node.goals_after == ("p : Prop\nh : p\n⊢ p",)
    option, hole = tactic.children
    assert isinstance(option, InfoNode) and option.node is None
    assert isinstance(hole, Hole) and hole.goal_state == "⊢ p"


def test_an_answer_to_a_tactic_has_its_parts_by_name() -> None:
    answered = TacticAnswer.model_validate_json(EVERY_FORM.answers()[3])
    assert answered.proof_state == 6 and answered.goals == ()
    assert answered.proof_status == "Incomplete: contains sorry"
    assert answered.traces and answered.messages and answered.sorries[0].pos is None


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        ("Unknown environment.", RefusalKind.UNKNOWN_ENVIRONMENT),
        ("Unknown proof state.", RefusalKind.UNKNOWN_PROOF_STATE),
        ("Unknown proof State.", RefusalKind.UNKNOWN_PROOF_STATE),
        ("Lean error:\n<input>:1:1: unknown tactic", RefusalKind.TACTIC_FAILED),
        ("Could not parse JSON:\noffset 3", RefusalKind.BAD_REQUEST),
        ("Could not parse as a valid JSON command:\nx", RefusalKind.BAD_REQUEST),
        ("Lean ran out of memory (3072 MiB)", RefusalKind.OUT_OF_MEMORY),
        ("no such file or directory (error code: 2)\n  file: x", RefusalKind.FAILED),
    ],
)
def test_a_refusal_says_what_kind_it_is(message: str, kind: RefusalKind) -> None:
    assert Refusal(message=message).kind is kind


@pytest.mark.parametrize(
    "wrong",
    [
        {"cmd": "x", "evn": 3},
        {"cmd": "x", "env": "3"},
        {"cmd": "x", "env": -1},
        {"cmd": "x", "allTactics": "yes"},
        {"cmd": "x", "infotree": "whole"},
        {"tactic": "x"},
        {"cmd": "x", "tactic": "x", "proofState": 0},
    ],
)
def test_a_request_that_the_repl_would_read_otherwise_is_an_error(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        REQUEST.validate_python(wrong)


def some(kind: type[Request], **fields: st.SearchStrategy[object]) -> st.SearchStrategy[Request]:
    return st.fixed_dictionaries(fields).map(lambda given: kind(**given))


index = st.integers(min_value=0)
options = {
    "env": st.none() | index,
    "all_tactics": st.none() | st.booleans(),
    "root_goals": st.none() | st.booleans(),
    "infotree": st.sampled_from([None, "full", "tactics", "original", "substantive"]),
    "gc": st.none() | st.booleans(),
}
any_request = st.one_of(
    some(Command, cmd=st.text(), **options),
    some(FileCommand, path=st.text(), **options),
    some(PickleEnvironment, env=index, pickle_to=st.text()),
    some(UnpickleEnvironment, unpickle_env_from=st.text()),
    some(TacticStep, proof_state=index, tactic=st.text()),
    some(PickleProofState, proof_state=index, pickle_to=st.text()),
    some(UnpickleProofState, unpickle_proof_state_from=st.text(), env=st.none() | index),
)


@given(any_request)
def test_any_request_is_one_line_that_says_all_of_it(request: Request) -> None:
    line = request.to_line()
    assert line.endswith(b"}\n\n") and line.count(b"\n") == 2
    assert REQUEST.validate_json(line) == request


def test_only_what_was_given_is_sent() -> None:
    assert Command(cmd="#check ℝ").to_line() == '{"cmd": "#check ℝ"}\n\n'.encode()
