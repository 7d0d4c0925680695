"""The command `mathlib-index` as a user meets it."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from mathlib_index import SearchIndex
from mathlib_index.cli import app

ROOT = Path(__file__).parents[2]


def run(*arguments: str | Path) -> tuple[int, str, str]:
    """Exit code, standard output and standard error, of the command run in this process."""
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    return result.exit_code, result.stdout, result.stderr


def run_process(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """The same as a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "mathlib_index", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )


def test_build_then_build_again_then_search(library: Path, tmp_path: Path) -> None:
    out = tmp_path / "deep" / "index"
    code, first, _ = run("build", library, "--out", out, "--device", "cpu")
    assert code == 0
    assert re.search(r"Indexed \d+ declarations from 4 files", first)
    assert "recall@10 against exact search 1.000" in first
    code, second, _ = run("build", library, "--out", out)
    assert code == 0
    assert "Nothing to do" in second
    code, found, _ = run("search", out, "a subgroup's size divides the size of the group", "-k", 2)
    assert code == 0
    assert "lagrange_theorem" in found
    assert "The order of a subgroup" in found


def test_in_a_pipe_an_answer_is_one_whole_line(index_folder: Path, index: SearchIndex) -> None:
    done = run_process("search", index_folder, "inverse of an inverse", "-k", 5)
    assert done.returncode == 0, done.stderr
    assert [line.split("\t")[:4] for line in done.stdout.splitlines()] == [
        [str(hit.rank), hit.declaration.name, hit.declaration.kind, hit.declaration.signature]
        for hit in index.search("inverse of an inverse", 5)
    ]


def test_a_narrow_terminal_shows_names_whole(index_folder: Path, index: SearchIndex) -> None:
    ours, theirs = pty.openpty()
    arguments = ("search", str(index_folder), "inverse of an inverse", "-k", "5")
    with os.fdopen(ours, "rb", buffering=0) as screen:
        subprocess.run(
            [sys.executable, "-m", "mathlib_index", *arguments],
            stdout=theirs,
            env=os.environ | {"TERM": "xterm", "COLUMNS": "20"},
            check=True,
            cwd=ROOT,
        )
        os.close(theirs)
        shown = screen.read(100_000).decode()
    lines = re.sub(r"\x1b\[[\d;]*m", "", shown).splitlines()
    for hit in index.search("inverse of an inverse", 5):
        assert f"{hit.rank:>2}  {hit.declaration.name}  {hit.declaration.kind}" in lines
    assert max(len(line) for line in lines if line.startswith("    ")) == 20


def test_json_is_one_document_and_nothing_else_on_standard_output(index_folder: Path) -> None:
    done = run_process("search", index_folder, "inverse of an inverse", "-k", 3, "--json")
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert answer["query"] == "inverse of an inverse"
    assert [hit["rank"] for hit in answer["hits"]] == [1, 2, 3]
    assert answer["hits"][0]["declaration"]["name"] == "Mini.inv_inv"


def test_a_file_that_cannot_be_read_is_a_warning_not_a_failure(tmp_path: Path) -> None:
    sources = tmp_path / "sources"
    sources.mkdir()
    (sources / "Good.lean").write_text("theorem good : True := trivial")
    (sources / "Bad.lean").write_bytes(b"\xff\xfe")
    code, out, err = run("build", sources, "--out", tmp_path / "index")
    assert code == 0
    assert "1 declarations from 1 files" in out
    assert "warning: Bad.lean was left out" in err


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["build", "{tmp}/missing", "--out", "{tmp}/index"], "no such folder"),
        (["build", "{tmp}/empty", "--out", "{tmp}/index"], "no .lean files"),
        (["build", "{tmp}/silent", "--out", "{tmp}/index"], "no public declarations"),
        (["build", "{library}", "--out", "{tmp}/silent"], "holds other things than an index"),
        (["build", "{library}", "--out", "{tmp}/index", "--model", "/no/model"], "/no/model"),
        (["search", "{tmp}/missing", "groups"], "no index at"),
        (["search", "{tmp}/empty", "groups"], "is not an index"),
        (["search", "{index}", "  "], "the query is empty"),
        (["search", "{index}", "groups", "-k", "0"], "k is 0; ask for"),
    ],
)
def test_bad_input_gets_one_line_and_exit_code_2(
    arguments: list[str], complaint: str, library: Path, index_folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "silent").mkdir()
    (tmp_path / "silent" / "Comment.lean").write_text("/- theorem t : True -/")
    places = {"tmp": tmp_path, "library": library, "index": index_folder}
    code, out, err = run(*(argument.format(**places) for argument in arguments))
    assert (code, out) == (2, "")
    *shown, error = err.splitlines()
    assert error.startswith("error: ") and complaint in error
    assert shown == [] or "Reading Lean files" in shown[0], "no empty line where no bar began"
    assert not (tmp_path / "index").exists()


def test_a_damaged_index_is_refused_by_a_real_process(index_copy: Path) -> None:
    (index_copy / "vectors.faiss").write_bytes(b"not vectors")
    done = run_process("search", index_copy, "groups", "--json")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("error: ")
    assert "vectors.faiss does not match its checksum" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_help_teaches_with_an_example() -> None:
    for arguments in (["--help"], ["build", "--help"], ["search", "--help"]):
        code, out, _ = run(*arguments)
        assert code == 0
        assert "Example: mathlib-index" in " ".join(out.split())
