"""`lean-agent benchmarks` as a user runs it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import typer
from click.testing import Result
from command import AND_SWAP, write_problems
from typer.testing import CliRunner

from lean_agent.benchmarks.known_defects import known_defects
from lean_agent.benchmarks_command import benchmarks
from lean_agent.errors import UserError
from lean_agent.problem import Problem

SWAP = {
    "id": "swap",
    "statement": "theorem swap (f : Nat → Nat) (h : ∀ n, f (f n) = n) : ∀ a b, f a = f b → a = b",
}
NO_LINTER = "set_option linter.nosuch true\n"
MINIATURE = (
    SWAP,
    {"id": "easy", "header": NO_LINTER, "statement": "theorem easy (n : Nat) : n = n"},
    {"id": "wrong", "statement": "theorem wrong (n : Nat) : n = n + 1"},
    {"id": "void", "statement": "theorem void (n : Nat) (h : n = 1) (k : n = 2) : n = 3"},
    {"id": "broken", "statement": "theorem broken (n : Nat) :\n  n = (true : Nat)"},
    {"id": "old", "header": f"open Nosuch Nat\n{NO_LINTER}", "statement": AND_SWAP},
)
KNOWN_FALSE = (
    "theorem any_name (k : Nat) (f : Nat -> Nat) (hf : ∀ x, f x = x ^ 2 - x + 41) "
    "(h : 1 < Nat.gcd (f k) (f (k + 1))) : 41 <= k"
)

app = typer.Typer()
app.add_typer(benchmarks)


@app.callback()
def _app() -> None:
    """Without it Typer would leave the name of the only command out."""


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["benchmarks", *map(str, arguments)])


def listed(*arguments: object) -> Any:
    return json.loads(run(*arguments, "--json").stdout)


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for benchmark files of one's own."""
    monkeypatch.setenv("LEAN_AGENT_DATA", str(tmp_path))
    return tmp_path


def test_the_list_says_what_is_at_hand(data: Path) -> None:
    record = {"name": "a", "formal_statement": "theorem a : 1 = 1 :="}
    write_problems(data / "proofnet.jsonl", record, record)
    facts = {one["name"]: one for one in listed("list")}
    assert list(facts) == ["embedded", "proofnet", "minif2f", "putnambench"]
    assert set(facts["embedded"]["here"]) >= {"valid", "test"}
    assert facts["proofnet"]["here"] == {"test": 2}
    assert facts["proofnet"]["published"] == {"valid": 185, "test": 186}
    assert facts["proofnet"]["edition"].startswith("not the published file: its SHA-256 is ")
    assert "does not exist" in facts["minif2f"]["trouble"]
    assert facts["putnambench"]["licence"] == "Apache-2.0"
    table = run()
    assert table.exit_code == 0
    assert "putnambench" in table.stdout


@pytest.mark.usefixtures("embedded_lean")
def test_the_check_lists_what_cannot_count(tmp_path: Path) -> None:
    problems = write_problems(tmp_path / "mine.jsonl", *MINIATURE)
    checked = run("check", problems, "--lean", "embedded", "--out", tmp_path / "found.json")
    assert checked.exit_code == 1
    said = checked.stdout
    assert "does not elaborate: 1\n  broken: 2:6 error: Type mismatch" in said
    assert "false: 1\n  wrong: intro h; specialize h 0; contradiction" in said
    assert "hypotheses contradict each other: 1\n  void: " in said
    assert "\n  easy: rfl\n" in said
    assert (
        "may mean something else than published: 1\n"
        "  old: header: `Nosuch` is left out: this Lean has no such namespace\n"
    ) in said
    assert "2 statements: header: `set_option linter.nosuch true` is left out" in said
    assert (
        "6 statements: 5 elaborate, 3 proved by one tactic, 1 false, 1 with hypotheses that "
        "contradict each other, 1 that may mean something else than published. Within reach of a "
        "prover: at most 4 of 6 (66.67%)."
    ) in said
    written = json.loads((tmp_path / "found.json").read_text())
    assert [one["id"] for one in written["statements"]] == [one["id"] for one in MINIATURE]
    assert written["tactics"][0] == "rfl"


