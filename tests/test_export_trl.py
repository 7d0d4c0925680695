"""TRL learns from exports: the answers with their calls, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from exports import (
    HERMES,
    NATIVE,
    RECOVERY,
    load,
    rows,
    sample,
    written,
)
from tiny_model import make_tiny_model

from lean_agent.dialects import dialect_named
from lean_agent.dialects.thinking import without_thinking
from lean_agent.trace.export import FormatName, conversation

pytest.importorskip("trl")


@pytest.fixture(scope="module")
def student(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """A tiny model that learns through one of the chat templates which TRL brings."""
    import trl

    folder = tmp_path_factory.mktemp("students")

    def make(name: str) -> Path:
        if not (folder / name).exists():
            template = Path(trl.__file__).parent / "chat_templates" / f"{name}.jinja"
            make_tiny_model(folder / name, template.read_text("utf-8"), 16384)
        return folder / name

    return make


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


@pytest.mark.parametrize("template", ["qwen2_5", "qwen3"])
@pytest.mark.parametrize("name", [FormatName.MESSAGES, FormatName.PARQUET, FormatName.ARROW])
def test_trl_learns_the_answers_and_nothing_else(
    tmp_path: Path, student: Callable[[str], Path], name: FormatName, template: str
):
    traces = [*sample()[:2], RECOVERY]
    path = written(traces, name, tmp_path / "train").path
    if name is FormatName.ARROW:
        from datasets import load_from_disk

        dataset = load_from_disk(str(path))
    else:
        dataset = load("json" if name is FormatName.MESSAGES else "parquet", path)
    training = trainer(student(template), dataset, tmp_path)
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


def test_trl_takes_optimisation_steps(tmp_path: Path, student: Callable[[str], Path]):
    path = written([RECOVERY], FormatName.MESSAGES, tmp_path / "train.jsonl").path
    training = trainer(student("qwen3"), load("json", path), tmp_path)
    before = {name: one.detach().clone() for name, one in training.model.named_parameters()}
    result = training.train()
    assert result.global_step == 2
    assert result.training_loss > 0
    moved = [name for name, one in training.model.named_parameters() if (one != before[name]).any()]
    assert moved


def test_trl_learns_prompts_that_are_all_text(tmp_path: Path, student: Callable[[str], Path]):
    path = written(sample()[:1], FormatName.MESSAGES, tmp_path / "train.jsonl", HERMES).path
    training = trainer(student("qwen3"), load("json", path), tmp_path)
    (row,) = training.train_dataset
    answers = [one for one in rows(path)[0]["messages"] if one["role"] == "assistant"]
    said = learnt(training.processing_class, row)
    assert len(said) == len(answers)
    for text, answer in zip(said, answers, strict=True):
        assert answer["content"] in text


def spoken(content: str) -> str:
    """Without thinking, of which Qwen3's template writes an empty block where there is none."""
    return without_thinking(content).strip()
