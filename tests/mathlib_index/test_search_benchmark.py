"""`benchmarks/search.py`, as run on a miniature library."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
def test_one_run_prints_every_table_and_keeps_the_index(library: Path, tmp_path: Path) -> None:
    queries = tmp_path / "queries.json"
    queries.write_text(
        json.dumps(
            [
                {"full_name": "Mini.inv_inv", "q1": "inverting twice changes nothing", "q2": ""},
                {"full_name": "Mini.not_there", "q1": "what nobody has proved"},
            ]
        )
    )
    done = run("--index", tmp_path / "index", library, queries)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert "cores" in lines[0]
    for wanted in (
        "| declarations |",
        "| texts a second, ",
        "| load, fresh process |",
        "| … beside the encoder |",
        "| FAISS recall@10 against exact search | 1.000 |",
        "| one query, median of 2 |",
        "| BM25 |",
        "| dense |",
        "| fused |",
        "| as shipped |",
    ):
        assert any(line.startswith(wanted) for line in lines), wanted
    assert "1 queries for 1 declarations (1 more are not in the index)" in done.stdout
    assert (tmp_path / "index" / "manifest.json").is_file()


def test_bad_input_is_one_line(tmp_path: Path) -> None:
    done = run(tmp_path / "nothing", tmp_path / "queries.json")
    assert done.returncode == 2
    assert "error: cannot read" in done.stderr
    assert "Traceback" not in done.stderr


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """The benchmark as a process of its own."""
    return subprocess.run(
        [sys.executable, "benchmarks/search.py", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
