"""Each export format, loaded by the program that it is for."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Literal, Required

import pytest
from synthetic_runs import make_problem, make_trace
from tiny_model import CHATML, make_tiny_model, tiny_tokenizer
from typing_extensions import TypedDict

from lean_agent.chat import CallError, CallErrorKind
from lean_agent.dialects import dialect_named
from lean_agent.dialects.thinking import without_thinking
from lean_agent.errors import UserError
from lean_agent.models.chat_template import ChatTemplate
from lean_agent.trace.export import FormatName, Style, conversation, export, format_named
from lean_agent.trace.store import read_traces
from lean_agent.trace.trace import Trace

SAMPLE = Path(__file__).parent.parent / "traces" / "sample.jsonl"
NATIVE = Style()
HERMES = Style(dialect=dialect_named("hermes"))
PROBLEM = make_problem()
SPOILT = CallError(
    kind=CallErrorKind.NOT_JSON, text="<tool_call>{</tool_call>", detail="it is no JSON"
)
RECOVERY = make_trace(
    PROBLEM,
    0,
    f"{PROBLEM.statement} := ⟨h.2, h.1⟩",
    errors=(SPOILT,),
    words=f"<think>\nSwap.\n</think>\n\nI try {SPOILT.text}",
)


def sample() -> list[Trace]:
    return list(read_traces(SAMPLE))


def written(
    traces: Iterable[Trace],
    name: FormatName,
    path: Path,
    style: Style = NATIVE,
    template: str | None = None,
) -> Path:
    export(traces, format_named(name, style, template), style, path)
    return path


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


@pytest.fixture
def load(tmp_path: Path) -> Any:
    """`datasets.load_dataset` of one file, with a cache of its own."""
    datasets = pytest.importorskip("datasets")

    def load(kind: str, path: Path) -> Any:
        cache = str(tmp_path / "cache")
        return datasets.load_dataset(kind, data_files=str(path), split="train", cache_dir=cache)

    return load


# datasets


@pytest.mark.parametrize("style", [NATIVE, HERMES], ids=["native", "prompt"])
def test_datasets_reads_messages_and_adds_no_arguments_that_were_not_there(
    tmp_path: Path, load: Any, style: Style
):
    path = written(
        [*sample(), RECOVERY][: 7 if style is NATIVE else 6],
        FormatName.MESSAGES,
        tmp_path / "train.jsonl",
        style,
    )
    assert list(load("json", path)) == rows(path)


@pytest.mark.parametrize("name", [FormatName.SHAREGPT, FormatName.OPENAI])
def test_datasets_reads_every_line_of_the_other_json_formats(
    tmp_path: Path, load: Any, name: FormatName
):
    path = written(sample(), name, tmp_path / "train.jsonl")
    assert len(load("json", path)) == 6


def test_datasets_reads_parquet_and_arrow_as_the_same_table(tmp_path: Path, load: Any):
    from datasets import load_from_disk

    parquet = load("parquet", written(sample(), FormatName.PARQUET, tmp_path / "train.parquet"))
    arrow = load_from_disk(str(written(sample(), FormatName.ARROW, tmp_path / "train")))
    assert list(parquet) == list(arrow)
    assert parquet.features == arrow.features
    assert parquet["proof"] == [trace.proof for trace in sample()]


# TRL


QWEN3 = "qwen3.jinja"  # for which TRL has a template of its own that marks what is generated


@pytest.fixture(scope="module")
def qwen3(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny model that learns through Qwen3's own chat template."""
    trl = pytest.importorskip("trl")
    template = Path(trl.__file__).parent / "chat_templates" / QWEN3
    return make_tiny_model(tmp_path_factory.mktemp("qwen3"), template.read_text("utf-8"), 16384)


def trainer(model: Path, dataset: Any, folder: Path) -> Any:
    from trl import SFTConfig, SFTTrainer

    settings = SFTConfig(
        output_dir=str(folder / "out"),
        assistant_only_loss=True,
        max_length=None,
        max_steps=2,
        per_device_train_batch_size=1,
        learning_rate=0.1,
        report_to=[],
        use_cpu=True,
        bf16=False,
        save_strategy="no",
        disable_tqdm=True,
    )
    return SFTTrainer(model=str(model), args=settings, train_dataset=dataset)


def learnt(tokenizer: Any, row: dict[str, Any]) -> list[str]:
    """The stretches of text that the loss is taken over."""
    stretches: list[list[int]] = []
    last = -100
    for label in row["labels"]:
        if label != -100:
            if last == -100:
                stretches.append([])
            stretches[-1].append(label)
        last = label
    return [tokenizer.decode(ids) for ids in stretches]


