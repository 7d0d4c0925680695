"""A run of a million episodes: written by the real writer, then opened, counted and reported on.

    python benchmarks/million.py [--episodes 1000000] [--folder FOLDER] [--shard-mib 64]

Makes a run of 2,000 problems (fewer with fewer than 200,000 episodes) with as many samples each as
give that number of episodes, in FOLDER or a temporary folder, which is removed at the end; a folder
that holds the run already is used as it is. Each episode is a Trace of some ten kilobytes: the same
prompt, a statement of its own, and one to eight turns out of a pool of made-up ones. A million
are 12.7 GB, and take 1.9 GB of disk.

Every figure is of a process of its own: seconds of wall-clock time and of CPU, and the most memory
it ever held. The naive reading, each trace parsed and counted, is measured on the first 20,000
episodes and scaled up.
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.progress import track
from rich.table import Table

from lean_agent.chat import CallError, CallErrorKind, Message, Sampling, ToolCall, ToolSchema
from lean_agent.lean.verdict import Level, Reason, Verdict
from lean_agent.problem import Problem
from lean_agent.trace.store import RunFolder, RunSettings, problems_checksum
from lean_agent.trace.trace import Limits, Outcome, Trace, Turn

NAIVE_EPISODES = 20_000

# What the processes do with the run at argv[1]; each says at its end how much memory it took.
HEAD = """
import atexit, re, sys; from pathlib import Path
from lean_agent.trace.store import RunFolder
status = Path("/proc/self/status")
peak = lambda: print(re.search(r"VmHWM:\\s*([0-9]+)", status.read_text())[1], file=sys.stderr)
atexit.register(peak)
run = RunFolder.open(Path(sys.argv[1]))
"""
COUNT = "print(sum(1 for _ in run.digests()))"
GO_ON = """
with RunFolder.create_or_resume(run.path, run.settings) as run:
    print(len(run.done()))
"""
REPORT = "from lean_agent.cli import app; app(['report', str(run.path)])"
FETCH = "[trace] = run.fetch({sys.argv[2]}); print(trace.episode_id)"
NAIVE = """
from itertools import islice; from lean_agent.evaluation.tally import Tally
from lean_agent.trace.digest import Digest
traces = islice(run.traces(), int(sys.argv[2]))
print(Tally.of(map(Digest.of, traces)).turns.total())
"""

_WORDS = """
    simp rw exact apply intro cases induction have obtain refine omega linarith nlinarith ring
    norm_num constructor left right ext funext congr calc show by_contra push_neg use rcases
    Nat.le_of_lt Nat.add_comm mul_comm le_trans lt_irrefl abs_le sq_nonneg Finset.sum_comm h₁ h₂
    hx hy hn the goal a lemma about first then here we need that so which follows from
