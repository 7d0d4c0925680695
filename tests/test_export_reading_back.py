"""What an export holds comes back from it, whatever was said in the episodes."""

from __future__ import annotations

import json
import string
from pathlib import Path
from typing import Any

import pytest
from exports import (
    HERMES,
    NATIVE,
    NEEDS_DATASETS,
    PROBLEM,
    READABLE,
    sample,
    written,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from synthetic_runs import make_trace

from lean_agent.chat import Message, ToolCall, ToolSchema
from lean_agent.errors import UserError
from lean_agent.trace.export import (
    Conversation,
    FormatName,
    Style,
    Unfit,
    conversation,
    read_conversations,
)
from lean_agent.trace.export.conversation import numbered
from lean_agent.trace.export.formats import Messages, OpenAI
from lean_agent.trace.export.sharegpt import NEXT_RESULT, ShareGPT
from lean_agent.trace.export.table import Arrow, Parquet

# Reading back

texts = st.text(
    alphabet=st.one_of(
        st.characters(codec="utf-8"),
        st.sampled_from(["∀", "\u2028", "\x85", "\r", "\n", "\x00", "😀"]),
    ),
    max_size=20,
) | st.sampled_from(
    ["", "null", "</tool_call>", "<tool_call>{}</tool_call>", "\n</tool_response>\n", '"]}', "{}"]
)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(-1e6, 1e6) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=5,
)
names = st.text(string.ascii_letters + "_-", min_size=1, max_size=10)
calls = st.lists(
    st.builds(ToolCall, id=st.just(""), name=names, arguments=st.dictionaries(texts, values)),
    max_size=3,
)
schemas = st.lists(
    st.builds(ToolSchema, name=names, description=texts, parameters=st.dictionaries(texts, values)),
    max_size=3,
)


@st.composite
def conversations(draw: st.DrawFn) -> Conversation:
    """As the loop makes them: an answer, what its calls brought, words of complaint, an answer."""
    messages = []
    if draw(st.booleans()):
        messages.append(Message(role="system", content=draw(texts.filter(bool))))
    messages.append(Message(role="user", content=draw(texts)))
    for _ in range(draw(st.integers(1, 4))):
        asked = [
            call.model_copy(update={"id": f"call_{n}"}) for n, call in enumerate(draw(calls), 1)
        ]
        content = draw(texts)
        messages.append(Message(role="assistant", content=content, tool_calls=tuple(asked)))
        for call in asked:
            messages.append(Message(role="tool", content=draw(texts), tool_call_id=call.id))
        if not asked or draw(st.booleans()):
            messages.append(Message(role="user", content=draw(texts)))
    return Conversation(tuple(numbered(messages)), tuple(draw(schemas)))


def through_json(row: dict[str, Any]) -> dict[str, Any]:
    from lean_agent.trace.export.wires import as_json

    line = as_json(row)
    assert len(line.splitlines()) == 1
    again: dict[str, Any] = json.loads(line)
    return again


@given(told=conversations())
def test_messages_are_read_back_as_they_were(told: Conversation):
    row = Messages().row(make_trace(PROBLEM, 0), told)
    assert Messages.read(through_json(row)) == told


@given(told=conversations(), data=st.data())
def test_openai_is_read_back_up_to_the_last_answer(told: Conversation, data: st.DataObject):
    answers = sum(one.role == "assistant" for one in told.messages)
    spoilt = data.draw(st.frozensets(st.integers(0, answers - 1), max_size=answers - 1))
    told = Conversation(told.messages, told.tools, spoilt)
    again = OpenAI.read(through_json(OpenAI().row(make_trace(PROBLEM, 0), told)))
    assert again == told.up_to_last_answer()
    assert again.spoilt == spoilt


@given(told=conversations())
def test_sharegpt_is_read_back_up_to_the_last_answer_or_refused(told: Conversation):
    try:
        row = ShareGPT().row(make_trace(PROBLEM, 0), told)
    except Unfit:
        beside = [one.content for one in told.messages if one.tool_calls]
        heard = [one.content for one in told.messages if one.role in ("tool", "user")]
        assert any("tool_call>" in one for one in beside) or any(
            NEXT_RESULT in one for one in heard
        )
        return
    assert ShareGPT.read(through_json(row)) == told.up_to_last_answer()


@NEEDS_DATASETS
@settings(max_examples=25, deadline=None)
@given(told=st.lists(conversations(), min_size=1, max_size=3))
def test_a_table_is_read_back_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, told: list[Conversation]
):
    folder = tmp_path_factory.mktemp("table")
    trace = make_trace(PROBLEM, 0)
    for to, name in ((Parquet(), FormatName.PARQUET), (Arrow(), FormatName.ARROW)):
        to.write((to.row(trace, one) for one in told), folder / name)
        assert list(read_conversations(folder / name, name)) == told


@pytest.mark.parametrize("name", READABLE)
@pytest.mark.parametrize("style", [NATIVE, HERMES], ids=["native", "prompt"])
def test_real_episodes_come_back_from_every_format(tmp_path: Path, name: FormatName, style: Style):
    done = written(sample(), name, tmp_path / "export", style)
    assert (done.episodes, done.left_out) == (len(sample()), ())
    told = [conversation(trace, style) for trace in sample()]
    if name in (FormatName.OPENAI, FormatName.SHAREGPT):
        told = [one.up_to_last_answer() for one in told]
    assert list(read_conversations(tmp_path / "export", name)) == told


def test_what_is_no_export_is_said_to_be_none(tmp_path: Path):
    (tmp_path / "other.jsonl").write_text('{"text": "x"}\n')
    with pytest.raises(UserError, match="row 1 is none of messages"):
        list(read_conversations(tmp_path / "other.jsonl", FormatName.MESSAGES))
    with pytest.raises(UserError, match="cannot be read back"):
        list(read_conversations(tmp_path / "other.jsonl", FormatName.TEXT))
    with pytest.raises(UserError, match="cannot read"):
        list(read_conversations(tmp_path / "missing.jsonl", FormatName.OPENAI))
