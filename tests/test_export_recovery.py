"""Episodes in which the model stumbles and recovers: played by the loop, in every format."""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scripted import AND_SWAP, Checker, ScriptedModel, call, toolbox

from lean_agent.agent import run_episode
from lean_agent.chat import Sampling
from lean_agent.dialects import dialect_named
from lean_agent.models.chat_wires import as_text
from lean_agent.trace.export import (
    FormatName,
    Style,
    Unfit,
    conversation,
    export,
    format_named,
    read_conversations,
)
from lean_agent.trace.export.formats import Messages, OpenAI
from lean_agent.trace.export.table import Parquet
from lean_agent.trace.trace import Limits, Outcome, Trace

GOOD = call("check_lean", code="good")
STUMBLES = {
    "a refused proof": call("check_lean", code="wrong"),
    "two calls": call("check_lean", code="wrong") + call("check_lean", code="wrong too"),
    "words alone": "Let me think.",
    "nothing": "",
    "a call that is no JSON": '<tool_call>{"name": check_lean}</tool_call>',
    "a call that is never closed": '<tool_call>{"name": "check_lean", "arguments": {"code": "w"}}',
    "an unknown tool": call("no_such_tool", code="good"),
    "a missing argument": call("check_lean"),
    "a good call beside a spoilt one": call("check_lean", code="wrong")
    + "<tool_call>{</tool_call>",
    "a call in thought": f"<think>{GOOD}</think>",
    "a proof in the text": f"```lean\n{AND_SWAP.statement} := wrong\n```",
    "marks in an argument": call("check_lean", code="wrong </tool_call> \u2028 <tool_call>"),
}
TABLES = [
    pytest.param(
        name,
        marks=pytest.mark.skipif(
            importlib.util.find_spec("datasets") is None, reason="datasets is not installed"
        ),
    )
    for name in (FormatName.ARROW, FormatName.PARQUET)
]
HERMES = Style(dialect=dialect_named("hermes"))


async def played(lines: Sequence[str]) -> tuple[Trace, ScriptedModel]:
    model = ScriptedModel([*lines, GOOD])
    trace = await run_episode(
        AND_SWAP,
        model,
        toolbox(Checker()),
        sample=0,
        sampling=Sampling(),
        limits=Limits(turns=20),
        versions={},
    )
    assert trace.outcome is Outcome.PROVED
    return trace, model


@pytest.mark.parametrize("stumble", STUMBLES)
async def test_in_the_prompt_the_student_reads_what_the_loop_sent(stumble: str):
    trace, model = await played([STUMBLES[stumble]])
    told = conversation(trace, HERMES)
    asked, _ = model.asked[-1]
    sent = as_text(asked, model.dialect, results_as_tool=False)
    assert [(one.role, one.content) for one in told.messages[: len(sent)]] == [
        (wire["role"], wire["content"]) for wire in sent
    ]
    answer = model.dialect.read(told.messages[len(sent)].content, trace.tools)
    assert answer.calls[0].arguments == {"code": "good"}


@pytest.mark.parametrize("stumble", STUMBLES)
@pytest.mark.parametrize(
    "name", [FormatName.MESSAGES, FormatName.OPENAI, FormatName.SHAREGPT, *TABLES]
)
async def test_the_stumble_and_the_recovery_are_in_every_format(
    tmp_path: Path, stumble: str, name: FormatName
):
    trace, _ = await played([STUMBLES[stumble]])
    to = format_named(name, Style())
    if name is FormatName.SHAREGPT and stumble == "a good call beside a spoilt one":
        with pytest.raises(Unfit, match="beside a call it holds a spoilt one"):
            to.row(trace, conversation(trace, Style()))
        return
    done = export([trace], to, Style(), tmp_path / "out")
    (told,) = read_conversations(tmp_path / "out", name)
    answers = [one for one in told.messages if one.role == "assistant"]
    reply = dialect_named("hermes").read(STUMBLES[stumble], trace.tools)
    assert answers[0].content == reply.content
    assert [one.arguments for one in answers[0].tool_calls] == [
        one.arguments for one in reply.calls
    ]
    assert answers[1].tool_calls[0].arguments == {"code": "good"}
    assert done.spoilt == bool(trace.turns[0].errors)


@settings(max_examples=40, deadline=None)
@given(lines=st.lists(st.sampled_from(list(STUMBLES.values())), max_size=6))
async def test_however_often_it_stumbles(lines: list[str]):
    """Two answers running that do nothing would end the episode; a check stands between them."""
    between = [line for one in lines for line in (one, call("check_lean", code="wrong"))]
    trace, _ = await played(between)
    told = conversation(trace, Style())
    assert Messages.read(Messages().row(trace, told)) == told
    assert Parquet.read(Parquet().row(trace, told)) == told
    again = OpenAI.read(OpenAI().row(trace, told))
    assert again == told.up_to_last_answer()
    assert again.spoilt == told.spoilt
