"""Where problems come from: named benchmarks, JSONL files, and what is said of bad ones."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from pydantic import ValidationError

from lean_agent.benchmarks import load_benchmark
from lean_agent.errors import UserError
from lean_agent.problem import MAX_CHARACTERS, Problem

GOOD = {"id": "p1", "statement": "theorem p1 (a : Prop) (h : a) : a", "split": "test"}


def write(path: Path, *records: object) -> str:
    lines = (r if isinstance(r, str) else json.dumps(r, ensure_ascii=False) for r in records)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return str(path)


def test_own_files_have_one_problem_a_line(tmp_path: Path) -> None:
    path = write(
        tmp_path / "mine.jsonl",
        {
            **GOOD,
            "informal": "Every proposition implies it.",
            "topic": "logic",
            "difficulty": 1,
        },
        {**GOOD, "id": "p2", "split": "valid"},
    )
    [problem] = load_benchmark(path)
    assert problem.informal == "Every proposition implies it."
    assert (problem.topic, problem.difficulty) == ("logic", 1)
    assert [p.id for p in load_benchmark(path, split=None)] == ["p1", "p2"]


@pytest.mark.parametrize(
    "ending", ["", " :=", " := by", " := by sorry", " := sorry", "  :=\n  by\n  sorry"]
)
def test_what_follows_the_statement_is_dropped(ending: str) -> None:
    problem = Problem(id="t", statement=f"theorem t (n : Nat := 0) : n = n{ending}")
    assert problem.statement == "theorem t (n : Nat := 0) : n = n"
    assert problem.name == "t"


@pytest.mark.parametrize(
    ("statement", "name"),
    [
        ("theorem Nat.foo' : 1 = 1", "Nat.foo'"),
        ("theorem foo{a : Prop} (h : a) : a", "foo"),
        ("lemma foo : 1 = 1", "foo"),
        ("noncomputable def iso {A B : Type*} : A × B ≃ B × A", "iso"),
    ],
)
def test_the_name_is_the_declared_one(statement: str, name: str) -> None:
    assert Problem(id="x", statement=statement).name == name


@pytest.mark.parametrize(
    "above",
    [
        "/-- About it:\ntheorem of_old : False -/\n",
        "-- theorem old : False\n",
        "/- lemma a /- nested -/\nlemma b : False -/\n",
        "open Nat in\n",
    ],
)
def test_a_comment_declares_nothing(above: str) -> None:
    problem = Problem(id="x", statement=f"{above}theorem new : 1 = 1 -- theorem other")
    assert problem.name == "new"
    start = problem.declaration.start()
    assert problem.statement[:start] == above
    assert problem.declaration["keyword"] == "theorem"


@pytest.mark.parametrize(
    "statement",
    [
        "theorem helper : True := trivial\ntheorem t (p q : Prop) (h : p) : q",
        "theorem t : 1 = 1 := rfl theorem u : 1 = 2",
        "def two := 2\ntheorem t : two = 2",
        "instance : Inhabited Nat := ⟨0⟩\ntheorem t : 1 = 1",
        "axiom cheat : False\ntheorem t : 1 = 1",
    ],
)
def test_a_statement_declares_one_thing(statement: str) -> None:
    with pytest.raises(ValidationError, match="one theorem and nothing else, but holds 2"):
        Problem(id="x", statement=statement)


def test_names_that_hold_a_declaring_word_declare_nothing() -> None:
    statement = "theorem t («def» theorem' : Nat) (h : «def».theorem = theorem'.def) : True"
    assert Problem(id="x", statement=statement).name == "t"


@pytest.mark.parametrize("field", ["id", "statement", "header", "informal"])
def test_a_byte_that_is_no_text_is_refused(field: str) -> None:
    statement = "theorem t : 1 = 1"
    fields = {"id": "x", "statement": statement}
    fields[field] = os.fsdecode(f"{statement} -- ".encode() + b"\xff")
    with pytest.raises(ValidationError, match="is not UTF-8 text"):
        Problem(**fields)


@pytest.mark.parametrize("field", ["statement", "header"])
def test_a_problem_has_an_end(field: str) -> None:
    fields = {"id": "x", "statement": "theorem t : 1 = 1", "header": "open Nat"}
    fields[field] = f"{fields[field]} --".ljust(MAX_CHARACTERS, "-")
    assert Problem(**fields)
    fields[field] += "-"
    with pytest.raises(ValidationError, match="100,001 characters; the limit is 100,000"):
        Problem(**fields)


def test_published_files_carry_the_header_in_the_statement(tmp_path: Path) -> None:
    path = write(
        tmp_path / "published.jsonl",
        {
            "name": "cone",
            "informal_prefix": "/-- The theorem `cone` about cones.-/\n",
            "formal_statement": "import Mathlib\n\nopen Real\n\n/-- About the\n"
            "theorem of cones. -/\ntheorem cone (b : Nat) : b = b := by\n",
            "split": "test",
        },
    )
    [problem] = load_benchmark(path)
    assert problem.header == "import Mathlib\n\nopen Real\n\n"
    assert problem.statement == "theorem cone (b : Nat) : b = b"
    assert problem.informal == "The theorem `cone` about cones."


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("{not json", "line 2: not a JSON object"),
        ("[1, 2]", "line 2: not a JSON object"),
        ({"id": "p2"}, "line 2: no field `statement`"),
        ({"statement": "theorem t : 1 = 1"}, "line 2: no field `id`"),
        ({**GOOD, "id": "p2", "statement": "1 = 1"}, "line 2: field `statement`"),
        ({**GOOD, "id": "p2", "difficulty": 9}, "line 2: field `difficulty`"),
        (GOOD, "line 2: the id 'p1' stands there a second time"),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, line: object, complaint: str) -> None:
    path = write(tmp_path / "bad.jsonl", GOOD, line)
    with pytest.raises(UserError, match=r"bad\.jsonl") as caught:
        load_benchmark(path)
    assert complaint in str(caught.value)


def test_unknown_names_and_empty_splits_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"unknown benchmark 'nonesuch'.*embedded, proofnet"):
        load_benchmark("nonesuch")
    path = write(tmp_path / "mine.jsonl", GOOD)
    with pytest.raises(UserError, match="no problems in split 'valid'; the file has: test"):
        load_benchmark(path, split="valid")


def test_published_benchmarks_number_repeated_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = {"name": "exercise_1", "formal_statement": "theorem exercise_1 : 1 = 1 :="}
    write(tmp_path / "proofnet.jsonl", record, record)
    monkeypatch.setenv("LEAN_AGENT_DATA", str(tmp_path))
    assert [p.id for p in load_benchmark("proofnet")] == ["exercise_1", "exercise_1.2"]


def test_the_real_proofnet_and_minif2f_load_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    data = Path(os.environ.get("LEAN_AGENT_DATA", "../shared/data"))
    if not (data / "proofnet.jsonl").is_file() or not (data / "minif2f.jsonl").is_file():
        pytest.skip("no proofnet.jsonl and minif2f.jsonl: set LEAN_AGENT_DATA to their folder")
    monkeypatch.setenv("LEAN_AGENT_DATA", str(data))
    assert len(load_benchmark("proofnet", "test")) == 186
    assert len(load_benchmark("proofnet", "valid")) == 185
    minif2f = load_benchmark("minif2f", "test")
    assert len(minif2f) == 244
    assert all("import Mathlib" in p.header and "/--" not in p.header for p in minif2f)
    ids = [p.id for p in load_benchmark("proofnet", None)]
    assert len(set(ids)) == 371
