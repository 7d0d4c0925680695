"""`lean-agent traces export`: the file that it writes, and the command line."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import typer
from exports import (
    NATIVE,
    NEEDS_DATASETS,
    PROBLEM,
    PROOF,
    READABLE,
    SAMPLE,
    SPOILT,
    TABLES,
    rows,
    sample,
    written,
)
from synthetic_runs import make_run, make_trace
from typer.testing import CliRunner

from lean_agent.errors import UserError
from lean_agent.export_command import export_traces
from lean_agent.trace.export import (
    FormatName,
    export,
    format_named,
    read_conversations,
)
from lean_agent.trace.store import read_traces

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

HOW_MANY = len(list(read_traces(SAMPLE)))
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
    assert len(list(read_conversations(tmp_path / "train.parquet", FormatName.PARQUET))) == HOW_MANY


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
    assert (facts["episodes"], facts["left_out"], facts["format"]) == (HOW_MANY, [], "openai")


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
    assert str(done.exception).startswith(f"{tmp_path / 'run'}: ")
    assert "none of the 1 episodes has an accepted proof" in str(done.exception)
    assert not (tmp_path / "train.jsonl").exists()


def test_when_no_episode_fits_the_first_reason_is_told(tmp_path: Path):
    trace = make_trace(PROBLEM, 0, PROOF, errors=(SPOILT,), words=SPOILT.text)
    make_run(tmp_path / "run", ["and_swap"], 1, [trace])
    done = run(tmp_path / "run", "--to", "sharegpt", "--out", tmp_path / "train.jsonl")
    assert "and_swap#0: beside a call it holds a spoilt one" in str(done.exception)
    assert not (tmp_path / "train.jsonl").exists()


def test_an_empty_run_is_named(tmp_path: Path):
    make_run(tmp_path / "run", ["and_swap"], 1, [])
    done = run(tmp_path / "run", "--to", "messages", "--out", tmp_path / "train.jsonl")
    assert str(done.exception) == f"{tmp_path / 'run'}: there is no episode in it"


def test_there_is_no_export_to_standard_output(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    done = run(SAMPLE, "--to", "messages", "--out", "-")
    assert "--out takes a file's name" in str(done.exception)
    assert list(tmp_path.iterdir()) == []


CALLS_LEFT_OUT = "leave them out without a word"


@pytest.mark.parametrize("name", [FormatName.MESSAGES, *TABLES])
def test_where_the_template_writes_calls_the_user_is_told_to_try_it_first(
    tmp_path: Path, name: FormatName
):
    done = run(SAMPLE, "--to", name, "--out", tmp_path / "train")
    assert CALLS_LEFT_OUT in done.output
    assert f"traces export {SAMPLE} --to text --template MODEL" in done.output
    text = run(SAMPLE, "--to", name, "--out", tmp_path / "text", "--tools", "prompt")
    assert text.exit_code == 0, text.output
    assert CALLS_LEFT_OUT not in text.output
