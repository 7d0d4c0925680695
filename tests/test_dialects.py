"""How tool calls are read from a model's text, and written into it: what holds in every dialect.

`lean_agent/dialects/README.md` is the same as prose. What is wrong with a spoilt call is in
`test_dialects_errors.py`, what lenient reading makes of it in `test_dialects_lenient.py`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from dialect_strategies import contents, hostile, json_values, marks, thinking, written_calls
from hypothesis import example, given, settings
from hypothesis import strategies as st

from lean_agent import dialects
from lean_agent.chat import CallError, CallErrorKind, Message, Repair, ToolCall, ToolSchema
from lean_agent.dialects import DIALECTS, dialect_named, recognise
from lean_agent.dialects.base import Dialect, Piece, Reply, strict_json
from lean_agent.dialects.hermes import Hermes
from lean_agent.dialects.reader import Region
from lean_agent.errors import UserError

# One call of search_mathlib with the query "commutativity", as each dialect has it.
CALLS = {
    "hermes": """\
<tool_call>
{"name": "search_mathlib", "arguments": {"query": "commutativity"}}
</tool_call>""",
    "qwen-xml": """\
<tool_call>
<function=search_mathlib>
<parameter=query>
commutativity
</parameter>
</function>
</tool_call>""",
    "deepseek-v3": """\
<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>function<｜tool▁sep｜>search_mathlib
```json
{"query": "commutativity"}
```<｜tool▁call▁end｜><｜tool▁calls▁end｜>""",
    "deepseek-v3.1": """\
<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>search_mathlib<｜tool▁sep｜>\
{"query": "commutativity"}<｜tool▁call▁end｜><｜tool▁calls▁end｜>""",
    "fenced": """\
```json
{"name": "search_mathlib", "arguments": {"query": "commutativity"}}
```""",
    "llama": '{"name": "search_mathlib", "parameters": {"query": "commutativity"}}',
    "mistral": """\