@pytest.mark.usefixtures("embedded_lean")
def test_a_sound_benchmark_passes(tmp_path: Path) -> None:
    problems = write_problems(tmp_path / "mine.jsonl", SWAP)
    checked = run("check", problems, "--lean", "embedded")
    assert checked.exit_code == 0
    assert "at most 1 of 1 (100.00%)" in checked.stdout


@pytest.mark.usefixtures("embedded_lean")
def test_what_is_known_to_be_false_is_out_of_reach(tmp_path: Path) -> None:
    """No tactic shows it here, but nobody can prove it."""
    known = {"id": "known", "statement": KNOWN_FALSE.replace("<=", "≤")}
    problems = write_problems(tmp_path / "mine.jsonl", SWAP, known)
    checked = run("check", problems, "--lean", "embedded")
    assert checked.exit_code == 1
    assert "named by a published list: 1\n  known: false: n = 0" in checked.stdout
    assert (
        "2 statements: 2 elaborate, 0 proved by one tactic, 0 false, 0 with hypotheses that "
        "contradict each other, published lists name 1 false. Within reach of a prover: at most "
        "1 of 2 (50.00%)."
    ) in checked.stdout


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["check", "nonesuch"], "unknown benchmark 'nonesuch'"),
        (["check", "embedded", "--split", "nosuch"], "no problems in split 'nosuch'"),
        (["check", "embedded", "--out", "/no/such/folder/file"], "its folder does not exist"),
        (["overlap", "embedded"], "--against NAME"),
        (["overlap", "embedded", "--against", "nonesuch"], "unknown benchmark 'nonesuch'"),
    ],
)
def test_bad_input_is_said_to_be(arguments: list[str], complaint: str) -> None:
    error = run(*arguments).exception
    assert isinstance(error, UserError)  # which the command line prints in one line, with code 2
    assert complaint in str(error)


def test_a_file_without_problems_is_said_to_be_one(tmp_path: Path) -> None:
    empty = write_problems(tmp_path / "empty.jsonl")
    error = run("overlap", empty, "--against", "embedded").exception
    assert str(error) == f"{empty} holds no problem"


def test_overlaps_are_listed_with_the_evidence(tmp_path: Path) -> None:
    told = "Every map that is its own inverse takes different numbers to different numbers."
    evaluated = write_problems(tmp_path / "set.jsonl", {**SWAP, "informal": told})
    mine = write_problems(
        tmp_path / "mine.jsonl",
        {"id": "same", "statement": str(SWAP["statement"]).replace("f", "g")},
        {"id": "told", "statement": "theorem t : 1 = 1", "informal": f"Show this. {told}"},
        {"id": "own", "statement": "theorem own (a b : Nat) : a + b = b + a"},
    )
    found = run("overlap", mine, "--against", evaluated)
    assert found.exit_code == 1
    assert "same\n  " in found.stdout
    assert "swap (same statement, 100%): the same statement: theorem swap" in found.stdout
    assert "swap (informal, " in found.stdout
    assert "own\n" not in found.stdout
    assert "2 of 3 problems overlap with one of 1" in found.stdout
    by_problem = {one["problem_id"]: one for one in listed("overlap", mine, "--against", evaluated)}
    assert by_problem["same"]["overlaps"][0]["kind"] == "same statement"
    clean = run("overlap", write_problems(tmp_path / "c.jsonl", SWAP), "--against", "embedded")
    assert (clean.exit_code, "0 of 1 problems overlap" in clean.stdout) == (0, True)


def test_published_defects_are_known_by_the_statement_and_not_by_the_name() -> None:
    [known] = known_defects(Problem(id="x", statement=KNOWN_FALSE))
    assert (known.name, known.defect) == ("mathd_numbertheory_618", "false")
    assert known.source.startswith("https://github.com/")
    repaired = KNOWN_FALSE.replace("(f : Nat", "(hk : 0 < k) (f : Nat")
    assert known_defects(Problem(id="x", statement=repaired)) == ()
