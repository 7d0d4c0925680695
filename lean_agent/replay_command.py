"""`lean-agent traces replay`: do the tools still answer as a trace says they did?"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby, islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.text import Text

from lean_agent.errors import UserError
from lean_agent.harmless import harmless
from lean_agent.options import Index, Json, Lean

if TYPE_CHECKING:
    from lean_agent.trace.replay import Difference, Replayed, Unconfirmed

_LINES = 12
_STYLES = {"-": "red", "+": "green"}
_WRITTEN = "the proof that was only written down"

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)


def replay(
    path: Annotated[
        Path, typer.Argument(metavar="TRACES", help="Run folder, dataset folder or JSONL file.")
    ],
    lean: Lean = "auto",
    index: Index = None,
    json: Json = False,
) -> None:
    """Make every tool call of the traces again; compare each answer and verdict with the record.

    No model is asked. What differs is shown as a diff, `-` for the record and `+` for now; so is
    named in what a record is not whole, and what is not confirmed: a check to which Lean came to
    an answer then or now, and not both times. Whether the accepted proofs hold is for
    `lean-agent verify --traces` to say. Exit code 0 where every trace replays clean, 1 where one
    does not, 2 for bad input.

    Example: `lean-agent traces replay traces/sample`
    """
    from lean_agent.trace.replay import Standing, other_versions
    from lean_agent.trace.store import read_traces

    done, versions = asyncio.run(_replay(path, lean, index))
    if not done:
        raise UserError(f"{path} holds no traces")
    clean = all(one.standing is Standing.CLEAN for one in done)
    if json:
        document = "[" + ",\n".join(one.model_dump_json() for one in done) + "]"
        typer.echo(document)
    else:
        _print(done)
        if not clean:
            for line in other_versions(read_traces(path), versions):
                out.print(f"Made with another version of {line}", markup=False, soft_wrap=True)
    raise typer.Exit(0 if clean else 1)


async def _replay(
    path: Path, lean: str, index: str | None
) -> tuple[Sequence[Replayed], Mapping[str, str]]:
    from lean_agent.trace.replay import replay as play_back
    from lean_agent.trace.store import read_traces
    from lean_agent.workbench import open_workbench

    traces = read_traces(path)
    async with open_workbench(lean, index, remember=False) as bench:
        workers = bench.verifier.pool.workers
        return await play_back(traces, bench.toolbox, workers, err), bench.versions


def _print(done: Sequence[Replayed]) -> None:
    for one in done:
        for flaw in one.flaws:
            said = f"{one.episode_id}: the record is not whole: {flaw}"
            out.print(Text(harmless(said)), soft_wrap=True)
        for found in one.differences:
            out.print(Text(harmless(f"{_place(one, found)} answers otherwise")))
            _print_lines(found.diff())
        for why, same in groupby(one.unconfirmed, key=lambda unconfirmed: unconfirmed.why):
            first, *others = same
            more = f", and {len(others)} more" if others else ""
            head, *lines = why.splitlines()
            said = f"{_place(one, first)}{more}: not confirmed: {head}"
            out.print(Text(harmless(said)), soft_wrap=True)
            _print_lines(lines)
    out.print(_summary(done), soft_wrap=True)


def _place(one: Replayed, found: Difference | Unconfirmed) -> str:
    return f"{one.episode_id}, turn {found.turn}: {found.tool or _WRITTEN}"


def _print_lines(lines: Iterable[str]) -> None:
    first = list(islice(lines, _LINES + 1))
    for line in first[:_LINES]:
        out.print(Text(harmless(f"  {line}"), style=_STYLES.get(line[:1], "")))
    if len(first) > _LINES:
        out.print(Text("  …"))


def _summary(done: Sequence[Replayed]) -> str:
    standings = Counter(one.standing.value for one in done)
    parts = [f"{standings['clean']:,} of {len(done):,} traces replay clean"]
    if standings["differing"]:
        parts.append(f"{standings['differing']:,} differing")
    if standings["not confirmed"]:
        parts.append(f"{standings['not confirmed']:,} not confirmed")
    said = f"{', '.join(parts)}: {sum(one.calls for one in done):,} calls"
    if unanswered := sum(one.unanswered for one in done):
        said += f", {unanswered:,} of them without an answer of Lean, then as now"
    return f"{said}."
