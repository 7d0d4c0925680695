"""`mathlib-index describe`: a real process asks a real server; it is killed, and goes on."""

from __future__ import annotations

import json
import os
import pty
import re
import signal
import subprocess
import sys
import time
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import typer
from click.testing import Result
from hypothesis import given
from hypothesis import strategies as st
from language_model import HANG_UP, Answer, LanguageModel, about, fails, name_in, says
from typer.testing import CliRunner

from mathlib_index import Declaration
from mathlib_index.describe import (
    LONGEST_DESCRIPTION,
    AnswerRefused,
    Describer,
    LanguageModelUnavailable,
    clean,
)
from mathlib_index.describe_command import describe as describe_command
from mathlib_index.descriptions import DescriptionsUnusable, DescriptionWriter, load_descriptions
from mathlib_index.sources import read_declarations

NAMES = [f"fact{number:03}" for number in range(60)]
DESCRIBE = "import typer; from mathlib_index.describe_command import describe; typer.run(describe)"
APP = typer.Typer()
APP.command()(describe_command)


def write_library(folder: Path, names: list[str] = NAMES, statement: str = "n = n") -> Path:
    folder.mkdir(exist_ok=True)
    facts = (f"theorem {name} (n : Nat) : {statement} := proof\n" for name in names)
    (folder / "Facts.lean").write_text("\n".join(facts))
    return folder


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """A library of 60 theorems."""
    return write_library(tmp_path / "library")


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "descriptions.jsonl"


def command(library: Path, out: Path, model: str, *options: object) -> list[str]:
    arguments = (library, "--model", model, "--out", out, *options)
    return [sys.executable, "-c", DESCRIBE, *map(str, arguments)]


def describe(library: Path, out: Path, model: str, *options: object) -> Result:
    """The command in this process, where nobody sits at a terminal."""
    return CliRunner().invoke(APP, command(library, out, model, *options)[3:])


def records(out: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.read_text().splitlines()]


def names(out: Path) -> list[str]:
    return sorted(record["name"] for record in records(out))


def declarations(library: Path) -> list[Declaration]:
    return read_declarations(library).declarations


def test_every_declaration_gets_its_line(
    library: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "secret")
    with LanguageModel() as model:
        done = describe(library, out, model.spec, "--yes")
    assert done.exit_code == 0, done.stderr
    assert model.asked() == NAMES
    assert model.keys == {"Bearer secret"}
    assert model.requests[0]["model"] == "tester/small"
    assert "Described 60 declarations (6,000 prompt and 1,200 completion tokens)" in done.stdout
    assert load_descriptions(out, declarations(library)) == {
        name: f"This is about {name}." for name in NAMES
    }


def test_the_model_is_shown_the_statement(library: Path, out: Path) -> None:
    with LanguageModel() as model:
        describe(library, out, model.spec, "--yes", "--limit", 1)
    assert model.questions == ["theorem fact000 (n : Nat) : n = n"]


def test_a_second_run_asks_nothing(library: Path, out: Path) -> None:
    with LanguageModel() as model:
        describe(library, out, model.spec, "--yes")
        before = out.read_bytes()
        again = describe(library, out, model.spec)  # nothing to pay, so nothing to confirm
    assert (again.exit_code, len(model.questions)) == (0, 60)
    assert again.stdout == f"Nothing to do: {out} describes all 60 declarations.\n"
    assert out.read_bytes() == before


def test_limit_takes_the_next_ones(library: Path, out: Path) -> None:
    with LanguageModel() as model:
        for _ in range(2):
            describe(library, out, model.spec, "--yes", "--limit", 5)
    assert model.asked() == NAMES[:10]


