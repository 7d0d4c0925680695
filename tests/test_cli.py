"""`lean-agent` as a user meets it: prove, run, report and verify, with the real embedded Lean."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from command import (
    AND_SWAP,
    AND_SWAP_PROOF,
    OR_SWAP,
    OR_SWAP_PROOF,
    ModelServer,
    command,
    lean_agent,
    write_problems,
)

from lean_agent import __version__
from lean_agent.trace.store import read_traces

pytestmark = pytest.mark.usefixtures("embedded_lean")

PROBLEMS = (
    {"id": "and_swap", "statement": AND_SWAP, "topic": "conjunction"},
    {"id": "or_swap", "statement": OR_SWAP, "topic": "disjunction"},
)


def solve(task: str) -> str:
    """A model that proves both problems."""
    return AND_SWAP_PROOF if "and_swap'" in task else OR_SWAP_PROOF


def solve_and_only(task: str) -> str:
    """A model that proves the one problem and never the other."""
    return AND_SWAP_PROOF if "and_swap'" in task else f"{OR_SWAP} := h"


def episodes(run: Path) -> list[dict[str, Any]]:
    """The traces that are whole on the disk; none while there is no file."""
    path = run / "episodes" / "00000.jsonl"
    if not path.exists():
        return []
    return [json.loads(line) for line in path.read_bytes().split(b"\n")[:-1]]


def episode_ids(run: Path) -> list[tuple[str, int]]:
    return [(trace["problem"]["id"], trace["sample"]) for trace in episodes(run)]


def wait_until(what: Callable[[], object], seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < deadline, f"not so within {seconds} s"
        time.sleep(0.02)


@pytest.fixture(scope="module")
def finished(
    embedded_lean: None,  # noqa: ARG001
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[Path, list[str]]]:
    """A finished run, read only, and the arguments that made it. The model server is up."""
    folder = tmp_path_factory.mktemp("finished")
    problems = write_problems(folder / "two.jsonl", *PROBLEMS)
    run = folder / "run"
    with ModelServer(solve_and_only) as server:
        arguments = ["run", problems, "--model", server.spec, "--samples", 2, "--out", run]
        line = [str(argument) for argument in [*arguments, "--turns", 2]]
        done = lean_agent(*line)
        assert done.returncode == 0, done.stderr
        assert done.stdout == ""
        assert "4 of 4 episodes done, 2 proved." in done.stderr
        assert f"lean-agent report {run}" in done.stderr
        assert server.asked == 2 * 1 + 2 * 2  # a proved episode ends at once
        yield run, line
        assert server.asked == 6


def test_version_is_the_packages() -> None:
    done = lean_agent("--version")
    assert (done.returncode, done.stdout) == (0, f"{__version__}\n")


def test_prove_prints_the_accepted_proof_and_nothing_else(tmp_path: Path) -> None:
    trace = tmp_path / "trace.jsonl"
    wanted = ["--statement", AND_SWAP, "--model", "portfolio"]
    done = lean_agent("prove", *wanted, "--trace", trace)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"{AND_SWAP} :=")
    assert "search_mathlib" in done.stderr and "check_lean" in done.stderr
    proof = lean_agent("verify", "-", "--statement", AND_SWAP, stdin=done.stdout.encode())
    assert (proof.returncode, proof.stdout[:9]) == (0, "Accepted:")
    [recorded] = [json.loads(line) for line in trace.read_text().splitlines()]
    assert recorded["proof"] == done.stdout.rstrip("\n")


def test_prove_exits_1_for_what_is_false() -> None:
    statement = "theorem all_equal (a b : Nat) : a = b"
    done = lean_agent("prove", "--statement", statement, "--model", "portfolio", "--turns", 3)
    assert (done.returncode, done.stdout) == (1, "")
    assert "turn_limit in 3 turns" in done.stderr


def test_verify_says_why_and_exits_with_the_verdict(tmp_path: Path) -> None:
    good, bad = tmp_path / "good.lean", tmp_path / "bad.lean"
    good.write_text(f"open Nat\n{AND_SWAP_PROOF}\n")
    bad.write_text(f"{AND_SWAP} := by\n  exact h\n")
    accepted = lean_agent("verify", good, "--statement", AND_SWAP, "--header", "open Nat")
    assert (accepted.returncode, accepted.stderr) == (0, "")
    assert accepted.stdout == (
        "Accepted: Lean accepts the proof of `and_swap'`\nAxioms: none\n"
        "Confirmed: kernel replay, Lean 4.35.0\n"
    )
    rejected = lean_agent("verify", bad, "--statement", AND_SWAP)
    assert (rejected.returncode, rejected.stderr) == (1, "")
    assert rejected.stdout.startswith("Rejected (errors): Lean reports an error; line 2:")
    assert "  |   exact h\n" in rejected.stdout


@pytest.mark.parametrize(
    ("proof", "code", "reason"),
    [(AND_SWAP_PROOF, 0, "proved"), (f"{AND_SWAP} := sorry", 1, "sorry"), ("", 1, None)],
)
def test_verify_with_json_prints_the_verdict_alone(
    proof: str, code: int, reason: str | None
) -> None:
    done = lean_agent("verify", "-", "--statement", AND_SWAP, "--json", stdin=proof.encode())
    verdict = json.loads(done.stdout)
    assert (done.returncode, done.stderr) == (code, "")
    assert verdict["accepted"] is (code == 0)
    assert {"reason", "axioms", "messages"} <= verdict.keys()
    assert reason in {None, verdict["reason"]}


def test_the_same_command_again_says_that_all_is_done(finished: tuple[Path, list[str]]) -> None:
    run, line = finished
    before = (run / "episodes" / "00000.jsonl").read_bytes()
    done = lean_agent(*line)
    assert done.returncode == 0, done.stderr
    assert "4 of 4 episodes done, 2 proved." in done.stderr
    assert (run / "episodes" / "00000.jsonl").read_bytes() == before
    assert sorted(episode_ids(run)) == [(p["id"], n) for p in PROBLEMS for n in range(2)]


def test_other_settings_are_refused_in_one_line(finished: tuple[Path, list[str]]) -> None:
    run, line = finished
    done = lean_agent(*line, "--temperature", 0.5)
    assert (done.returncode, done.stdout) == (2, "")
    [complaint] = done.stderr.splitlines()
    assert str(run) in complaint
    assert "temperature" in complaint


def test_a_run_is_played_back_as_it_was_played(
    finished: tuple[Path, list[str]], tmp_path: Path
) -> None:
    run, [_, problems, *_] = finished
    line = ["run", problems, "--model", f"replay:{run}", "--samples", 2, "--out", tmp_path / "run"]
    refused = lean_agent(*line, "--turns", 3, "--lenient")
    assert refused.returncode == 2
    assert "`limits.turns` is 2 there and 3 here" in refused.stderr
    assert "`episode.lenient` is False there and True here" in refused.stderr
    assert not (tmp_path / "run").exists()
    done = lean_agent(*line)
    assert "4 of 4 episodes done, 2 proved." in done.stderr

    def told(folder: Path) -> dict[str, object]:
        return {t.episode_id: (t.messages, t.outcome, t.proof) for t in read_traces(folder)}

    assert told(tmp_path / "run") == told(run)


def test_report_prints_tables_and_writes_the_page(finished: tuple[Path, list[str]]) -> None:
    run, _ = finished
    words = lean_agent("report", run)
    assert words.returncode == 0, words.stderr
    assert "1 of 2 problems solved" in words.stdout
    assert (run / "report.html").read_text().startswith("<!doctype html>")
    done = lean_agent("report", run, "--json")
    assert (done.returncode, done.stderr) == (0, "")
    report = json.loads(done.stdout)
    assert report == json.loads((run / "report.json").read_text())
    assert (report["problems"], report["solved"]) == (2, 1)
    assert list(report["pass_at_k"]) == ["1", "2"]
    one = report["pass_at_k"]["1"]
    assert one["low"] <= one["value"] == 0.5 <= one["high"]


def test_verify_traces_agrees_with_a_run_and_names_a_proof_that_was_edited(
    finished: tuple[Path, list[str]], tmp_path: Path
) -> None:
    run = Path(shutil.copytree(finished[0], tmp_path / "run"))
    agreed = lean_agent("verify", "--traces", run)
    assert (agreed.returncode, agreed.stdout) == (0, "2 of 2 accepted proofs hold.\n")

    traces = episodes(run)
    edited = next(trace for trace in traces if trace["proof"] and trace["sample"] == 1)
    # Everywhere it stands, so that the trace does not contradict itself: Lean must see it.
    text = json.dumps(edited).replace("\\u27e8h.2, h.1\\u27e9", "\\u27e8h.1, h.2\\u27e9")
    assert text != json.dumps(edited)
    traces[traces.index(edited)] = json.loads(text)
    (run / "episodes" / "00000.jsonl").write_text("".join(f"{json.dumps(one)}\n" for one in traces))
    done = lean_agent("verify", "--traces", run)
    assert done.returncode == 1
    [wrong, count] = done.stdout.splitlines()
    assert "and_swap" in wrong and wrong.startswith("WRONG ") and "errors" in wrong
    assert count == "1 of 2 accepted proofs hold."
    document = json.loads(lean_agent("verify", "--traces", run, "--json").stdout)
    assert (document["checked"], document["agree"]) == (2, 1)
    [disagreement] = document["disagree"]
    assert disagreement["episode_id"] in wrong


def test_verify_traces_says_how_far_the_check_went(
    finished: tuple[Path, list[str]], tmp_path: Path
) -> None:
    fast = lean_agent("verify", "--traces", finished[0], "--level", "fast")
    assert (fast.returncode, fast.stdout) == (
        0,
        "2 of 2 accepted proofs hold.\nOnly the fast check was run.\n",
    )
    document = json.loads(lean_agent("verify", "--traces", finished[0], "--json").stdout)
    assert document["level"] == "strict"

    run = Path(shutil.copytree(finished[0], tmp_path / "run"))
    edited = json.dumps(episodes(run)).replace("\\u27e8h.2, h.1\\u27e9", "by repeat skip")
    (run / "episodes" / "00000.jsonl").write_text(
        "".join(f"{json.dumps(t)}\n" for t in json.loads(edited))
    )
    stopped = lean_agent("verify", "--traces", run, "--check-seconds", 1)
    assert stopped.returncode == 1
    assert stopped.stdout.count("NO ANSWER and_swap") == 2
    assert "WRONG" not in stopped.stdout
    assert stopped.stdout.endswith(
        "0 of 2 accepted proofs hold; on 2 Lean came to no answer: try --check-seconds.\n"
    )


def marked(mark: str) -> list[int]:
    """The living processes that inherited the mark in their environment."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and mark.encode() in (entry / "environ").read_bytes():
                found.append(int(entry.name))
        except OSError:  # it ended meanwhile, or is another user's
            continue
    return found