@pytest.mark.parametrize("name", [FormatName.MESSAGES, FormatName.PARQUET])
def test_trl_learns_the_answers_and_nothing_else(
    tmp_path: Path, load: Any, qwen3: Path, name: FormatName
):
    traces = [*sample()[:2], RECOVERY]
    kind = "parquet" if name is FormatName.PARQUET else "json"
    training = trainer(qwen3, load(kind, written(traces, name, tmp_path / "train")), tmp_path)
    prepared = list(training.train_dataset)
    tokenizer = training.processing_class
    assert len(prepared) == 3
    hermes = dialect_named("hermes")
    for row, trace in zip(prepared, traces, strict=True):
        told = conversation(trace, NATIVE)
        answers = [one for one in told.messages if one.role == "assistant"]
        said = learnt(tokenizer, row)
        assert len(said) == len(answers)
        for text, answer in zip(said, answers, strict=True):
            assert text.endswith("<|im_end|>\n")
            reply = hermes.read(text.removesuffix("<|im_end|>\n"), told.tools)
            assert [(call.name, call.arguments) for call in reply.calls] == [
                (call.name, call.arguments) for call in answer.tool_calls
            ]
            assert spoken(reply.content) == spoken(answer.content)
        prompt = tokenizer.decode(row["input_ids"])
        assert prompt.count("search_mathlib") >= 1
        assert prompt.index("# Tools") == prompt.rindex("# Tools")  # described once
        assert "the tool check_lean" in prompt or "Check a proof with Lean." in prompt


def test_trl_takes_optimisation_steps(tmp_path: Path, load: Any, qwen3: Path):
    path = written([RECOVERY], FormatName.MESSAGES, tmp_path / "train.jsonl")
    training = trainer(qwen3, load("json", path), tmp_path)
    before = {name: one.detach().clone() for name, one in training.model.named_parameters()}
    result = training.train()
    assert result.global_step == 2
    assert result.training_loss > 0
    moved = [name for name, one in training.model.named_parameters() if (one != before[name]).any()]
    assert moved


def test_trl_learns_prompts_that_are_all_text(tmp_path: Path, load: Any, qwen3: Path):
    path = written(sample()[:1], FormatName.MESSAGES, tmp_path / "train.jsonl", HERMES)
    training = trainer(qwen3, load("json", path), tmp_path)
    (row,) = training.train_dataset
    answers = [one for one in rows(path)[0]["messages"] if one["role"] == "assistant"]
    said = learnt(training.processing_class, row)
    assert len(said) == len(answers)
    for text, answer in zip(said, answers, strict=True):
        assert answer["content"] in text


def spoken(content: str) -> str:
    """Without thinking, of which Qwen3's template writes an empty block where there is none."""
    return without_thinking(content).strip()


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
    for row in rows(written(traces, FormatName.OPENAI, tmp_path / "train.jsonl", style)):
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
    for row in rows(written(sample(), FormatName.SHAREGPT, tmp_path / "train.jsonl")):
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


# Text


@pytest.fixture
def chatml(tmp_path: Path) -> Path:
    """A tokenizer's folder."""
    tiny_tokenizer().save_pretrained(tmp_path / "chatml")
    return tmp_path / "chatml"


def test_text_is_what_the_tokenizer_makes_of_the_messages_and_tools(tmp_path: Path, chatml: Path):
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(chatml)
    path = written(sample(), FormatName.TEXT, tmp_path / "train.jsonl", template=str(chatml))
    messages = rows(written(sample(), FormatName.MESSAGES, tmp_path / "messages.jsonl"))
    for row, told in zip(rows(path), messages, strict=True):
        assert row == {
            "text": tokenizer.apply_chat_template(
                told["messages"], tools=told["tools"], tokenize=False
            )
        }


@pytest.mark.parametrize("style", [NATIVE, HERMES], ids=["native", "prompt"])
def test_text_begins_with_the_prompt_of_each_turn_of_the_agent_loop(
    tmp_path: Path, chatml: Path, style: Style
):
    """So training sees what the model will be asked with."""
    from lean_agent.models.settings import BackendSettings

    interface: Any = "prompt" if style.dialect else "template"
    template = ChatTemplate.load(str(chatml), BackendSettings(interface=interface))
    trace = sample()[0]
    path = written([trace], FormatName.TEXT, tmp_path / "train.jsonl", style, str(chatml))
    (text,) = (row["text"] for row in rows(path))
    told = conversation(trace, NATIVE)
    messages = trace.messages if style.dialect else told.messages
    asked = [n for n, one in enumerate(messages) if one.role == "assistant"]
    for number in asked:
        prompt = template.render(messages[:number], trace.tools, dialect_named("hermes"))
        assert text.startswith(prompt)


def test_a_jinja_file_alone_will_do(tmp_path: Path, chatml: Path):
    (tmp_path / "chat.jinja").write_text(CHATML)
    one = written(sample(), FormatName.TEXT, tmp_path / "1", template=str(tmp_path / "chat.jinja"))
    two = written(sample(), FormatName.TEXT, tmp_path / "2", template=str(chatml))
    assert one.read_bytes() == two.read_bytes()


def test_a_template_without_a_place_for_tools_needs_them_in_the_prompt(tmp_path: Path):
    plain = "{% for m in messages %}[{{ m.role }}] {{ m.content }}\n{% endfor %}"
    (tmp_path / "plain.jinja").write_text(plain)
    template = str(tmp_path / "plain.jinja")
    with pytest.raises(UserError, match="--tools prompt"):
        written(sample(), FormatName.TEXT, tmp_path / "train.jsonl", template=template)
    path = written(sample(), FormatName.TEXT, tmp_path / "train.jsonl", HERMES, template)
    text = rows(path)[0]["text"]
    assert text.startswith("[system] You prove theorems in Lean 4.")
    assert text.count("[assistant]") == len(sample()[0].turns)
    assert "<tool_response>" in text