""".split()  # noqa: SIM905
_OUTCOMES = tuple(one for one in Outcome if one is not Outcome.PROVED)
_TOOLS = tuple(
    ToolSchema(
        name=name,
        description=f"The tool {name}.",
        parameters={"type": "object", "properties": {what: {"type": "string"}}, "required": [what]},
    )
    for name, what in (("search_mathlib", "query"), ("check_lean", "code"))
)
_VERSIONS = {
    "lean-agent": "0.1.0",
    "lean": "Lean 4.35.0",
    "library": "0123456789abcdef",
    "index": "fedcba9876543210",
    "model.revision": "f00dfeed",
}


class Episodes:
    """Made-up episodes, the same for the same seed."""

    def __init__(self, problems: int, samples: int, seed: int = 0) -> None:
        self._random = random.Random(seed)
        self._system = Message(role="system", content=self._words(250))
        self.problems = [self._problem(number) for number in range(problems)]
        self.samples = samples
        self._pool = [self._turn() for _ in range(3000)]

    def __iter__(self) -> Iterator[Trace]:
        """Every problem's first sample comes before any problem's second."""
        for sample in range(self.samples):
            for number, problem in enumerate(self.problems):
                yield self._episode(problem, sample, easy=1 / (2 + number % 40))

    def settings(self) -> RunSettings:
        """Those of a run that asks for these episodes."""
        return RunSettings(
            benchmark="made up",
            benchmark_checksum=problems_checksum(self.problems),
            split="test",
            limit=None,
            problem_ids=tuple(problem.id for problem in self.problems),
            model="made up",
            samples=self.samples,
            sampling=Sampling(),
            limits=Limits(),
            toolchain="Lean 4.35.0",
            index_checksum="fedcba9876543210",
            lean_agent="0.1.0",
        )

    def _words(self, number: int) -> str:
        return " ".join(self._random.choices(_WORDS, k=number))

    def _problem(self, number: int) -> Problem:
        return Problem(
            id=f"made_up_{number}",
            statement=f"theorem made_up_{number} (n : Nat) (h : n < {number}) : n ≤ {number}",
            informal=self._words(20),
            topic=f"topic {number % 12}",
            difficulty=1 + number % 5,
        )

    def _turn(self) -> tuple[tuple[Message, ...], Turn]:
        """A search and a check that fails, or now and then an answer without a call."""
        draw = self._random.random
        if draw() < 0.1:
            words = self._words(60)
            wrong = CallError(kind=CallErrorKind.NO_CALL, text="", detail="Call a tool.")
            turn = Turn(raw=words, errors=(wrong,), completion_tokens=80, prompt_tokens=900)
            return (Message(role="assistant", content=words),), turn
        search = ToolCall(id="call_1", name="search_mathlib", arguments={"query": self._words(8)})
        check = ToolCall(id="call_2", name="check_lean", arguments={"code": self._words(40)})
        words = self._words(30)
        messages = (
            Message(role="assistant", content=words, tool_calls=(search, check)),
            Message(role="tool", content=self._words(60), tool_call_id="call_1"),
            Message(role="tool", content=self._words(40), tool_call_id="call_2"),
        )
        detail = self._words(20)
        failed = Verdict(accepted=False, reason=Reason.ERRORS, detail=detail, seconds=draw())
        turn = Turn(
            raw=words,
            verdicts=(failed,),
            prompt_tokens=self._random.randrange(800, 8000),
            completion_tokens=self._random.randrange(40, 700),
            model_seconds=10 * draw(),
            tool_seconds=draw(),
        )
        return messages, turn

    def _episode(self, problem: Problem, sample: int, easy: float) -> Trace:
        chosen = self._random.choices(self._pool, k=self._random.randint(1, 8))
        turns = [turn for _, turn in chosen]
        proof = None
        if self._random.random() < easy:
            proof = f"{problem.statement} := by {self._words(12)}"
            accepted = Verdict(
                accepted=True, reason=Reason.PROVED, detail="", seconds=0.5, level=Level.STRICT
            )
            turns[-1] = turns[-1].model_copy(update={"verdicts": (accepted,)})
        task = Message(role="user", content=f"Prove this theorem.\n\n{problem.statement}")
        return Trace.model_construct(
            problem=problem,
            sample=sample,
            model="made up",
            sampling=Sampling(seed=self._random.getrandbits(31)),
            limits=Limits(),
            tools=_TOOLS,
            dialect="hermes",
            messages=(self._system, task, *(one for said, _ in chosen for one in said)),
            turns=tuple(turns),
            outcome=Outcome.PROVED if proof else self._random.choice(_OUTCOMES),
            proof=proof,
            versions=_VERSIONS,
            started=datetime.fromtimestamp(1.7e9 + 3 * sample, UTC).isoformat(),
            seconds=200 * self._random.random(),
        )


def make_run(path: Path, episodes: Episodes, shard_bytes: int, console: Console) -> None:
    """Write them as a run does."""
    total = len(episodes.problems) * episodes.samples
    with RunFolder.create_or_resume(path, episodes.settings(), shard_bytes) as run:
        for trace in track(episodes, "Writing", total=total, console=console):
            run.append(trace)


def measure(code: str, *arguments: object) -> tuple[float, float, float]:
    """Seconds, CPU seconds and the most memory in MB that a process takes to run this code."""
    command = [sys.executable, "-c", HEAD + code, *map(str, arguments)]
    start, cpu = time.perf_counter(), cpu_of_children()
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - start
    if done.returncode:
        sys.exit(f"{done.stderr}\nfailed: {code}")
    return seconds, cpu_of_children() - cpu, int(done.stderr.split()[-1]) * 1024 / 1e6


def cpu_of_children() -> float:
    """User and system seconds of the processes that have ended."""
    times = os.times()
    return times.children_user + times.children_system


def main(episodes: int, folder: Path, shard_bytes: int) -> None:
    """Make the run where it is not there, and print the table."""
    console = Console()
    problems = min(2000, max(1, episodes // 100))
    made_up = Episodes(problems, episodes // problems)
    path = folder / "run"
    if not (path / "run.json").exists():
        start = time.perf_counter()
        make_run(path, made_up, shard_bytes, Console(stderr=True))
        seconds = time.perf_counter() - start
        console.print(f"Made in {seconds:.0f} s, {1e6 * seconds / episodes:.0f} µs an episode.")
    files = list((path / "episodes").iterdir())
    shards = [file for file in files if file.name.endswith(".jsonl.zst")]
    indexes = [file for file in files if file.name.endswith(".index.zst")]
    size = sum(file.stat().st_size for file in files)
    index_size = sum(file.stat().st_size for file in indexes)
    console.print(
        f"{len(shards)} sealed shards; {size / 1e9:.2f} GB in all, of which indexes "
        f"{index_size / 1e6:.1f} MB"
    )
    one = f"made_up_{problems // 2}#{made_up.samples // 3}"
    naive = min(NAIVE_EPISODES, problems * made_up.samples)
    codes: dict[str, tuple[object, ...]] = {
        "python and imports alone": ("", path),
        "count": (COUNT, path),
        "open to go on, and see what is done": (GO_ON, path),
        "lean-agent report": (REPORT, path),
        "fetch one episode": (FETCH, path, one),
        f"naive reading of {naive:,}": (NAIVE, path, naive),
    }
    table = Table(title=f"{problems:,} problems × {made_up.samples:,} samples")
    for column in ("", "seconds", "CPU seconds", "MB"):
        table.add_column(column, justify="right" if column else "left")
    taken = {}
    for name, (code, *arguments) in codes.items():
        seconds, taken[name], memory = measure(str(code), *arguments)
        table.add_row(name, f"{seconds:.1f}", f"{taken[name]:.1f}", f"{memory:.0f}")
    every = taken[f"naive reading of {naive:,}"] * problems * made_up.samples / naive
    table.add_row("naive reading of all, scaled up", "", f"{every:.0f}", "")
    console.print(table)
    console.print(
        f"The report against the naive reading: {every / taken['lean-agent report']:.0f}×"
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--episodes", type=int, default=1_000_000)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--shard-mib", type=int, default=64)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        main(asked.episodes, asked.folder or Path(temporary), asked.shard_mib << 20)
