"""What checking through our pool costs, against the bare REPL process and against other drivers.

    python benchmarks/verify.py [--kimina FOLDER --kimina-python PYTHON]
                                [--lean-interact-python PYTHON]

All drive the same REPL executable, the embedded Lean's, and check the same texts in turns: while
one is measured the others are stopped. The peers live in interpreters of their own:

    python -m venv li  && li/bin/pip install lean-interact
    python -m venv kim && git clone https://github.com/project-numina/kimina-lean-server
    kim/bin/pip install -r kimina-lean-server/requirements.txt

A peer that is not there is left out. Takes about 4 minutes.
"""

from __future__ import annotations

import math
import random
import re
import signal
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Annotated

import httpx
import numpy as np
import typer
from rich.console import Console
from rich.progress import track
from rich.table import Table
from verify_contestants import (
    Check,
    Contestant,
    Round,
    Server,
    kimina,
    lean_interact,
    our_server,
    ours,
    write_stand_in,
)
from verify_processes import awake, signal_tree, watch_memory

from lean_agent.lean import embedded
from lean_agent.lean.cpu_time import cpu_seconds
from lean_agent.lean.toolchain import find_toolchain
from lean_agent.lean.verdict import Level

PROOFS = Path(__file__).resolve().parents[1] / "tests" / "reference_proofs"
WRONG = 10
"""Every so many checks one has a wrong proof."""
ATTEMPTS = 10
"""Attempts at each problem, where a problem is tried more than once."""
BARE = "bare process, no driver"
POOL = "our pool"
VERIFIER = "our verifier"
_COUNTS = 20_000_000  # about half a second

console = Console(width=120)


def theorems() -> list[tuple[str, str, str]]:
    """Name, statement and proof of the reference proofs that stand on their own."""
    found = []
    for path in sorted(PROOFS.glob("*.lean")):
        for block in re.split(r"^(?=theorem )", path.read_text(encoding="utf-8"), flags=re.M)[1:]:
            statement, _, proof = block.strip().partition(":= by\n")
            if proof:
                found.append((block.split()[1], statement.strip(), proof.rstrip()))
    random.Random(0).shuffle(found)
    return found


def texts(attempts: int) -> Iterator[Check]:
    """Checks without end, no two alike: so many attempts at a theorem, then at the next one."""
    lap = count = 0
    while True:
        lap += 1
        for name, statement, proof in theorems():
            renamed = statement.replace(name, f"{name}_{lap}", 1)
            for attempt in range(attempts):
                count += 1
                right = count % WRONG != 0
                tried = proof if right else "  exact no_such_lemma"
                text = f"{renamed} := by\n{tried}\n-- attempt {attempt + 1}"
                yield Check(text, renamed, right)


@dataclass
class Row:
    """A way to check, and what it took in every round.

    `together` asks for all of a round at once; `attempts` is how often each theorem is tried;
    `every` leaves checks out where one takes long.
    """

    contestant: Contestant
    name: str
    together: bool = False
    attempts: int = 1
    level: Level = Level.FAST
    every: int = 1
    peer: bool = False
    rounds: list[Round] = field(default_factory=list)
    cpu: float = 0.0

    def run(self, checks: Sequence[Check]) -> None:
        how = {"together": self.together, "level": self.level}
        with awake(self.contestant.pid):
            before = cpu_seconds(self.contestant.pid)
            self.rounds.append(self.contestant.run(checks[:: self.every], **how))
            used = cpu_seconds(self.contestant.pid) - before
            # A process that was replaced has taken its time along.
            self.cpu += used if used > 0 else math.nan

    @property
    def cpu_ms(self) -> str:
        """Milliseconds a check, where they are known; the judges of strict checks are not."""
        known = self.level is not Level.STRICT and not math.isnan(self.cpu)
        return f"{1000 * self.cpu / self.checks:.1f}" if known else ""

    @property
    def checks(self) -> int:
        return sum(len(r.seconds) for r in self.rounds)

    @property
    def rate(self) -> float:
        """Checks a second."""
        return self.checks / sum(r.wall for r in self.rounds)

    def percentile(self, percent: float) -> float:
        """Of the milliseconds that a check takes."""
        return 1000 * float(np.percentile([s for r in self.rounds for s in r.seconds], percent))

    def ratio_to(self, other: Row) -> float:
        """How many checks this does while the other does one, as the median of the rounds."""
        pairs = zip(self.rounds, other.rounds, strict=True)
        return statistics.median(_pace(its) / _pace(mine) for mine, its in pairs)

    def added_to(self, other: Row) -> float:
        """Milliseconds more for a check than with the other, as the median of the rounds."""
        pairs = zip(self.rounds, other.rounds, strict=True)
        return 1000 * statistics.median(
            statistics.median(mine.seconds) - statistics.median(its.seconds) for mine, its in pairs
        )


