"""Verifier: does this code prove this problem?"""

from __future__ import annotations

from lean_agent.lean.pool import LeanPool
from lean_agent.lean.verdict import Verdict
from lean_agent.problem import Problem


class Verifier:
    """Checks submissions in a pool of Lean processes."""

    def __init__(self, pool: LeanPool) -> None:
        self.pool = pool

    async def check_statement(self, problem: Problem, timeout: float = 60.0) -> None:
        """Raise UserError, with Lean's messages, when the problem's statement does not elaborate."""
        raise NotImplementedError

    async def verify(self, problem: Problem, code: str, timeout: float = 60.0) -> Verdict:
        """The verdict on `code`, a Lean text that must hold the whole theorem."""
        raise NotImplementedError