def test_killed_at_any_moment_it_goes_on_and_pays_nothing_twice(library: Path, out: Path) -> None:
    with LanguageModel(seconds=0.02) as model:
        kept: list[str] = []
        for goal in (10, 30):
            process = subprocess.Popen(
                command(library, out, model.spec, "--yes", "--concurrency", 4),
                stderr=subprocess.DEVNULL,
            )
            while model.answered < goal and process.poll() is None:
                time.sleep(0.005)
            process.send_signal(signal.SIGKILL)
            assert process.wait() == -signal.SIGKILL
            time.sleep(0.1)  # for what was under way in the server
            kept = [json.loads(line)["name"] for line in out.read_text().splitlines()]
            assert kept, "killed before the first answer was written"
        questions = len(model.questions)
        last = describe(library, out, model.spec, "--yes")
    assert last.exit_code == 0, last.stderr
    assert not set(kept) & {name_in(question) for question in model.questions[questions:]}
    assert names(out) == NAMES
    # Twice is asked only what was under way at one of the two kills, four at a time.
    assert len(model.questions) <= 60 + 2 * 4


def test_a_torn_last_line_is_cut_off(library: Path, out: Path) -> None:
    with LanguageModel() as model:
        describe(library, out, model.spec, "--yes", "--limit", 3)
        out.write_bytes(out.read_bytes()[:-20])
        assert len(load_descriptions(out, declarations(library))) == 2
        describe(library, out, model.spec, "--yes", "--limit", 1)
    assert names(out) == NAMES[:3]
    assert len(model.questions) == 4


def test_a_last_line_that_lacks_only_its_newline_is_kept(library: Path, out: Path) -> None:
    with LanguageModel() as model:
        describe(library, out, model.spec, "--yes", "--limit", 3)
        out.write_bytes(out.read_bytes()[:-1])
        describe(library, out, model.spec, "--yes", "--limit", 1)
    assert names(out) == NAMES[:4]


def test_a_changed_statement_is_described_anew_and_its_old_line_is_not_used(
    tmp_path: Path, out: Path
) -> None:
    old = write_library(tmp_path / "old", NAMES[:3])
    new = write_library(tmp_path / "new", NAMES[:2], "n = n")
    (new / "More.lean").write_text("theorem fact002 (n : Nat) : n ≤ n := proof\n")
    with LanguageModel() as model:
        describe(old, out, model.spec, "--yes")
        assert list(load_descriptions(out, declarations(new))) == NAMES[:2]
        describe(new, out, model.spec, "--yes")
    assert model.questions[3:] == ["theorem fact002 (n : Nat) : n ≤ n"]
    assert set(load_descriptions(out, declarations(new))) == set(NAMES[:3])


def test_another_model_is_asked_anew_and_the_latest_line_counts(library: Path, out: Path) -> None:
    with LanguageModel() as first, LanguageModel(lambda _: says("Better.")) as second:
        describe(library, out, first.spec, "--yes", "--limit", 2)
        describe(library, out, second.spec.replace("small", "large"), "--yes", "--limit", 1)
    found = load_descriptions(out, declarations(library))
    assert found == {"fact000": "Better.", "fact001": "This is about fact001."}


def test_busy_and_broken_servers_are_asked_again(library: Path, out: Path) -> None:
    turns = count()

    def mostly_busy(question: str) -> Answer:
        turn = next(turns) % 4
        return (HANG_UP, fails(429), fails(503), about(question))[turn]

    with LanguageModel(mostly_busy) as model:
        done = describe(library, out, model.spec, "--yes", "--limit", 3, "--concurrency", 1)
    assert done.exit_code == 0, done.stderr
    assert len(model.questions) == 12
    assert names(out) == NAMES[:3]


@pytest.mark.parametrize(
    ("failure", "why"),
    [(fails(401), "status 401"), (fails(404), "status 404"), ((200, b"<html>"), "not JSON")],
)
def test_a_server_that_fails_for_good_ends_the_run_and_keeps_what_was_answered(
    library: Path, out: Path, failure: Answer, why: str
) -> None:
    with LanguageModel(lambda q: about(q) if "fact00" in q else failure) as model:
        done = describe(library, out, model.spec, "--yes", "--concurrency", 1)
    assert done.exit_code == 2
    complaint = done.stderr.strip().splitlines()[-1]
    assert complaint.startswith("error: tester/small at http://127.0.0.1") and why in complaint
    assert "Traceback" not in done.stderr
    assert names(out) == NAMES[:10]