def _pace(done: Round) -> float:
    """Seconds from one answer to the next."""
    return done.wall / len(done.seconds)


class Race:
    """All contestants with one number of workers, each started once and stopped while idle."""

    def __init__(self, workers: int, peers: Sequence[Callable[[int], Contestant]]) -> None:
        bare = ours("bare", BARE, workers)
        pool = ours("pool", POOL, workers)
        verifier = ours("verifier", VERIFIER, workers)
        server = our_server(workers)
        self.workers = workers
        self.rows = [Row(bare, BARE), Row(pool, POOL), Row(pool, f"{POOL}, one batch", True)]
        for peer in (peer(workers) for peer in peers):
            self.rows.append(Row(peer, peer.name, peer=True))
            if isinstance(peer, Server):
                self.rows.append(Row(peer, f"{peer.name}, one batch", True, peer=True))
        self.rows += [Row(server, server.name), Row(server, f"{server.name}, one batch", True)]
        self.rows += [
            Row(verifier, f"{VERIFIER}, each goal new", every=5),
            Row(verifier, f"{VERIFIER}, {ATTEMPTS} attempts a goal", attempts=ATTEMPTS),
            Row(verifier, f"{VERIFIER}, strict", attempts=ATTEMPTS, level=Level.STRICT, every=5),
        ]
        self.memory: dict[str, float] = {}

    def contestants(self) -> list[Contestant]:
        return list({id(row.contestant): row.contestant for row in self.rows}.values())

    def measure_memory(self) -> None:
        """Run each alone for a while; leave out those that do not start, saying why."""
        for contestant in self.contestants():
            try:
                contestant.start()
                with watch_memory(contestant.pid) as peak:
                    contestant.run(list(islice(texts(1), 20 * self.workers)))
                self.memory[contestant.name] = peak.mib
            except (RuntimeError, OSError, httpx.HTTPError) as error:
                console.print(f"{contestant.name} is left out: {error}", style="yellow")
                self.rows = [row for row in self.rows if row.contestant is not contestant]
            finally:
                contestant.close()

    def run(self, rounds: int, checks: int) -> None:
        """Run the same rounds with everyone, in turns, and see that the answers are right."""
        with ExitStack() as stack:
            for contestant in self.contestants():
                stack.callback(contestant.close)
                contestant.start()
                contestant.run(list(islice(texts(1), 3 * self.workers)))
                signal_tree(contestant.pid, signal.SIGSTOP)
            supply = {n: islice(texts(n), 3 * self.workers, None) for n in (1, ATTEMPTS)}
            title = f"{self.workers} worker{'s' if self.workers > 1 else ''}"
            for turn in track(range(rounds), title, console=Console(stderr=True)):
                todo = {n: list(islice(supply[n], checks)) for n in supply}
                shift = turn % len(self.rows)
                for row in self.rows[shift:] + self.rows[:shift]:
                    row.run(todo[row.attempts])
                for row in self.rows:
                    asked = todo[row.attempts][:: row.every]
                    for check, accepted in zip(asked, row.rounds[-1].accepted, strict=True):
                        if accepted != check.right:
                            raise SystemExit(f"{row.name} judges wrongly:\n{check.text}")

    def row(self, name: str) -> Row:
        return next(row for row in self.rows if row.name == name)

    def table(self) -> Table:
        bare = self.rows[0]
        table = Table(
            title=f"{self.workers} worker(s), {bare.checks} checks",
            caption="CPU and memory are of the contestant and all its processes, not of an HTTP "
            "client; a batch has no latencies, and of strict checks not all CPU is counted",
        )
        for column in ("", "checks/s", "to bare", "p50 ms", "p99 ms", "CPU ms", "memory MiB"):
            table.add_column(column, justify="right" if column else "left")
        for row in self.rows:
            latencies = ["", ""] if row.together else [f"{row.percentile(p):.1f}" for p in (50, 99)]
            table.add_row(
                row.name,
                f"{row.rate:.1f}",
                f"{row.ratio_to(bare):.2f}",
                *latencies,
                row.cpu_ms,
                f"{self.memory[row.contestant.name]:.0f}",
            )
        return table


