"""Lenient reading: what is nearly a call is taken as one, and what was mended is told."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lean_agent.chat import ToolCall, ToolSchema
from lean_agent.dialects import dialect_named
from lean_agent.dialects.mending import LONGEST, mend_json

F = ToolSchema(
    name="f",
    description="",
    parameters={"type": "object", "properties": {"a": {"type": "string"}}},
)
BLOCK, END_BLOCK = "<｜tool▁calls▁begin｜>", "<｜tool▁calls▁end｜>"
CALL, END_CALL = "<｜tool▁call▁begin｜>", "<｜tool▁call▁end｜>"
SEP = "<｜tool▁sep｜>"


def tagged(body: str) -> str:
    return f"<tool_call>{body}</tool_call>"


# The dialect, what is nearly the call f(a="b"), the kind of the strict error, what was done.
MENDED = [
    ("hermes", tagged("{'name': 'f', 'arguments': {'a': 'b'}}"), "not_json", "single quotes"),
    ("hermes", tagged('{"name": "f", "arguments": {"a": "b",},}'), "not_json", "comma"),
    ("hermes", tagged('{"name": "f", "arguments": {"a": "b"}'), "not_json", "the missing }"),
    ("hermes", tagged('{"name": "f", "arguments": {"a": "b"}}}'), "not_json", "} too many"),
    ("hermes", '<tool_call>{"name": "f", "arguments": {"a": "b"}}', "unclosed", "</tool_call>"),
    ("hermes", '<tool_call>{"name": "f", "arguments": {"a": "b"}', "unclosed", "missing }"),
    (
        "hermes",
        tagged('{"name": "f", "arguments": "{\\"a\\": \\"b\\"}"}'),
        "bad_arguments",
        "string",
    ),
    ("hermes", tagged('{"name": "f", "parameters": {"a": "b"}}'), "bad_arguments", '"parameters"'),
    (
        "hermes",
        tagged('\n```json\n{"name": "f", "arguments": {"a": "b"}}\n```\n'),
        "not_json",
        "fence",
    ),
    ("hermes", tagged("<function=f><parameter=a>b</parameter></function>"), "not_json", "qwen-xml"),
    ("qwen-xml", tagged("<function=f><parameter=a>b</function>"), "unclosed", "</parameter> of a"),
    ("qwen-xml", tagged("<function=f><parameter=a>b</parameter>"), "unclosed", "</function>"),
    ("qwen-xml", "<function=f><parameter=a>b</parameter></function>", "unopened", "without"),
    ("qwen-xml", "<tool_call><function=f><parameter=a>b", "unclosed", "missing </tool_call>"),
    ("qwen-xml", tagged('{"name": "f", "arguments": {"a": "b"}}'), "malformed", "hermes"),
    (
        "deepseek-v3",
        f'{CALL}function{SEP}f\n```json\n{{"a": "b"}}\n```{END_CALL}',
        "unopened",
        BLOCK,
    ),
    (
        "deepseek-v3",
        f'{BLOCK}{CALL}function{SEP}f\n{{"a": "b"}}{END_CALL}{END_BLOCK}',
        "malformed",
        "without a whole code fence",
    ),
    (
        "deepseek-v3.1",
        f"{BLOCK}{CALL}f{SEP}{{'a': 'b'}}{END_CALL}{END_BLOCK}",
        "not_json",
        "quotes",
    ),
    ("deepseek-v3.1", f'{BLOCK}{CALL}f{SEP}{{"a": "b"}}{END_CALL}', "unclosed", END_BLOCK),
    (
        "deepseek-v3.1",
        f'{BLOCK}{CALL}f{SEP}"{{\\"a\\": \\"b\\"}}"{END_CALL}{END_BLOCK}',
        "not_an_object",
        "string",
    ),
    ("fenced", '```json\n{"name": "f", "arguments": {"a": "b"},}\n```', "not_json", "comma"),
    ("fenced", '```json\n{"name": "f", "arguments": {"a": "b"}}', "unclosed", "missing ```"),
    ("fenced", tagged('{"name": "f", "arguments": {"a": "b"}}'), "other_dialect", "hermes"),
    ("hermes", '```json\n{"name": "f", "arguments": {"a": "b"}}\n```', "other_dialect", "fenced"),
]


@pytest.mark.parametrize(("name", "text", "kind", "done"), MENDED)
def test_what_is_nearly_a_call_is_taken_as_one(name: str, text: str, kind: str, done: str) -> None:
    strict = dialect_named(name).read(f"Now. {text}", [F])
    assert strict.calls == ()
    lenient = dialect_named(name, lenient=True).read(f"Now. {text}", [F])
    assert [(call.name, call.arguments) for call in lenient.calls] == [("f", {"a": "b"})]
    assert lenient.errors == ()
    assert lenient.content == "Now."
    (repair,) = lenient.repairs
    assert repair.kind.value == kind
    assert done in repair.done
    assert repair.text in f"Now. {text}"
    if kind != "other_dialect":
        assert {error.kind.value for error in strict.errors} == {kind}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("hermes", tagged("f(a=b)")),
        ("hermes", tagged('{"name": "f", "arguments": {"a": "b}')),
        ("hermes", tagged('{"name": "f", "arguments": {"a": "he said "b""}}')),
        ("hermes", tagged('{"name": f, "arguments": {}}')),
        ("hermes", tagged('{"arguments": {}}')),
        ("hermes", tagged('{"name": "f", "arguments": [1}}')),
        ("qwen-xml", tagged("<function=f>b</function>")),
        ("qwen-xml", "</tool_call>"),
        ("deepseek-v3.1", f"{BLOCK}{CALL}{SEP}{{}}{END_CALL}{END_BLOCK}"),
        ("fenced", '```json\n{"goals": []}\n```'),
    ],
)
def test_where_there_is_a_doubt_nothing_is_mended(name: str, text: str) -> None:
    lenient = dialect_named(name, lenient=True)
    assert lenient.read(text, [F]) == dialect_named(name).read(text, [F])


@pytest.mark.parametrize("name", ["hermes", "qwen-xml", "deepseek-v3", "deepseek-v3.1", "fenced"])
def test_what_the_limit_cut_off_is_not_made_up(name: str) -> None:
    whole = dialect_named(name).render("", [ToolCall(id="", name="f", arguments={"a": "b, c"})])
    for end in range(len(whole)):
        reply = dialect_named(name, lenient=True).read(whole[:end], [F], "length")
        assert [call.arguments for call in reply.calls] in ([], [{"a": "b, c"}])


def test_calls_that_need_no_mending_are_told_from_those_that_do() -> None:
    good = tagged('{"name": "f", "arguments": {"a": "1"}}')
    nearly = tagged('{"name": "f", "arguments": {"a": "2",}}')
    spoilt = tagged("f(3)")
    reply = dialect_named("hermes", lenient=True).read(good + nearly + spoilt, [F])
    assert [call.arguments["a"] for call in reply.calls] == ["1", "2"]
    assert [repair.text for repair in reply.repairs] == [nearly]
    assert [error.text for error in reply.errors] == [spoilt]


def test_a_call_in_a_thought_stays_a_thought() -> None:
    nearly = tagged('{"name": "f", "arguments": {}')
    text = f"<think>{nearly}</think> No."
    reply = dialect_named("hermes", lenient=True).read(text, [F])
    assert (reply.calls, reply.errors, reply.content) == ((), (), text)


# JSON


@pytest.mark.parametrize(
    ("text", "value", "done"),
    [
        ("{'a': True, 'b': None}", {"a": True, "b": None}, ["single quotes", "Python"]),
        ("{'a': 'it\\'s \"so\"'}", {"a": 'it\'s "so"'}, ["single quotes", "\\' as a quote"]),
        ('{"a": "by\n\tsimp"}', {"a": "by\n\tsimp"}, ["line breaks"]),
        ('{"a": "s \\ t ∪ \\{x}"}', {"a": "s \\ t ∪ \\{x}"}, ["a backslash"]),
        ('{"a": [1, 2,], }', {"a": [1, 2]}, ["a comma"]),
        ('{"a": [{"b": 1', {"a": [{"b": 1}]}, ["the missing }]}"]),
        ('{"a": 1}}]', {"a": 1}, ["one } too many", "one ] too many"]),
        ("```\n[1]\n```", [1], ["code fence"]),
    ],
)
def test_what_is_nearly_json_is_mended_and_told(text: str, value: Any, done: list[str]) -> None:
    told: list[str] = []
    assert mend_json(text, told) == value
    assert len(told) == len(done)
    assert all(part in line for part, line in zip(done, told, strict=True))


@pytest.mark.parametrize(
    "text",
    ["", "words", "{a: 1}", '{"a": "open', "{'a': 'it's'}", '{"a" 1}', "[1 2]", "{]", "}", "[,]",
     "[1,,]", '{"a":}', "NaN", "[" * 65, "// no\n{}", "[" + "1," * LONGEST],
    ids=lambda text: text[:10],
)  # fmt: skip
def test_what_may_mean_anything_is_not_mended(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        mend_json(text, [])


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.text(),
    lambda children: st.lists(children) | st.dictionaries(st.text(), children),
    max_leaves=8,
)


@settings(deadline=None)
@given(json_values)
def test_json_is_not_changed_and_python_is_read_as_it_stands(value: Any) -> None:
    done: list[str] = []
    assert mend_json(json.dumps(value), done) == value
    assert mend_json(json.dumps(value, ensure_ascii=False), done) == value
    assert done == []


@settings(deadline=None)
@given(st.lists(st.sampled_from(list("{}[],:\"'\\1a \n")) | st.sampled_from(["True", "```"]))
       .map("".join))  # fmt: skip
def test_any_text_is_mended_or_refused(text: str) -> None:
    try:
        json.dumps(mend_json(text, []))
    except ValueError as refused:
        assert str(refused)
