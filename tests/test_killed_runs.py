"""Kill -9: whatever a run was doing, the same command goes on; nothing is lost, nothing doubled.

The run is `killed_run.py`: the real runner and the real store, in a process of its own.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import sys
from collections.abc import Callable, Iterator
from multiprocessing import forkserver
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import killed_run
import pytest
from synthetic_runs import make_problem, make_trace

from lean_agent.trace.digest import Digest
from lean_agent.trace.store import RunFolder

START = multiprocessing.get_context("forkserver")


@pytest.fixture(scope="module", autouse=True)
def processes_begin_with_everything_imported() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", os.pathsep.join(sys.path))
        START.set_forkserver_preload([__name__])
        forkserver.ensure_running()
        yield


def started(work: Callable[..., None], *arguments: Any) -> BaseProcess:
    process = START.Process(target=work, args=arguments)
    process.start()
    return process


def episodes(path: Path) -> list[str]:
    """As reports see them, and as readers of traces do."""
    if not (path / "run.json").exists():
        return []
    run = RunFolder.open(path)
    counted = [digest.episode_id for digest in run.digests()]
    assert counted == [trace.episode_id for trace in run.traces()]
    return counted


def half_sealed(path: Path) -> bool:
    """Whether the kill came while a shard was being sealed."""
    names = {file.name for file in (path / "episodes").glob("*")}
    plain = [name for name in names if name.endswith(".jsonl")]
    return len(plain) > 1 or any(name.endswith(".part") for name in names)


def kill_again_and_again(folder: Path, kills: int, seed: int) -> int:
    """Run after run, killed at random moments until there were `kills`, and each then ended.

    Returns how many kills came while a shard was being sealed.
    """
    moments = random.Random(seed)
    log = [f"seed {seed}"]
    runs = sealing = 0
    while kills:
        runs += 1
        path = folder / f"run{runs}"
        kept: list[str] = []
        for _ in range(12):  # then it may come to its end
            if not kills:
                break
            moment = moments.uniform(0.02, 0.6)
            log.append(f"run {runs}, after {moment:.4f} s")
            process = started(killed_run.go_on, path)
            process.join(moment)
            process.kill()
            process.join()
            kills -= process.exitcode == -signal.SIGKILL
            sealing += half_sealed(path)
            now = episodes(path)
            # What one reader saw is there for the next, in its place.
            assert now[: len(kept)] == kept, log
            assert len(set(now)) == len(now), log
            kept = now
            if process.exitcode == 0:
                break
        process = started(killed_run.go_on, path)
        process.join()
        assert process.exitcode == 0, log
        assert sorted(episodes(path)) == killed_run.EVERY_EPISODE, log
        run = RunFolder.open(path)
        assert all(killed_run.is_whole(trace) for trace in run.traces()), log
        assert list(run.digests()) == [Digest.of(trace) for trace in run.traces()], log
    return sealing


def test_no_episode_is_lost_or_doubled_by_five_kills(tmp_path: Path) -> None:
    kill_again_and_again(tmp_path, kills=5, seed=1)


@pytest.mark.slow
def test_no_episode_is_lost_or_doubled_by_fifty_kills(tmp_path: Path) -> None:
    assert kill_again_and_again(tmp_path, kills=50, seed=6) >= 5, "shards were being sealed"


SETTINGS = killed_run.SETTINGS.model_copy(update={"samples": 5, "problem_ids": ("and_swap",)})
FIVE = [make_trace(make_problem(), sample) for sample in range(5)]


def write_five(path: Path) -> None:
    """Five episodes in shards of two, as far as they are not there."""
    size = 2 * len(FIVE[0].model_dump_json())
    with RunFolder.create_or_resume(path, SETTINGS, size) as run:
        done = run.done()
        for trace in FIVE:
            if trace.episode_id not in done:
                run.append(trace)


def write_five_unsynced(path: Path) -> None:
    """A kill loses nothing that was written; syncing is against power cuts, and slow."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("os.fsync", lambda _: None)
        write_five(path)


def write_five_and_die(path: Path, step: int) -> None:
    """The same, killed when it is about to open, rename or remove the `step`-th file."""
    steps = {"open", "os.rename", "os.remove", "os.mkdir", "os.truncate"}
    seen = 0

    def look(event: str, arguments: tuple[Any, ...]) -> None:
        nonlocal seen
        if event in steps and str(arguments[0]).startswith(str(path)):
            seen += 1
            if seen == step:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(look)
    write_five_unsynced(path)


def test_a_kill_before_any_step_of_sealing_is_made_good(tmp_path: Path) -> None:
    sealing = step = 0
    while True:
        step += 1
        path = tmp_path / f"step{step}"
        process = started(write_five_and_die, path, step)
        process.join()
        if process.exitcode == 0:
            break
        assert process.exitcode == -signal.SIGKILL
        sealing += half_sealed(path)
        kept = episodes(path)
        write_five_unsynced(path)
        assert episodes(path)[: len(kept)] == kept, step
        assert list(RunFolder.open(path).traces()) == FIVE, step
        assert not list(path.glob("**/*.part")), step
    assert sealing >= 10
    files = {file.name for file in (path / "episodes").iterdir()}
    assert files >= {"00000.jsonl.zst", "00000.index.zst", "00002.jsonl"}
