"""Long conversations in a short context."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scripted import AND_SWAP, Checker, ScriptedModel, call

from lean_agent.agent import run_episode
from lean_agent.chat import Message, Sampling
from lean_agent.context import KEPT, Context, ContextFull
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


class Talkative(Checker):
    async def call(self, arguments: dict[str, object]) -> ToolResult:
        result = await super().call(arguments)
        return ToolResult(f"{result.text} {'x' * 1000}", result.verdict, result.code)


async def episode(scripted: ScriptedModel, context_tokens: int) -> Trace:
    scripted.context_tokens = context_tokens
    checker = Talkative()
    return await run_episode(
        AND_SWAP,
        scripted,
        Toolbox((checker,), checker.check),
        sample=0,
        sampling=Sampling(max_tokens=300),
        limits=Limits(),
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
