"""The pythonic dialect: `[search_mathlib(query="…", k=5), check_lean(code="…")]`."""

from __future__ import annotations

import warnings
from typing import Any

import pytest
from dialect_fuzzer import TOOLS

from lean_agent.chat import CallErrorKind, ToolCall
from lean_agent.dialects import dialect_named, recognise
from lean_agent.dialects.pythonic import Pythonic

PYTHONIC = Pythonic()
LENIENT = Pythonic(lenient=True)
SEARCH = '[search_mathlib(query="ideals", k=5)]'


def arguments_of(inside: str) -> dict[str, Any]:
    (call,) = PYTHONIC.read(f"[f({inside})]").calls
    return call.arguments


@pytest.mark.parametrize(
    "text",
    [
        SEARCH,
        "[search_mathlib(query='ideals', k=5)]<|eot_id|>",
        "<|python_tag|>[ search_mathlib( k = 5, query = 'ideals' ) ]<|eom_id|>",
        f"<|python_start|>{SEARCH}<|python_end|>",  # Llama 4
        f"<|python_start|>{SEARCH}<|eom|>",
        f"<|python_start|>\n{SEARCH}\n<|python_end|><|eot|>",
        f"<think>[f()] or {SEARCH}?</think>\n{SEARCH}<|eot|>",
        "[search_mathlib(\n    query='''ideals''',\n    k=5,\n),\n]",
    ],
)
def test_a_call_stands_in_a_list_alone(text: str) -> None:
    reply = PYTHONIC.read(text, TOOLS)
    assert [(call.name, call.arguments) for call in reply.calls] == [
        ("search_mathlib", {"query": "ideals", "k": 5})
    ]
    assert reply.errors == ()


def test_several_calls_keep_their_order() -> None:
    reply = PYTHONIC.read('[a.b(x=[1, (2, 3)]), g-2(), check_lean(code="f(x), [1]")]')
    assert [(call.id, call.name, call.arguments) for call in reply.calls] == [
        ("call_1", "a.b", {"x": [1, [2, 3]]}),
        ("call_2", "g-2", {}),
        ("call_3", "check_lean", {"code": "f(x), [1]"}),
    ]


@pytest.mark.parametrize(
    ("inside", "arguments"),
    [
        ("a=-1, b=2.5, c=None, d=True", {"a": -1, "b": 2.5, "c": None, "d": True}),
        ("a={'x': [1, {'y': ()}]}", {"a": {"x": [1, {"y": []}]}}),
        (r"a='\u2115 \n \\ A \ B'", {"a": "ℕ \n \\ A \\ B"}),
        ("a='one ' 'text'", {"a": "one text"}),
        ("a='''two\nlines'''", {"a": "two\nlines"}),
        ("**{'from': 1, 'a-b': 2}", {"from": 1, "a-b": 2}),
    ],
)
def test_values_are_python_literals(inside: str, arguments: dict[str, Any]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # Python would warn of `\ `
        assert arguments_of(inside) == arguments


@pytest.mark.parametrize(
    "inside",
    [
        "5",  # no name
        "a=x",
        "a=g(1)",
        "a=1 + 1",
        "a=__import__('os').system('true')",
        "a=[x for x in ()]",
        "a=f'{x}'",
        "a=b'x'",
        "a=1j",
        "a={1: 2}",
        "a={1, 2}",
        "a=...",
        "a=true",
        "a=1, a=2",  # Python itself takes one only
        "*[1]",
        "**x",
        "a=1) + g(b=2",
        "a=1)(b=2",
        "a=1e999",
        r"a='\ud800'",  # half a character
        "a='\0'",
        "a=" + "9" * 5000,
        "a=0x" + "f" * 5000,
        "a=" + "[" * 70 + "]" * 70,
        "a=" + "-" * 40_000 + "1",
        "a=1" + "+1" * 20_000,
        "a=x" + ".y" * 20_000,
        "a='two\nlines'",
        "a=1 # no more",
        "from=1",
    ],
)
def test_what_is_no_literal_is_malformed_and_never_evaluated(inside: str) -> None:
    text = f"[f({inside})]"
    reply = PYTHONIC.read(text)
    assert reply.calls == ()
    assert [error.kind for error in reply.errors] == [CallErrorKind.MALFORMED]
    assert reply.content == text


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (f"I will search.\n{SEARCH}", CallErrorKind.EXTRA_TEXT),
        (f"{SEARCH}\nThen I check.", CallErrorKind.EXTRA_TEXT),
        (f"```python\n{SEARCH}\n```", CallErrorKind.EXTRA_TEXT),
        (SEARCH[:-1], CallErrorKind.UNCLOSED),
        (SEARCH[:-2], CallErrorKind.UNCLOSED),
        (SEARCH.replace('"', "", 1), CallErrorKind.UNCLOSED),  # what follows is all in quotes
        ("[search_mathlib(query='x'), 5]", CallErrorKind.MALFORMED),
        ("<|python_tag|>search_mathlib(query='x')", CallErrorKind.MALFORMED),
        ("<|python_start|>search_mathlib(query='x')<|python_end|>", CallErrorKind.MALFORMED),
        (f"[f({'1,' * 30_000})]", CallErrorKind.MALFORMED),  # too long
    ],
)
def test_a_malformed_answer_is_named_and_kept_in_the_text(text: str, kind: CallErrorKind) -> None:
    reply = PYTHONIC.read(text, TOOLS)
    assert {error.kind for error in reply.errors} == {kind}
    assert all(error.text in text and "[TOOL(" in error.detail for error in reply.errors)
    assert reply.calls or reply.content == text


