"""`lean-agent traces export`: what each format holds, and that it can be read back."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import string
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import typer
from hypothesis import given, settings
from hypothesis import strategies as st
from synthetic_runs import TOOLS, make_problem, make_run, make_trace
from typer.testing import CliRunner

from lean_agent.chat import CallError, CallErrorKind, Message, ToolCall, ToolSchema
from lean_agent.dialects import DIALECTS, dialect_named
from lean_agent.episode import EpisodeSettings, Mode
from lean_agent.errors import UserError
from lean_agent.export_command import export_traces
from lean_agent.prompts import opening, prompts_for
from lean_agent.trace.export import (
    Conversation,
    Exported,
    FormatName,
    Style,
    Unfit,
    conversation,
    export,
    format_named,
    read_conversations,
)
from lean_agent.trace.export.conversation import numbered
from lean_agent.trace.export.formats import Messages, OpenAI
from lean_agent.trace.export.sharegpt import NEXT_RESULT, ShareGPT
from lean_agent.trace.export.table import Arrow, Parquet
from lean_agent.trace.store import read_traces
from lean_agent.trace.trace import Trace

SAMPLE = Path(__file__).parent.parent / "traces" / "sample.jsonl"
PROBLEM = make_problem()
PROOF = f"{PROBLEM.statement} := ⟨h.2, h.1⟩"
NATIVE = Style()
HERMES = Style(dialect=dialect_named("hermes"))
SPOILT = CallError(
    kind=CallErrorKind.NOT_JSON, text="<tool_call>{</tool_call>", detail="it is no JSON"
)
NEEDS_DATASETS = pytest.mark.skipif(
    importlib.util.find_spec("datasets") is None, reason="datasets is not installed"
)
TABLES = [
    pytest.param(name, marks=NEEDS_DATASETS) for name in (FormatName.ARROW, FormatName.PARQUET)
]
READABLE = [FormatName.MESSAGES, FormatName.OPENAI, FormatName.SHAREGPT, *TABLES]


def sample() -> list[Trace]:
    return list(read_traces(SAMPLE))


def written(traces: list[Trace], name: FormatName, path: Path, style: Style = NATIVE) -> Exported:
    return export(traces, format_named(name, style), style, path)


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


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
    assert (done.episodes, done.left_out) == (6, ())
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


# Refusals of single episodes


def test_an_episode_that_does_not_fit_is_left_out_with_the_reason(tmp_path: Path):
    good = make_trace(PROBLEM, 0, PROOF)
    bad = make_trace(PROBLEM, 1, PROOF, errors=(SPOILT,), words=f"So: {SPOILT.text}")
    done = written([good, bad], FormatName.SHAREGPT, tmp_path / "train.jsonl")
    assert (done.episodes, len(rows(tmp_path / "train.jsonl"))) == (1, 1)
    (left,) = done.left_out
    assert left.episode == "and_swap#1"
    assert "spoilt" in left.why


def test_openai_takes_no_tool_with_a_name_of_other_signs():
    call = ToolCall(id="1", name="check lean", arguments={})
    said = (
        Message(role="user", content="?"),
        Message(role="assistant", content="", tool_calls=(call,)),
    )
    with pytest.raises(Unfit, match="'check lean'"):
        OpenAI().row(make_trace(PROBLEM, 0), Conversation(said, TOOLS))


# The file


@pytest.mark.parametrize("name", READABLE)
def test_the_same_episodes_give_the_same_bytes(tmp_path: Path, name: FormatName):
    for folder in ("one", "two"):
        written(sample(), name, tmp_path / folder / "export")

    def contents(folder: Path) -> dict[str, bytes]:
        files = [path for path in folder.rglob("*") if path.is_file()]
        return {str(path.relative_to(folder)): path.read_bytes() for path in files}

    assert contents(tmp_path / "one") == contents(tmp_path / "two") != {}


@pytest.mark.parametrize("name", READABLE)
def test_an_export_that_breaks_off_leaves_nothing_behind(tmp_path: Path, name: FormatName):
    def breaking():
        yield make_trace(PROBLEM, 0, PROOF)
        raise UserError("line 2 is damaged")

    with pytest.raises(UserError, match="line 2 is damaged"):
        export(breaking(), format_named(name, NATIVE), NATIVE, tmp_path / "export")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", READABLE)
def test_what_is_there_already_is_not_touched(tmp_path: Path, name: FormatName):
    (tmp_path / "mine").write_text("mine")
    with pytest.raises(UserError, match="there already"):
        written(sample(), name, tmp_path / "mine")
    assert (tmp_path / "mine").read_text() == "mine"
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize("name", [FormatName.ARROW, FormatName.PARQUET])
def test_a_missing_package_is_named_with_the_extra_that_has_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: FormatName
):
    monkeypatch.setattr("importlib.util.find_spec", lambda package: None)  # noqa: ARG005
    with pytest.raises(UserError, match=r"lean-agent\[datasets\]"):
        written(sample(), name, tmp_path / "export")
    assert list(tmp_path.iterdir()) == []


def test_the_heavy_packages_are_not_imported_before_they_are_needed():
    program = "import sys, lean_agent.export_command; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert not {"datasets", "pyarrow", "torch", "transformers"} & set(done.stdout.decode().split())


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_is_an_error(tmp_path: Path):
    tmp_path.chmod(0o500)
    with pytest.raises(UserError, match="cannot write"):
        written(sample(), FormatName.MESSAGES, tmp_path / "train.jsonl")


# The command

app = typer.Typer()
app.command("export")(export_traces)
app.callback()(lambda: None)


def run(*arguments: object) -> Any:
    return CliRunner().invoke(app, ["export", *map(str, arguments)])


@NEEDS_DATASETS
def test_a_dataset_is_its_folder(tmp_path: Path):
    (tmp_path / "dataset").mkdir()
    shutil.copy(SAMPLE, tmp_path / "dataset" / "traces.jsonl")
    done = run(tmp_path / "dataset", "--to", "parquet", "--out", tmp_path / "train.parquet")
    assert done.exit_code == 0, done.output
    assert len(list(read_conversations(tmp_path / "train.parquet", FormatName.PARQUET))) == 6


def test_of_a_run_the_proved_episodes_are_taken(tmp_path: Path):
    traces = [make_trace(PROBLEM, 0, PROOF), make_trace(PROBLEM, 1)]
    make_run(tmp_path / "run", ["and_swap"], 2, traces)
    done = run(tmp_path / "run", "--to", "messages", "--out", tmp_path / "train.jsonl")
    assert done.exit_code == 0, done.output
    assert "1 episodes, 2 answers" in done.output
    assert "1 without an accepted proof (--unproved)" in done.output
    assert len(rows(tmp_path / "train.jsonl")) == 1
    every = run(
        *(tmp_path / "run", "--to", "messages", "--out", tmp_path / "all.jsonl", "--unproved")
    )
    assert every.exit_code == 0, every.output
    assert len(rows(tmp_path / "all.jsonl")) == 2


def test_a_program_can_read_what_was_done(tmp_path: Path):
    done = run(SAMPLE, "--to", "openai", "--out", tmp_path / "train.jsonl", "--json")
    facts = json.loads(done.output)
    assert (facts["episodes"], facts["left_out"], facts["format"]) == (6, [], "openai")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--to", "text"], "needs --template"),
        (["--to", "messages", "--template", "x.jinja"], "for the format text"),
        (["--to", "messages", "--dialect", "hermes"], "goes with --tools prompt"),
        (["--to", "messages", "--tools", "prompt", "--dialect", "klingon"], "unknown dialect"),
        (["--to", "text", "--template", "missing.jinja"], "cannot read the chat template"),
    ],
)
def test_options_that_do_not_go_together_are_explained(
    tmp_path: Path, arguments: list[str], words: str
):
    done = run(SAMPLE, "--out", tmp_path / "train.jsonl", *arguments)
    assert isinstance(done.exception, UserError)  # which the command line turns into exit code 2
    assert words in str(done.exception)
    assert list(tmp_path.iterdir()) == []


def test_a_run_without_proofs_gives_no_file(tmp_path: Path):
    make_run(tmp_path / "run", ["and_swap"], 1, [make_trace(PROBLEM, 0)])
    done = run(tmp_path / "run", "--to", "messages", "--out", tmp_path / "train.jsonl")
    assert "none of the 1 episodes has an accepted proof" in str(done.exception)
    assert not (tmp_path / "train.jsonl").exists()


def test_when_no_episode_fits_the_first_reason_is_told(tmp_path: Path):
    trace = make_trace(PROBLEM, 0, PROOF, errors=(SPOILT,), words=SPOILT.text)
    make_run(tmp_path / "run", ["and_swap"], 1, [trace])
    done = run(tmp_path / "run", "--to", "sharegpt", "--out", tmp_path / "train.jsonl")
    assert "and_swap#0: beside a call it holds a spoilt one" in str(done.exception)
    assert not (tmp_path / "train.jsonl").exists()
