"""Replaying traces: the same calls to the same tools, every answer held against the record."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from scripted import ScriptedModel, call
from synthetic_runs import make_problem
from typer.testing import CliRunner

from lean_agent.agent import run_episode
from lean_agent.chat import Sampling
from lean_agent.cli import app
from lean_agent.trace.trace import Limits, Trace
from lean_agent.workbench import open_workbench

pytestmark = pytest.mark.usefixtures("embedded_lean")
SAMPLE = Path(__file__).parents[1] / "traces" / "sample.jsonl"
PROBLEM = make_problem("and_swap")
GOOD = f"{PROBLEM.statement} := And.intro h.2 h.1"
BAD = f"{PROBLEM.statement} := And.intro h.1 h.2"


def replay(path: Path, *more: str) -> tuple[int, str]:
    ran = CliRunner().invoke(app, ["traces", "replay", str(path), "--lean", "embedded", *more])
    return ran.exit_code, ran.stdout


def write(path: Path, *traces: Trace) -> Path:
    path.write_text("".join(trace.model_dump_json() + "\n" for trace in traces), encoding="utf-8")
    return path


@pytest.fixture
async def trace() -> Trace:
    """An episode with the real tools: a search, a wrong proof, calls that are refused, a proof
    that is only written down, and the right one."""
    lines = [
        call("search_mathlib", query="the two parts of a conjunction change places", k=3),
        call("check_lean", code=BAD) + call("find_theorem"),
        f"```lean4\n{BAD}\n```",
        call("check_lean", code=GOOD),
    ]
    async with open_workbench("embedded", None, workers=1) as bench:
        return await run_episode(
            PROBLEM,
            ScriptedModel(lines),
            bench.toolbox(PROBLEM, Limits()),
            sample=0,
            sampling=Sampling(),
            limits=Limits(),
            versions=bench.versions,
        )


def test_the_sample_traces_replay_clean() -> None:
    code, said = replay(SAMPLE)
    number = len(SAMPLE.read_text(encoding="utf-8").splitlines())
    assert code == 0
    assert said.startswith(f"{number} of {number} traces replay clean")


def test_every_call_that_was_carried_out_is_made_again(tmp_path: Path, trace: Trace) -> None:
    assert trace.proved
    code, said = replay(write(tmp_path / "t.jsonl", trace), "--json")
    (replayed,) = json.loads(said)
    assert (code, replayed["calls"], replayed["differences"]) == (0, 4, [])


@pytest.mark.parametrize(
    ("old", "new", "tool", "line"),
    [
        ("1. ", "1. The_", "search_mathlib", "  -1. The_"),
        ("h.1 h.2", "h.2 h.1", "check_lean", "  +Accepted: Lean accepts the proof of `t`"),
        ('"axioms":[]', '"axioms":["propext"]', "check_lean", '  - "axioms": ['),
    ],
)
def test_what_differs_is_shown(
    tmp_path: Path, trace: Trace, old: str, new: str, tool: str, line: str
) -> None:
    text = trace.model_dump_json()
    assert old in text
    edited = Trace.model_validate_json(text.replace(old, new))
    code, said = replay(write(tmp_path / "t.jsonl", edited))
    assert code == 1
    assert f": {tool} answers otherwise" in said
    assert any(shown.startswith(line) for shown in said.splitlines())
    assert "0 of 1 traces replay clean" in said


def test_another_lean_is_named_beside_the_differences(tmp_path: Path, trace: Trace) -> None:
    old = trace.model_copy(update={"versions": {**trace.versions, "lean": "Lean 4.1.0"}})
    assert "Made with" not in replay(write(tmp_path / "same.jsonl", old))[1], "nothing differs"
    edited = old.model_dump_json().replace("h.1 h.2", "h.2 h.1")
    said = replay(write(tmp_path / "t.jsonl", Trace.model_validate_json(edited)))[1]
    assert "Made with another version of lean: Lean 4.1.0 there" in said


def test_a_check_that_ran_out_of_time_says_nothing(tmp_path: Path, trace: Trace) -> None:
    late = trace.model_dump_json().replace('"reason":"errors"', '"reason":"timeout"')
    code, said = replay(write(tmp_path / "t.jsonl", Trace.model_validate_json(late)))
    assert code == 0
    assert "2 of them without an answer of Lean" in said


@pytest.mark.parametrize("content", [None, "", '{"no": "trace"}\n'])
def test_bad_input_is_one_clear_line(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "t.jsonl"
    if content is not None:
        path.write_text(content)
    ran = CliRunner().invoke(app, ["traces", "replay", str(path), "--lean", "embedded"])
    assert type(ran.exception).__name__ == "UserError"
