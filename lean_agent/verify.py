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
from lean_agent.trace.recheck import Recheck, recheck
from lean_agent.trace.store import read_traces
from lean_agent.workbench import open_verifier


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
        typer.echo("Not confirmed: there is no strict check here; see `lean-agent doctor`.")
    return verdict.accepted


def verify_traces(path: Path, lean: str, as_json: bool, console: Console) -> bool:
    """Whether every accepted proof of the run or trace file holds; names each that does not."""
    results = asyncio.run(_recheck(path, lean, console))
    wrong = [result for result in results if not result.agrees]
    if as_json:
        document = {
            "checked": len(results),
            "agree": len(results) - len(wrong),
            "disagree": [result.model_dump(mode="json") for result in wrong],
        }
        typer.echo(json.dumps(document, indent=2, ensure_ascii=False))
        return not wrong
    for result in wrong:
        typer.echo(f"WRONG {result.episode_id}: {result.why}")
    typer.echo(f"{len(results) - len(wrong)} of {len(results)} accepted proofs hold.")
    return not wrong


async def _verify(
    problem: Problem, code: str, lean: str, level: Level, check_seconds: float
) -> tuple[Verdict, str]:
    """The verdict, and the name of the strict check if there is one."""
    async with open_verifier(lean, workers=1) as verifier:
        await require_statement(verifier, problem, check_seconds)
        verdict = await verifier.verify(problem, code, check_seconds, level)
        return verdict, verifier.strict.name if verifier.strict else ""


async def _recheck(path: Path, lean: str, console: Console) -> list[Recheck]:
    traces = read_traces(path)
    async with open_verifier(lean, remember=False) as verifier:
        return await recheck(traces, verifier, console)


def _read(file: Path) -> str:
    from_stdin = str(file) == "-"
    name = "standard input" if from_stdin else file
    try:
        data = sys.stdin.buffer.read() if from_stdin else file.read_bytes()
        return data.decode()
    except OSError as error:
        raise UserError(f"cannot read {name}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise UserError(f"{name} is not UTF-8 text: {error}") from error
