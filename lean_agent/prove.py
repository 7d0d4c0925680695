"""`lean-agent prove`: one theorem, one episode, told as it happens."""

from __future__ import annotations

from pydantic import ValidationError
from rich.console import Console

from lean_agent.agent import run_episode
from lean_agent.episode import Watch
from lean_agent.errors import UserError
from lean_agent.lean.repl import ReplError
from lean_agent.lean.verifier import Verifier
from lean_agent.models import check
from lean_agent.models.patience import Patience
from lean_agent.open_model import open_model
from lean_agent.problem import Problem, complaint
from lean_agent.settings import Settings, episode_settings
from lean_agent.trace.narrate import Narrator
from lean_agent.trace.trace import Trace
from lean_agent.workbench import open_workbench


async def prove_one(
    statement: str,
    header: str,
    informal: str,
    settings: Settings,
    *,
    lean: str,
    index: str | None,
    console: Console,
) -> Trace:
    """Let the model work on one theorem. Raises UserError where the input cannot be used."""
    problem = make_problem(statement, header, informal)
    limits = settings.limits
    check(settings.model, settings.backend)
    episode = episode_settings(settings)
    narrator = Narrator(console)
    async with open_workbench(lean, index, workers=1) as bench:
        await require_statement(bench.verifier, problem, limits.check_seconds)
        async with open_model(settings, console) as model:
            episode_settings(settings, model.tools_in_prompt)
            narrator.problem(problem)
            trace = await run_episode(
                problem,
                model,
                bench.toolbox(problem, limits),
                sample=0,
                sampling=settings.sampling,
                limits=limits,
                settings=episode,
                versions=bench.versions,
                patience=Patience(settings.backend.transport.patience_seconds),
                watch=Watch(narrator.message, narrator.text),
            )
    narrator.end(trace)
    return trace


async def require_statement(verifier: Verifier, problem: Problem, check_seconds: float) -> None:
    """Raise UserError, with what Lean says, where the statement does not elaborate."""
    try:
        await verifier.check_statement(problem, check_seconds)
    except ReplError as error:
        raise UserError(f"Lean came to no verdict on the statement: {error}") from error


def make_problem(statement: str, header: str, informal: str = "") -> Problem:
    """A problem from the command line. Raises UserError where it is none."""
    given = {"statement": statement, "header": header, "informal": informal}
    try:
        return Problem(id="command-line", **given)
    except ValidationError as error:
        field, what = complaint(error)
        raise UserError(f"the {field} {what}; it is {given[field]!r:.200}") from error
