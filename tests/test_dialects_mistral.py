"""Mistral's calls after `[TOOL_CALLS]`: a JSON list, or names and JSON objects."""

from __future__ import annotations

import pytest
from dialect_fuzzer import TOOLS

from lean_agent.chat import CallErrorKind, Message, ToolCall
from lean_agent.dialects import dialect_named
from lean_agent.dialects.mistral import Mistral, MistralV11
from lean_agent.dialects.reader import MOST
from lean_agent.dialects.thinking import without_thinking

LIST = '[TOOL_CALLS][{"name": "search_mathlib", "arguments": {"query": "ideals"}}]'
NAMED = '[TOOL_CALLS]search_mathlib[ARGS]{"query": "ideals"}'
QUERY = ("search_mathlib", {"query": "ideals"})

in_both = pytest.mark.parametrize("name", ["mistral", "mistral-v11"])


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("mistral", LIST),
        ("mistral", LIST.replace("[{", " [ {") + "</s>"),  # SentencePiece writes a space
        ("mistral", LIST.replace("}}]", '}, "id": "abcDEF123"}]')),
        ("mistral-v11", NAMED),
        ("mistral-v11", NAMED.replace("[ARGS]", "[CALL_ID]abcDEF123[ARGS]")),
        ("mistral-v11", NAMED.replace("[ARGS]", " [ARGS] ")),
    ],
)
def test_a_call_follows_the_mark(name: str, text: str) -> None:
    for words in ("", "I look it up.", "<think>[TOOL_CALLS] comes next.</think>"):
        reply = dialect_named(name).read(words + text, TOOLS)
        assert [(call.name, call.arguments) for call in reply.calls] == [QUERY]
        assert reply.errors == ()
        assert reply.content.startswith(words)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("mistral", LIST[:-1] + ', {"name": "check_lean", "arguments": {"code": "x"}}]'),
        ("mistral-v11", NAMED + '[TOOL_CALLS]check_lean[ARGS]{"code": "x"}</s>'),
    ],
)
def test_several_calls_keep_their_order(name: str, text: str) -> None:
    reply = dialect_named(name).read(text, TOOLS)
    assert [(call.id, call.name) for call in reply.calls] == [
        ("call_1", "search_mathlib"),
        ("call_2", "check_lean"),
    ]


@pytest.mark.parametrize(
    ("name", "text", "kind"),
    [
        ("mistral", LIST[:-1], CallErrorKind.UNCLOSED),
        ("mistral", LIST[:-3], CallErrorKind.UNCLOSED),
        ("mistral", LIST[:-1] + ",", CallErrorKind.UNCLOSED),
        ("mistral", "[TOOL_CALLS]", CallErrorKind.NOT_JSON),
        ("mistral", '[TOOL_CALLS]{"name": "f", "arguments": {}}', CallErrorKind.NOT_JSON),
        ("mistral", LIST.replace('"query"', "query"), CallErrorKind.NOT_JSON),
        ("mistral", LIST.replace("}}]", "}} and]"), CallErrorKind.NOT_JSON),
        ("mistral", '[TOOL_CALLS]["search_mathlib"]', CallErrorKind.NOT_AN_OBJECT),
        ("mistral", LIST.replace("name", "function"), CallErrorKind.MISSING_NAME),
        ("mistral", LIST.replace("arguments", "parameters"), CallErrorKind.BAD_ARGUMENTS),
        ("mistral-v11", NAMED[:-1], CallErrorKind.UNCLOSED),
        ("mistral-v11", "[TOOL_CALLS]I would search.", CallErrorKind.MALFORMED),
        ("mistral-v11", NAMED.replace("[ARGS]", ""), CallErrorKind.MALFORMED),
        ("mistral-v11", '[TOOL_CALLS]f[ARGS]["x"]', CallErrorKind.MALFORMED),
        ("mistral-v11", NAMED.replace("search_mathlib", ""), CallErrorKind.MISSING_NAME),
        ("mistral-v11", NAMED.replace('"query"', "query"), CallErrorKind.NOT_JSON),
    ],
)
def test_a_malformed_call_is_named_and_kept_in_the_text(
    name: str, text: str, kind: CallErrorKind
) -> None:
    reply = dialect_named(name).read(f"Now.\n{text}", TOOLS)
    assert reply.calls == ()
    (error,) = reply.errors
    assert error.kind is kind
    assert error.text == text
    assert "Write it as [TOOL_CALLS]" in error.detail
    assert reply.content == f"Now.\n{text}"


