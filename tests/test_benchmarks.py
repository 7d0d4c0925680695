"""Where problems come from: named benchmarks, JSONL files, and what is said of bad ones."""

from __future__ import annotations

import hashlib
import io
import json
import os
import subprocess
import sys
import tarfile
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from pydantic import ValidationError

from lean_agent.benchmarks import load_benchmark, published
from lean_agent.benchmarks.published import PUBLISHED, checksum
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
    assert checksum(data / "proofnet.jsonl") == PUBLISHED["proofnet"].sha256
    minif2f = load_benchmark("minif2f", "test")
    assert len(minif2f) == 244
    assert all("import Mathlib" in p.header and "/--" not in p.header for p in minif2f)
    ids = [p.id for p in load_benchmark("proofnet", None)]
    assert len(set(ids)) == 371


PUTNAM_FILE = """import Mathlib

open Nat

-- A note on the formalization.
noncomputable abbrev putnam_2026_a1_solution : ℕ → ℕ := sorry
-- fun n => n * (n + 1)

def steps : ℕ → ℕ
  | 0 => 0
  | n + 1 => steps n + 2
/--
Find the sum of the first $n$ even numbers.
-/
theorem putnam_2026_a1
(n : ℕ)
: steps n * n = putnam_2026_a1_solution n :=
sorry
"""


def test_a_lean_file_states_its_last_theorem_about_the_given_answer(tmp_path: Path) -> None:
    path = tmp_path / "putnam_2026_a1.lean"
    path.write_text(PUTNAM_FILE, encoding="utf-8")
    [problem] = load_benchmark(str(path))
    assert problem.id == "putnam_2026_a1"
    assert problem.statement == (
        "theorem putnam_2026_a1\n(n : ℕ)\n: steps n * n = putnam_2026_a1_solution n"
    )
    assert problem.informal == "Find the sum of the first $n$ even numbers."
    assert "abbrev putnam_2026_a1_solution : ℕ → ℕ := fun n => n * (n + 1)\n" in problem.header
    assert "def steps" in problem.header
    assert "sorry" not in problem.header


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        (":=\nsorry", ":= by\n  rfl", "ends with a theorem and `:= sorry`"),
        ("-- fun n => n * (n + 1)\n", "\n", "a `sorry` stands before the theorem"),
        ("theorem putnam_2026_a1\n", "example\n", "must declare one theorem"),
    ],
)
def test_a_lean_file_of_another_form_is_refused(
    tmp_path: Path, old: str, new: str, complaint: str
) -> None:
    path = tmp_path / "p.lean"
    path.write_text(PUTNAM_FILE.replace(old, new), encoding="utf-8")
    with pytest.raises(UserError, match=r"p\.lean") as caught:
        load_benchmark(str(path))
    assert complaint in str(caught.value)


def test_a_folder_holds_jsonl_and_lean_files(tmp_path: Path) -> None:
    (tmp_path / "lean").mkdir()
    (tmp_path / "lean" / "a1.lean").write_text(PUTNAM_FILE, encoding="utf-8")
    (tmp_path / "lean" / "lakefile.lean").write_text("package problems\n", encoding="utf-8")
    write(tmp_path / "more.jsonl", GOOD)
    assert [one.id for one in load_benchmark(str(tmp_path))] == ["a1", "p1"]
    write(tmp_path / "again.jsonl", GOOD)
    with pytest.raises(UserError, match=r"more\.jsonl, line 1: the id 'p1' stands there a second"):
        load_benchmark(str(tmp_path))


