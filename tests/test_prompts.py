"""What a model is told: templates by name and version, and that their words stay as they are."""

from __future__ import annotations

import ast
import json
import os
import re
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scripted import AND_SWAP, SEARCH, Checker

from lean_agent.benchmarks import load_benchmark
from lean_agent.chat import CallError, CallErrorKind, ToolCall, ToolSchema
from lean_agent.dialects import DIALECTS
from lean_agent.dialects.base import Dialect
from lean_agent.dialects.hermes import Hermes
from lean_agent.episode import EpisodeSettings, Mode
from lean_agent.errors import UserError
from lean_agent.problem import Problem
from lean_agent.prompts import (
    complaint,
    complaints,
    feedback,
    opening,
    prompts_for,
    reminder,
    resolve_prompt,
)
from lean_agent.prompts.catalogue import EXAMPLE
from lean_agent.prompts.example import load_example
from lean_agent.prompts.tool_formats import as_python, as_xml
from lean_agent.trace.trace import Limits
from lean_agent.workbench import open_workbench

TOOLS = (SEARCH, Checker.schema)
AGENT, WHOLE, CORRECTING = Mode
FEWSHOT = ("json-fewshot@1", "xml-fewshot@1", "python-fewshot@1")


def settings(prompt: str = "", mode: Mode = AGENT) -> EpisodeSettings:
    return EpisodeSettings(mode=mode, prompt=prompt)


def opened(
    prompt: str,
    mode: Mode = AGENT,
    problem: Problem = AND_SWAP,
    dialect: Dialect | None = Hermes(),  # noqa: B008
) -> dict[str, str]:
    """The messages an episode begins with, by role."""
    tools = TOOLS if mode is AGENT else ()
    said = opening(problem, tools, settings(prompt, mode), dialect)
    return {message.role: message.content for message in said}


# Names.


def test_every_mode_has_a_default_prompt_and_its_name_has_a_version() -> None:
    assert [resolve_prompt("", mode) for mode in Mode] == [
        "json@1",
        "whole-proof@1",
        "self-correction@1",
    ]
    assert opened("") == opened("json@1")


def test_a_name_without_a_version_means_the_newest() -> None:
    assert resolve_prompt("xml", AGENT) == resolve_prompt("xml@1", AGENT) == "xml@1"


def test_an_unknown_prompt_is_refused_with_those_there_are() -> None:
    with pytest.raises(UserError, match=r"unknown prompt 'yaml'.*json@1, json-fewshot@1, xml@1"):
        resolve_prompt("yaml", AGENT)
    with pytest.raises(UserError, match="unknown prompt 'json@99'"):
        opened("json@99")


@pytest.mark.parametrize(
    ("prompt", "mode", "made_for"),
    [
        ("json", WHOLE, "agent"),
        ("whole-proof", AGENT, "whole-proof"),
        ("goedel-prover-v2", AGENT, "whole-proof and self-correction"),
        ("deepseek-prover-v2", CORRECTING, "whole-proof"),
    ],
)
def test_a_prompt_made_for_another_mode_is_refused(prompt: str, mode: Mode, made_for: str) -> None:
    with pytest.raises(UserError) as refusal:
        resolve_prompt(prompt, mode)
    assert f"{prompt}@1 is made for the mode {made_for}, not {mode}" in str(refusal.value)
    assert ", ".join(prompts_for(mode)) in str(refusal.value)


# How tools are described.


def test_tools_as_json_schema() -> None:
    listed = between(opened("json")["system"], "<tools>", "</tools>").splitlines()
    assert [json.loads(line)["function"] for line in listed] == [t.model_dump() for t in TOOLS]


def test_tools_as_xml() -> None:
    listed = between(opened("xml")["system"], "<tools>", "</tools>")
    search, check = ElementTree.fromstring(f"<tools>{listed}</tools>")
    assert (search.get("name"), check.get("name")) == ("search_mathlib", "check_lean")
    assert search.findtext("description") == SEARCH.description
    query, k, *_ = search.iter("parameter")
    assert query.text == "What the lemma says."
    assert query.attrib == {
        "name": "query",
        "required": "true",
        "type": "string",
        "maxLength": "2000",
    }
    assert (k.get("required"), k.get("default")) == ("false", "5")


