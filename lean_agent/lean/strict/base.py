"""StrictChecker: what confirms an accepted proof independently of how it was accepted."""

from __future__ import annotations

from typing import Protocol

from lean_agent.chat import Frozen
from lean_agent.problem import Problem


class Confirmation(Frozen):
    """Whether an independent check agrees, with a sentence that says why or why not.

    `axioms` are those that the theorem rests on, as the independent check lists them.
    """

    confirmed: bool
    detail: str
    axioms: tuple[str, ...] = ()


class StrictChecker(Protocol):
    """An independent check of whole proofs, in processes of its own, from source."""

    @property
    def name(self) -> str:
        """What it is, with the version that decides; traces record it."""
        ...

    async def confirm(self, problem: Problem, code: str, seconds: float) -> Confirmation:
        """Whether `code`, without the problem's header, proves the problem.

        `seconds` is wall-clock time for Lean to read the code. Raises ReplTimeout, ReplCrash or
        ReplOutOfMemory where there was no answer, and StatementError where the problem itself
        does not elaborate.
        """
        ...
