"""What is wrong with a spoilt call, and what the model is told of it: the taxonomy by examples.

These are the kinds that are found in the text. Those that come of holding a call against the
tools, and of an answer that makes none, are in `test_calls.py`.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from lean_agent import dialects
from lean_agent.chat import CallErrorKind, ToolSchema
from lean_agent.dialects import dialect_named

BLOCK, END_BLOCK = "<｜tool▁calls▁begin｜>", "<｜tool▁calls▁end｜>"
CALL, END_CALL = "<｜tool▁call▁begin｜>", "<｜tool▁call▁end｜>"
SEP = "<｜tool▁sep｜>"
FENCED = "\n```json\n{}\n```"


def tagged(body: str) -> str:
    return f"<tool_call>{body}</tool_call>"


def block(body: str) -> str:
    return f"{BLOCK}{CALL}{body}{END_CALL}{END_BLOCK}"


# The dialect, the spoilt call, its kind and a part of the explanation.
SPOILT = [
    ("hermes", '<tool_call>{"name": "f", "arguments": {}}', "unclosed", "no </tool_call>"),
    ("hermes", '{"name": "f", "arguments": {}}</tool_call>', "unopened", "<tool_call>"),
    ("hermes", tagged("f(x)"), "not_json", "line 1 column 2"),
    ("hermes", tagged(""), "not_json", "EOF"),
    ("hermes", tagged('{"name": "f",}'), "not_json", "comma"),
    ("hermes", tagged('I call {"name": "f", "arguments": {}}'), "not_json", "line 1"),
    (
        "hermes",
        tagged('{"name": "f", "arguments": {"code": "by\n  simp"}}'),
        "not_json",
        r"write a line break in a string as \n",
    ),
    (
        "hermes",
        tagged(r'{"name": "f", "arguments": {"code": "s \ t"}}'),
        "not_json",
        r"write a backslash in a string as \\",
    ),
    ("hermes", tagged("[1, 2]"), "not_an_object", "no object"),
    ("hermes", tagged('{"arguments": {}}'), "missing_name", '"name"'),
    ("hermes", tagged('{"name": 3, "arguments": {}}'), "missing_name", '"name"'),
    ("hermes", tagged('{"name": "f"}'), "bad_arguments", '"arguments"'),
    ("hermes", tagged('{"name": "f", "arguments": "{}"}'), "bad_arguments", '"arguments"'),
    ("qwen-xml", "<tool_call><function=f></function>", "unclosed", "no </tool_call>"),
    ("qwen-xml", tagged("<function=f><parameter=a>1"), "unclosed", "no </parameter> of a"),
    (
        "qwen-xml",
        tagged("<function=f><parameter=a>1<parameter=b>2</parameter></function>"),
        "unclosed",
        "no </parameter> of a",
    ),
    ("qwen-xml", tagged("<function=f>"), "unclosed", "no </function>"),
    ("qwen-xml", "<function=f></function></tool_call>", "unopened", "without <tool_call>"),
    ("qwen-xml", tagged('{"name": "f"}'), "malformed", "no <function=…>"),
    ("qwen-xml", tagged("<function=f</function"), "malformed", "no >"),
    (
        "qwen-xml",
        tagged("<function=f><parameter=a>1</parameter><parameter=a>1</parameter></function>"),
        "malformed",
        "a is there twice",
    ),
    ("qwen-xml", tagged("I call <function=f></function>"), "extra_text", "before <function"),
    ("qwen-xml", tagged("<function=f>x = 1</function>"), "extra_text", "'x = 1</function>'"),
    (
        "qwen-xml",
        tagged("<function=f></function>\n<function=g></function>"),
        "malformed",
        "each call in <tool_call> tags of its own",
    ),
    ("qwen-xml", tagged("<function=></function>"), "missing_name", "<function=> has no name"),
    ("deepseek-v3", f"{BLOCK}{CALL}function{SEP}f{FENCED}{END_CALL}", "unclosed", END_BLOCK),
    ("deepseek-v3", f"{BLOCK}{CALL}function{SEP}f{FENCED}{END_BLOCK}", "unclosed", END_CALL),
    ("deepseek-v3", f"{CALL}function{SEP}f{FENCED}{END_CALL}{END_BLOCK}", "unopened", BLOCK),
    ("deepseek-v3", f"function{SEP}f{FENCED}{END_CALL}", "unopened", CALL),
    ("deepseek-v3", f"{BLOCK}{END_BLOCK}", "malformed", f"no {CALL}"),
    ("deepseek-v3", block(f"f{SEP}{{}}"), "malformed", f"function{SEP}"),
    ("deepseek-v3", block(f"function{SEP}f\n{{}}"), "malformed", "```json"),
    ("deepseek-v3", block(f"function{SEP}f\n```json\n{{a}}\n```"), "not_json", "line 2"),
    ("deepseek-v3", block(f"function{SEP}f\n```json\n[]\n```"), "not_an_object", "no JSON object"),
    ("deepseek-v3", block(f"function{SEP}{FENCED}"), "missing_name", "no name"),
    (
        "deepseek-v3",
        f"{BLOCK}I call{CALL}function{SEP}f{FENCED}{END_CALL}{END_BLOCK}",
        "extra_text",
        "words",
    ),
    ("deepseek-v3.1", f"{BLOCK}{CALL}f{SEP}{{}}{END_CALL}", "unclosed", END_BLOCK),
    ("deepseek-v3.1", block("f{}"), "malformed", SEP),
    ("deepseek-v3.1", block(f"f{SEP}x = 1"), "not_json", "line 1"),
    ("deepseek-v3.1", block(f"function{SEP}f{FENCED}"), "not_json", "line 2"),
    ("deepseek-v3.1", block(f"f{SEP}3"), "not_an_object", "no JSON object"),
    ("deepseek-v3.1", block(f"{SEP}{{}}"), "missing_name", "no name"),
    (
        "fenced",
        '```json\n{"name": "f", "arguments": {}}',
        "unclosed",
        "no line that begins with ```",
    ),
    (
        "fenced",
        '```json\n{"name": "f", "arguments": {}} ```',
        "unclosed",
        "no line that begins with ```",
    ),
    ("fenced", "```json\nf(x)\n```", "not_json", "line 2"),
    ("fenced", '```json\n[{"name": "f"}]\n```', "not_an_object", "no object"),
    ("fenced", '```json\n{"arguments": {}}\n```', "missing_name", '"name"'),
    ("fenced", '```json\n{"name": "f", "query": "x"}\n```', "bad_arguments", '"arguments"'),
]


@pytest.mark.parametrize(("name", "text", "kind", "explanation"), SPOILT)
def test_a_spoilt_call_is_named_and_explained(
    name: str, text: str, kind: str, explanation: str
) -> None:
    reply = dialect_named(name).read(f"Now. {text}")
    (error,) = reply.errors
    assert error.kind.value == kind
    assert explanation in error.detail
    assert "Write " in error.detail, "and how it should be written"
    assert error.text in text
    assert reply.calls == ()
    assert reply.content == f"Now. {text}", "the model must see what it wrote"


@pytest.mark.parametrize(
    ("code", "explanation"),
    [
        ("by\n  simp", r"write a line break in a string as \n"),
        (r"s \union t", r"write a backslash in a string as \\"),
        (r"\x", r"write a backslash in a string as \\"),
    ],
)
def test_the_same_is_said_of_lean_in_python(code: str, explanation: str) -> None:
    (error,) = dialect_named("pythonic").read(f'[check_lean(code="{code}")]').errors
    assert explanation in error.detail


@pytest.mark.parametrize(("name", "text", "kind", "_"), SPOILT)
def test_a_call_that_the_limit_cut_off_is_truncated_and_no_other(
    name: str, text: str, kind: str, _: str
) -> None:
    (error,) = dialect_named(name).read(text, finish_reason="length").errors
    at_the_end = kind == "unclosed" and not text.endswith(("</tool_call>", END_BLOCK))
    assert error.kind.value == ("truncated" if at_the_end else kind)


def test_the_calls_before_the_one_that_was_cut_off_stand() -> None:
    good, half = '<tool_call>{"name": "f", "arguments": {}}</tool_call>', '<tool_call>{"name": "g'
    for text, spoilt in (
        (good + half, [("truncated", half)]),
        (half + good, [("unclosed", half)]),
        (half + half, [("unclosed", half), ("truncated", half)]),
    ):
        reply = dialect_named("hermes").read(text, finish_reason="length")
        assert [(error.kind.value, error.text) for error in reply.errors] == spoilt
        assert [call.name for call in reply.calls] == ["f"] * text.count(good)


MARK_IN_A_STRING = f'{BLOCK}{CALL}f{SEP}{{"code": "{END_BLOCK}"}}{END_CALL}{END_BLOCK}'


@pytest.mark.parametrize(
    ("name", "text", "calls", "kinds"),
    [
        ("hermes", tagged(tagged('{"name": "f", "arguments": {}}')), 1, ["unclosed"]),
        (
            "hermes",
            tagged('{"name": "f", "arguments": {"code": "</tool_call>"}}'),
            0,
            ["not_json"],
        ),
        ("hermes", "</tool_call>" + tagged('{"name": "f", "arguments": {}}'), 1, ["unopened"]),
        ("hermes", tagged('{"name": "f", "arguments": {}}') + "</tool_call>", 1, ["unopened"]),
        ("deepseek-v3.1", MARK_IN_A_STRING, 0, ["unclosed"]),
    ],
)
def test_one_mistake_with_marks_is_counted_once(
    name: str, text: str, calls: int, kinds: list[str]
) -> None:
    for lenient in (False, True):
        reply = dialect_named(name, lenient).read(text)
        found = [*reply.errors, *reply.repairs]
        assert [one.kind.value for one in found] == kinds
        assert len(reply.calls) == calls


def test_in_a_block_only_the_spoilt_call_is_lost() -> None:
    calls = [f"f{SEP}{{}}", f"g{SEP}[]", f"h{SEP}{{}}"]
    text = BLOCK + "".join(f"{CALL}{call}{END_CALL}" for call in calls) + END_BLOCK
    reply = dialect_named("deepseek-v3.1").read(text)
    assert [call.name for call in reply.calls] == ["f", "h"]
    (error,) = reply.errors
    assert (error.kind.value, error.text) == ("not_an_object", f"{CALL}{calls[1]}{END_CALL}")
    cut_off = dialect_named("deepseek-v3.1").read(text[:-40], finish_reason="length")
    assert [call.name for call in cut_off.calls] == ["f"]
    assert [error.kind.value for error in cut_off.errors] == ["not_an_object", "truncated"]


def test_a_call_in_another_dialect_between_the_right_marks_is_spoilt_like_any_other() -> None:
    f = ToolSchema(name="f", description="", parameters={})
    xml = tagged("<function=f></function>")
    assert [e.kind for e in dialect_named("hermes").read(xml, [f]).errors] == [
        CallErrorKind.NOT_JSON
    ]


# What the manual says of vLLM's parsers, on our side.
F = '{"name": "f", "arguments": {}}'
UNLIKE_VLLM = [
    ("hermes", f"<tool_call>{F}", "unclosed"),
    ("hermes", tagged('{"name": "f", "arguments": "{}"}'), "bad_arguments"),
    ("hermes", tagged(F) + tagged("f()"), "a call"),
    ("qwen-xml", "<function=f></function>", "unopened"),
    ("qwen-xml", tagged("<function=f><parameter=a>1</function>"), "unclosed"),
    (
        "qwen-xml",
        tagged("<function=f><parameter=a>&lt;/parameter></parameter></function>"),
        "a call",
    ),
    ("deepseek-v3", f"{BLOCK}{CALL}function{SEP}f{FENCED}{END_CALL}", "unclosed"),
    ("deepseek-v3.1", f"{BLOCK}{CALL}f{SEP}{{}}{END_CALL}", "unclosed"),
    ("llama", F, "bad_arguments"),
    ("llama", 'So: {"name": "f", "parameters": {}}', "extra_text"),
    ("mistral", f"[TOOL_CALLS]So: [{F}]", "not_json"),
    ("mistral", f"[TOOL_CALLS][{F}][TOOL_CALLS][{F}]", "a call"),
    ("mistral-v11", "[TOOL_CALLS]f{}", "malformed"),
    ("mistral-v11", "[TOOL_CALLS]f[ARGS]{a}", "not_json"),
    ("pythonic", "[g.f(a=-1, b=(1, 2))]", "a call"),
]


@pytest.mark.parametrize(("name", "text", "found"), UNLIKE_VLLM)
def test_strict_reading_differs_from_vllm_as_the_manual_says(
    name: str, text: str, found: str
) -> None:
    reply = dialect_named(name).read(text)
    if found == "a call":
        assert reply.calls
    else:
        assert ([error.kind.value for error in reply.errors], reply.calls) == ([found], ())


def test_the_manual_has_a_line_for_each_difference() -> None:
    manual = (Path(dialects.__file__).parent / "README.md").read_text(encoding="utf-8")
    table = manual.partition("differs from vLLM")[2].partition("\n## ")[0]
    lines = [line.strip("| ").split(" | ") for line in table.splitlines() if line[:2] == "| "]
    for (name, _, found), line in zip(UNLIKE_VLLM, lines[1:], strict=True):
        assert line[0] == name
        assert line[2].strip("`").startswith(found)