[TOOL_CALLS][{"name": "search_mathlib", "arguments": {"query": "commutativity"}, \
"id": "0000call1"}]""",
    "mistral-v11": '[TOOL_CALLS]search_mathlib[ARGS]{"query": "commutativity"}',
    "pythonic": '[search_mathlib(query="commutativity")]',
}
SEARCH = ToolSchema(
    name="search_mathlib",
    description="Search.",
    parameters={"type": "object", "properties": {"query": {"type": "string"}}},
)
WANTED = ("search_mathlib", {"query": "commutativity"})

in_each_dialect = pytest.mark.parametrize("name", CALLS)
beside_words = pytest.mark.parametrize(
    "name", [name for name in CALLS if DIALECTS[name].words_beside_calls]
)


def called(reply: Reply) -> list[tuple[str, dict[str, Any]]]:
    return [(call.name, call.arguments) for call in reply.calls]


def kinds(reply: Reply) -> list[str]:
    return [error.kind.value for error in reply.errors]


@beside_words
def test_a_call_is_taken_out_of_the_text_around_it(name: str) -> None:
    reply = dialect_named(name).read(f"I look for a lemma.\n{CALLS[name]}\nThen I check it.")
    assert called(reply) == [WANTED]
    assert reply.content == "I look for a lemma.\nThen I check it."
    assert (reply.errors, reply.repairs) == ((), ())


@in_each_dialect
def test_a_call_is_written_as_the_model_was_trained_to(name: str) -> None:
    call = ToolCall(id="any", name=WANTED[0], arguments=WANTED[1])
    assert dialect_named(name).render("", [call]) == CALLS[name]


@in_each_dialect
def test_the_instructions_show_the_marks_of_a_call(name: str) -> None:
    instructions = dialect_named(name).instructions()
    for mark in re.findall(
        r"</?tool_call>|<[a-z]+=|<｜tool.*?｜>|```json|\[[A-Z_]+\]", CALLS[name]
    ):
        assert mark in instructions


@in_each_dialect
def test_several_calls_keep_their_order_and_are_numbered(name: str) -> None:
    dialect = dialect_named(name)
    calls = [ToolCall(id="", name=tool, arguments={}) for tool in ("f", "g", "f")]
    words = "First, second, third." if dialect.words_beside_calls else ""
    reply = dialect.read(dialect.render(words, calls))
    assert [(call.id, call.name) for call in reply.calls] == [
        ("call_1", "f"),
        ("call_2", "g"),
        ("call_3", "f"),
    ]
    assert reply.content == words


# Thinking


@in_each_dialect
@pytest.mark.parametrize(
    "thought",
    [
        "<think>I could write {call}, or only {half} of it.</think>",
        "The template began the thought, so I only end it: {call} {half}</think>",
        "<think></think>",
        "<think><think> {call} </think>",
    ],
)
def test_thoughts_are_kept_and_calls_in_them_are_only_thought(name: str, thought: str) -> None:
    thought = thought.format(call=CALLS[name], half=CALLS[name][:30])
    reply = dialect_named(name).read(f"{thought}\n{CALLS[name]}", [SEARCH])
    assert called(reply) == [WANTED]
    assert reply.content == thought
    assert reply.errors == ()


@in_each_dialect
def test_an_answer_whose_only_call_is_a_thought_is_told_so(name: str) -> None:
    dialect, call = dialect_named(name), CALLS[name]
    for text in (f"<think>{call}</think> So be it.", f"{call}</think> Yes.", f"<think>{call}"):
        reply = dialect.read(text, [SEARCH])
        (error,) = reply.errors
        assert (error.kind, error.text) == (CallErrorKind.IN_THINKING, call)
        assert reply.calls == ()
        assert reply.content == text
    for text in ("<think>I use no tool.</think> Done.", f"<think>I begin: {call[:30]}</think> No."):
        assert dialect.read(text, [SEARCH]).errors == (), "there is no call in it"


@in_each_dialect
def test_a_thought_that_the_limit_cut_off_had_not_come_to_its_call(name: str) -> None:
    reply = dialect_named(name).read(f"<think>Perhaps {CALLS[name]}", [SEARCH], "length")
    assert reply.errors == ()


def test_a_think_tag_in_an_argument_is_no_thought() -> None:
    text = '<tool_call>{"name": "f", "arguments": {"code": "-- </think> <think>"}}</tool_call> So.'
    reply = Hermes().read(text)
    assert called(reply) == [("f", {"code": "-- </think> <think>"})]
    assert reply.content == "So."


# Streams


def pieces_and_reply(
    dialect: Dialect, chunks: Iterable[str], finish_reason: Any = "stop"
) -> tuple[list[Piece], Reply]:
    reader = dialect.reader([SEARCH])
    pieces = [piece for chunk in chunks for piece in reader.feed(chunk)]
    return pieces, reader.finish(finish_reason)


def test_words_and_thoughts_are_shown_at_once_and_calls_as_soon_as_they_are_certain() -> None:
    reader = Hermes().reader()
    assert reader.feed("<think>Hm") == ["<think>", "Hm"]
    assert reader.feed("m</thi") == ["m"]
    assert reader.feed("nk> So <tool") == ["</think>", " So "]
    assert reader.feed('_call>{"name": "f", "arguments": {}}</tool_call') == []
    assert reader.feed("> and") == [ToolCall(id="call_1", name="f"), " and"]


def test_a_call_before_any_think_tag_may_yet_be_a_thought_and_is_held_back() -> None:
    call = CALLS["hermes"]
    reader = Hermes().reader()
    assert reader.feed(f"I write {call}") == ["I write "]
    assert reader.feed("</think>") == [f"{call}</think>"]
    assert kinds(reader.finish()) == ["in_thinking"]


any_dialect = st.builds(dialect_named, st.sampled_from(sorted(DIALECTS)), st.booleans())


@settings(deadline=None, max_examples=400)
@given(any_dialect, hostile, st.integers(1, 20), st.sampled_from(["stop", "length"]))
def test_however_it_is_cut_the_answer_is_the_same_and_agrees_with_the_stream(
    dialect: Dialect, text: str, size: int, finish_reason: Any
) -> None:
    chunks = [text[at : at + size] for at in range(0, len(text), size)]
    pieces, reply = pieces_and_reply(dialect, chunks, finish_reason)
    assert reply == dialect.read(text, [SEARCH], finish_reason)
    shown = [piece for piece in pieces if isinstance(piece, ToolCall)]
    assert shown == list(reply.calls[: len(shown)])
    spoilt = [piece for piece in pieces if isinstance(piece, CallError)]
    assert spoilt == list(reply.errors[: len(spoilt)])
    if not shown:
        seen = "".join(piece if isinstance(piece, str) else piece.text for piece in pieces)
        assert text.startswith(seen)


@settings(deadline=None, max_examples=400)
@given(any_dialect, hostile)
def test_any_text_is_read_and_nothing_of_it_is_lost(dialect: Dialect, text: str) -> None:
    reply = dialect.read(text, [SEARCH])
    for error in reply.errors:
        assert error.text in text
        assert error.detail
    for call in reply.calls:  # what was read can be written down
        assert ToolCall.model_validate_json(call.model_dump_json()) == call
    if not reply.calls:
        assert reply.content == text.strip()


@in_each_dialect
@pytest.mark.parametrize("size", [7, 20_000])
def test_no_part_of_a_hostile_text_is_looked_at_again_and_again(name: str, size: int) -> None:
    # How long it takes is measured by benchmarks/dialects.py.
    class Counting(DIALECTS[name]):  # type: ignore[misc]
        characters = 0

        def read_region(self, region: Region) -> Any:
            Counting.characters += len(region.text)
            return super().read_region(region)

    for repeated in [*marks, "x </tool_call>", "<think></think>", CALLS[name][:40]]:
        Counting.characters = 0
        text = repeated * (20_000 // len(repeated)) + "</think>"
        reader = Counting().reader()
        for at in range(0, len(text), size):
            reader.feed(text[at : at + size])
            assert len(reader._held) < 25, "no more than the beginning of a mark"
        reader.finish()
        assert Counting.characters <= 2 * len(text), "as a region, and once more as a thought"


# Round trips: reading what was rendered gives it back.

_TYPES = {
    str: "string", bool: "boolean", int: "integer", float: "number", list: "array", dict: "object"
}  # fmt: skip


def schemas(calls: Iterable[ToolCall]) -> list[ToolSchema]:
    """Tools that take these arguments, as far as their types go."""
    return [
        ToolSchema(
            name=call.name,
            description="",
            parameters={
                "type": "object",
                "properties": {
                    name: {"type": _TYPES.get(type(value), "null")}
                    for name, value in call.arguments.items()
                },
            },
        )
        for call in calls
    ]


@in_each_dialect
@settings(deadline=None)
@given(data=st.data())
def test_what_is_rendered_is_read_back(name: str, data: st.DataObject) -> None:
    dialect = dialect_named(name)
    content = data.draw(contents if dialect.words_beside_calls else thinking)
    written = data.draw(st.lists(written_calls, max_size=4, unique_by=lambda call: call.name))
    reply = dialect.read(dialect.render(content, written), schemas(written))
    assert reply.content == content
    assert called(reply) == [(call.name, call.arguments) for call in written]
    assert reply.errors == () or (not written and kinds(reply) == ["in_thinking"])


@settings(deadline=None, max_examples=300)
@given(
    st.sampled_from(sorted(DIALECTS)),
    st.sampled_from(["", "<think>Hm.</think>", "Ok."]),
    st.lists(written_calls, min_size=1, max_size=3, unique_by=lambda call: call.name),
    st.floats(0, 1),
)
@example("llama", "", [ToolCall(id="", name=name) for name in "fg"], 0.5)
@example("mistral", "Ok.", [ToolCall(id="", name="f")], 0.1)
def test_a_good_answer_that_the_limit_cuts_off_anywhere_loses_one_call_and_no_other(
    name: str, content: str, written: list[ToolCall], part: float
) -> None:
    dialect, tools = dialect_named(name), schemas(written)
    if not dialect.words_beside_calls:
        content = content.replace("Ok.", "")
    whole = dialect.render(content, written)
    for end in range(int(part * len(whole)), min(int(part * len(whole)) + 30, len(whole))):
        reply = dialect.read(whole[:end], tools, "length")
        good = [(call.name, call.arguments) for call in written[: len(reply.calls)]]
        assert called(reply) == good
        assert kinds(reply) in ([], ["truncated"])


@beside_words
def test_lenient_reading_changes_nothing_where_strict_reading_finds_no_fault(name: str) -> None:
    text = f"<think>{CALLS[name]}</think> Two: {CALLS[name]}{CALLS[name]} and done."
    strict = dialect_named(name).read(text, [SEARCH])
    assert len(strict.calls) == 2
    assert dialect_named(name, lenient=True).read(text, [SEARCH]) == strict


# Qwen3-Coder's XML: the types of arguments come from the tool.

PLOT = ToolSchema(
    name="plot",
    description="",
    parameters={
        "type": "object",
        "properties": {
            "title": {"type": "string"},
            "points": {"type": "array"},
            "width": {"type": "integer"},
            "grid": {"type": "boolean"},
            "limit": {"anyOf": [{"type": "number"}, {"type": "null"}]},
            "mode": {"enum": ["fast", 1]},
        },
    },
)


@pytest.mark.parametrize(
    ("parameter", "text", "value"),
    [
        ("title", "\n5\n", "5"),
        ("title", "\n\n  two lines\nand a break\n\n", "\n  two lines\nand a break\n"),
        ("title", "\r\ntwo lines\r\nin CRLF\r\n", "two lines\r\nin CRLF"),
        ("title", "\nends in CR\r\n", "ends in CR\r"),
        ("title", "no line breaks", "no line breaks"),
        ("title", "", ""),
        ("title", "\n&lt;/parameter> &lt;b>\n", "</parameter> &lt;b>"),
        ("points", "\n[1, [2.5, null]]\n", [1, [2.5, None]]),
        ("width", "\n5\n", 5),
        ("width", " 5 ", 5),
        ("width", "\nwide\n", "wide"),
        ("grid", "\ntrue\n", True),
        ("grid", "\nFalse\n", False),
        ("limit", "\n2.5\n", 2.5),
        ("limit", "\nNone\n", None),
        ("mode", "\nfast\n", "fast"),
        ("mode", "\n1\n", 1),
        ("of_no_tool", "\n5\n", "5"),
    ],
)
def test_a_value_in_xml_has_the_type_that_the_tool_asks_for(
    parameter: str, text: str, value: Any
) -> None:
    call = f"<function=plot><parameter={parameter}>{text}</parameter></function>"
    reply = dialect_named("qwen-xml").read(f"<tool_call>{call}</tool_call>", [PLOT])
    assert called(reply) == [("plot", {parameter: value})]


# Fenced JSON: what is no call there


@pytest.mark.parametrize(
    "words",
    [
        "```lean\ntheorem x : 1 = 1 := rfl\n```",
        '```\n{"name": "f", "arguments": {}}\n```',
        '```jsonc\n{"name": "f", "arguments": {}}\n```',
        '```json\n{"goals": [], "errors": 0}\n```',
        "```json\n```",
        "```json\n\n  ```",
        "``` json",
    ],
)
def test_blocks_in_other_languages_and_other_data_are_words(words: str) -> None:
    reply = dialect_named("fenced").read(f"See:\n{words}\nSo.")
    assert reply == Reply(f"See:\n{words}\nSo.")


@pytest.mark.parametrize("indent", ["   ", "    ", "\t", " " * 16])
@pytest.mark.parametrize("size", [1, 7, 1000])
def test_a_block_may_be_indented_as_in_a_list(indent: str, size: int) -> None:
    block = CALLS["fenced"].replace("\n", f"\n{indent}")
    text = f"1. {block}\n2. {block}\nThen I check."
    chunks = [text[at : at + size] for at in range(0, len(text), size)]
    _, reply = pieces_and_reply(dialect_named("fenced"), chunks)
    assert called(reply) == [WANTED, WANTED]
    assert reply.content == "1.\n2.\nThen I check."


def test_code_in_an_argument_may_have_fences() -> None:
    text = '```json\n{"name": "f", "arguments": {"code": "```lean\\nexact h\\n```"}}\n```'
    reply = dialect_named("fenced").read(text)
    assert called(reply) == [("f", {"code": "```lean\nexact h\n```"})]


# Results


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("hermes", "<tool_response>\naccepted\n</tool_response>"),
        ("qwen-xml", "<tool_response>\naccepted\n</tool_response>"),
        (
            "deepseek-v3",
            "<｜tool▁outputs▁begin｜><｜tool▁output▁begin｜>accepted"
            "<｜tool▁output▁end｜><｜tool▁outputs▁end｜>",
        ),
        ("deepseek-v3.1", "<｜tool▁output▁begin｜>accepted<｜tool▁output▁end｜>"),
        ("fenced", "```result\naccepted\n```"),
    ],
)
def test_a_result_is_written_so_that_generation_stops_where_the_model_writes_one(
    name: str, text: str
) -> None:
    dialect = dialect_named(name)
    message = Message(role="tool", content="accepted", tool_call_id="call_1")
    assert dialect.render_result(message, "check_lean") == text
    assert text.startswith(dialect.stops)


# The register


def test_dialects_are_found_by_name() -> None:
    assert all(dialect_named(name).name == name for name in DIALECTS)
    with pytest.raises(UserError, match="hermes, qwen-xml"):
        dialect_named("klingon")


@in_each_dialect
def test_a_call_in_another_dialect_is_recognised(name: str) -> None:
    asked = dialect_named("llama" if name != "llama" else "hermes")
    text = f"I search: {CALLS[name]}"
    assert recognise(text, [SEARCH], asked) == name
    assert recognise(text, [SEARCH], dialect_named(name)) is None
    assert recognise(text, [], asked) is None, "there is no such tool"
    assert recognise("A dialect is recognised by { and [ as well.", [SEARCH], asked) is None


@settings(deadline=None)
@given(any_dialect, hostile)
def test_the_quick_look_misses_no_call(dialect: Dialect, text: str) -> None:
    if dialect_named(dialect.name).read(text, [SEARCH]).calls:
        assert dialect.may_call(text)


# JSON


@pytest.mark.parametrize("text", ["NaN", "-Infinity", "1e999", '"\\ud800"', "[" * 65 + "]" * 65, "",
                                  "[" * 100_000, "1" * 5_000, '"\ud800"'])  # fmt: skip
def test_json_that_could_not_be_written_down_again_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        strict_json(text)


@settings(deadline=None)
@given(json_values)
def test_other_json_is_read_as_it_stands(value: Any) -> None:
    assert strict_json(json.dumps(value)) == value


def test_repairs_are_told_only_by_a_lenient_dialect() -> None:
    text = CALLS["hermes"].removesuffix("</tool_call>")
    assert Hermes().read(text).repairs == ()
    (repair,) = Hermes(lenient=True).read(text).repairs
    assert isinstance(repair, Repair)


# The manual

MANUAL = (Path(dialects.__file__).parent / "README.md").read_text(encoding="utf-8")


def test_the_manual_names_every_kind_of_error_and_every_dialect() -> None:
    assert [kind for kind in CallErrorKind if f"`{kind.value}`" not in MANUAL] == []
    assert set(re.findall(r"^### (\S+)$", MANUAL, re.M)) == set(DIALECTS)


@pytest.mark.parametrize(
    ("name", "example"),
    re.findall(r"^### (\S+)\n\n(?:`{3,})text\n(.*?)\n`{3,}\n\n", MANUAL, re.M | re.S),
)
def test_the_examples_of_the_manual_are_what_the_dialects_write(name: str, example: str) -> None:
    dialect = dialect_named(name)
    assert called(dialect.read(example, [SEARCH])) == [WANTED]
    assert dialect.render("", [ToolCall(id="", name=WANTED[0], arguments=WANTED[1])]) == example
