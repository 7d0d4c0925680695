"""`benchmarks/encoding.py`, as run on a miniature library."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
def test_one_run_prints_both_rates_and_how_well_they_agree(library: Path) -> None:
    done = run(library, "--texts", "12")
    assert done.returncode == 0, done.stderr
    assert "cores" in done.stdout.splitlines()[0]
    table = {
        cells[0]: cells[1:]
        for line in done.stdout.splitlines()
        if len(cells := [cell.strip() for cell in line.strip("|").split("|")]) == 4
    }
    naive, ours, _ = (float(cell) for cell in table["texts a second, 12 texts"])
    assert naive > 0
    assert ours > 0
    assert 0.99 < float(table["cosine to float32, mean"][1]) <= 1
    assert any(name.startswith("10 nearest of") for name in table)
    assert any(name.startswith("one query") for name in table)


def test_bad_input_is_one_line(tmp_path: Path) -> None:
    done = run(tmp_path / "nothing")
    assert done.returncode == 2
    assert done.stderr.startswith("error: ")
    assert "Traceback" not in done.stderr


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """The benchmark as a process of its own."""
    return subprocess.run(
        [sys.executable, "benchmarks/encoding.py", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
