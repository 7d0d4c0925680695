"""The agent loop itself, with a model and tools that answer at once, beside other loops.

    python benchmarks/loop.py [--inspect-python PYTHON] [--verifiers-python PYTHON]
                              [--smolagents-python PYTHON]

Everyone plays the same episodes (loop_task.py), 1, 100 and 5,000 at once: first those all wait for
one another in the third turn, so that so many really are alive. Each is used in its own way
(loop_inspect.py, loop_verifiers.py, loop_smolagents.py, loop_ours.py) and every measurement is a
fresh process; the contestants take turns. The peers live in interpreters of their own:

    python -m venv inspect && inspect/bin/pip install inspect-ai
    python -m venv verifiers && verifiers/bin/pip install verifiers==0.3.1
    python -m venv smol && smol/bin/pip install smolagents

A peer that is not there is left out. Takes about 12 minutes, most of them those of the peers.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import typer
from loop_task import Measured
from rich import box
from rich.console import Console
from rich.progress import track
from rich.table import Table

HERE = Path(__file__).parent
LEVELS = (1, 100, 5000)
TRIAL = 50
"""Episodes that show how fast a contestant is, to choose how many it is measured with."""
SECONDS = 2.5
"""How long a measurement should take, where there are not more episodes than that at once."""
SLOW = 30.0
"""Whoever takes longer than these seconds is measured once only."""
TIMEOUT = 600.0
AIM, AIM_MIB = 5.0, 1024

console = Console(width=200)


class Failed(Exception):
    """A contestant came to no result; the message says why."""


@dataclass
class Entry:
    """One way to play the episodes. `writes` says that they are on the disk at the end."""

    name: str
    script: str
    way: str
    python: str
    writes: bool
    peer: bool = True
    rate: float = 0.0
    measured: dict[int, list[Measured]] = field(default_factory=dict)

    def measure(self, episodes: int, concurrency: int) -> Measured:
        """Play in a fresh process. Raises Failed."""
        command = [self.python, str(HERE / self.script), "--way", self.way]
        command += ["--episodes", str(episodes), "--concurrency", str(concurrency)]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT)
        except subprocess.TimeoutExpired:
            raise Failed(f"no end within {TIMEOUT:.0f} s") from None
        except OSError as error:
            raise Failed(f"{self.python}: {error.strerror}") from error
        if done.returncode != 0:
            last = done.stderr.strip().splitlines()[-1:]
            raise Failed(f"exit code {done.returncode}: {''.join(last)}")
        return Measured(**json.loads(done.stdout.splitlines()[-1]))

    def episodes(self, concurrency: int) -> int:
        """How many take the time that a measurement should, and two for each place at least."""
        if concurrency == max(LEVELS):
            return concurrency
        return max(int(SECONDS * self.rate), 2 * concurrency)

    def play(self, concurrency: int) -> None:
        """Measure once more, unless the last time took too long or came to nothing."""
        done = self.measured.setdefault(concurrency, [])
        if done and done[-1].seconds > SLOW:
            return
        done.append(self.measure(self.episodes(concurrency), concurrency))

    def median(self, concurrency: int) -> float:
        """Episodes a second, 0 where nothing was measured."""
        done = self.measured.get(concurrency)
        return statistics.median(one.episodes / one.seconds for one in done) if done else 0.0

    def cpu_ms(self, concurrency: int) -> float:
        """Milliseconds of processor time that an episode takes."""
        done = self.measured[concurrency]
        return statistics.median(1000 * one.cpu_seconds / one.episodes for one in done)

    def peak(self, concurrency: int) -> float:
        """MiB at the most in any round."""
        return max((one.peak_mib for one in self.measured[concurrency]), default=0.0)


def entries(inspect: str | None, verifiers: str | None, smolagents: str | None) -> list[Entry]:
    """Ours, and those of the peers that there is an interpreter for."""
    ours, here = "loop_ours.py", sys.executable
    found = [
        Entry("lean-agent, every trace saved", ours, "saved", here, writes=True, peer=False),
        Entry("lean-agent, leanest", ours, "leanest", here, writes=False, peer=False),
    ]
    if inspect:
        script = "loop_inspect.py"
        found.append(Entry("inspect_ai, default log", script, "default", inspect, writes=True))
        found.append(Entry("inspect_ai, leanest", script, "leanest", inspect, writes=False))
    if verifiers:
        script = "loop_verifiers.py"
        found.append(Entry("verifiers, results saved", script, "saved", verifiers, writes=True))
        found.append(Entry("verifiers, results kept", script, "kept", verifiers, writes=False))
        found.append(Entry("verifiers, leanest", script, "leanest", verifiers, writes=False))
    if smolagents:
        script, python = "loop_smolagents.py", smolagents
        found.append(Entry("smolagents, documented", script, "documented", python, writes=False))
        found.append(Entry("smolagents, leanest", script, "leanest", python, writes=False))
    return found


def trial(entry: Entry) -> bool:
    """See whether the contestant plays at all, and how fast; say so where it does not."""
    try:
        first = entry.measure(TRIAL, 1)
    except Failed as error:
        console.print(f"{entry.name} is left out: {error}", style="yellow", markup=False)
        return False
    entry.rate = first.episodes / first.seconds
    return True


def race(everyone: list[Entry], concurrency: int, rounds: int) -> None:
    """Everyone in turns, beginning with another one in each round."""
    title = f"{concurrency:,} at once"
    failed: list[Entry] = []
    for turn in track(range(rounds), title, console=Console(stderr=True)):
        shift = turn % len(everyone)
        for entry in everyone[shift:] + everyone[:shift]:
            if entry in failed:
                continue
            try:
                entry.play(concurrency)
            except Failed as error:
                failed.append(entry)
                console.print(f"{entry.name}, {title}: {error}", style="yellow", markup=False)


def fastest(everyone: list[Entry], concurrency: int, writing: bool = False) -> Entry | None:
    """The fastest peer, among all or among those that write their episodes down."""
    peers = [one for one in everyone if one.peer and (one.writes or not writing)]
    return max(peers, key=lambda one: one.median(concurrency), default=None)


def standings(everyone: list[Entry], concurrency: int) -> Table:
    """What everyone reached with so many episodes at once."""
    best = fastest(everyone, concurrency)
    reference = best.median(concurrency) if best else 0.0
    table = Table(
        title=f"{concurrency:,} at once",
        box=box.MARKDOWN,
        caption="to the fastest peer; processor time an episode; memory of the process when its "
        "imports are done and at the most",
    )
    columns = (
        "episodes/s",
        "to fastest",
        "CPU ms",
        "rounds",
        "episodes",
        "imported MiB",
        "peak MiB",
    )
    table.add_column("")
    for column in columns:
        table.add_column(column, justify="right")
    for entry in everyone:
        done = entry.measured.get(concurrency)
        if not done:
            continue
        rate = entry.median(concurrency)
        table.add_row(
            entry.name,
            f"{rate:,.0f}",
            f"{rate / reference:.2f}" if reference else "",
            f"{entry.cpu_ms(concurrency):.2f}",
            str(len(done)),
            f"{done[0].episodes:,}",
            f"{statistics.median(one.imported_mib for one in done):.0f}",
            f"{entry.peak(concurrency):.0f}",
        )
    return table


def claims(everyone: list[Entry]) -> Table:
    """What we say of our side, against what this run shows."""
    table = Table(title="What it comes to", box=box.MARKDOWN)
    for column in ("", "by the clock", "by processor time", "aim"):
        table.add_column(column, justify="right" if column.startswith("by") else "left")
    saved, leanest = everyone[0], everyone[1]
    for concurrency in LEVELS:
        for entry, writing in ((leanest, False), (saved, False), (saved, True)):
            best = fastest(everyone, concurrency, writing)
            if best is None or not best.median(concurrency):
                continue
            ratio = entry.median(concurrency) / best.median(concurrency)
            who = f"the fastest peer that writes ({best.name})" if writing else best.name
            work = best.cpu_ms(concurrency) / entry.cpu_ms(concurrency)
            name = f"{entry.name} to {who}, {concurrency:,} at once"
            table.add_row(name, f"{ratio:.1f}", f"{work:.1f}", f"{AIM:.0f} or more")
    most = max(LEVELS)
    for entry in (saved, leanest):
        name = f"{entry.name}: memory of the whole process with {most:,} alive"
        table.add_row(name, f"{entry.peak(most):.0f} MiB", "", f"{AIM_MIB:,} MiB or less")
    return table


def main(
    inspect_python: Annotated[
        str | None, typer.Option(help="Interpreter that has inspect-ai.")
    ] = None,
    verifiers_python: Annotated[
        str | None, typer.Option(help="Interpreter that has verifiers, 0.3.1 or before.")
    ] = None,
    smolagents_python: Annotated[
        str | None, typer.Option(help="Interpreter that has smolagents.")
    ] = None,
    rounds: Annotated[int, typer.Option(min=1)] = 5,
) -> None:
    """Race our loop against those of the peers that are here."""
    given = (inspect_python, verifiers_python, smolagents_python)
    for name, python in zip(("inspect", "verifiers", "smolagents"), given, strict=True):
        if python is None:
            console.print(f"{name} is left out: give --{name}-python (see --help)")
    everyone = [entry for entry in entries(*given) if trial(entry)]
    if [entry.peer for entry in everyone[:2]] != [False, False]:
        raise SystemExit(1)
    for concurrency in LEVELS:
        race(everyone, concurrency, rounds)
        console.print(standings(everyone, concurrency))
    versions = {one.version for entry in everyone for one in entry.measured.get(1, [])}
    console.print(", ".join(sorted(versions)), highlight=False)
    console.print(claims(everyone))


if __name__ == "__main__":
    typer.run(main)