def repeats(rounds: int, checks: int) -> tuple[float, float]:
    """Checks a second of our verifier for batches of different checks, and of half repeats."""
    different, half = (Row(ours("verifier", VERIFIER, 2), VERIFIER, True) for _ in range(2))
    supply = texts(1)
    random_order = random.Random(0)
    different.contestant.start()
    half.contestant = different.contestant
    try:
        different.contestant.run(list(islice(supply, 6)))
        for _ in range(rounds):
            different.run(list(islice(supply, checks)))
            batch = 2 * list(islice(supply, checks // 2))
            random_order.shuffle(batch)
            half.run(batch)
    finally:
        different.contestant.close()
    return different.rate, half.rate


def claims(one: Race, two: Race, different: float, half: float) -> Table:
    """What we say of our side, against what this run shows."""
    table = Table(title="What it comes to")
    for column in ("", "here", "aim"):
        table.add_column(column, justify="right" if column == "here" else "left")
    bare, pool = one.row(BARE), one.row(POOL)
    known = one.row(f"{VERIFIER}, {ATTEMPTS} attempts a goal")
    table.add_row("our pool adds to a check", f"{pool.added_to(bare):.1f} ms", "3 ms or less")
    table.add_row("our verifier adds, with the goal known", f"{known.added_to(bare):.1f} ms", "")
    for race in (one, two):
        peers = [row for row in race.rows if row.peer]
        if not peers:
            continue
        best = max(peers, key=lambda row: row.ratio_to(race.row(BARE)))
        ratio = race.row(POOL).ratio_to(best)
        name = f"our pool to the best peer ({best.name}), {race.workers} worker(s)"
        table.add_row(name, f"{ratio:.2f}", "1 or more")
    for name in (f"{POOL}, one batch", POOL, BARE):
        ratio = two.row(name).rate / one.row(name).rate
        table.add_row(f"2 workers to 1, {name}", f"{ratio:.2f}", "1.8 or more on 2 idle cores")
    table.add_row(
        "2 busy loops to 1, on this machine now", f"{busy_loops():.2f}", "2 on 2 idle cores"
    )
    repeats_name = "our verifier, a batch with 50% repeats to one without"
    table.add_row(repeats_name, f"{half / different:.2f}", "nearly 2")
    return table


def busy_loops() -> float:
    """How much more two processes do that only count than one: what can be hoped for."""
    with ProcessPoolExecutor(2) as pool:
        list(pool.map(_count, [1, 1]))  # both have started
        started = time.perf_counter()
        pool.submit(_count, _COUNTS).result()
        alone = time.perf_counter() - started
        list(pool.map(_count, [_COUNTS, _COUNTS]))
        both = time.perf_counter() - started - alone
    return 2 * alone / both


def _count(to: int) -> None:
    for _ in range(to):
        pass


def main(
    kimina_folder: Annotated[
        Path | None, typer.Option("--kimina", help="Folder of Kimina Lean Server's repository.")
    ] = None,
    kimina_python: Annotated[
        str, typer.Option(help="Interpreter that has the packages of its requirements.txt.")
    ] = "python",
    lean_interact_python: Annotated[
        str | None, typer.Option(help="Interpreter that has lean-interact.")
    ] = None,
    rounds: Annotated[int, typer.Option(min=1)] = 10,
    checks: Annotated[int, typer.Option(min=10, help="Checks in a round.")] = 25,
) -> None:
    """Race our pool, verifier and server against the bare process and the peers that are here."""
    toolchain = find_toolchain("embedded")
    with tempfile.TemporaryDirectory() as folder:
        stand_in = Path(folder) / "project"
        stand_in.mkdir()
        write_stand_in(stand_in, toolchain, embedded.lean_version())
        peers: list[Callable[[int], Contestant]] = []
        if lean_interact_python:
            peers.append(partial(lean_interact, lean_interact_python, stand_in))
        else:
            console.print("LeanInteract is left out: give --lean-interact-python (see --help)")
        if kimina_folder:
            peers.append(partial(kimina, kimina_folder.resolve(), kimina_python, stand_in))
        else:
            console.print("Kimina Lean Server is left out: give --kimina (see --help)")
        one, two = Race(1, peers), Race(2, peers)
        for race in (one, two):
            race.measure_memory()
            race.run(rounds, checks)
            console.print(race.table())
    console.print(claims(one, two, *repeats(rounds, checks)))


if __name__ == "__main__":
    typer.run(main)
