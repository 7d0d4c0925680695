"""The calls of an answer held against the tools that were offered."""

from __future__ import annotations

from typing import Any

import pytest
from scripted import call

from lean_agent.calls import MOST_CALLS, Judged, judge, no_proof
from lean_agent.chat import CallErrorKind, ToolSchema
from lean_agent.dialects import dialect_named
from lean_agent.models.base import read_completion

SEARCH = ToolSchema(
    name="search_mathlib",
    description="Search.",
    parameters={
        "type": "object",
        "properties": {
            "query": {"type": "string", "minLength": 1},
            "k": {"type": "integer", "minimum": 1, "maximum": 20},
            "exact": {"type": "boolean"},
            "kinds": {"type": "array", "items": {"type": "string"}},
        },
        "required": ["query"],
        "additionalProperties": False,
    },
)


def judged(text: str, *, lenient: bool = False, **finish: Any) -> Judged:
    dialect = dialect_named("hermes")
    return judge(read_completion(text, dialect, [SEARCH], **finish), [SEARCH], dialect, lenient)


def kinds(text: str, **finish: Any) -> list[CallErrorKind]:
    return [error.kind for error in judged(text, **finish).errors]


def test_a_good_call_has_nothing_wrong_with_it() -> None:
    found = judged(call("search_mathlib", query="swap", k=3))
    assert found.errors == ()
    assert [made.arguments for made in found.completion.message.tool_calls] == [
        {"query": "swap", "k": 3}
    ]


@pytest.mark.parametrize(
    ("arguments", "kind", "named"),
    [
        ({}, CallErrorKind.MISSING_ARGUMENT, "query"),
        ({"query": "x", "limit": 3}, CallErrorKind.UNKNOWN_ARGUMENT, "limit"),
        ({"query": 3}, CallErrorKind.WRONG_TYPE, "query"),
        ({"query": "x", "k": "5"}, CallErrorKind.WRONG_TYPE, "k"),
        ({"query": "x", "kinds": ["lemma", 1]}, CallErrorKind.WRONG_TYPE, "kinds.1"),
        ({"query": "x", "k": 0}, CallErrorKind.BAD_ARGUMENTS, "k"),
        ({"query": ""}, CallErrorKind.BAD_ARGUMENTS, "query"),
    ],
)
def test_arguments_are_held_against_the_schema(
    arguments: dict[str, Any], kind: CallErrorKind, named: str
) -> None:
    (error,) = judged(call("search_mathlib", **arguments)).errors
    assert error.kind is kind
    assert named in error.detail, "it says which argument"
    assert error.call_id == "call_1"


def test_a_tool_that_is_not_there() -> None:
    (error,) = judged(call("prove", code="x")).errors
    assert error.kind is CallErrorKind.UNKNOWN_TOOL
    assert "search_mathlib" in error.detail, "it says which there are"


def test_the_same_call_twice_in_an_answer_is_made_once() -> None:
    found = judged(call("search_mathlib", query="a") * 2 + call("search_mathlib", query="b"))
    assert list(found.refused) == ["call_2"]
    assert found.refused["call_2"].kind is CallErrorKind.REPEATED


def test_arguments_in_another_order_are_the_same_call() -> None:
    found = judged(call("search_mathlib", query="a", k=1) + call("search_mathlib", k=1, query="a"))
    assert list(found.refused) == ["call_2"]


def test_an_answer_may_make_so_many_calls() -> None:
    found = judged("".join(call("search_mathlib", query=str(n)) for n in range(MOST_CALLS + 2)))
    assert [error.kind for error in found.refused.values()] == [CallErrorKind.TOO_MANY] * 2
    assert list(found.refused) == [f"call_{MOST_CALLS + n}" for n in (1, 2)]


def test_good_and_bad_calls_of_one_answer_are_told_apart() -> None:
    found = judged(call("prove") + "<tool_call>{</tool_call>" + call("search_mathlib", query="a"))
    assert {error.kind for error in found.errors} == {
        CallErrorKind.UNKNOWN_TOOL,
        CallErrorKind.NOT_JSON,
    }
    assert list(found.refused) == ["call_1"]


@pytest.mark.parametrize("text", ["", "It is clear.", "<think>Let me search.</think>So be it."])
def test_an_answer_without_a_call(text: str) -> None:
    assert kinds(text) == [CallErrorKind.NO_CALL]


@pytest.mark.parametrize("text", ["<think>Let me see", "Let me see</think>", ""])
def test_an_answer_that_is_cut_off_in_thought(text: str) -> None:
    assert kinds(text, finish_reason="length") == [CallErrorKind.TRUNCATED]


def test_words_that_lead_to_no_call_are_none_however_they_end() -> None:
    assert kinds("The theorem is clear since", finish_reason="length") == [CallErrorKind.NO_CALL]
    assert kinds("<tool_call>{", finish_reason="length") == [CallErrorKind.TRUNCATED]


def test_a_call_in_another_dialect_is_named() -> None:
    (error,) = judged("```json\n" + '{"name": "search_mathlib", "arguments": {}}\n```').errors
    assert error.kind is CallErrorKind.OTHER_DIALECT
    assert "fenced" in error.detail


def test_no_call_is_missed_where_no_tools_are_offered() -> None:
    dialect = dialect_named("hermes")
    completion = read_completion("by simp", dialect)
    assert judge(completion, [], dialect, lenient=False).errors == ()


def test_an_answer_without_a_proof_that_was_cut_off() -> None:
    dialect = dialect_named("hermes")
    assert no_proof(read_completion("So", dialect)).kind is CallErrorKind.NO_PROOF
    cut_off = read_completion("So", dialect, finish_reason="length")
    assert no_proof(cut_off).kind is CallErrorKind.TRUNCATED


def test_lenient_reading_takes_a_number_in_quotes_and_says_so() -> None:
    written = call("search_mathlib", query="x", k="5", exact="True", kinds='["lemma"]')
    assert [error.kind for error in judged(written).errors] == [CallErrorKind.WRONG_TYPE]
    found = judged(written, lenient=True)
    assert found.errors == ()
    (made,) = found.completion.message.tool_calls
    assert made.arguments == {"query": "x", "k": 5, "exact": True, "kinds": ["lemma"]}
    (repair,) = found.completion.repairs
    assert repair.kind is CallErrorKind.WRONG_TYPE
    assert '"k": 5' in repair.done


def test_lenient_reading_does_not_guess() -> None:
    for arguments in ({"query": "x", "k": "five"}, {"k": "5"}, {"query": "x", "k": "1_0"}):
        assert judged(call("search_mathlib", **arguments), lenient=True).refused
