"""The baseline without a language model, as a whole: real episodes with Lean and the search."""

from __future__ import annotations

import asyncio
import builtins
import io
import os
import random
from collections.abc import Sequence

import pytest
import pytest_asyncio
from formulas import formulas
from hypothesis import given, settings
from hypothesis import strategies as st
from lean_answers import asks_lean

from lean_agent.agent import run_episode
from lean_agent.chat import CallError, CallErrorKind, Message, Sampling
from lean_agent.dialects.hermes import Hermes
from lean_agent.episode import EpisodeSettings
from lean_agent.models.portfolio import PortfolioModel
from lean_agent.models.portfolio.plan import plan
from lean_agent.problem import Problem
from lean_agent.prompts import opening, reminder
from lean_agent.tools import CHECK_SCHEMA, SEARCH_SCHEMA
from lean_agent.trace.trace import Limits, Outcome, Trace
from lean_agent.workbench import Workbench

TOOLS = (SEARCH_SCHEMA, CHECK_SCHEMA)
REMINDER = reminder(
    EpisodeSettings(), CallError(kind=CallErrorKind.TRUNCATED, text="", detail="cut off")
)
EASY = Problem(
    id="easy",
    statement="theorem swap_both (a b c : Prop) (h : a ∧ b ∧ c) : c ∧ b ∧ a",
    informal="Three facts in the other order.",
)
# No single tactic proves it: what exists has to be taken out of the hypothesis first.
HARD = Problem(
    id="hard",
    statement="theorem apart (α : Type) (p q : α → Prop)\n"
    "    (h : ∃ x, p x ∧ ∃ y, q y) :\n    (∃ y, q y) ∧ ∃ x, p x",
    informal="What holds of some x and some y holds of some y and some x.",
)
FALSE = Problem(id="false", statement="theorem wrong (a b : Nat) (h : a ≤ b) : a < b")
OTHERS = [
    "theorem t (a b : Prop) : ¬(a ∨ b) ↔ ¬a ∧ ¬b",
    "theorem t (α : Type) (p q : α → Prop) (h : ∃ x, p x ∧ ¬q x) : ¬∀ x, p x → q x",
    "theorem t {α : Type} (l m : List α) : (l ++ m).reverse.length = m.length + l.length",
    "theorem t {α : Type} (s t r : Set α) (h : s ⊆ t) : s ∩ r ⊆ t",
    "theorem t (n : Nat) : Nat.Even (n * (n + 1))",
    "theorem t (x y : Bool) : (x && y) = !(!x || !y)",
    "theorem t (α β : Type) (f : α → β) (x : Option α) : (x.map f).isSome = x.isSome",
]
PROBLEMS = [
    EASY,
    HARD,
    FALSE,
    *(Problem(id=f"other {place}", statement=text) for place, text in enumerate(OTHERS)),
]


async def episode(bench: Workbench, problem: Problem, turns: int, sample: int = 0) -> Trace:
    limits = Limits(turns=turns, check_seconds=20)
    return await run_episode(
        problem,
        PortfolioModel(),
        bench.toolbox(problem, limits),
        sample=sample,
        sampling=Sampling(seed=3),
        limits=limits,
        versions={},
    )


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def traces(workbench: Workbench) -> dict[str, Trace]:
    """One episode of each problem."""
    turns = {"hard": 12, "false": 4}
    played = [episode(workbench, p, turns.get(p.id, 5)) for p in PROBLEMS]
    return {trace.problem.id: trace for trace in await asyncio.gather(*played)}


def calls(trace: Trace) -> list[str]:
    return [call.name for message in trace.messages for call in message.tool_calls]


@asks_lean
async def test_an_easy_theorem_takes_a_search_a_trial_and_the_proof(
    traces: dict[str, Trace],
) -> None:
    trace = traces["easy"]
    assert trace.outcome is Outcome.PROVED
    assert calls(trace) == ["search_mathlib", "check_lean", "check_lean"]
    assert len(trace.turns) == 3


@asks_lean
async def test_another_theorem_is_proved_after_lean_has_refused_a_proof(
    traces: dict[str, Trace],
) -> None:
    trace = traces["hard"]
    assert trace.outcome is Outcome.PROVED, trace.messages[-1].content
    verdicts = [verdict.accepted for turn in trace.turns for verdict in turn.verdicts]
    assert verdicts == [False] * (len(verdicts) - 1) + [True]
    assert len(verdicts) > 1
    assert "search_mathlib" in calls(trace)[2:], "it also searched for a goal that was left"
    assert trace.proof is not None
    assert trace.proof.startswith(HARD.statement)
    assert "obtain ⟨x, hx⟩ := h" in trace.proof


@asks_lean
async def test_it_sends_only_calls_that_can_be_carried_out(traces: dict[str, Trace]) -> None:
    assert len(traces) == 10
    for trace in traces.values():
        assert [turn.errors for turn in trace.turns] == [()] * len(trace.turns)
        assert all(turn.finish_reason == "tool_calls" for turn in trace.turns)
        assert set(calls(trace)) == {"search_mathlib", "check_lean"}


