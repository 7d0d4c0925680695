"""Long conversations in a short context."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Callable, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scripted import AND_SWAP, Checker, ScriptedModel, call

from lean_agent.agent import run_episode
from lean_agent.chat import Completion, InterruptionKind, Message, Sampling, ToolSchema
from lean_agent.context import KEPT, Context, ContextFull
from lean_agent.models.base import ContextExceeded, ModelInterrupted
from lean_agent.tools import Toolbox, ToolResult
from lean_agent.trace.trace import Limits, Outcome, Trace

OPENING = [Message(role="system", content="s" * 100), Message(role="user", content="u" * 100)]


def model(context_tokens: int | None) -> ScriptedModel:
    """A model in whose tokenizer a token is a character."""
    scripted = ScriptedModel([])
    scripted.context_tokens = context_tokens
    return scripted


def turn(number: int, length: int) -> list[Message]:
    """An answer and the result of its call."""
    return [
        Message(role="assistant", content=f"answer {number}"),
        Message(role="tool", content=f"{number}" * length, tool_call_id="call_1"),
    ]


def lengths(messages: Sequence[Message]) -> list[int]:
    return [len(message.content) for message in messages]


def test_nothing_is_cut_while_all_fits() -> None:
    messages = OPENING + turn(1, 1000)
    sent = Context(model(8000), ()).fit(messages, 500)
    assert list(sent.messages) == messages
    assert (sent.shortened, sent.max_tokens) == ((), 500)


def test_the_oldest_results_are_cut_first_and_say_so() -> None:
    messages = OPENING + turn(1, 1000) + turn(2, 1000) + turn(3, 1000)
    sent = Context(model(3000), ()).fit(messages, 400)
    assert [cut.message for cut in sent.shortened] == [3]
    assert sent.messages[3].content.startswith("1" * KEPT + "\n")
    assert "800 characters left out" in sent.messages[3].content
    assert lengths(sent.messages)[4:] == lengths(messages)[4:], "the others are whole"


def test_the_answer_gets_the_room_that_is_left() -> None:
    sent = Context(model(3000), ()).fit(OPENING + turn(1, 1000), 4000)
    assert sent.shortened == (), "a quarter of the context is room enough"
    assert 1500 < sent.max_tokens < 2000


def test_what_is_cut_once_stays_so() -> None:
    context = Context(model(3300), ())
    messages = OPENING + turn(1, 1000) + turn(2, 1000) + turn(3, 1000)
    first = context.fit(messages, 400)
    second = context.fit(messages + turn(4, 100), 400)
    assert second.shortened == ()
    assert second.messages[3] == first.messages[3], "so that a server's prefix cache still holds"


def test_a_conversation_that_cannot_be_made_to_fit() -> None:
    messages = [*OPENING, Message(role="assistant", content="x" * 5000)]
    with pytest.raises(ContextFull, match=r"context is 3,000"):
        Context(model(3000), ()).fit(messages, 400)


def test_counts_are_corrected_by_what_the_backend_reports() -> None:
    context = Context(model(3000), ())
    context.fit(OPENING, 400)
    context.learn(2200)  # a template that adds much
    assert context.fit(OPENING, 4000).max_tokens == 800


def test_without_a_known_context_nothing_is_cut() -> None:
    messages = OPENING + turn(1, 100_000)
    assert Context(model(None), ()).fit(messages, 400).messages == messages


@given(st.lists(st.integers(min_value=0, max_value=3000), max_size=12), st.integers(1, 4000))
def test_what_is_sent_fits_or_is_refused(results: list[int], max_tokens: int) -> None:
    context, messages = Context(model(4000), ()), list(OPENING)
    for number, length in enumerate(results):
        messages += turn(number, length)
        try:
            sent = context.fit(messages, max_tokens)
        except ContextFull:
            return
        assert sum(lengths(sent.messages)) + sent.max_tokens <= 4000
        assert sent.max_tokens >= min(max_tokens, 1000)
        assert lengths(sent.messages)[::2] == lengths(messages)[::2], "only results are cut"


def true_size(messages: Sequence[Message], overhead: int) -> int:
    """By a tokenizer for which a token is a character, in a template that adds to each message."""
    return overhead + sum(len(message.content) + 5 for message in messages)


class Estimating(ScriptedModel):
    """Has no tokenizer and estimates 1 to `most` times too high, each text by a factor of its own.

    The template says `overhead` tokens of its own accord.
    """

    def __init__(self, most: float, context_tokens: int) -> None:
        super().__init__([])
        self.context_tokens = context_tokens
        self._most = most

    def count_tokens(self, text: str) -> int:  # type: ignore[override]
        share = zlib.crc32(text.encode()) / 2**32
        return int(len(text) * (1 + share * (self._most - 1))) + 1


@settings(max_examples=1000, deadline=None)
@given(
    st.lists(st.tuples(st.integers(500, 3000), st.booleans()), min_size=3, max_size=12),
    st.sampled_from([400, 4000]),
    st.sampled_from([1.0, 1.7, 2.5]),
    st.integers(0, 1500),
)
def test_what_was_counted_once_is_never_sent_too_long_again(
    turns: list[tuple[int, bool]], max_tokens: int, most: float, overhead: int
) -> None:
    context, messages = Context(Estimating(most, 8000), ()), list(OPENING)
    counted_once = False
    for number, (length, counted) in enumerate(turns):
        try:
            sent = context.fit(messages, max_tokens)
        except ContextFull:
            return
        size = true_size(sent.messages, overhead)
        assert size + sent.max_tokens <= 8000 or not counted_once
        assert sent.max_tokens >= min(max_tokens, 2000)
        if counted:  # servers may forget to
            context.learn(size)
            counted_once = True
        messages += turn(number, length)


def test_results_of_one_answer_are_each_worth_what_they_surely_had() -> None:
    context, messages = Context(Estimating(1.0, 6000), ()), list(OPENING)
    context.fit(messages, 400)
    context.learn(true_size(messages, 0) // 2)  # the estimate is twice too high
    messages += [*turn(1, 1500), turn(2, 1500)[1]]
    sent = context.fit(messages, 400)
    context.learn(true_size(sent.messages, 0) // 2)
    sent = context.fit([*messages, *turn(3, 4500)], 400)
    assert [cut.message for cut in sent.shortened] == [3, 4]


@given(st.lists(st.integers(0, 4000), min_size=1, max_size=20), st.integers(0, 1500))
def test_with_the_models_own_tokenizer_no_room_is_wasted(results: list[int], overhead: int) -> None:
    context, messages = Context(model(8000), ()), list(OPENING)
    context.fit(messages, 8000)
    context.learn(true_size(messages, overhead))
    for number, length in enumerate(results):
        messages += turn(number, length)
        before = list(messages)
        try:
            sent = context.fit(messages, 8000)
        except ContextFull:
            return
        size = true_size(sent.messages, overhead)
        assert size + sent.max_tokens >= 8000 - 3 * len(before), "3 a message for its template"
        context.learn(size)


class Talkative(Checker):
    async def call(self, arguments: dict[str, object]) -> ToolResult:
        result = await super().call(arguments)
        return ToolResult(f"{result.text} {'x' * 1000}", result.verdict, result.code)


async def episode(
    scripted: ScriptedModel,
    context_tokens: int | None,
    max_tokens: int = 300,
    seconds: float = 600,
) -> Trace:
    scripted.context_tokens = context_tokens
    checker = Talkative()
    return await run_episode(
        AND_SWAP,
        scripted,
        Toolbox((checker,), checker.check),
        sample=0,
        sampling=Sampling(max_tokens=max_tokens),
        limits=Limits(seconds=seconds),
        versions={},
    )


def attempts(number: int) -> list[str]:
    return [call("check_lean", code=f"wrong {n}") for n in range(number)]


async def test_a_trace_tells_what_the_model_saw_at_each_turn() -> None:
    scripted = ScriptedModel([*attempts(5), call("check_lean", code="good")])
    trace = await episode(scripted, 5500)
    assert trace.outcome is Outcome.PROVED
    assert any(turn.shortened for turn in trace.turns)
    for number, (sent, sampling) in enumerate(scripted.asked):
        assert trace.sent(number) == tuple(sent)
        assert sampling.max_tokens <= 300
    assert "x" * 1000 in trace.messages[3].content, "the trace keeps the whole result"


async def test_an_episode_ends_where_nothing_more_fits() -> None:
    trace = await episode(ScriptedModel(attempts(50)), 3500)
    assert trace.outcome is Outcome.CONTEXT_LIMIT
    assert "3,500" in trace.detail
    assert Trace.model_validate_json(trace.model_dump_json()) == trace


class Server(ScriptedModel):
    """Refuses what does not fit its context, as vLLM does, and counts what it answers.

    It believes what it is told of its context, `told`, and estimates `estimate` tokens a
    character where there is one.
    """

    def __init__(self, lines: Sequence[str], true_context: int, estimate: float) -> None:
        super().__init__(lines)
        self.answered: list[tuple[list[Message], int]] = []
        self.refusals = 0
        self._true_context = true_context
        self._estimate = estimate

    def count_tokens(self, text: str) -> int:  # type: ignore[override]
        return int(len(text) * self._estimate)

    async def complete(
        self,
        messages: Sequence[Message],
        tools: Sequence[ToolSchema],
        sampling: Sampling,
        on_text: Callable[[str], None] | None = None,
    ) -> Completion:
        size = true_size(messages, 300)
        if size + sampling.max_tokens > self._true_context:
            self.refusals += 1
            raise ContextExceeded(f"maximum context length is {self._true_context:,}")
        self.answered.append((list(messages), sampling.max_tokens))
        completion = await super().complete(messages, tools, sampling, on_text)
        return completion.model_copy(update={"prompt_tokens": size})


@pytest.mark.parametrize(
    ("told", "estimate", "refusals"),
    [
        (6000, 1.0, 0),
        (6000, 2.0, 0),
        (6000, 0.5, 4),  # less than there are
        (9000, 1.0, 12),  # it has less than it says
        (None, 1.0, 2),
    ],
)
async def test_what_a_server_refuses_as_too_long_is_shortened_and_asked_again(
    told: int | None, estimate: float, refusals: int
) -> None:
    server = Server([*attempts(11), call("check_lean", code="good")], 6000, estimate)
    trace = await episode(server, told)
    assert trace.outcome is Outcome.PROVED
    assert server.refusals <= refusals
    for number, (sent, room) in enumerate(server.answered):
        assert trace.sent(number) == tuple(sent)
        assert trace.turns[number].max_tokens == room
    assert any(turn.shortened for turn in trace.turns)


async def test_a_budget_larger_than_an_unknown_context_is_lowered_until_it_fits() -> None:
    server = Server([call("check_lean", code="good")], 6000, 2.0)
    trace = await episode(server, None, max_tokens=32768)
    assert trace.outcome is Outcome.PROVED
    assert (trace.sampling.max_tokens, trace.turns[0].max_tokens) == (32768, server.answered[0][1])


async def test_a_server_that_refuses_what_cannot_be_shortened_ends_the_episode() -> None:
    trace = await episode(Server([], 500, 1.0), 500_000)
    assert trace.outcome is Outcome.CONTEXT_LIMIT
    assert trace.detail == "maximum context length is 500; nothing is left to be shortened"
    assert trace.turns == ()


class Flaky(ScriptedModel):
    """Loses its first request, and then hangs, or answers."""

    def __init__(self, hangs: bool) -> None:
        super().__init__([call("check_lean", code="good")])
        self._hangs = hangs
        self._lost = False

    async def complete(
        self,
        messages: Sequence[Message],
        tools: Sequence[ToolSchema],
        sampling: Sampling,
        on_text: Callable[[str], None] | None = None,
    ) -> Completion:
        if not self._lost:
            self._lost = True
            raise ModelInterrupted("gone", InterruptionKind.CONNECTION, retry_after=0.6)
        if self._hangs:
            await asyncio.sleep(600)
        return await super().complete(messages, tools, sampling, on_text)


async def test_a_lost_request_is_on_the_turn_that_it_led_to_and_not_in_its_time() -> None:
    trace = await episode(Flaky(hangs=False), None, seconds=0.5)
    (turn,) = trace.turns
    assert [one.kind for one in turn.interruptions] == [InterruptionKind.CONNECTION]
    assert turn.model_seconds < turn.interruptions[0].seconds
    assert trace.outcome is Outcome.PROVED, "nor does it count against the episode's limit"
    assert trace.interruptions == ()


async def test_lost_requests_with_no_answer_after_them_are_kept_too() -> None:
    trace = await episode(Flaky(hangs=True), None, seconds=0.1)
    assert (trace.outcome, trace.turns) == (Outcome.TIME_LIMIT, ())
    assert [one.kind for one in trace.interruptions] == [InterruptionKind.CONNECTION]


async def test_a_trace_holds_the_facts_of_its_model() -> None:
    scripted = ScriptedModel([call("check_lean", code="good")])
    scripted.facts = {"context_tokens": "8192", "dtype": "bfloat16"}
    trace = await episode(scripted, 8192)
    assert trace.versions == {"model.context_tokens": "8192", "model.dtype": "bfloat16"}
