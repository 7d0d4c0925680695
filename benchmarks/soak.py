"""A soak: thousands of checks of every kind, and nothing lost, wrong or left behind.

    python benchmarks/soak.py [CHECKS] [--seed N]

The checks (see soak_mix.py) go through Verifier and a pool of two processes of the embedded
Lean, eight at a time from three clients. At the end stands what they came to, kind by kind, and
what is left: processes, file descriptors and memory of this program. Exits with 1 where a check
went unanswered or came to what it must not, or where something is left. 20,000 checks take
about 20 minutes on two idle cores.
"""

from __future__ import annotations

import asyncio
import ctypes
import gc
import os
import secrets
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated

import soak_mix
import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from lean_agent.lean.limits import ProcessLimits
from lean_agent.lean.pool import LeanPool
from lean_agent.lean.toolchain import Toolchain, find_toolchain
from lean_agent.lean.verifier import Verifier

AT_ONCE = 8
WORKERS = 2
GROWTH_MIB = 48  # of this program from a tenth of the checks to the end; more is a leak
ABANDONED_AFTER = 0.1  # seconds
MOST_SHOWN = 20  # wrong ones
LINGER_SECONDS = 10.0  # that a killed process may take to be gone
# The processes of this soak, and what they start, are known by a variable of this name: the
# sandbox lets it through as one of the locale.
MARKER = "LC_SOAK"


@dataclass
class Soak:
    """The checks that are to be done, and what became of those that were."""

    checks: Iterator[soak_mix.Check]
    count: int
    came_to: dict[str, Counter[str]] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    answered: int = 0
    memory_early: float = 0.0

    async def run(self, verifier: Verifier, advance: Callable[[], None]) -> None:
        """Do checks until there are no more."""
        for check in self.checks:  # of which other tasks take theirs, too
            result, detail = await _result(verifier, check)
            self.came_to.setdefault(check.kind.name, Counter())[result] += 1
            if result not in check.kind.may:
                self.wrong.append(
                    f"check {check.problem.id} ({check.kind.name}) came to {result}: {detail}"
                )
            self.answered += 1
            if self.answered == max(1, self.count // 10):
                self.memory_early = memory_mib()
            advance()

    def report(self, title: str, figures: dict[str, str]) -> None:
        """Print what the checks came to, kind by kind, and the figures of the whole."""
        console = Console()
        table = Table(title=title)
        for column in ("kind", "checks", "came to"):
            table.add_column(column, justify="right" if column == "checks" else "left")
        for name, results in sorted(self.came_to.items(), key=lambda item: -item[1].total()):
            came_to = ", ".join(f"{result} {n:,}" for result, n in results.most_common())
            table.add_row(name, f"{results.total():,}", came_to)
        console.print(table)
        table = Table(show_header=False)
        for row in figures.items():
            table.add_row(*row)
        console.print(table)
        for line in self.wrong[:MOST_SHOWN]:
            console.print(line, markup=False)


async def _result(verifier: Verifier, check: soak_mix.Check) -> tuple[str, str]:
    """The verdict's reason and detail, or what there was instead of a verdict."""
    asked = asyncio.create_task(
        verifier.verify(check.problem, check.code, check.kind.seconds, owner=check.owner)
    )
    if check.kind.cancel:
        await asyncio.wait({asked}, timeout=ABANDONED_AFTER)
        asked.cancel()
    try:
        verdict = await asked
    except asyncio.CancelledError:
        return soak_mix.CANCELLED, ""
    except Exception as error:
        return "no verdict", repr(error)
    return verdict.reason, verdict.detail


def memory_mib() -> float:
    """What this program holds in memory, without its children."""
    gc.collect()
    # What was freed would count on: texts of 5 MB come and go in several threads.
    ctypes.CDLL(None).malloc_trim(0)
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / (1 << 20)


def descriptors() -> int:
    """How many files, pipes and sockets this program has open."""
    return len(list(Path("/proc/self/fd").iterdir()))


def processes(marker: bytes) -> int:
    """How many processes there are, wherever they hang in the tree, that have the marker."""
    return sum(marker in _environment(entry) for entry in Path("/proc").glob("[0-9]*"))


def _environment(process: Path) -> bytes:
    try:
        return (process / "environ").read_bytes()
    except OSError:  # it ended meanwhile, or is somebody else's
        return b""


async def run(soak: Soak, toolchain: Toolchain, marker: bytes) -> int:
    """Do all checks of the soak; how many processes there were at its end."""
    limits = ProcessLimits(memory_mib=soak_mix.MEMORY_MIB, output_bytes=soak_mix.OUTPUT_BYTES)
    columns = (TextColumn("Soak"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task("", total=soak.count)
        async with LeanPool(toolchain, WORKERS, limits) as pool:
            verifier = Verifier(pool)
            clients = (soak.run(verifier, lambda: bar.advance(task)) for _ in range(AT_ONCE))
            await asyncio.gather(*clients)
            return processes(marker)


def command(
    checks: Annotated[int, typer.Argument(min=1, help="How many checks.")] = 20_000,
    seed: Annotated[int, typer.Option(help="Decides which checks, and their order.")] = 1,
) -> None:
    """Run CHECKS checks of all kinds and see that nothing is lost, wrong or left behind."""
    found = find_toolchain("embedded")
    marker = secrets.token_hex(16)
    toolchain = replace(found, env={**found.env, MARKER: marker})
    soak = Soak(soak_mix.checks(checks, seed), checks)
    open_before, memory_before, started = descriptors(), memory_mib(), time.perf_counter()
    seen = asyncio.run(run(soak, toolchain, marker.encode()))
    seconds = time.perf_counter() - started
    deadline = time.monotonic() + LINGER_SECONDS
    while (left := processes(marker.encode())) and time.monotonic() < deadline:
        time.sleep(0.1)
    open_after, memory_after = descriptors(), memory_mib()
    soak.report(
        f"{checks:,} checks, seed {seed}, {found.version}",
        {
            "checks answered": f"{soak.answered:,} of {checks:,}",
            "came to what they must not": f"{len(soak.wrong):,}",
            "processes at the end, and left": f"{seen}, {left}",
            "file descriptors before, and after": f"{open_before}, {open_after}",
            "memory before, after a tenth, at the end": (
                f"{memory_before:.0f}, {soak.memory_early:.0f}, {memory_after:.0f} MiB"
            ),
            "time": f"{seconds:,.0f} s, {checks / seconds:.1f} checks a second",
        },
    )
    nothing_left = left == 0 and seen > 0 and open_after <= open_before
    no_growth = memory_after <= soak.memory_early + GROWTH_MIB
    if soak.answered < checks or soak.wrong or not (nothing_left and no_growth):
        raise typer.Exit(1)


if __name__ == "__main__":
    typer.run(command)