async def test_a_server_that_is_not_there_is_named(library: Path, out: Path) -> None:
    with LanguageModel() as model:
        nobody = Describer(model.spec, retries=0)
    with (
        DescriptionWriter(out) as writer,
        pytest.raises(LanguageModelUnavailable, match=r"tester/small at http://127\.0\.0\.1"),
    ):
        await nobody.run(declarations(library), writer, concurrency=2, on_answer=print)


def test_a_request_that_the_server_will_not_take_costs_that_one_only(
    library: Path, out: Path
) -> None:
    with LanguageModel(lambda q: fails(400) if "fact003" in q else about(q)) as model:
        done = describe(library, out, model.spec, "--yes", "--limit", 10)
    assert done.exit_code == 0
    assert "1 requests were refused by the server" in done.stderr
    assert names(out) == [*NAMES[:3], *NAMES[4:10]]


def test_a_server_that_takes_no_request_at_all_is_not_asked_for_long(
    library: Path, out: Path
) -> None:
    with LanguageModel(lambda _: fails(400)) as model:
        done = describe(library, out, model.spec, "--yes", "--concurrency", 1)
    assert done.exit_code == 2 and len(model.questions) < 10
    assert "status 400" in done.stderr.splitlines()[-1]


def test_control_c_stops_it_and_says_how_to_go_on(library: Path, out: Path) -> None:
    with LanguageModel(seconds=0.05) as model:
        process = subprocess.Popen(
            command(library, out, model.spec, "--yes"), stderr=subprocess.PIPE, text=True
        )
        while process.poll() is None and (not out.exists() or len(records(out)) < 5):
            time.sleep(0.005)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate()
    assert process.returncode == 130
    assert said.endswith(f"Stopped. Run the same command to go on: {out} holds all answers.\n")
    assert "Traceback" not in said
    assert len(records(out)) >= 5


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (says(""), "empty"),
        (says(None), "empty"),
        (says("word " * 100), "characters"),
        (says("A fact", finish="length"), "cut off"),
        ((200, {"choices": []}), "no choices"),
    ],
)
def test_a_useless_answer_is_noted_not_used_and_not_paid_for_again(
    library: Path, out: Path, answer: Answer, why: str
) -> None:
    with LanguageModel(lambda _: answer) as model:
        done = describe(library, out, model.spec, "--yes", "--limit", 1)
        describe(library, out, model.spec, "--yes", "--limit", 1)
    assert "1 answers were of no use" in done.stderr
    assert why in records(out)[0]["refused"]
    assert load_descriptions(out, declarations(library)) == {}
    assert model.asked() == NAMES[:2]


def test_nobody_to_ask_and_no_yes_starts_nothing(library: Path, out: Path) -> None:
    with LanguageModel() as model:
        prices = ("--prompt-price", 1000, "--completion-price", 2000)
        done = describe(library, out, model.spec, *prices)
    assert (done.exit_code, model.questions) == (2, [])
    estimate, complaint = done.stderr.strip().splitlines()[-2:]
    assert estimate.startswith("60 requests to tester/small; about ")
    assert "cost about " in estimate
    assert complaint == "error: nobody is there to be asked: give --yes to start."