def test_ctrl_c_and_kill_lose_nothing_and_leave_no_process(tmp_path: Path) -> None:
    problems = write_problems(tmp_path / "two.jsonl", *PROBLEMS)
    run, mark = tmp_path / "run", f"MARK={uuid.uuid4()}"
    name, _, value = mark.partition("=")
    with ModelServer(solve, seconds=0.25) as server:
        line = ["run", problems, "--model", server.spec, "--samples", 8, "--out", run]
        line += ["--concurrency", 2]

        def start() -> subprocess.Popen[str]:
            return subprocess.Popen(
                command(*line),
                env=os.environ | {name: value},
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                start_new_session=True,  # a process group of its own, as a terminal gives it
            )

        interrupted = start()
        wait_until(lambda: len(episodes(run)) >= 2)
        os.killpg(interrupted.pid, signal.SIGINT)
        out, err = interrupted.communicate(timeout=60)
        assert (interrupted.returncode, out) == (130, "")
        assert err.splitlines()[-1] == (
            f"Stopped. {len(episodes(run))} of 16 episodes are kept in {run}; "
            "the same command goes on from there."
        )
        assert marked(mark) == []

        kept = len(episodes(run))
        killed = start()
        wait_until(lambda: len(episodes(run)) >= kept + 2)
        killed.kill()
        killed.communicate(timeout=60)
        wait_until(lambda: marked(mark) == [])
        assert len(episodes(run)) < 16

        resumed = start()
        out, err = resumed.communicate(timeout=120)
    assert (resumed.returncode, out) == (0, ""), err
    assert f"Going on with {run}" in err
    assert "16 of 16 episodes done, 16 proved." in err
    assert sorted(episode_ids(run)) == [(p["id"], n) for p in PROBLEMS for n in range(8)]
