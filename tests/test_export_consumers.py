"""Each export format, loaded by the program that it is for; TRL has a file of its own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Literal, Required

import pytest
from exports import (
    HERMES,
    NATIVE,
    NEEDS_DATASETS,
    RECOVERY,
    load,
    rows,
    sample,
    written,
)
from typing_extensions import TypedDict

from lean_agent.trace.export import FormatName, Style

# datasets


@pytest.mark.parametrize("style", [NATIVE, HERMES], ids=["native", "prompt"])
def test_datasets_reads_messages_and_adds_no_arguments_that_were_not_there(
    tmp_path: Path, style: Style
):
    traces = [*sample(), RECOVERY] if style is NATIVE else sample()
    path = written(traces, FormatName.MESSAGES, tmp_path / "train.jsonl", style).path
    assert list(load("json", path)) == rows(path)


@pytest.mark.parametrize("name", [FormatName.SHAREGPT, FormatName.OPENAI])
def test_datasets_reads_every_line_of_the_other_json_formats(tmp_path: Path, name: FormatName):
    path = written(sample(), name, tmp_path / "train.jsonl").path
    assert len(load("json", path)) == len(sample())


@pytest.mark.parametrize("style", [NATIVE, HERMES], ids=["native", "prompt"])
def test_datasets_reads_messages_and_tools_of_tables_as_objects(tmp_path: Path, style: Style):
    """As those of the format messages, so that a trainer does with both the same."""
    traces = [*sample(), RECOVERY] if style is NATIVE else sample()
    parquet = load("parquet", written(traces, FormatName.PARQUET, tmp_path / "parquet", style).path)
    written(traces, FormatName.ARROW, tmp_path / "arrow", style)
    arrow = pytest.importorskip("datasets").load_from_disk(str(tmp_path / "arrow"))
    assert list(parquet) == list(arrow)
    assert parquet.features == arrow.features
    assert parquet["proof"] == [trace.proof for trace in traces]
    assert parquet["versions"] == [trace.versions for trace in traces]
    lines = rows(written(traces, FormatName.MESSAGES, tmp_path / "jsonl", style).path)
    assert parquet["messages"] == [line["messages"] for line in lines]
    assert parquet["tools"] == [line.get("tools") for line in lines]


def test_a_table_is_a_table_for_those_who_know_nothing_of_datasets(tmp_path: Path):
    pandas = pytest.importorskip("pandas")
    table = pandas.read_parquet(written(sample(), FormatName.PARQUET, tmp_path / "train").path)
    assert list(table["episode"]) == [trace.episode_id for trace in sample()]
    assert json.loads(table["messages"][0][0])["role"] == "system"


@NEEDS_DATASETS
def test_datasets_shows_no_bars_of_its_own(tmp_path: Path, capfd: pytest.CaptureFixture[str]):
    from datasets import are_progress_bars_disabled

    written(sample(), FormatName.ARROW, tmp_path / "train")
    assert capfd.readouterr() == ("", "")
    assert not are_progress_bars_disabled()


# OpenAI


class Assistant(TypedDict, total=False):
    """Their message of an assistant, with what they add to it for fine-tuning."""

    role: Required[Literal["assistant"]]
    content: str
    tool_calls: list[Any]
    weight: Literal[0, 1]


@pytest.mark.parametrize("style", [NATIVE, HERMES], ids=["native", "prompt"])
def test_openai_has_types_for_all_that_is_in_a_line(tmp_path: Path, style: Style):
    from openai.types.chat import (
        ChatCompletionFunctionToolParam,
        ChatCompletionMessageFunctionToolCallParam,
        ChatCompletionSystemMessageParam,
        ChatCompletionToolMessageParam,
        ChatCompletionUserMessageParam,
    )
    from pydantic import ConfigDict, TypeAdapter, with_config

    def check(kind: Any, value: Any) -> None:
        TypeAdapter(kind).validate_python(value, strict=True)
        assert value.keys() <= kind.__annotations__.keys()  # and they refuse other fields

    kinds = {
        "system": ChatCompletionSystemMessageParam,
        "user": ChatCompletionUserMessageParam,
        "assistant": with_config(ConfigDict(extra="forbid"))(Assistant),
        "tool": ChatCompletionToolMessageParam,
    }
    traces = [*sample(), RECOVERY] if style is NATIVE else sample()
    for row in rows(written(traces, FormatName.OPENAI, tmp_path / "train.jsonl", style).path):
        assert row.keys() <= {"messages", "tools", "parallel_tool_calls"}
        waiting: set[str] = set()
        for message in row["messages"]:
            check(kinds[message["role"]], message)
            if message["role"] == "tool":
                waiting.remove(message["tool_call_id"])  # each call is answered once
                continue
            assert not waiting
            for call in message.get("tool_calls", ()):
                check(ChatCompletionMessageFunctionToolCallParam, call)
                assert isinstance(json.loads(call["function"]["arguments"]), dict)
                waiting.add(call["id"])
        assert row["messages"][-1]["role"] == "assistant"
        for tool in row.get("tools", ()):
            check(ChatCompletionFunctionToolParam, tool)


# ShareGPT


def test_llama_factory_finds_each_kind_in_its_place(tmp_path: Path):
    """Its data/README.md: human and observation in odd places, gpt and function_call in even."""
    for row in rows(written(sample(), FormatName.SHAREGPT, tmp_path / "train.jsonl").path):
        kinds = [turn["from"] for turn in row["conversations"]]
        assert set(kinds[0::2]) <= {"human", "observation"}
        assert set(kinds[1::2]) <= {"gpt", "function_call"}
        assert len(kinds) % 2 == 0
        for turn in row["conversations"]:
            if turn["from"] == "function_call":
                call = json.loads(turn["value"].partition("<tool_call>")[2][: -len("</tool_call>")])
                for one in call if isinstance(call, list) else [call]:
                    assert one.keys() == {"name", "arguments"}
        for tool in json.loads(row["tools"]):
            assert tool.keys() == {"name", "description", "parameters"}
