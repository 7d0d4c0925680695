"""`lean-agent traces replay`: do the tools still answer as a trace says they did?"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.text import Text

from lean_agent.errors import UserError
from lean_agent.options import Index, Json, Lean

if TYPE_CHECKING:
    from lean_agent.trace.replay import Replayed

_LINES = 12

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

    No model is asked. What differs is shown as a diff, `-` for the record and `+` for now. Exit
    code 0 where nothing differs, 1 where something does, 2 for bad input.

    Example: `lean-agent traces replay traces/sample`
    """
    from lean_agent.trace.replay import other_versions
    from lean_agent.trace.store import read_traces

    done, versions = asyncio.run(_replay(path, lean, index))
    if not done:
        raise UserError(f"{path} holds no traces")
    differing = [one for one in done if one.differences]
    if json:
        document = "[" + ",\n".join(one.model_dump_json() for one in done) + "]"
        typer.echo(document)
    else:
        _print(done)
        if differing:
            for line in other_versions(read_traces(path), versions):
                out.print(f"Made with another version of {line}", markup=False, soft_wrap=True)
    raise typer.Exit(1 if differing else 0)


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
        for found in one.differences:
            what = found.tool or "the proof that was only written down"
            out.print(Text(f"{one.episode_id}, turn {found.turn}: {what} answers otherwise"))
            lines = list(islice(found.diff(), _LINES + 1))
            for line in lines[:_LINES]:
                out.print(Text(f"  {line}", style="red" if line.startswith("-") else "green"))
            if len(lines) > _LINES:
                out.print(Text("  …"))
    calls, unanswered = sum(one.calls for one in done), sum(one.unanswered for one in done)
    clean = sum(not one.differences for one in done)
    said = f"{clean:,} of {len(done):,} traces replay clean: {calls:,} calls"
    if unanswered:
        said += f", {unanswered:,} of them without an answer of Lean, then or now"
    out.print(f"{said}.")
