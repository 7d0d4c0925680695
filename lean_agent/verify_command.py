"""`lean-agent verify`: a proof, or the proofs of a run, checked again."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from lean_agent.errors import UserError
from lean_agent.lean.verdict import Level
from lean_agent.options import LIMITS, Header, Json, Lean

err = Console(stderr=True, highlight=False)


def verify(
    file: Annotated[
        Path | None, typer.Argument(help="Lean file with the proof; `-` for standard input.")
    ] = None,
    statement: Annotated[str, typer.Option(help='What it must prove: "theorem NAME … : …".')] = "",
    header: Header = "",
    traces: Annotated[
        Path | None,
        typer.Option(help="Check every accepted proof of this run folder or trace file again."),
    ] = None,
    lean: Lean = "auto",
    level: Annotated[
        Level,
        typer.Option(
            help="`fast`: Lean with the goal pinned. `strict`: then once more, by a check "
            "independent of it, in fresh processes."
        ),
    ] = Level.STRICT,
    check_seconds: Annotated[
        float | None,
        typer.Option(
            min=0.1,
            help=f"Time limit of one Lean check. By default {LIMITS.check_seconds:g}; with "
            "--traces twice what it was in the run.",
        ),
    ] = None,
    json: Json = False,
) -> None:
    """Check a proof against a statement, or the accepted proofs of a run from its traces alone.

    Exit code 0: accepted. 1: rejected, or no answer. 2: the input cannot be used.
    """
    from lean_agent.verify import verify_file, verify_traces

    if (file is None) == (traces is None):
        raise UserError("give either FILE with --statement, or --traces RUN")
    if traces is not None and (statement or header):
        raise UserError("--traces takes statements and headers from the traces: leave yours out")
    if file is not None:
        if not statement:
            raise UserError("say what the file must prove: --statement 'theorem NAME … : …'")
        seconds = check_seconds or LIMITS.check_seconds
        good = verify_file(file, statement, header, lean, level, seconds, json)
    else:
        assert traces is not None
        good = verify_traces(traces, lean, level, check_seconds, json, err)
    raise typer.Exit(0 if good else 1)
