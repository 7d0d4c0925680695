"""Many episodes: all of them, none twice, whatever happens in between."""

from __future__ import annotations

import asyncio
import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest
from rich.console import Console
from scripted import Checker, ScriptedModel, call, toolbox
from slow_run import PROBLEMS, SETTINGS

from lean_agent.chat import Message, Sampling
from lean_agent.concurrency import Scheduler, for_each
from lean_agent.errors import UserError
from lean_agent.models.base import ModelUnavailable
from lean_agent.problem import Problem
from lean_agent.runner import RunSummary, run
from lean_agent.trace.store import RunFolder

HERE = Path(__file__).parent
GOOD, WRONG = call("check_lean", code="good"), call("check_lean", code="wrong")
EVERY_EPISODE = sorted(f"p{problem}#{sample}" for problem in range(6) for sample in range(5))


def good(*_: object) -> str:
    return GOOD


async def run_in(
    path: Path,
    model: ScriptedModel,
    problems: Sequence[Problem] = PROBLEMS,
    concurrency: int = 3,
    said: io.StringIO | None = None,
) -> RunSummary:
    with RunFolder.create_or_resume(path, SETTINGS) as folder:
        return await run(
            problems,
            model,
            lambda *_: toolbox(Checker()),
            folder,
            versions={"lean": "4"},
            concurrency=concurrency,
            console=Console(file=said or io.StringIO(), width=80),
        )


def episodes(path: Path) -> list[str]:
    return [trace.episode_id for trace in RunFolder.open(path).traces()]


async def test_every_problem_gets_its_samples(tmp_path: Path) -> None:
    summary = await run_in(tmp_path, ScriptedModel(good))
    assert summary == RunSummary(planned=30, done=30, proved=30)
    assert sorted(episodes(tmp_path)) == EVERY_EPISODE


async def test_first_samples_come_first(tmp_path: Path) -> None:
    await run_in(tmp_path, ScriptedModel(good), concurrency=1)
    assert episodes(tmp_path)[:7] == ["p0#0", "p1#0", "p2#0", "p3#0", "p4#0", "p5#0", "p0#1"]


async def test_a_finished_run_asks_nobody(tmp_path: Path) -> None:
    first = await run_in(tmp_path, ScriptedModel(good))
    model = ScriptedModel(good)
    assert await run_in(tmp_path, model) == first
    assert model.asked == []


@pytest.mark.parametrize("scheduler", Scheduler)
async def test_no_more_episodes_are_alive_than_allowed(scheduler: Scheduler) -> None:
    alive = most = tasks = 0

    async def work(_: int) -> None:
        nonlocal alive, most, tasks
        alive += 1
        most, tasks = max(most, alive), max(tasks, len(asyncio.all_tasks()))
        await asyncio.sleep(0)
        alive -= 1

    await for_each(range(20_000), 50, work, scheduler)
    assert most == 50
    assert tasks == 51, "waiting items must not be tasks"


@pytest.mark.parametrize("scheduler", Scheduler)
async def test_the_first_failure_stops_all_and_is_raised(scheduler: Scheduler) -> None:
    done: list[int] = []

    async def work(item: int) -> None:
        await asyncio.sleep(0)
        if item == 10:
            raise UserError("no more")
        done.append(item)

    with pytest.raises(UserError, match="no more"):
        await for_each(range(1_000), 4, work, scheduler)
    assert len(done) < 20


async def test_a_bug_in_one_episode_does_not_cost_the_others(tmp_path: Path) -> None:
    asked = 0

    def sometimes(_: Sequence[Message], __: Sampling) -> str:
        nonlocal asked
        asked += 1
        if asked == 4:
            raise ZeroDivisionError("a bug")
        return GOOD

    summary = await run_in(tmp_path, ScriptedModel(sometimes))
    assert (summary.done, len(summary.failures)) == (29, 1)
    assert summary.failures[0].why == "ZeroDivisionError: a bug"
    assert summary.failures[0].episode_id not in episodes(tmp_path)
    assert "in sometimes" in (tmp_path / "failures.log").read_text()
    assert (await run_in(tmp_path, ScriptedModel(good))).done == 30, "it is tried again"
    assert sorted(episodes(tmp_path)) == EVERY_EPISODE


async def test_a_run_stops_when_nothing_works_any_more(tmp_path: Path) -> None:
    asked = 0

    def until_the_server_dies(_: Sequence[Message], __: Sampling) -> str:
        nonlocal asked
        asked += 1
        if asked > 10:
            raise ModelUnavailable("m at http://x: Connection error.")
        return GOOD

    with pytest.raises(UserError, match=r"5 episodes in a row failed.*Connection error.*10 of 30"):
        await run_in(tmp_path, ScriptedModel(until_the_server_dies))
    assert len(episodes(tmp_path)) == 10
    assert (await run_in(tmp_path, ScriptedModel(good))).done == 30


async def test_what_a_run_prints_into_a_log(tmp_path: Path) -> None:
    said = io.StringIO()
    await run_in(tmp_path, ScriptedModel(good), said=said)
    *proofs, last = said.getvalue().splitlines()
    assert sorted(proofs) == [f"proved p{n}: check ✓ (1 turn)" for n in range(6)]
    assert last.startswith("30/30 episodes, 30 proved, ")
    assert last.endswith("ETA 0:00:00")


def start(path: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, str(HERE / "slow_run.py"), str(path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": f"{HERE.parent}{os.pathsep}{HERE}"},
    )


def wait_for_episodes(process: subprocess.Popen[str], path: Path, number: int) -> None:
    file = path / "episodes" / "00000.jsonl"
    while not file.exists() or file.read_bytes().count(b"\n") < number:
        assert process.poll() is None, process.communicate()
        time.sleep(0.01)


def test_a_run_that_is_killed_again_and_again_ends_complete(tmp_path: Path) -> None:
    for number in (1, 8, 17):
        process = start(tmp_path)
        wait_for_episodes(process, tmp_path, number)
        process.kill()
        process.communicate()
    with (tmp_path / "episodes" / "00000.jsonl").open("ab") as file:
        file.write(b'{"schema_version":1,"problem":{"id"')  # killed in the middle of a write
    process = start(tmp_path)
    out, err = process.communicate()
    assert process.returncode == 0, err
    assert json.loads(out) == {"planned": 30, "done": 30, "proved": 30, "failures": []}
    assert "Going on with" in err
    assert sorted(episodes(tmp_path)) == EVERY_EPISODE


def test_ctrl_c_keeps_what_is_done_and_says_how_to_go_on(tmp_path: Path) -> None:
    process = start(tmp_path)
    wait_for_episodes(process, tmp_path, 3)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate()
    kept = episodes(tmp_path)
    assert process.returncode == 130
    assert f"Stopped. {len(kept)} of 30 episodes are kept" in err
    assert "the same command goes on" in err
    assert "Traceback" not in err
    process = start(tmp_path)
    process.communicate()
    assert sorted(episodes(tmp_path)) == EVERY_EPISODE
