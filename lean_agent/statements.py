"""Whether the statements of a benchmark elaborate: known before any model is asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lean_agent.concurrency import for_each
from lean_agent.errors import UserError
from lean_agent.lean.repl import ReplError
from lean_agent.lean.verifier import Verifier
from lean_agent.problem import Problem

_COMPLAINTS_SHOWN = 10
_NAMES_SHOWN = 3


async def check_statements(
    problems: Sequence[Problem], verifier: Verifier, check_seconds: float
) -> None:
    """Raise one UserError that lists the problems whose statements do not elaborate, and why.

    `check_seconds` is the time limit of each.
    """
    complaints = await broken_statements(problems, verifier, check_seconds)
    if complaints:
        raise UserError(_listed(problems, complaints))


async def broken_statements(
    problems: Sequence[Problem], verifier: Verifier, check_seconds: float
) -> dict[str, str]:
    """The ids of the problems whose statements do not elaborate, in order, and why each.

    `check_seconds` is the time limit of each.
    """
    complaints: dict[str, str] = {}

    async def check(problem: Problem) -> None:
        try:
            await verifier.check_statement(problem, check_seconds)
        except UserError as error:
            complaints[problem.id] = str(error)
        except ReplError as error:
            complaints[problem.id] = f"Lean came to no answer: {error}"

    await for_each(problems, verifier.pool.workers, check)
    return {one.id: complaints[one.id] for one in problems if one.id in complaints}


def _listed(problems: Sequence[Problem], complaints: Mapping[str, str]) -> str:
    same: dict[str, list[str]] = {}  # a whole benchmark may miss the same library
    for problem_id, complaint in complaints.items():
        same.setdefault(complaint, []).append(problem_id)
    head = f"{len(complaints)} of {len(problems)} statements do not elaborate; no model was asked:"
    lines = [f"{_named(ids)}: {text}" for text, ids in same.items()]
    more = len(lines) - _COMPLAINTS_SHOWN
    rest = [f"… and {more} more complaints"] if more > 0 else []
    return "\n".join([head, *lines[:_COMPLAINTS_SHOWN], *rest])


def _named(ids: Sequence[str]) -> str:
    """A few of them by name, and how many more there are."""
    more = len(ids) - _NAMES_SHOWN
    return ", ".join(ids[:_NAMES_SHOWN]) + (f" and {more} more" if more > 0 else "")