@pytest.mark.parametrize(
    "thought",
    [
        f"[THINK]I could call {NAMED} but no.[/THINK]",
        f"The template began it: {NAMED}[/THINK]",
        f"<think>As a server gives it that took the thinking out: {NAMED}</think>",
    ],
)
def test_newer_models_think_between_marks_of_their_own(thought: str) -> None:
    reply = MistralV11().read(f"{thought}It is clear.", TOOLS)
    assert (reply.calls, reply.content) == ((), f"{thought}It is clear.")
    (error,) = reply.errors
    assert error.kind is CallErrorKind.IN_THINKING
    assert error.text.startswith(NAMED)
    assert ("[THINK]" in error.detail) == ("[/THINK]" in thought)
    called = MistralV11().read(thought + NAMED, TOOLS)
    assert [(call.name, call.arguments) for call in called.calls] == [QUERY]
    assert (called.content, called.errors) == (thought, ())
    assert without_thinking(f"{thought}It is clear.") == "It is clear."


def test_their_marks_in_an_argument_are_no_thought() -> None:
    call = ToolCall(id="", name="f", arguments={"code": "[THINK] [/THINK] <think>"})
    (read,) = MistralV11().read(MistralV11().render("", [call])).calls
    assert read.arguments == call.arguments
    assert Mistral().read("[THINK]" + LIST, TOOLS).calls, "older models have no such marks"


@in_both
def test_good_calls_beside_a_spoilt_one_are_read(name: str) -> None:
    dialect = dialect_named(name)
    whole = dialect.render("", [ToolCall(id="", name="f", arguments={"x": n}) for n in (1, 2, 3)])
    reply = dialect.read(whole.replace('"x": 2', "x 2"), TOOLS)
    assert [call.arguments for call in reply.calls] == [{"x": 1}, {"x": 3}]
    assert [error.kind for error in reply.errors] == [CallErrorKind.NOT_JSON]


@in_both
def test_a_call_that_the_limit_cut_off_is_truncated(name: str) -> None:
    whole = dialect_named(name).render("", [ToolCall(id="", name="check_lean")] * 2)
    reply = dialect_named(name).read(whole[:-4], TOOLS, "length")
    assert len(reply.calls) == 1
    assert [error.kind for error in reply.errors] == [CallErrorKind.TRUNCATED]


def test_one_does_not_read_the_other() -> None:
    assert Mistral().read(NAMED, TOOLS).content == NAMED
    assert MistralV11().read(LIST, TOOLS).content == LIST


@pytest.mark.parametrize(
    ("name", "text", "kind"),
    [
        ("mistral", LIST[:-1], CallErrorKind.UNCLOSED),
        ("mistral", LIST[:-3], CallErrorKind.UNCLOSED),
        ("mistral", LIST.replace("[{", "{").removesuffix("]"), CallErrorKind.NOT_JSON),
        ("mistral", LIST.replace("arguments", "parameters"), CallErrorKind.BAD_ARGUMENTS),
        ("mistral", LIST.replace('{"query": "ideals"}', '"{\\"query\\": \\"ideals\\"}"'),
         CallErrorKind.BAD_ARGUMENTS),
        ("mistral-v11", NAMED[:-1], CallErrorKind.UNCLOSED),
        ("mistral-v11", NAMED.replace("[ARGS]", ""), CallErrorKind.MALFORMED),
        ("mistral-v11", NAMED.replace('"', "'"), CallErrorKind.NOT_JSON),
    ],
)  # fmt: skip
def test_lenient_reading_mends_and_says_so(name: str, text: str, kind: CallErrorKind) -> None:
    reply = dialect_named(name, lenient=True).read(text, TOOLS)
    assert [(call.name, call.arguments) for call in reply.calls] == [QUERY]
    assert reply.errors == ()
    assert [repair.kind for repair in reply.repairs] == [kind]
    assert reply.repairs[0].done


@pytest.mark.parametrize(("name", "text"), [("mistral", LIST), ("mistral-v11", NAMED)])
def test_of_very_many_marks_the_last_are_words(name: str, text: str) -> None:
    reply = dialect_named(name).read(text * (MOST + 1), TOOLS)
    assert len(reply.calls) == MOST
    assert reply.content == text


def test_a_result_names_its_call_as_the_call_was_written() -> None:
    call = ToolCall(id="", name="check_lean", arguments={})
    assert '"id": "0000call2"' in Mistral().render("", [call, call])
    result = Message(role="tool", content="accepted", tool_call_id="call_2")
    assert Mistral().render_result(result, "check_lean") == (
        '[TOOL_RESULTS]{"content": "accepted", "call_id": "0000call2"}[/TOOL_RESULTS]'
    )
    assert MistralV11().render_result(result, "check_lean") == (
        "[TOOL_RESULTS]accepted[/TOOL_RESULTS]"
    )