def test_good_calls_beside_a_spoilt_one_are_read() -> None:
    reply = PYTHONIC.read("[f(a=1), f(a=x), f(a=3)]")
    assert [call.arguments for call in reply.calls] == [{"a": 1}, {"a": 3}]
    assert [error.text for error in reply.errors] == [" f(a=x),"]


def test_a_list_that_the_limit_cut_off_is_truncated() -> None:
    reply = PYTHONIC.read("[f(a=1), f(a=2), f(a", TOOLS, "length")
    assert len(reply.calls) == 2
    assert [error.kind for error in reply.errors] == [CallErrorKind.TRUNCATED]


@pytest.mark.parametrize(
    "text",
    [
        "simp [Nat.add_comm, foo (x)]",
        "rw [mul_comm(a), h]",
        "The interval [0, 1] is compact.",
        "[]",
        "Nothing.",
    ],
)
def test_brackets_in_words_are_words(text: str) -> None:
    reply = PYTHONIC.read(text, TOOLS)
    assert (reply.calls, reply.errors, reply.content) == ((), (), text)


@pytest.mark.parametrize(
    ("text", "kind", "done"),
    [
        (f"I will search.\n{SEARCH}", CallErrorKind.EXTRA_TEXT, "left the words beside it"),
        (SEARCH[:-1], CallErrorKind.UNCLOSED, "added the missing ]"),
        ("[search_mathlib('ideals', 5)]", CallErrorKind.MALFORMED, "without a name"),
    ],
)
def test_lenient_reading_mends_and_says_so(text: str, kind: CallErrorKind, done: str) -> None:
    reply = LENIENT.read(text, TOOLS)
    assert [call.arguments for call in reply.calls] == [{"query": "ideals", "k": 5}]
    assert reply.errors == ()
    assert [repair.kind for repair in reply.repairs] == [kind]
    assert done in reply.repairs[0].done


def test_lenient_reading_knows_line_breaks_in_strings_and_the_constants_of_json() -> None:
    reply = LENIENT.read('[check_lean(code="theorem t :\n  True", all=true, none=null)]', TOOLS)
    (call,) = reply.calls
    assert call.arguments == {"code": "theorem t :\n  True", "all": True, "none": None}
    (repair,) = reply.repairs
    assert repair.done == ("escaped line breaks in strings; read true as True; read null as None")


def test_generation_stops_before_another_turn_of_either_llama() -> None:
    assert PYTHONIC.stops == ("<|start_header_id|>", "<|header_start|>")


def test_words_are_left_out_beside_calls_and_thinking_is_not() -> None:
    call = ToolCall(id="", name="f", arguments={"a": "x", "class": [None, True]})
    assert PYTHONIC.render("Let me see.", [call]) == '[f(a="x", **{"class": [None, True]})]'
    assert PYTHONIC.render("Hm.</think>\nSo.", [call]).startswith("Hm.</think>\n[f(")
    assert PYTHONIC.render("Let me see.", []) == "Let me see."


def test_a_call_among_thoughts_or_in_another_dialect_is_seen_with_words_beside_it() -> None:
    thought = PYTHONIC.read(f"<think>I could write {SEARCH} now.</think>\nHm.", TOOLS)
    assert [(error.kind, error.text) for error in thought.errors] == [
        (CallErrorKind.IN_THINKING, SEARCH)
    ]
    assert recognise(f"I look it up: {SEARCH}", TOOLS, None) == "pythonic"
    mended = dialect_named("hermes", lenient=True).read(f"I look it up: {SEARCH}", TOOLS)
    assert [call.arguments for call in mended.calls] == [{"query": "ideals", "k": 5}]
    assert mended.repairs[0].kind is CallErrorKind.OTHER_DIALECT
