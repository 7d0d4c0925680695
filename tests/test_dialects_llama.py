"""Llama 3's JSON: `{"name": …, "parameters": {…}}`, and nothing beside it."""

from __future__ import annotations

import pytest
from dialect_fuzzer import TOOLS

from lean_agent.chat import CallErrorKind, Message, ToolCall
from lean_agent.dialects.llama import Llama
from lean_agent.dialects.reader import MOST

LLAMA = Llama()
LENIENT = Llama(lenient=True)
SEARCH = '{"name": "search_mathlib", "parameters": {"query": "ideals"}}'
CHECK = '{"name": "check_lean", "parameters": {"code": "#eval {1}"}}'


@pytest.mark.parametrize(
    "text",
    [
        SEARCH,
        f"<|python_tag|>{SEARCH}<|eom_id|>",
        f"\n{SEARCH}\n<|eot_id|>",
        f'{{\n  "type": "function",\n  {SEARCH[1:]}',
        f"<think>\nWhat is {SEARCH}?\n</think>\n\n{SEARCH}",
    ],
)
def test_a_call_is_a_json_object_alone(text: str) -> None:
    reply = LLAMA.read(text, TOOLS)
    assert [(call.name, call.arguments) for call in reply.calls] == [
        ("search_mathlib", {"query": "ideals"})
    ]
    assert reply.errors == ()


@pytest.mark.parametrize(
    "text",
    [
        f"{SEARCH}; {CHECK}",
        f"{SEARCH};\n<|python_tag|>{CHECK}<|eot_id|>",
        f"{SEARCH}\n{CHECK}",
        f"{SEARCH} {CHECK};",
        f"{SEARCH}{CHECK} ;<|eom_id|>",
    ],
)
def test_several_calls_are_parted_by_semicolons_or_white_space(text: str) -> None:
    reply = LLAMA.read(text, TOOLS)
    assert [(call.id, call.name) for call in reply.calls] == [
        ("call_1", "search_mathlib"),
        ("call_2", "check_lean"),
    ]
    assert reply.errors == ()


def test_a_call_stands_where_the_next_breaks_off() -> None:
    for begun in ("{", '{"na', '{"name": "check_lean", "par'):
        for reason, kind in (("length", CallErrorKind.TRUNCATED), ("stop", CallErrorKind.UNCLOSED)):
            reply = LLAMA.read(f"{SEARCH}; {begun}", TOOLS, reason)  # type: ignore[arg-type]
            assert [call.name for call in reply.calls] == ["search_mathlib"]
            assert [(error.kind, error.text) for error in reply.errors] == [(kind, begun)]


def test_beside_a_good_call_the_explanation_quotes_the_spoilt_one() -> None:
    spoilt = '{"name": "check_lean"}'
    reply = LLAMA.read(f"{SEARCH}; {spoilt}", TOOLS)
    (error,) = reply.errors
    assert spoilt in error.detail
    assert spoilt not in LLAMA.render(reply.content, reply.calls), "the model sees it nowhere else"
    (long,) = LLAMA.read(f"{SEARCH}; {spoilt[:-1]}, {' ' * 300}}}", TOOLS).errors
    assert f"`{spoilt[:-1]}," in long.detail
    assert len(long.detail) < 400


def test_an_answer_of_very_many_objects_is_words() -> None:
    assert len(LLAMA.read(SEARCH * MOST, TOOLS).calls) == MOST
    reply = LLAMA.read(SEARCH * (MOST + 1), TOOLS)
    assert reply.calls == ()
    assert {error.kind for error in reply.errors} == {CallErrorKind.EXTRA_TEXT}
    assert len(reply.errors) == MOST


