"""How tool calls are read from a model's text, and written into it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lean_agent.chat import CallErrorKind, Message, ToolCall
from lean_agent.dialects.base import strict_json
from lean_agent.dialects.hermes import Hermes

HERMES = Hermes()
CALL = '<tool_call>{"name": "search_mathlib", "arguments": {"query": "commutativity"}}</tool_call>'


def test_a_call_is_taken_out_of_the_text_around_it() -> None:
    reply = HERMES.read(f"I look for a lemma.\n{CALL}\nThen I check it.")
    assert reply.content == "I look for a lemma.\nThen I check it."
    (call,) = reply.calls
    assert (call.id, call.name, call.arguments) == (
        "call_1",
        "search_mathlib",
        {"query": "commutativity"},
    )
    assert reply.errors == ()


def test_several_calls_keep_their_order() -> None:
    check = '<tool_call>\n{"arguments": {"code": "x"}, "name": "check_lean"}\n</tool_call>'
    reply = HERMES.read(f"{CALL}{check}\n{CALL}")
    assert [(call.id, call.name) for call in reply.calls] == [
        ("call_1", "search_mathlib"),
        ("call_2", "check_lean"),
        ("call_3", "search_mathlib"),
    ]


def test_thoughts_are_kept_and_calls_in_them_are_only_thought() -> None:
    thought = f"<think>I could write {CALL} or </tool_call>.</think>"
    reply = HERMES.read(f"{thought}\n{CALL}")
    assert reply.content == thought
    assert len(reply.calls) == 1
    assert reply.errors == ()


@pytest.mark.parametrize(
    ("text", "kind", "hint"),
    [
        ('<tool_call>{"name": "f", "arguments": {}}', CallErrorKind.UNCLOSED, "no </tool_call>"),
        ('{"name": "f", "arguments": {}}</tool_call>', CallErrorKind.UNOPENED, "<tool_call>"),
        (f"<think>Let me see. {CALL}", CallErrorKind.IN_THINKING, "</think>"),
        ("<tool_call>f(x)</tool_call>", CallErrorKind.NOT_JSON, "line 1 column 2"),
        ("<tool_call></tool_call>", CallErrorKind.NOT_JSON, "EOF"),
        ('<tool_call>{"name": "f",}</tool_call>', CallErrorKind.NOT_JSON, "comma"),
        ("<tool_call>[1, 2]</tool_call>", CallErrorKind.NOT_AN_OBJECT, "no object"),
        ('<tool_call>{"arguments": {}}</tool_call>', CallErrorKind.MISSING_NAME, '"name"'),
        ('<tool_call>{"name": 3, "arguments": {}}</tool_call>', CallErrorKind.MISSING_NAME, "name"),
        ('<tool_call>{"name": "f"}</tool_call>', CallErrorKind.BAD_ARGUMENTS, '"arguments"'),
        (
            '<tool_call>{"name": "f", "arguments": "{}"}</tool_call>',
            CallErrorKind.BAD_ARGUMENTS,
            '"arguments"',
        ),
    ],
)
def test_a_malformed_call_is_named_and_explained(text: str, kind: CallErrorKind, hint: str) -> None:
    reply = HERMES.read(f"Now. {text}")
    assert reply.calls == ()
    (error,) = reply.errors
    assert error.kind is kind
    assert hint in error.detail
    assert error.text in text
    assert reply.content == f"Now. {text}", "the model must see what it wrote"


def test_a_good_call_after_an_unclosed_one_is_still_read() -> None:
    reply = HERMES.read(f'<tool_call>{{"name": "f" {CALL}')
    assert [error.kind for error in reply.errors] == [CallErrorKind.UNCLOSED]
    assert [call.name for call in reply.calls] == ["search_mathlib"]


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda children: (
        st.lists(children, max_size=3) | st.dictionaries(st.text(), children, max_size=3)
    ),
    max_leaves=8,
)
calls = st.builds(
    ToolCall,
    id=st.just(""),
    name=st.text(min_size=1),
    arguments=st.dictionaries(st.text(), json_values, max_size=4),
)
tags = ["<tool_call>", "</tool_call>", "<think>", "</think>", "<tool_response>"]
words = st.text().map(str.strip).filter(lambda text: not any(tag in text for tag in tags))


@settings(deadline=None)
@given(words, st.lists(calls, max_size=4))
def test_what_is_rendered_is_parsed_back(content: str, written: list[ToolCall]) -> None:
    reply = HERMES.read(HERMES.render(content, written))
    assert reply.content == content
    assert reply.errors == ()
    assert [(c.name, c.arguments) for c in reply.calls] == [(c.name, c.arguments) for c in written]


def test_tags_inside_arguments_survive() -> None:
    code = "-- </tool_call> <think> <tool_call>{}</tool_call>"
    written = ToolCall(id="", name="check_lean", arguments={"code": code})
    (read,) = HERMES.read(HERMES.render("", [written])).calls
    assert read.arguments == {"code": code}


fragments = st.sampled_from(
    [*tags, CALL, '{"name": "f"', '"arguments": {', "}", '"', "\\", "[", "NaN", "1e999", "\\ud800"]
)


@settings(deadline=None)
@given(st.lists(fragments | st.text(max_size=5), max_size=30).map("".join))
def test_any_text_is_read_and_nothing_of_it_is_lost(text: str) -> None:
    reply = HERMES.read(text)
    for error in reply.errors:
        assert error.text in text
        assert error.detail
    assert len(reply.calls) + len(reply.errors) <= text.count("tool_call>")
    for call in reply.calls:  # what was read can be written down
        assert ToolCall.model_validate_json(call.model_dump_json()) == call
    if not reply.calls:
        assert reply.content == text.strip()


@pytest.mark.parametrize(
    "hostile",
    ["<tool_call>", "</tool_call>", "<think>", "<tool_call>{", '<tool_call>"', "<tool_call>\\", "<",
     "<tool_call></tool_call>", "<think></think>", '<tool_call>{"a":', "<tool_call>[1,"],
)  # fmt: skip
@pytest.mark.parametrize("ending", ["", "</tool_call>", "</think>"])
def test_a_megabyte_of_hostile_text_is_read(hostile: str, ending: str) -> None:
    # Were the time quadratic, one of these would run for minutes.
    text = hostile * (1_000_000 // len(hostile)) + ending
    assert HERMES.read(text).calls == ()


def test_a_result_is_rendered_between_response_tags() -> None:
    message = Message(role="tool", content="accepted", tool_call_id="call_1")
    assert HERMES.render_result(message, "f") == "<tool_response>\naccepted\n</tool_response>"


@pytest.mark.parametrize("text", ["NaN", "-Infinity", "1e999", '"\\ud800"', "[" * 65 + "]" * 65, "",
                                  "[" * 100_000, "1" * 5_000, '"\ud800"'])  # fmt: skip
def test_json_that_could_not_be_written_down_again_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        strict_json(text)


@settings(deadline=None)
@given(json_values)
def test_other_json_is_read_as_it_stands(value: Any) -> None:
    assert strict_json(json.dumps(value)) == value
