"""One episode, turn by turn, with a scripted model."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from scripted import AND_SWAP, Checker, ScriptedModel, call, toolbox

from lean_agent.agent import run_episode
from lean_agent.chat import CallErrorKind, Completion, Message, Sampling, ToolSchema
from lean_agent.episode import EpisodeSettings, Watch, episode_seed
from lean_agent.models.base import ModelError, ModelUnavailable
from lean_agent.tools import ToolResult
from lean_agent.trace.trace import Limits, Outcome, Trace

ALSO_WRONG = call("check_lean", code="also wrong")
GOOD, WRONG = call("check_lean", code="good"), call("check_lean", code="wrong")

PLAIN = EpisodeSettings()


async def episode(
    model: ScriptedModel,
    tool: Checker | None = None,
    sample: int = 0,
    settings: EpisodeSettings = PLAIN,
    **limits: Any,
) -> Trace:
    return await run_episode(
        AND_SWAP,
        model,
        toolbox(tool or Checker()),
        sample=sample,
        sampling=Sampling(seed=7),
        limits=Limits(**limits),
        settings=settings,
        versions={"lean": "4"},
    )


async def test_an_episode_ends_with_the_proof_that_is_accepted() -> None:
    model = ScriptedModel([f"First try. {WRONG}", f"Now so. {GOOD}"])
    trace = await episode(model)
    assert trace.outcome is Outcome.PROVED
    assert trace.proof == "good"
    roles = [message.role for message in trace.messages]
    assert roles == ["system", "user", "assistant", "tool", "assistant", "tool"]
    assert trace.messages[3].content == "type mismatch"
    assert [turn.verdicts[0].accepted for turn in trace.turns] == [False, True]
    assert [turn.raw for turn in trace.turns] == [f"First try. {WRONG}", f"Now so. {GOOD}"]


async def test_the_opening_holds_the_tools_and_the_problem() -> None:
    trace = await episode(ScriptedModel([GOOD]))
    system, user = trace.messages[:2]
    assert json.dumps(Checker.schema.parameters) in system.content
    assert trace.dialect == "hermes"
    for part in (AND_SWAP.informal, AND_SWAP.header, AND_SWAP.statement):
        assert part in user.content


async def test_the_trace_holds_exactly_what_the_model_was_sent() -> None:
    model = ScriptedModel(["hm", WRONG, call("nonsense"), "<tool_call>{", GOOD])
    trace = await episode(model)
    for sent, _ in model.asked:
        assert tuple(sent) == trace.messages[: len(sent)]
    assert len(model.asked) == len(trace.turns) == 5


async def test_a_trace_survives_being_written_down() -> None:
    trace = await episode(ScriptedModel(["hm", WRONG, "<tool_call>", GOOD]))
    assert Trace.model_validate_json(trace.model_dump_json()) == trace


async def test_an_episode_can_be_watched_as_it_happens() -> None:
    seen: list[Message] = []
    trace = await run_episode(
        AND_SWAP,
        ScriptedModel(["hm", WRONG, GOOD]),
        toolbox(Checker()),
        sample=0,
        sampling=Sampling(),
        limits=Limits(),
        versions={},
        watch=Watch(seen.append),
    )
    assert tuple(seen) == trace.messages[2:]


async def test_several_calls_are_answered_in_order() -> None:
    trace = await episode(ScriptedModel([WRONG + ALSO_WRONG, GOOD]))
    assert [m.tool_call_id for m in trace.messages[3:5]] == ["call_1", "call_2"]
    assert len(trace.turns[0].verdicts) == 2


@pytest.mark.parametrize(
    ("written", "kind", "answer", "hint"),
    [
        ('<tool_call>{"name": }</tool_call>', CallErrorKind.NOT_JSON, "user", "column 10"),
        (call("prove", x=1), CallErrorKind.UNKNOWN_TOOL, "tool", "the tools are: check_lean"),
        (call("check_lean", x=1), CallErrorKind.MISSING_ARGUMENT, "tool", '"code"'),
    ],
)
async def test_a_bad_call_goes_back_to_the_model_as_an_error(
    written: str, kind: CallErrorKind, answer: str, hint: str
) -> None:
    trace = await episode(ScriptedModel([written, GOOD]))
    assert trace.outcome is Outcome.PROVED
    assert [error.kind for error in trace.turns[0].errors] == [kind]
    assert trace.messages[3].role == answer
    assert hint in trace.messages[3].content


async def test_thousands_of_bad_calls_get_a_short_answer() -> None:
    trace = await episode(ScriptedModel(["</tool_call>" * 3000, GOOD]))
    assert len(trace.turns[0].errors) == 3000
    assert "2997 more" in trace.messages[3].content
    assert len(trace.messages[3].content) < 1000


async def test_a_model_that_calls_no_tool_is_reminded_once_and_then_gave_up() -> None:
    trace = await episode(ScriptedModel(["I think it holds.", WRONG, "Hm.", "It does hold."]))
    assert trace.outcome is Outcome.GAVE_UP
    assert [message.role for message in trace.messages[2:]] == [
        "assistant", "user", "assistant", "tool", "assistant", "user", "assistant",
    ]  # fmt: skip


async def test_the_turn_limit() -> None:
    trace = await episode(ScriptedModel([WRONG] * 9), turns=3)
    assert trace.outcome is Outcome.TURN_LIMIT
    assert len(trace.turns) == 3


async def test_the_token_limit_also_bounds_the_last_answers() -> None:
    model = ScriptedModel([WRONG] * 9, tokens_each=400)
    trace = await episode(model, tokens=1000)
    assert trace.outcome is Outcome.TOKEN_LIMIT
    assert [sampling.max_tokens for _, sampling in model.asked] == [1000, 600, 200]


async def test_the_time_limit_interrupts_a_model_that_hangs() -> None:
    trace = await episode(ScriptedModel([GOOD], seconds_each=600), seconds=0.05)
    assert trace.outcome is Outcome.TIME_LIMIT
    assert trace.turns == ()


async def test_the_time_limit_interrupts_a_tool_that_hangs() -> None:
    trace = await episode(ScriptedModel([f"Look. {GOOD}"]), Checker(seconds=600), seconds=0.05)
    assert trace.outcome is Outcome.TIME_LIMIT
    assert trace.proof is None
    assert trace.messages[-1].content == "Look."
    assert trace.turns[0].verdicts == ()


class RefusingModel(ScriptedModel):
    def __init__(self, error: Exception) -> None:
        super().__init__([])
        self._error = error

    async def complete(
        self,
        messages: Sequence[Message],  # noqa: ARG002
        tools: Sequence[ToolSchema],  # noqa: ARG002
        sampling: Sampling,  # noqa: ARG002
        on_text: Callable[[str], None] | None = None,  # noqa: ARG002
    ) -> Completion:
        raise self._error


async def test_a_model_that_cannot_answer_ends_the_episode() -> None:
    trace = await episode(RefusingModel(ModelError("the context is full")))
    assert (trace.outcome, trace.detail) == (Outcome.MODEL_ERROR, "the context is full")


async def test_a_model_that_is_not_there_is_no_outcome() -> None:
    with pytest.raises(ModelUnavailable, match="connection refused"):
        await episode(RefusingModel(ModelUnavailable("connection refused")))


async def test_a_timeout_of_somebody_elses_is_not_taken_for_the_time_limit() -> None:
    with pytest.raises(TimeoutError):
        await episode(RefusingModel(TimeoutError()))


async def test_every_episode_draws_with_its_own_seed() -> None:
    traces = [await episode(ScriptedModel([GOOD]), sample=sample) for sample in (0, 1, 1)]
    first, second, again = (trace.sampling.seed for trace in traces)
    assert first != second == again
    assert first == episode_seed(7, "and_swap", 0) == 951596578, "the same on every machine"


async def test_a_verdict_is_that_of_the_call_it_answers() -> None:
    trace = await episode(ScriptedModel([call("check_lean") + WRONG + GOOD]))
    (verdicts,) = trace.verdicts_by_call()
    assert {call_id: verdict.accepted for call_id, verdict in verdicts.items()} == {
        "call_2": False,
        "call_3": True,
    }


class Counter(Checker):
    """Takes a number."""

    schema = ToolSchema(
        name="check_lean",
        description="Check.",
        parameters={"type": "object", "properties": {"n": {"type": "integer"}}},
    )

    async def call(self, arguments: dict[str, Any]) -> ToolResult:
        return await self.check("good" if arguments["n"] == 5 else "wrong")


@pytest.mark.parametrize("lenient", [False, True])
async def test_calls_are_read_leniently_only_where_that_is_asked_for(lenient: bool) -> None:
    model = ScriptedModel([call("check_lean", n="5"), call("check_lean", n=5)])
    trace = await episode(model, Counter(), settings=EpisodeSettings(lenient=lenient))
    first = trace.turns[0]
    assert [error.kind for error in first.errors] == [CallErrorKind.WRONG_TYPE] * (not lenient)
    assert [repair.kind for repair in first.repairs] == [CallErrorKind.WRONG_TYPE] * lenient
    assert len(trace.turns) == 2 - lenient