def test_who_writes_arguments_is_told_to_write_parameters() -> None:
    (error,) = LLAMA.read(SEARCH.replace("parameters", "arguments"), TOOLS).errors
    assert 'write "parameters" and not "arguments"' in error.detail


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (f"I will search.\n{SEARCH}", CallErrorKind.EXTRA_TEXT),
        (f"{SEARCH}\nThen I check.", CallErrorKind.EXTRA_TEXT),
        (f"{SEARCH}, {CHECK}", CallErrorKind.EXTRA_TEXT),
        (SEARCH[:-1], CallErrorKind.UNCLOSED),
        ('{"name": "search_mathlib", "parameters": {query: "x"}}', CallErrorKind.NOT_JSON),
        ('{"name": "search_mathlib"}', CallErrorKind.BAD_ARGUMENTS),
        ('{"name": "search_mathlib", "arguments": {}}', CallErrorKind.BAD_ARGUMENTS),
        ('{"parameters": {}}', CallErrorKind.MISSING_NAME),
        ('<|python_tag|>brave_search.call(query="x")', CallErrorKind.NOT_JSON),
    ],
)
def test_a_malformed_call_is_named_and_kept_in_the_text(text: str, kind: CallErrorKind) -> None:
    reply = LLAMA.read(text, TOOLS)
    assert reply.calls == ()
    assert {error.kind for error in reply.errors} == {kind}
    assert all(error.text in text and "TOOL" in error.detail for error in reply.errors)
    assert reply.content == text


def test_a_call_that_the_limit_cut_off_is_truncated() -> None:
    (error,) = LLAMA.read(SEARCH[:40], TOOLS, "length").errors
    assert error.kind is CallErrorKind.TRUNCATED


@pytest.mark.parametrize(
    "text",
    [
        "The set {x | x > 0} is open.",
        "```lean\nexample : {n : ℕ // n > 0} := ⟨1, by decide⟩\n```",
        'I would write JSON, such as {"query": "ideals"}.',
        '<tool_call>\n{"name": "search_mathlib", "arguments": {}}\n</tool_call>',  # Hermes's
        "",
    ],
)
def test_braces_in_words_are_words(text: str) -> None:
    reply = LLAMA.read(text, TOOLS)
    assert (reply.calls, reply.errors, reply.content) == ((), (), text)


@pytest.mark.parametrize(
    ("text", "kind", "done"),
    [
        (f"I will search.\n{SEARCH}", CallErrorKind.EXTRA_TEXT, "left the words beside it"),
        (SEARCH[:-1], CallErrorKind.UNCLOSED, "added the missing }"),
        (SEARCH.replace("parameters", "arguments"), CallErrorKind.BAD_ARGUMENTS, "arguments"),
        (SEARCH.replace('"', "'"), CallErrorKind.NOT_JSON, "quotes"),
    ],
)
def test_lenient_reading_mends_and_says_so(text: str, kind: CallErrorKind, done: str) -> None:
    reply = LENIENT.read(text, TOOLS)
    assert [call.arguments for call in reply.calls] == [{"query": "ideals"}]
    assert reply.errors == ()
    assert reply.repairs[0].kind is kind
    assert done in reply.repairs[0].done


def test_words_and_calls_come_as_soon_as_they_are_certain() -> None:
    reader = LLAMA.reader(TOOLS)
    assert reader.feed("<think>So") == ["<think>", "So"]
    assert reader.feed(" far</think>") == [" far</think>"]
    assert reader.feed(SEARCH) == [], "more text would spoil the call"
    assert [call.name for call in reader.finish().calls] == ["search_mathlib"]


def test_words_are_left_out_beside_calls_and_thinking_is_not() -> None:
    call = ToolCall(id="", name="f")
    assert LLAMA.render("Let me see.", [call]) == '{"name": "f", "parameters": {}}'
    assert LLAMA.render("<think>Hm.</think>\nSo.", [call]).startswith("<think>Hm.</think>\n{")
    assert LLAMA.render("Let me see.", []) == "Let me see."


def test_a_result_is_a_json_object() -> None:
    result = Message(role="tool", content='accepted: "t"\n', tool_call_id="call_1")
    assert LLAMA.render_result(result, "check_lean") == '{"output": "accepted: \\"t\\"\\n"}'