@pytest.mark.parametrize(("reply", "asked"), [("n", 8), ("y", 60)])
def test_on_a_terminal_the_first_answers_give_the_time_and_then_it_asks(
    library: Path, out: Path, reply: str, asked: int
) -> None:
    with LanguageModel() as model:
        ours, theirs = pty.openpty()
        process = subprocess.Popen(
            command(library, out, model.spec, "--concurrency", 4, "--prompt-price", 1000),
            stdin=theirs,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        os.write(ours, f"{reply}\n".encode())
        _, said = process.communicate()
        os.close(ours)
        os.close(theirs)
    # 8 answers of 100 and 20 tokens were measured, so the other 52 will take about that.
    assert "52 requests to tester/small; about 5,200 prompt and 1,040 completion tokens" in said
    assert re.search(r"cost about 5\.20; about 0:00:\d\d h at this rate", said)
    assert "Start? [y/N]" in said
    assert process.returncode == (0 if reply == "y" else 2)
    assert len(model.questions) == len(records(out)) == asked


def test_two_processes_do_not_write_to_one_file(library: Path, out: Path) -> None:
    with LanguageModel() as model, DescriptionWriter(out):
        done = describe(library, out, model.spec, "--yes")
    assert (done.exit_code, model.questions) == (2, [])
    assert f"error: another process is writing to {out}" in done.stderr


@pytest.mark.parametrize("contents", ["hello", "hello\n", '{"name": "other format"}\n', "{}"])
def test_a_file_of_something_else_is_refused_and_left_alone(
    library: Path, out: Path, contents: str
) -> None:
    out.write_text(contents)
    with LanguageModel() as model:
        done = describe(library, out, model.spec, "--yes")
    assert (done.exit_code, model.questions) == (2, [])
    assert f"line 1 of {out} is not a description" in done.stderr
    assert out.read_text() == contents


@pytest.mark.parametrize("spec", ["m@ftp://x", "m@127.0.0.1:80", ""])
def test_a_name_that_names_no_model_is_refused(library: Path, out: Path, spec: str) -> None:
    done = describe(library, out, spec, "--yes")
    assert done.exit_code == 2
    assert "write NAME@URL" in done.stderr
    assert not out.exists()


def test_sources_that_are_missing_leave_no_file(tmp_path: Path, out: Path) -> None:
    done = describe(tmp_path / "nowhere", out, "m@http://127.0.0.1:9/v1", "--yes")
    assert done.exit_code == 2
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"error: no such folder: {tmp_path / 'nowhere'}")
    assert not out.exists()


def test_an_index_is_as_good_as_its_sources(index_folder: Path, out: Path) -> None:
    with LanguageModel() as model:
        done = describe(index_folder, out, model.spec, "--yes", "--limit", 3)
    assert done.exit_code == 0, done.stderr
    assert len(records(out)) == 3


@pytest.mark.parametrize("file", ["declarations.jsonl", "declarations.names.json"])
def test_a_damaged_index_is_told_in_one_line(index_copy: Path, out: Path, file: str) -> None:
    (index_copy / file).write_bytes((index_copy / file).read_bytes()[:-100])
    done = describe(index_copy, out, "m@http://127.0.0.1:9/v1", "--yes")
    assert done.exit_code == 2
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"error: the index at {index_copy} is damaged: {file} does not match")
    assert not out.exists()


def test_a_file_of_descriptions_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(DescriptionsUnusable, match="cannot read"):
        load_descriptions(tmp_path / "nowhere.jsonl", [])


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        ("Addition commutes.", "Addition commutes."),
        ("  Addition\n\ncommutes.\n", "Addition commutes."),
        ("<think>Hm.\nWell.</think>\nAddition commutes.", "Addition commutes."),
        ("Well.</think>Addition commutes.", "Addition commutes."),
        ('"Addition commutes."', "Addition commutes."),
        ("**Description:** Addition commutes.", "Addition commutes."),
        ("Description: Addition commutes.", "Addition commutes."),
        ("- Addition commutes.", "Addition commutes."),
        ('"Open" and "closed" are no opposites: "clopen"', None),
        ("`n` divides `m`", None),
    ],
)
def test_an_answer_is_put_on_one_line_without_wrapping(answer: str, text: str | None) -> None:
    assert clean(answer) == (answer if text is None else text)


@pytest.mark.parametrize("answer", ["", " \n", "<think>and then it never came to an end", '""'])
def test_an_answer_with_nothing_in_it_is_refused(answer: str) -> None:
    with pytest.raises(AnswerRefused, match="empty"):
        clean(answer)


@given(st.text())
def test_what_is_kept_is_one_short_line_and_stays_as_it_is(answer: str) -> None:
    try:
        text = clean(answer)
    except AnswerRefused:
        return
    assert text and len(text) <= LONGEST_DESCRIPTION
    assert text.splitlines() == [text]