def test_tools_as_python_signatures() -> None:
    listed = between(opened("python")["system"], "```python\n", "```")
    search, check = ast.parse(listed).body
    assert isinstance(search, ast.FunctionDef)
    assert isinstance(check, ast.FunctionDef)
    assert (search.name, check.name) == ("search_mathlib", "check_lean")
    assert ast.unparse(search.args) == (
        "query: str, k: int=5, kinds: list[str]=..., order: Literal['best', 'name']=..."
    )
    said = ast.get_docstring(search)
    assert said is not None
    assert said.startswith(SEARCH.description)
    assert "query: What the lemma says.\n    k: How many." in said


NAMES = st.from_regex(r"[a-z][a-z_]{0,8}", fullmatch=True).filter(
    lambda name: name.isidentifier() and not _is_keyword(name)
)
WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=30)
SCHEMAS = st.fixed_dictionaries(
    {"type": st.sampled_from(["string", "integer", "number", "boolean", "array", "object"])},
    optional={"description": WORDS, "default": WORDS, "maximum": st.integers()},
)


def _is_keyword(name: str) -> bool:
    try:
        ast.parse(f"{name} = 1")
    except SyntaxError:
        return True
    return False


@given(NAMES, WORDS, st.dictionaries(NAMES, st.tuples(SCHEMAS, st.booleans()), max_size=5))
def test_any_tool_can_be_described(
    name: str, words: str, parameters: dict[str, tuple[dict[str, Any], bool]]
) -> None:
    required = [key for key, (_, needed) in parameters.items() if needed]
    tool = ToolSchema(
        name=name,
        description=words,
        parameters={
            "type": "object",
            "properties": {key: schema for key, (schema, _) in parameters.items()},
            "required": required,
        },
    )
    (function,) = ast.parse(as_python(tool)).body
    assert isinstance(function, ast.FunctionDef)
    assert sorted(one.arg for one in function.args.args) == sorted(parameters)
    element = ElementTree.fromstring(as_xml(tool))
    assert {
        one.get("name"): one.get("required") == "true" for one in element.iter("parameter")
    } == {key: key in required for key in parameters}
    for one in element.iter("parameter"):
        schema, _ = parameters[str(one.get("name"))]
        for said, key in ((one.text, "description"), (one.get("default"), "default")):
            assert (said or "") == re.sub("[\ufffe\uffff]", "\ufffd", schema.get(key, ""))


def test_a_model_that_gets_its_tools_beside_the_prompt_is_told_nothing_of_them() -> None:
    said = opened("json", dialect=None)["system"]
    assert "search_mathlib" not in said
    assert "<tools>" not in said
    assert said.endswith("there is nothing else to hand in.")


@pytest.mark.parametrize("prompt", ["xml@1", "python@1", *FEWSHOT])
def test_such_a_model_has_no_variants_of_how_they_are_described(prompt: str) -> None:
    with pytest.raises(UserError, match=f"{prompt} is about how the tools are written"):
        opened(prompt, dialect=None)
    with pytest.raises(UserError, match='interface "prompt"'):
        resolve_prompt(prompt, AGENT, tools_in_prompt=False)
    assert prompts_for(AGENT, tools_in_prompt=False) == ("json@1",)


# The example of the few-shot prompts.


@pytest.mark.parametrize("name", DIALECTS)
def test_the_example_is_written_in_the_dialect_in_use(name: str) -> None:
    dialect = DIALECTS[name]()
    system = opened("json-fewshot", dialect=dialect)["system"]
    example = load_example(EXAMPLE)
    parts = re.split(r"^## You (?:read|wrote)\n\n", system, flags=re.MULTILINE)[1:]
    task, *turns = [part.rstrip("\n") for part in parts]
    assert example.problem.statement in task
    assert len(turns) == len(example.messages)
    for text, message in zip(turns, example.messages, strict=True):
        if message.role == "tool":
            assert message.content.splitlines()[0][:40] in text
            continue
        reply = dialect.read(text, TOOLS)
        assert not reply.errors
        assert calls_of(reply.calls) == calls_of(message.tool_calls)


