"""`lean-agent verify`: a proof from a file, or the accepted proofs of a run, checked again."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

import typer
from rich.console import Console

from lean_agent.errors import UserError
from lean_agent.lean.feedback import format_verdict
from lean_agent.lean.verdict import Level, Verdict
from lean_agent.problem import Problem
from lean_agent.prove import make_problem, require_statement
from lean_agent.trace.recheck import Recheck, Standing, recheck
from lean_agent.trace.store import read_traces
from lean_agent.workbench import open_verifier

_NOT_CONFIRMED = "Not confirmed: there is no strict check here; see `lean-agent doctor`."


def verify_file(
    file: Path,
    statement: str,
    header: str,
    lean: str,
    level: Level,
    check_seconds: float,
    as_json: bool,
) -> bool:
    """Whether the proof in `file` proves the statement; prints the verdict.

    `-` is standard input. Raises UserError where the file or the statement cannot be used.
    """
    problem = make_problem(statement, header)
    code = _read(file)
    verdict, strict = asyncio.run(_verify(problem, code, lean, level, check_seconds))
    if as_json:
        typer.echo(verdict.model_dump_json(indent=2))
        return verdict.accepted
    typer.echo(format_verdict(verdict, code))
    if verdict.accepted and verdict.level is Level.STRICT:
        typer.echo(f"Confirmed: {strict}")
    elif verdict.accepted and level is Level.STRICT:
        typer.echo(_NOT_CONFIRMED)
    return verdict.accepted


def verify_traces(
    path: Path,
    lean: str,
    level: Level,
    check_seconds: float | None,
    as_json: bool,
    console: Console,
) -> bool:
    """Whether every accepted proof of the run or trace file holds; names each that does not.

    Without `check_seconds` each check has twice the time that it had in the run.
    """
    results, strict = asyncio.run(_recheck(path, lean, level, check_seconds, console))
    run_at = level if strict else Level.FAST
    of = {one: [result for result in results if result.standing is one] for one in Standing}
    holding, wrong, open_ones = of[Standing.HOLDS], of[Standing.WRONG], of[Standing.NO_ANSWER]
    if as_json:
        document = {
            "level": run_at,
            "checked": len(results),
            "agree": len(holding),
            "disagree": [result.model_dump(mode="json") for result in wrong],
            "no_answer": [result.model_dump(mode="json") for result in open_ones],
        }
        typer.echo(json.dumps(document, indent=2, ensure_ascii=False))
        return len(holding) == len(results)
    for result in [*wrong, *open_ones]:
        typer.echo(f"{result.standing.upper()} {result.episode_id}: {result.why}")
    said = f"{len(holding)} of {len(results)} accepted proofs hold"
    if open_ones:
        said += f"; on {len(open_ones)} Lean came to no answer: try --check-seconds"
    typer.echo(f"{said}.")
    if run_at is Level.FAST:
        typer.echo("Only the fast check was run.")
    if run_at is not level:
        typer.echo(_NOT_CONFIRMED)
    return len(holding) == len(results)


async def _verify(
    problem: Problem, code: str, lean: str, level: Level, check_seconds: float
) -> tuple[Verdict, str]:
    """The verdict, and the name of the strict check if there is one."""
    async with open_verifier(lean, workers=1) as verifier:
        await require_statement(verifier, problem, check_seconds)
        verdict = await verifier.verify(problem, code, check_seconds, level)
        return verdict, verifier.strict.name if verifier.strict else ""


async def _recheck(
    path: Path, lean: str, level: Level, check_seconds: float | None, console: Console
) -> tuple[list[Recheck], bool]:
    """What became of the proofs, and whether there is a strict check."""
    traces = read_traces(path)
    async with open_verifier(lean, remember=False) as verifier:
        found = await recheck(traces, verifier, console, level=level, check_seconds=check_seconds)
        return found, verifier.strict is not None


def _read(file: Path) -> str:
    from_stdin = str(file) == "-"
    name = "standard input" if from_stdin else file
    if from_stdin and sys.stdin is None:
        raise UserError("standard input is closed: give a file, or send the proof through a pipe")
    try:
        data = sys.stdin.buffer.read() if from_stdin else file.read_bytes()
        return data.decode()
    except OSError as error:
        raise UserError(f"cannot read {name}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise UserError(f"{name} is not UTF-8 text: {error}") from error
