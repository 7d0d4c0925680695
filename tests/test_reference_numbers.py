"""A published number, followed from recorded verdicts to the printed table.

ProofNet's test split has 186 problems. 40 of them solved at 32 samples are 21.51%, and 48 are
25.81% (arXiv 2604.08388). The record here is made by the agent loop with a scripted model and
checker, and played back through the command line as a user would play back theirs.
"""

from __future__ import annotations

import asyncio
import io
import json
import os
from collections.abc import Sequence
from pathlib import Path

import pytest
from rich.console import Console
from scripted import Checker, ScriptedModel, call, toolbox
from typer.testing import CliRunner

from lean_agent.benchmarks import load_benchmark
from lean_agent.chat import Message, Sampling
from lean_agent.cli import app
from lean_agent.episode import EpisodeSettings, episode_seed
from lean_agent.problem import Problem
from lean_agent.prompts import resolve_prompt
from lean_agent.runner import run
from lean_agent.trace.store import RunFolder, RunSettings, problems_checksum
from lean_agent.trace.trace import Limits

DATA = Path(os.environ.get("LEAN_AGENT_DATA") or Path(__file__).parents[2] / "shared" / "data")
SAMPLES = 32
LIMITS = Limits(turns=2)


@pytest.fixture(params=["proofnet", "miniature"])
def benchmark(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> str:
    """ProofNet itself where its file is at hand, and as many problems of our own."""
    if request.param == "proofnet":
        if not (DATA / "proofnet.jsonl").is_file():
            pytest.skip("proofnet.jsonl is not at hand: set LEAN_AGENT_DATA to its folder")
        monkeypatch.setenv("LEAN_AGENT_DATA", str(DATA))
        return "proofnet"
    lines = (
        json.dumps({"id": f"p{n}", "statement": f"theorem p{n} : {n} = {n}", "header": "open Nat"})
        for n in range(186)
    )
    file = tmp_path / "miniature.jsonl"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return str(file)


def record(path: Path, problems: Sequence[Problem], solved: int) -> None:
    """A run in which the first `solved` problems are proved, the n-th in its sample n mod 32."""
    seeds = {
        episode_seed(0, problem.id, n % SAMPLES) for n, problem in enumerate(problems[:solved])
    }

    def answer(messages: Sequence[Message], sampling: Sampling) -> str:
        last = any(message.role == "tool" for message in messages)
        good = last and sampling.seed in seeds
        return call("check_lean", code="good" if good else "wrong" * (1 + last))

    settings = RunSettings(
        benchmark="recorded",
        benchmark_checksum=problems_checksum(problems),
        split="test",
        limit=None,
        problem_ids=tuple(problem.id for problem in problems),
        model="scripted",
        samples=SAMPLES,
        sampling=Sampling(),
        limits=LIMITS,
        episode=EpisodeSettings(prompt=resolve_prompt("", EpisodeSettings().mode, True)),
        toolchain="Lean 4.9.0",
        index_checksum="0",
        lean_agent="0.1.0",
    )
    with RunFolder.create_or_resume(path, settings) as folder:
        done = asyncio.run(
            run(
                problems,
                ScriptedModel(answer),
                lambda *_: toolbox(Checker()),
                folder,
                versions={"lean": "Lean 4.9.0", "index": "0"},
                console=Console(file=io.StringIO()),
            )
        )
    assert (done.done, done.proved) == (186 * SAMPLES, solved)


def lean_agent(*arguments: str) -> str:
    ran = CliRunner().invoke(app, arguments, env={"COLUMNS": "120"})
    assert ran.exit_code == 0, ran.output
    return " ".join(ran.stdout.split())


def test_the_published_tables_come_out_of_recorded_verdicts(tmp_path: Path, benchmark: str) -> None:
    problems = load_benchmark(benchmark)
    assert len(problems) == 186
    for name, solved in {"before": 40, "after": 48}.items():
        record(tmp_path / f"record-{name}", problems, solved)
        lean_agent(
            *("run", benchmark, "--model", f"replay:{tmp_path / f'record-{name}'}"),
            *("--lean", "recorded", "--samples", "32", "--out", str(tmp_path / name)),
        )
    # Solved problems are binomial in a resampling, so the bounds are exact.
    before = lean_agent("report", str(tmp_path / "before"), "--k", "32", "--level", "fast")
    assert "40 of 186 problems solved" in before
    assert "│ 32 │ 21.51% │ 15.59–27.42 │" in before
    after = lean_agent("report", str(tmp_path / "after"), "--k", "32", "--level", "fast")
    assert "48 of 186 problems solved" in after
    assert "│ 32 │ 25.81% │ 19.89–32.26 │" in after
    both = (str(tmp_path / "before"), str(tmp_path / "after"))
    compared = json.loads(lean_agent("compare", *both, "--k", "32", "--level", "fast", "--json"))
    (against,) = compared["against_first"]
    assert (len(against["won"]), against["lost"]) == (8, [])
    assert against["differences"]["32"]["value"] == pytest.approx(8 / 186)
    played = next(RunFolder.open(tmp_path / "after").traces())
    recorded = next(RunFolder.open(tmp_path / "record-after").fetch({played.episode_id}))
    assert played.messages == recorded.messages
    assert played.turns[0].verdicts == recorded.turns[0].verdicts
