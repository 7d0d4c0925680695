"""Many episodes: all problems times all samples, some at a time, in a run that can be resumed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from rich.console import Console

from lean_agent.chat import Frozen
from lean_agent.lean.verifier import Verifier
from lean_agent.models.base import Model
from lean_agent.problem import Problem
from lean_agent.tools import Tool
from lean_agent.trace.store import RunFolder


class Failure(Frozen):
    """An episode that came to no end of its own, and why. The same command tries it again."""

    episode_id: str
    why: str


class RunSummary(Frozen):
    """Where a run stands: `planned` episodes, `done` of them, `proved` of those."""

    planned: int
    done: int
    proved: int
    failures: tuple[Failure, ...] = ()


async def run(
    problems: Sequence[Problem],
    model: Model,
    make_tools: Callable[[Problem], Sequence[Tool]],
    folder: RunFolder,
    verifier: Verifier,
    *,
    versions: Mapping[str, str],
    concurrency: int = 8,
    console: Console | None = None,
) -> RunSummary:
    """Run every episode that the folder does not hold yet."""
    raise NotImplementedError
