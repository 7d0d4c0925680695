"""The calls of an answer held against the tools that were offered."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from scripted import AND_SWAP, Checker, ScriptedModel, call, toolbox

from lean_agent.agent import run_episode
from lean_agent.calls import MOST_CALLS, Judged, judge, no_proof
from lean_agent.chat import (
    CallError,
    CallErrorKind,
    Completion,
    Message,
    Sampling,
    ToolCall,
    ToolSchema,
)
from lean_agent.dialects import DIALECTS, dialect_named
from lean_agent.models import resolve
from lean_agent.models.base import Model, read_completion
from lean_agent.trace.trace import Limits, Trace

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


def judged(text: str, *, dialect: str = "hermes", lenient: bool = False, **finish: Any) -> Judged:
    read_in = dialect_named(dialect, lenient)
    return judge(read_completion(text, read_in, [SEARCH], **finish), [SEARCH], read_in, lenient)


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


@pytest.mark.parametrize("mark", ["<tool", "I search.\n<tool_cal", "<think>Hm.</think></tool"])
def test_an_answer_that_is_cut_off_in_a_mark(mark: str) -> None:
    assert kinds(mark, finish_reason="length") == [CallErrorKind.TRUNCATED]
    assert kinds(mark) == [CallErrorKind.NO_CALL], "it came to its own end"


@pytest.mark.parametrize(
    "words", ["so a <", "```lean\nexact h\n```", "the set {", "as in [", "_<t_"]
)
def test_a_bracket_or_a_fence_begins_no_mark(words: str) -> None:
    assert kinds(words, finish_reason="length") == [CallErrorKind.NO_CALL]


def test_a_call_in_another_dialect_is_named_and_the_form_asked_for_is_shown() -> None:
    (error,) = judged("```json\n" + '{"name": "search_mathlib", "arguments": {}}\n```').errors
    assert error.kind is CallErrorKind.OTHER_DIALECT
    assert "fenced" in error.detail
    form = dialect_named("hermes").render("", [placeholder()])
    assert form in error.detail


def placeholder() -> ToolCall:
    return ToolCall(id="", name="TOOL", arguments={"NAME": "…"})


GOOD = '{"name": "search_mathlib", "arguments": {"query": "swap {a, b}"}}'

WITHOUT_MARKS = [
    GOOD,
    f"I search. {GOOD} Then I prove it.",
    f"```\n{GOOD}\n```",
    f"```JSON\n{GOOD}\n```",
    f"~~~json\n{GOOD}\n~~~",
    f"```tool_call\n{GOOD}\n```",
    f"<tools>\n{GOOD}\n</tools>",
    f"<function_call>{GOOD}</function_call>",
    f"[{GOOD}]",
    f"```\n[{GOOD}]\n```",
    f'For {{a, b}} and "c {{: {GOOD}',
    '{"tool": "search_mathlib", "parameters": {"query": "swap {a, b}"}}',
    '{"type": "function", "function": ' + GOOD + "}",
    '{"function": "search_mathlib", "arguments": "{\\"query\\": \\"swap {a, b}\\"}"}',
    "{'name': 'search_mathlib', 'arguments': {'query': 'swap {a, b}'}}",
]


@pytest.mark.parametrize("text", WITHOUT_MARKS)
@pytest.mark.parametrize("name", ["hermes", "qwen-xml", "deepseek-v3.1", "fenced", "mistral"])
def test_a_call_without_its_marks_is_not_only_words(name: str, text: str) -> None:
    (error,) = judged(text, dialect=name).errors
    assert error.kind is CallErrorKind.OTHER_DIALECT
    assert error.text == "", "the loop finds it"
    assert dialect_named(name).render("", [placeholder()]) in error.detail


@pytest.mark.parametrize("text", WITHOUT_MARKS)
def test_lenient_reading_takes_a_call_without_its_marks_and_says_so(text: str) -> None:
    found = judged(text, lenient=True)
    assert found.errors == ()
    (made,) = found.completion.message.tool_calls
    assert (made.id, made.arguments) == ("call_1", {"query": "swap {a, b}"})
    (repair,) = found.completion.repairs
    assert repair.kind is CallErrorKind.OTHER_DIALECT
    assert repair.text in text
    assert "search_mathlib" not in found.completion.message.content
    assert "```" not in found.completion.message.content


def test_lenient_reading_takes_every_call_in_a_list() -> None:
    other = GOOD.replace("swap", "change")
    found = judged(f"Both.\n```\n[{GOOD}, {other}]\n```", lenient=True)
    assert [made.id for made in found.completion.message.tool_calls] == ["call_1", "call_2"]
    assert found.completion.message.content == "Both."
    assert found.completion.finish_reason == "tool_calls"


@pytest.mark.parametrize(
    "text",
    [
        "search_mathlib(query='swap')",
        "I write search_mathlib (query='swap', k=3), and see.",
        "```tool_code\nsearch_mathlib('swap')\n```",
        "[ search_mathlib (query='x') ]",
    ],
)
@pytest.mark.parametrize("lenient", [False, True])
def test_a_call_as_in_python_is_not_only_words(text: str, lenient: bool) -> None:
    found = judged(text, lenient=lenient)
    assert [error.kind for error in found.errors] == [CallErrorKind.OTHER_DIALECT]
    assert "without its marks" in found.errors[0].detail


@pytest.mark.parametrize(
    "text",
    [
        "I would call search_mathlib.",
        "Use search_mathlib() with search_mathlib(query) and search_mathlib(your query).",
        "my_search_mathlib(query='swap')",
        '{"name": "search_mathlib"}',
        '{"name": "Ada", "arguments": {"query": "x"}}',
        f"<think>\n{GOOD}\n</think>\nIt is clear.",
        '{"name": "search_mathlib", "description": "Search.", "arguments": {"query": "a text"}}',
        '{"name": "search_mathlib", "parameters": {"type": "object", "properties": {}}}',
        '{"name": "search_mathlib", "parameters": {"query": {"type": "string"}}}',
        '```json\n{"name": "search_mathlib", "arguments": {"query": {"type": "string"}}}\n```',
    ],
)
@pytest.mark.parametrize("lenient", [False, True])
def test_a_tool_that_is_spoken_of_and_a_schema_repeated_are_no_calls(
    text: str, lenient: bool
) -> None:
    assert kinds(text, lenient=lenient) == [CallErrorKind.NO_CALL]


def test_what_a_model_thinks_between_other_marks_is_no_call_either() -> None:
    thought = f"[THINK]{GOOD}[/THINK]It is clear."
    found = judged(thought, dialect="mistral-v11", lenient=True)
    assert [error.kind for error in found.errors] == [CallErrorKind.NO_CALL]


# Where a server parses the calls, what it cannot parse comes as words: vLLM's parsers give the
# text as it is where it is no JSON or has no end, and so does a server without a parser.


def left_by_a_server(text: str, *, lenient: bool = False, **fields: Any) -> Judged:
    message = Message(role="assistant", content=text)
    return judge(Completion(raw=text, message=message, **fields), [SEARCH], None, lenient)


@pytest.mark.parametrize(
    ("text", "kind", "of"),
    [
        ('<tool_call>\n{"name": "search_mathlib", }\n</tool_call>', "not_json", "hermes"),
        ("<tool_call>\n" + GOOD, "unclosed", "hermes"),
        (GOOD + "</tool_call>", "unopened", "hermes"),
        (f"<think>{call('search_mathlib', query='x')}</think>So.", "in_thinking", "hermes"),
        ("<tool_call>\n<function=search_mathlib>\n</tool_call>", "unclosed", "qwen-xml"),
        ("<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>function", "unclosed", "deepseek-v3.1"),
        ("[TOOL_CALLS] [{]", "unclosed", "mistral"),
        ("[TOOL_CALLS]search_mathlib[ARGS]{", "unclosed", "mistral-v11"),
        ('{"name": "search_mathlib", "parameters": {"query": "x"', "unclosed", "llama"),
        ('[search_mathlib(query="x"', "unclosed", "pythonic"),
        ('```json\n{"name": "search_mathlib"}\n```', "bad_arguments", "fenced"),
    ],
)
def test_a_spoilt_call_that_a_server_left_is_as_its_dialect_has_it(
    text: str, kind: str, of: str
) -> None:
    found = left_by_a_server(f"{text}")
    assert found.completion.errors == dialect_named(of).read(text, [SEARCH]).errors
    assert [error.kind.value for error in found.errors] == [kind]
    assert found.completion.message.content == text
    assert found.missing is None


def test_a_call_that_a_server_cut_off_is_truncated() -> None:
    for text in ('<tool_call>{"name": "sea', "So <tool_c", "<think>"):
        (error,) = left_by_a_server(text, finish_reason="length").errors
        assert error.kind is CallErrorKind.TRUNCATED


@pytest.mark.parametrize("name", DIALECTS)
def test_a_good_call_that_a_server_left_is_the_servers_fault(name: str) -> None:
    arguments = {"query": "x"}
    made = ToolCall(id="", name="search_mathlib", arguments=arguments)
    text = DIALECTS[name]().render("", [made])
    (error,) = left_by_a_server(text).errors
    assert error.kind is CallErrorKind.OTHER_DIALECT
    assert f"in the {name} dialect, which the server did not parse" in error.detail
    found = left_by_a_server(text, lenient=True)
    assert [made.arguments for made in found.completion.message.tool_calls] == [arguments]
    assert found.completion.repairs[0].kind is CallErrorKind.OTHER_DIALECT
    assert found.errors == ()


def test_good_and_spoilt_calls_that_a_server_left() -> None:
    found = left_by_a_server(call("search_mathlib", query="x") + "<tool_call>{</tool_call>")
    assert [error.kind for error in found.completion.errors] == [CallErrorKind.NOT_JSON]
    assert found.missing is not None
    assert found.missing.kind is CallErrorKind.OTHER_DIALECT


def test_a_call_that_a_server_left_of_a_tool_that_is_not_there() -> None:
    (error,) = left_by_a_server(call("prove", code="x")).errors
    assert error.kind is CallErrorKind.UNKNOWN_TOOL
    assert error.call_id is None, "there is no call in the message"


@pytest.mark.parametrize("text", [GOOD, f"```\n{GOOD}\n```", "search_mathlib(query='x')"])
def test_a_server_may_leave_a_call_without_marks_too(text: str) -> None:
    (error,) = left_by_a_server(text).errors
    assert error.kind is CallErrorKind.OTHER_DIALECT
    assert "without its marks" in error.detail


@pytest.mark.parametrize(
    "text",
    [
        "It is clear.",
        "```json\n{not JSON}\n```",
        "```lean\ntheorem t {a : ℕ} : [a] = [a] := by simp [foo(x)]\n```",
        '{"thought": "I could ask search_mathlib"}',
    ],
)
def test_a_text_with_brackets_that_a_server_gave_is_words(text: str) -> None:
    assert [error.kind for error in left_by_a_server(text).errors] == [CallErrorKind.NO_CALL]


def test_what_the_servers_own_parser_found_is_not_found_again() -> None:
    text = 'search_mathlib({"name": "search_mathlib", "parameters": {)'
    own = CallError(kind=CallErrorKind.NOT_JSON, text=text, detail="the arguments are not JSON")
    assert left_by_a_server(text, errors=(own,)).errors == (own,)


@pytest.mark.parametrize("lenient", [False, True])
@pytest.mark.parametrize(
    "text",
    [
        "",
        "So <tool_c",
        call("search_mathlib", query="x") + "<tool_call>{</tool_call>",
        call("prove") + "<tool_call>{</tool_call>",
        "<think>" + call("search_mathlib", query="x") + "</think>",
        GOOD,
        f"[search_mathlib(query='x')] {GOOD}",
    ],
)
def test_an_answer_from_a_record_is_judged_the_same(text: str, lenient: bool) -> None:
    once = left_by_a_server(text, lenient=lenient)
    errors = tuple(error for error in once.errors if error.text and error.call_id is None)
    assert errors == once.completion.errors, "this is what a replay gives back"
    again = judge(once.completion, [SEARCH], None, lenient)
    assert again == once


class Unparsing(ScriptedModel):
    """A model whose server is to parse the calls, and does not."""

    dialect = None  # type: ignore[assignment]
    tools_in_prompt = False

    async def complete(self, messages: Sequence[Message], *_: Any) -> Completion:
        assert not callable(self._lines)
        text = self._lines[sum(message.role == "assistant" for message in messages)]
        return Completion(raw=text, message=Message(role="assistant", content=text))


async def test_no_error_is_there_twice_when_a_record_is_replayed(tmp_path: Path) -> None:
    async def episode(model: Model) -> Trace:
        return await run_episode(
            AND_SWAP,
            model,
            toolbox(Checker()),
            sample=0,
            sampling=Sampling(),
            limits=Limits(),
            versions={},
        )

    bad = "<tool_call>{</tool_call>"
    lines = [bad, call("check_lean", code="good") + bad, call("prove") + bad, "Hm.", "Hm."]
    then = await episode(Unparsing(lines))
    (tmp_path / "traces.jsonl").write_text(then.model_dump_json() + "\n")
    now = await episode(resolve(f"replay:{tmp_path / 'traces.jsonl'}"))
    assert now.messages == then.messages
    assert [turn.errors for turn in now.turns] == [turn.errors for turn in then.turns]
    assert [[error.kind.value for error in turn.errors] for turn in now.turns] == [
        ["not_json"],
        ["not_json", "other_dialect"],
        ["not_json", "unknown_tool"],
        ["no_call"],
        ["no_call"],
    ]


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
    for arguments in (
        {"query": "x", "k": "five"},
        {"k": "5"},
        {"query": "x", "k": "1_0"},
        {"query": "x", "k": "NaN"},
        {"query": "x", "kinds": "[NaN]"},
        {"query": "x", "k": "9" * 5000},
    ):
        assert judged(call("search_mathlib", **arguments), lenient=True).refused