def test_a_folder_without_problems_is_said_to_be_one(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"holds \.jsonl or \.lean files; here are none"):
        load_benchmark(str(tmp_path))


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    """The URL at which the folder `web` is served."""
    (tmp_path / "web").mkdir()
    handler = partial(SimpleHTTPRequestHandler, directory=str(tmp_path / "web"))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as serving:
        threading.Thread(target=serving.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{serving.server_address[1]}"
        serving.shutdown()


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("LEAN_AGENT_DATA", raising=False)
    monkeypatch.setattr(published, "user_cache_path", lambda _: tmp_path / "cache")
    return tmp_path / "cache" / "benchmarks"


def test_a_published_file_is_fetched_once_and_compared(
    tmp_path: Path, cache: Path, server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = Path(write(tmp_path / "web" / "proofnet.jsonl", GOOD, GOOD))
    known = hashlib.sha256(file.read_bytes()).hexdigest()
    entry = PUBLISHED["proofnet"].model_copy(
        update={"url": f"{server}/proofnet.jsonl", "sha256": known}
    )
    monkeypatch.setitem(PUBLISHED, "proofnet", entry)
    assert [one.id for one in load_benchmark("proofnet")] == ["p1", "p1.2"]
    file.unlink()
    assert len(load_benchmark("proofnet")) == 2  # from the cache
    [cached] = cache.iterdir()
    cached.write_text(json.dumps(GOOD))
    with pytest.raises(UserError, match=f"has been changed.*{known}"):
        load_benchmark("proofnet")
    cached.unlink()
    with pytest.raises(UserError, match=r"cannot fetch proofnet .*LEAN_AGENT_DATA"):
        load_benchmark("proofnet")
    write(file, GOOD)
    with pytest.raises(UserError, match=f"is not the file it was.*{known}"):
        load_benchmark("proofnet")
    assert list(cache.iterdir()) == []


def test_of_an_archive_only_the_problems_are_taken(
    tmp_path: Path, cache: Path, server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with tarfile.open(tmp_path / "web" / "putnam.tar.gz", "w:gz") as tar:
        for name in (
            "Putnam-1/lean4/src/putnam_2026_a1.lean",
            "Putnam-1/lean4/src/../../../putnam_evil.lean",
            "Putnam-1/lean4/check.lean",
        ):
            member = tarfile.TarInfo(name)
            member.size = len(PUTNAM_FILE.encode())
            tar.addfile(member, io.BytesIO(PUTNAM_FILE.encode()))
    listed = f"{hashlib.sha256(PUTNAM_FILE.encode()).hexdigest()}  putnam_2026_a1.lean\n"
    entry = PUBLISHED["putnambench"].model_copy(
        update={
            "url": f"{server}/putnam.tar.gz",
            "sha256": hashlib.sha256(listed.encode()).hexdigest(),
        }
    )
    monkeypatch.setitem(PUBLISHED, "putnambench", entry)
    assert [one.id for one in load_benchmark("putnambench")] == ["putnam_2026_a1"]
    assert [one.name for one in cache.rglob("*.lean")] == ["putnam_2026_a1.lean"]


def test_a_folders_checksum_is_that_of_sha256sums_list(tmp_path: Path) -> None:
    for name in ("b.lean", "a.lean"):
        (tmp_path / name).write_text(name)
    shown = subprocess.run(
        "LC_ALL=C sha256sum *.lean | sha256sum", shell=True, cwd=tmp_path, capture_output=True
    )
    assert shown.stdout.decode().split()[0] == checksum(tmp_path)


def test_a_users_own_edition_of_a_published_file_is_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LEAN_AGENT_DATA", str(tmp_path))
    (tmp_path / "putnambench").mkdir()
    (tmp_path / "putnambench" / "putnam_2026_a1.lean").write_text(PUTNAM_FILE, encoding="utf-8")
    assert [one.id for one in load_benchmark("putnambench")] == ["putnam_2026_a1"]
    with pytest.raises(UserError, match=r"proofnet\.jsonl does not exist.*unset the variable"):
        load_benchmark("proofnet")


def test_problems_come_from_a_data_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("datasets", reason="the package datasets is not installed")
    monkeypatch.chdir(tmp_path)  # a folder OWNER/NAME here is taken for the data set
    monkeypatch.setenv("HF_DATASETS_CACHE", str(tmp_path / "cache"))
    folder = tmp_path / "owner" / "problems"
    folder.mkdir(parents=True)
    row = {"name": "t", "formal_statement": "theorem t : 1 = 1 := by", "difficulty": None}
    write(folder / "test.jsonl", row, row)
    write(folder / "validation.jsonl", {**row, "name": "v"})
    assert [one.id for one in load_benchmark("hub:owner/problems")] == ["t", "t.2"]
    assert [one.id for one in load_benchmark("hub:owner/problems", "valid")] == ["v"]
    with pytest.raises(UserError, match=r"cannot load hub:owner/problems:nosuch"):
        load_benchmark("hub:owner/problems:nosuch")


def test_a_data_set_needs_the_package_and_a_name(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UserError, match="hub:OWNER/NAME"):
        load_benchmark("hub:problems")
    monkeypatch.setitem(sys.modules, "datasets", None)
    with pytest.raises(UserError, match=r"pip install 'lean-agent\[datasets\]'"):
        load_benchmark("hub:owner/problems")


def test_the_real_putnambench_loads_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    data = Path(os.environ.get("LEAN_AGENT_DATA", "../shared/data"))
    if not (data / "putnambench").exists():
        pytest.skip("no folder putnambench: set LEAN_AGENT_DATA to the folder that holds it")
    monkeypatch.setenv("LEAN_AGENT_DATA", str(data))
    problems = load_benchmark("putnambench")
    assert len(problems) == 672
    assert all(one.informal and "sorry" not in one.header for one in problems)
    assert checksum(data / "putnambench") == PUBLISHED["putnambench"].sha256
