"""Statements that do not elaborate: the run stops and names them, or leaves them out on request."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from command import AND_SWAP, OR_SWAP, write_problems
from rich.console import Console

from lean_agent.benchmark_run import RunRequest, run_benchmark
from lean_agent.errors import UserError
from lean_agent.settings import Settings
from lean_agent.trace.store import RunFolder

pytestmark = pytest.mark.usefixtures("embedded_lean")

BROKEN = "theorem broken (n : Nat) : n = (true : Nat)"


def request(folder: Path, *statements: str, skip_broken: bool) -> RunRequest:
    problems = write_problems(
        folder / "problems.jsonl",
        *({"id": f"p{n}", "statement": one} for n, one in enumerate(statements)),
    )
    settings = Settings(model="portfolio")
    return RunRequest(
        str(problems), settings, 1, folder / "run", lean="embedded", skip_broken=skip_broken
    )


async def test_a_run_with_a_broken_statement_stops_and_names_the_way(tmp_path: Path) -> None:
    with pytest.raises(UserError) as caught:
        await run_benchmark(
            request(tmp_path, AND_SWAP, BROKEN, skip_broken=False), Console(file=io.StringIO())
        )
    said = str(caught.value)
    assert said.startswith("1 of 2 statements do not elaborate; no model was asked:\np1: ")
    assert "Type mismatch" in said
    assert "--skip-broken" in said
    assert not (tmp_path / "run").exists()


async def test_broken_statements_are_left_out_on_request_and_recorded(tmp_path: Path) -> None:
    asked = request(tmp_path, AND_SWAP, BROKEN, OR_SWAP, skip_broken=True)
    said = io.StringIO()
    summary = await run_benchmark(asked, Console(file=said, width=200))
    assert "1 of 3 statements do not elaborate; they are left out" in said.getvalue()
    assert (summary.planned, summary.done) == (2, 2)
    settings = RunFolder.open(asked.out).settings
    assert settings.broken == ("p1",)
    assert settings.problem_ids == ("p0", "p1", "p2")
    again = await run_benchmark(asked, Console(file=io.StringIO()))
    assert (again.planned, again.done) == (2, 2)


async def test_a_run_says_which_statements_may_mean_something_else(tmp_path: Path) -> None:
    header = "open Nosuch\n"
    problems = write_problems(
        tmp_path / "problems.jsonl",
        {"id": "old", "statement": AND_SWAP, "header": header},
        {"id": "new", "statement": OR_SWAP},
    )
    said = io.StringIO()
    asked = RunRequest(
        str(problems), Settings(model="portfolio"), 1, tmp_path / "run", lean="embedded"
    )
    await run_benchmark(asked, Console(file=said, width=300))
    assert "1 of 2 statements were adapted to this Lean." in said.getvalue()
    assert "1 of them may mean something else than published" in said.getvalue()
    assert "lean-agent benchmarks check" in said.getvalue()


async def test_a_run_of_broken_statements_alone_is_none(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="1 of 1 statements do not elaborate"):
        await run_benchmark(
            request(tmp_path, BROKEN, skip_broken=True), Console(file=io.StringIO())
        )
