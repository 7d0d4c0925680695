"""The statements of a benchmark made ready: fit for this Lean, and known to elaborate.

All of that is known before any model is asked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rich.console import Console

from lean_agent.adaptation import adapt
from lean_agent.concurrency import for_each
from lean_agent.errors import UserError
from lean_agent.harmless import harmless
from lean_agent.lean.library import Library
from lean_agent.lean.repl import ReplError
from lean_agent.lean.verifier import Verifier
from lean_agent.problem import Problem

_COMPLAINTS_SHOWN = 10
_NAMES_SHOWN = 3


@dataclass(frozen=True)
class ReadyProblems:
    """The problems of a run as its Lean takes them, and the ids of those that it does not take.

    `all` has the broken ones too.
    """

    all: tuple[Problem, ...]
    broken: tuple[str, ...] = ()

    @property
    def sound(self) -> list[Problem]:
        """Those to run."""
        return [problem for problem in self.all if problem.id not in self.broken]


async def ready_problems(
    problems: Sequence[Problem],
    verifier: Verifier,
    library: Library,
    check_seconds: float,
    console: Console,
    *,
    skip_broken: bool = False,
    known_broken: Sequence[str] | None = None,
) -> ReadyProblems:
    """Adapt the problems to the verifier's Lean, and see which statements elaborate.

    With `skip_broken` those that do not are left out, which `console` is told; without, one is
    enough to raise. `known_broken` are those of an earlier sitting, which is then believed.
    Raises UserError, which lists them, where a statement does not elaborate and may not be left
    out, or none does.
    """
    adapted = await adapt(problems, verifier, library, check_seconds)
    ready = tuple(one.problem for one in adapted)
    changed = sum(bool(one.changes) for one in adapted)
    if changed:
        _say(console, f"{changed} of {len(ready)} statements were adapted to this Lean.")
    if doubtful := sum(one.doubtful for one in adapted):
        _say(
            console,
            f"{doubtful} of them may mean something else than published: their headers name what "
            "this Lean does not have. `lean-agent benchmarks check` lists them.",
        )
    if known_broken is not None:
        return ReadyProblems(ready, tuple(known_broken) if skip_broken else ())
    complaints = await broken_statements(ready, verifier, check_seconds)
    if not complaints:
        return ReadyProblems(ready)
    if not skip_broken or len(complaints) == len(ready):
        raise UserError(_listed(ready, complaints))
    _say(
        console,
        f"{len(complaints)} of {len(ready)} statements do not elaborate; they are left out and "
        f"count as unsolved: {_named(tuple(complaints), len(complaints))}",
    )
    return ReadyProblems(ready, tuple(complaints))


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
    if len(complaints) < len(problems):
        rest.append(
            "`lean-agent benchmarks check` looks at all of them; with --skip-broken they are left "
            "out of the run and count as unsolved."
        )
    return "\n".join([head, *lines[:_COMPLAINTS_SHOWN], *rest])


def _named(ids: Sequence[str], shown: int = _NAMES_SHOWN) -> str:
    """A few of them by name, and how many more there are."""
    more = len(ids) - shown
    return ", ".join(ids[:shown]) + (f" and {more} more" if more > 0 else "")


def _say(console: Console, line: str) -> None:
    console.print(harmless(line), highlight=False, markup=False, soft_wrap=True)