@asks_lean
async def test_what_is_false_is_not_proved(traces: dict[str, Trace]) -> None:
    assert traces["false"].outcome is Outcome.TURN_LIMIT
    assert traces["false"].proof is None


@asks_lean
async def test_the_same_seed_gives_the_same_conversation(
    workbench: Workbench, traces: dict[str, Trace]
) -> None:
    again = await episode(workbench, FALSE, turns=4)
    assert again.messages == traces["false"].messages


@asks_lean
async def test_another_seed_tries_other_things(
    workbench: Workbench, traces: dict[str, Trace]
) -> None:
    other = await episode(workbench, FALSE, turns=3, sample=1)
    first = traces["false"]
    assert other.sampling.seed != first.sampling.seed
    assert other.messages[:2] == first.messages[:2]
    assert other.messages[4] != first.messages[4], "the first proof that is sent"


@asks_lean
async def test_every_answer_follows_from_the_conversation_and_the_seed_alone(
    traces: dict[str, Trace], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object, **__: object) -> None:
        raise AssertionError("the model reads a file")

    with monkeypatch.context() as patch:
        for module in (builtins, io, os):
            patch.setattr(module, "open", refused)
        for trace in traces.values():
            for place, message in enumerate(trace.messages):
                if message.role == "assistant":
                    said = trace.messages[:place]
                    answer = await PortfolioModel().complete(said, trace.tools, trace.sampling)
                    assert answer.message == message


async def next_answer(said: Sequence[Message]) -> Message:
    return (await PortfolioModel().complete(said, TOOLS, Sampling(seed=1))).message


@pytest.mark.parametrize("text", ["", "Nothing found. Try other words.", "1. ", "…"])
async def test_a_search_that_finds_nothing_is_followed_by_an_attempt(text: str) -> None:
    start = opening(EASY, TOOLS, EpisodeSettings(), Hermes())
    search = await next_answer(start)
    (call,) = search.tool_calls
    answered = Message(role="tool", content=text, tool_call_id=call.id)
    (attempt,) = (await next_answer([*start, search, answered])).tool_calls
    assert attempt.name == "check_lean"
    assert attempt.arguments["code"].startswith("example (a b c : Prop) (h : a ∧ b ∧ c) : c ∧ b")


async def test_after_a_check_that_ran_out_of_time_something_else_is_tried() -> None:
    said = opening(EASY, TOOLS, EpisodeSettings(), Hermes())
    codes: list[str] = []
    while len(codes) < 3:
        answer = await next_answer(said)
        said.append(answer)
        for call in answer.tool_calls:
            text = "Rejected (timeout): Lean was not done after 60 seconds; the check was stopped"
            said.append(Message(role="tool", content=text, tool_call_id=call.id))
            codes += [call.arguments["code"]] if call.name == "check_lean" else []
    assert len(set(codes)) == 3


async def test_a_conversation_without_tool_results_ends_in_words() -> None:
    said = opening(EASY, TOOLS, EpisodeSettings(), Hermes())
    for _ in range(3):
        said += [await next_answer(said), Message(role="user", content=REMINDER)]
    assert not said[-2].tool_calls
    assert said[-2].content


REFUSALS = [
    "",
    "Rejected (timeout): Lean was not done after 60 seconds; the check was stopped",
    "Rejected (crash): Lean did not survive this code, tried twice, so it is not judged",
    "Rejected (forbidden): line 2: `axiom`",
    "Nothing found. Try other words.",
    "This tool call was not carried out: `query`: Field required",
]


@st.composite
def odd_answers(draw: st.DrawFn) -> str:
    """A complaint of Lean about some line and some goal, perhaps cut off."""
    line, name = draw(st.integers(0, 30)), draw(st.sampled_from(["h", "x", "n✝", "h x", ""]))
    fact, target = draw(formulas()).text, draw(formulas()).text
    text = f"Rejected (errors): no\n{line}:2 error: unsolved goals\n{name} : {fact}\n⊢ {target}"
    text += f"\n1. Some.lemma (a : α) : {fact} — A lemma."
    return text[: draw(st.integers(0, len(text)))] if draw(st.booleans()) else text


ANSWERS = st.one_of(st.sampled_from(REFUSALS), odd_answers(), st.text())
STATEMENTS = [p.statement for p in PROBLEMS] + ["def t : Nat", "theorem t", "theorem t : ∀ x, p x"]


@settings(max_examples=60, deadline=None)
@given(st.data(), st.sampled_from(STATEMENTS), st.integers())
def test_no_answer_of_the_tools_makes_it_stumble(
    data: st.DataObject, statement: str, seed: int
) -> None:
    task = opening(Problem(id="t", statement=statement), TOOLS, EpisodeSettings(), Hermes())[
        -1
    ].content
    steps = plan(task, random.Random(seed))
    step = next(steps)
    for _ in range(8):
        assert step.thought
        answers = [data.draw(ANSWERS) for _ in step.calls]
        try:
            step = steps.send(answers)
        except StopIteration:
            break
