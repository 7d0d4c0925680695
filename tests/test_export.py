"""`lean-agent traces export`: what the student sees, and what each format holds of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from exports import (
    HERMES,
    NATIVE,
    NEEDS_DATASETS,
    PROBLEM,
    PROOF,
    SPOILT,
    rows,
    sample,
    written,
)
from synthetic_runs import TOOLS, make_trace

from lean_agent.chat import Message, Sampling, ToolCall
from lean_agent.dialects import DIALECTS, dialect_named
from lean_agent.episode import EpisodeSettings, Mode
from lean_agent.prompts import opening, prompts_for
from lean_agent.trace.export import (
    Conversation,
    FormatName,
    Style,
    Unfit,
    conversation,
)
from lean_agent.trace.export.formats import OpenAI
from lean_agent.trace.export.sharegpt import NEXT_RESULT, ShareGPT
from lean_agent.trace.trace import Trace

# What the student sees


def test_with_tools_beside_the_messages_the_system_prompt_does_not_describe_them_again():
    trace = sample()[0]
    told = conversation(trace, NATIVE)
    assert told.tools == trace.tools
    assert "<tools>" in trace.messages[0].content
    assert "<tools>" not in told.messages[0].content
    assert "tool_call" not in told.messages[0].content
    assert told.messages[0].content.startswith("You prove theorems in Lean 4.")
    assert told.messages[1] == trace.messages[1]


def test_everything_after_the_opening_stays_as_it_was_but_for_the_ids():
    trace = sample()[0]
    told = conversation(trace, NATIVE)
    assert [one.content for one in told.messages[1:]] == [one.content for one in trace.messages[1:]]
    called = [(call.name, call.arguments) for one in told.messages for call in one.tool_calls]
    assert called == [
        (call.name, call.arguments) for one in trace.messages for call in one.tool_calls
    ]
    ids = [call.id for one in told.messages for call in one.tool_calls]
    assert ids == [f"call{number:05}" for number in range(1, len(ids) + 1)]
    assert [one.tool_call_id for one in told.messages if one.role == "tool"] == ids


def test_in_the_prompt_the_trace_is_what_was_sent_in_its_own_dialect():
    trace = sample()[0]
    told = conversation(trace, HERMES)
    assert told.tools == ()
    assert told.messages[0] == trace.messages[0]
    assert {one.role for one in told.messages} == {"system", "user", "assistant"}
    for message in told.messages:
        if message.role == "assistant":
            assert dialect_named("hermes").read(message.content).calls


@pytest.mark.parametrize("name", DIALECTS)
def test_in_the_prompt_another_dialect_is_taught_by_its_own_instructions(name: str):
    trace, dialect = sample()[0], dialect_named(name)
    told = conversation(trace, Style(dialect=dialect))
    assert dialect.instructions() in told.messages[0].content
    answers = [one for one in told.messages if one.role == "assistant"]
    called = [dialect.read(one.content, trace.tools).calls for one in answers]
    meant = [one.tool_calls for one in trace.messages if one.role == "assistant"]
    assert [[(c.name, c.arguments) for c in calls] for calls in called] == [
        [(c.name, c.arguments) for c in calls] for calls in meant
    ]


def test_thinking_stays_unless_it_is_not_wanted():
    trace = make_trace(PROBLEM, 0, PROOF, words="<think>\nSwap.\n</think>\n\nI check it.")
    kept = conversation(trace, NATIVE).messages[2]
    assert kept.content == "<think>\nSwap.\n</think>\n\nI check it."
    left = conversation(trace, Style(thinking=False)).messages[2]
    assert left.content == "I check it."
    assert left.tool_calls == kept.tool_calls


@pytest.mark.parametrize("thought", ["<think>\nSwap.\n</think>\n", "<think>\nSwap"])
def test_an_answer_that_is_nothing_but_thinking_is_not_learnt_as_silence(thought: str):
    trace = make_trace(PROBLEM, 0, PROOF)
    first = trace.messages[2].model_copy(update={"content": thought, "tool_calls": ()})
    silent = trace.model_copy(update={"messages": (*trace.messages[:2], first)})
    assert conversation(silent, NATIVE).messages[2].content == thought
    with pytest.raises(Unfit, match="its answer 1 is nothing but thinking"):
        conversation(silent, Style(thinking=False))


def test_a_system_message_of_unknown_words_that_describes_the_tools_is_not_guessed_at():
    trace = make_trace(PROBLEM, 0, PROOF)
    system = Message(role="system", content="Call check_lean with the code.")
    foreign = trace.model_copy(update={"messages": (system, *trace.messages[1:])})
    with pytest.raises(Unfit, match="--tools prompt"):
        conversation(foreign, NATIVE)
    with pytest.raises(Unfit, match="--tools native"):
        conversation(foreign, HERMES)
    assert conversation(trace, NATIVE).messages[0] == trace.messages[0]


def test_an_answer_with_a_spoilt_call_is_kept_as_it_was_written():
    trace = make_trace(PROBLEM, 0, PROOF, errors=(SPOILT,), words=f"So.\n{SPOILT.text}")
    told = conversation(trace, NATIVE)
    assert SPOILT.text in told.messages[2].content
    assert told.spoilt == {0}


def test_an_answer_that_brought_the_accepted_proof_is_not_spoilt():
    trace = make_trace(PROBLEM, 0, PROOF, failed_attempts=0, errors=(SPOILT,))
    assert trace.turns[0].errors
    assert conversation(trace, NATIVE).spoilt == frozenset()


def test_a_call_spoilt_in_one_notation_is_not_taught_in_another():
    spoilt = sample()[0]
    turns = (spoilt.turns[0].model_copy(update={"errors": (SPOILT,)}), *spoilt.turns[1:])
    spoilt = spoilt.model_copy(update={"turns": turns})
    assert conversation(spoilt, HERMES).spoilt == {0}
    with pytest.raises(Unfit, match="its answer 1 spoils a call in hermes"):
        conversation(spoilt, Style(dialect=dialect_named("mistral")))


def retold(trace: Trace, **changes: Any) -> Trace:
    """The trace with the opening messages that it would have had with those changes."""
    trace = trace.model_copy(update=changes)
    dialect = dialect_named(trace.dialect or "") if trace.tools_in_prompt else None
    told = opening(trace.problem, trace.tools, trace.settings, dialect)
    return trace.model_copy(update={"messages": (*told, *trace.messages[2:])})


@pytest.mark.parametrize("prompt", prompts_for(Mode.AGENT))
@pytest.mark.parametrize("written_in", ["hermes", "pythonic"])
def test_the_tools_are_taken_out_of_every_released_prompt(prompt: str, written_in: str):
    settings = EpisodeSettings(prompt=prompt)
    trace = retold(sample()[0], settings=settings, dialect=written_in)
    assert "search_mathlib" in trace.messages[0].content
    told = conversation(trace, NATIVE)
    assert "search_mathlib" not in told.messages[0].content
    assert told.messages[0].content.endswith("there is nothing else to hand in.")
    again = conversation(trace, Style(dialect=dialect_named("mistral")))
    assert dialect_named("mistral").instructions() in again.messages[0].content


def test_tools_that_were_sent_beside_the_messages_stay_there_or_are_described():
    trace = retold(sample()[0], tools_in_prompt=False)
    assert conversation(trace, NATIVE).messages[0] == trace.messages[0]
    described = conversation(trace, HERMES)
    assert described.messages == conversation(sample()[0], HERMES).messages


def test_an_episode_without_tools_is_the_same_in_both_styles():
    settings = EpisodeSettings(mode=Mode.SELF_CORRECTION, prompt="self-correction@1")
    said = (Message(role="user", content="Prove it."), Message(role="assistant", content=PROOF))
    trace = make_trace(PROBLEM, 0, PROOF).model_copy(
        update={"tools": (), "settings": settings, "messages": said}
    )
    assert conversation(trace, NATIVE) == conversation(trace, HERMES) == Conversation(said)


def test_a_prompt_that_this_version_does_not_know_is_the_reason():
    settings = EpisodeSettings(prompt="json@99")
    with pytest.raises(Unfit, match="unknown prompt 'json@99'"):
        conversation(sample()[0].model_copy(update={"settings": settings}), NATIVE)


def test_an_episode_in_which_the_model_never_answered_teaches_nothing():
    trace = make_trace(PROBLEM, 0, failed_attempts=0)
    with pytest.raises(Unfit, match="never answered"):
        conversation(trace, NATIVE)


# Formats


def test_messages_have_calls_as_objects_and_results_with_the_name_of_their_tool(tmp_path: Path):
    written(sample(), FormatName.MESSAGES, tmp_path / "train.jsonl")
    first = rows(tmp_path / "train.jsonl")[0]
    answer, result = first["messages"][2:4]
    assert answer["tool_calls"][0]["type"] == "function"
    assert isinstance(answer["tool_calls"][0]["function"]["arguments"], dict)
    assert result["name"] == answer["tool_calls"][0]["function"]["name"]
    assert [tool["function"]["name"] for tool in first["tools"]] == ["search_mathlib", "check_lean"]


def test_an_export_without_tools_beside_has_no_column_of_them(tmp_path: Path):
    written(sample(), FormatName.MESSAGES, tmp_path / "train.jsonl", HERMES)
    assert all(row.keys() == {"messages"} for row in rows(tmp_path / "train.jsonl"))


def test_openai_ends_with_the_accepted_proof_and_gives_spoilt_answers_no_weight(tmp_path: Path):
    trace = make_trace(PROBLEM, 0, PROOF, errors=(SPOILT,), words="")
    done = written([trace], FormatName.OPENAI, tmp_path / "train.jsonl")
    (row,) = rows(tmp_path / "train.jsonl")
    answers = [one for one in row["messages"] if one["role"] == "assistant"]
    assert [answer.get("weight") for answer in answers] == [0, None]
    assert row["messages"][-1] is answers[-1]
    assert json.loads(answers[-1]["tool_calls"][0]["function"]["arguments"]) == {"code": PROOF}
    assert row["parallel_tool_calls"] is True
    assert (done.answers, done.spoilt) == (2, 1)


def test_sharegpt_joins_the_results_between_two_answers(tmp_path: Path):
    trace = make_trace(PROBLEM, 0, PROOF)
    written([trace], FormatName.SHAREGPT, tmp_path / "train.jsonl")
    (row,) = rows(tmp_path / "train.jsonl")
    turns = row["conversations"]
    assert [turn["from"] for turn in turns] == [
        "human",
        "function_call",
        "observation",
        "function_call",
    ]
    assert turns[2]["value"].count(NEXT_RESULT) == 1
    assert row["system"] == trace.messages[0].content
    assert json.loads(row["tools"])[0]["name"] == "search_mathlib"


@NEEDS_DATASETS
def test_a_table_has_the_same_columns_whatever_was_run(tmp_path: Path):
    from pyarrow import parquet

    written(sample(), FormatName.PARQUET, tmp_path / "a.parquet")
    written([make_trace(PROBLEM, 0, PROOF)], FormatName.PARQUET, tmp_path / "b.parquet")
    first, second = (parquet.read_table(tmp_path / name) for name in ("a.parquet", "b.parquet"))
    assert first.schema == second.schema
    (row,) = second.to_pylist()
    assert row["episode"] == "and_swap#0"
    assert (row["proof"], row["level"], row["outcome"]) == (PROOF, "strict", "proved")
    assert (row["turns"], row["calls"], row["spoilt"]) == (2, 3, 0)
    assert row["completion_tokens"] is None


@NEEDS_DATASETS
def test_the_columns_seed_and_sample_are_two(tmp_path: Path):
    from pyarrow import parquet

    trace = make_trace(PROBLEM, 3, PROOF, tokens=11)
    seeded = trace.model_copy(update={"sampling": Sampling(seed=2**40)})
    written([seeded], FormatName.PARQUET, tmp_path / "train.parquet")
    (row,) = parquet.read_table(tmp_path / "train.parquet").to_pylist()
    assert (row["sample"], row["seed"], row["completion_tokens"]) == (3, 2**40, 22)


# Refusals of single episodes


def test_an_episode_that_does_not_fit_is_left_out_with_the_reason(tmp_path: Path):
    good = make_trace(PROBLEM, 0, PROOF)
    bad = make_trace(PROBLEM, 1, PROOF, errors=(SPOILT,), words=f"So: {SPOILT.text}")
    done = written([good, bad], FormatName.SHAREGPT, tmp_path / "train.jsonl")
    assert (done.episodes, len(rows(tmp_path / "train.jsonl"))) == (1, 1)
    (left,) = done.left_out
    assert left.episode == "and_swap#1"
    assert "spoilt" in left.why


def said_by(*messages: Message) -> Conversation:
    return Conversation((Message(role="user", content="?"), *messages), TOOLS)


def test_openai_takes_no_example_in_which_nothing_is_to_be_learnt():
    told = said_by(Message(role="assistant", content="Hm."))
    assert OpenAI().row(make_trace(PROBLEM, 0), told)
    spoilt = Conversation(told.messages, told.tools, frozenset({0}))
    with pytest.raises(Unfit, match="something is wrong in all of its answers"):
        OpenAI().row(make_trace(PROBLEM, 0), spoilt)


def test_openai_takes_no_call_without_an_answer_but_the_last():
    call = ToolCall(id="1", name="check_lean", arguments={})
    asks = Message(role="assistant", content="", tool_calls=(call,))
    assert OpenAI().row(make_trace(PROBLEM, 0), said_by(asks))
    on = Message(role="user", content="Go on.")
    told = said_by(asks, on, Message(role="assistant", content="No."))
    with pytest.raises(Unfit, match="a call in it has no answer"):
        OpenAI().row(make_trace(PROBLEM, 0), told)


def test_sharegpt_has_its_tags_around_calls_only():
    call = ToolCall(id="1", name="check_lean", arguments={"code": "</tool_call> <tool_call>"})
    told = said_by(Message(role="assistant", content="So:", tool_calls=(call,)))
    row = ShareGPT().row(make_trace(PROBLEM, 0), told)
    value = row["conversations"][1]["value"]
    assert (value.count("<tool_call>"), value.count("</tool_call>")) == (1, 1)
    assert ShareGPT.read(row).messages[1].tool_calls[0].arguments == call.arguments


def test_openai_takes_no_tool_with_a_name_of_other_signs():
    call = ToolCall(id="1", name="check lean", arguments={})
    said = (
        Message(role="user", content="?"),
        Message(role="assistant", content="", tool_calls=(call,)),
    )
    with pytest.raises(Unfit, match="'check lean'"):
        OpenAI().row(make_trace(PROBLEM, 0), Conversation(said, TOOLS))