def calls_of(calls: tuple[ToolCall, ...]) -> list[tuple[str, dict[str, Any]]]:
    return [(call.name, call.arguments) for call in calls]


def test_few_shot_adds_the_example_and_nothing_else() -> None:
    for prompt in FEWSHOT:
        plain, few = opened(prompt.replace("-fewshot", "")), opened(prompt)
        assert few["user"] == plain["user"]
        assert few["system"].startswith(plain["system"] + "\n\n# Example\n")


async def test_the_example_is_what_the_tools_really_answer(embedded_lean: None) -> None:  # noqa: ARG001
    example = load_example(EXAMPLE)
    async with open_workbench("embedded", None, workers=1) as bench:
        box = bench.toolbox(example.problem, Limits())
        tools = {tool.schema.name: tool for tool in box.tools}
        accepted = []
        for asked, answer in zip(example.messages[::2], example.messages[1::2], strict=True):
            (call,) = asked.tool_calls
            result = await tools[call.name].call(call.arguments)
            assert result.text == answer.content
            if result.verdict is not None:
                accepted.append(result.verdict.accepted)
        assert accepted == [False, True]


def test_the_example_is_in_no_benchmark() -> None:
    here = load_example(EXAMPLE).problem
    names = ["embedded"]
    if os.environ.get("LEAN_AGENT_DATA"):
        names += ["proofnet", "minif2f"]
    for name in names:
        for split in ("valid", "test"):
            for problem in load_benchmark(name, split):
                assert problem.name != here.name
                assert "".join(problem.statement.split()) != "".join(here.statement.split())


# What is filled in.


def test_what_is_filled_in_is_never_read_as_a_template() -> None:
    text = '{{ 7 * 7 }} {% for x in y %} {# c #} <b> & "'
    problem = Problem(id="p", statement=f"theorem t : 1 = 1 -- {text}", header=text, informal=text)
    for mode in Mode:
        for prompt in prompts_for(mode):
            user = opened(prompt, mode, problem)["user"]
            assert user.count(text) >= 2
    assert text in feedback(text, settings())
    assert text in complaint(CallError(kind=CallErrorKind.NOT_JSON, text="", detail=text))


def test_what_is_not_known_of_a_problem_is_left_out() -> None:
    bare = AND_SWAP.model_copy(update={"header": " \n", "informal": ""})
    assert opened("json", problem=bare)["user"] == (
        f"Prove this theorem.\n\nThe theorem:\n```lean\n{bare.statement}\n```"
    )


@pytest.mark.parametrize("mode", Mode)
def test_after_an_answer_that_did_nothing_the_model_is_reminded(mode: Mode) -> None:
    kind = CallErrorKind.NO_CALL if mode is AGENT else CallErrorKind.NO_PROOF
    missing = CallError(kind=kind, text="", detail="nothing")
    for prompt in prompts_for(mode):
        said = reminder(settings(prompt, mode), missing)
        assert ("tool" if mode is AGENT else "code block") in said
        again = reminder(settings(prompt, mode), missing, cut_off=True)
        assert again.startswith("Your answer was cut off because it was too long.")
        assert again.endswith(said)


def test_a_model_that_calls_in_another_dialect_is_told_so() -> None:
    other = CallError(
        kind=CallErrorKind.OTHER_DIALECT, text="", detail="it writes a call in the llama dialect"
    )
    assert "nothing was checked: it writes a call in the llama dialect." in reminder(
        settings("json", AGENT), other
    )


def test_the_first_few_complaints_are_made_and_the_others_counted() -> None:
    errors = [
        CallError(kind=CallErrorKind.NOT_JSON, text="", detail=f"mistake {i}") for i in range(5)
    ]
    assert complaints(errors) == (
        "This tool call was not carried out: mistake 0\n"
        "This tool call was not carried out: mistake 1\n"
        "This tool call was not carried out: mistake 2\n"
        "Nor were 2 more."
    )
    assert complaints(errors[:1]) == complaint(errors[0])
    assert "more" not in complaints(errors[:3])


def between(text: str, start: str, end: str) -> str:
    return text.partition(start)[2].partition(end)[0].strip("\n")
