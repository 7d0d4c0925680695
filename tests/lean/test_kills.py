"""kill -9 of random workers throughout a run of checks changes no verdict."""

from __future__ import annotations

import asyncio
import os
import random
import signal
from collections.abc import Awaitable
from contextlib import suppress

import pytest

from lean_agent.lean.pool import LeanPool
from lean_agent.lean.toolchain import Toolchain
from lean_agent.lean.verdict import Reason
from lean_agent.lean.verifier import Verifier
from lean_agent.problem import Problem

SWAP = "theorem swap (a b : Prop) (h : a ∧ b) : b ∧ a"
ADD = "theorem add (a b c : Nat) (h : a ≤ b) : a + c ≤ c + b"
CHECKS = [
    (SWAP, f"{SWAP} := ⟨h.2, h.1⟩", Reason.PROVED),
    (SWAP, f"{SWAP} := by\n  constructor\n  · exact h.2\n  · exact h.1", Reason.PROVED),
    (SWAP, f"{SWAP} := h", Reason.ERRORS),
    (SWAP, f"{SWAP} := sorry", Reason.SORRY),
    (SWAP, "theorem swap (a b : Prop) (h : a ∧ b) : a ∧ b := h", Reason.WRONG_STATEMENT),
    (ADD, f"{ADD} := by\n  rw [Nat.add_comm a c]\n  exact Nat.add_le_add_left h c", Reason.PROVED),
    (ADD, f"{ADD} := by rw [Nat.add_comm]", Reason.ERRORS),
]
AT_ONCE = 4


class Killer:
    """Kills a random process of the pool each time that a few checks have been answered."""

    def __init__(self, pool: LeanPool, draw: random.Random) -> None:
        self._pool = pool
        self._draw = draw
        self._left = 0
        self.kills = 0

    async def after(self, check: Awaitable[None]) -> None:
        """Do a check, and perhaps kill, in a moment that other checks are in the middle of."""
        await check
        self._left -= 1
        if self._left > 0:
            return
        self._left = self._draw.randint(6, 18)
        await asyncio.sleep(self._draw.uniform(0, 0.05))
        pids = self._pool.pids()
        if pids:
            with suppress(ProcessLookupError):  # it has just ended for another reason
                os.kill(self._draw.choice(pids), signal.SIGKILL)
                self.kills += 1


@pytest.mark.parametrize(
    "count", [pytest.param(150, id="150"), pytest.param(2_000, id="2,000", marks=pytest.mark.slow)]
)
async def test_killed_workers_change_no_verdict(toolchain: Toolchain, count: int) -> None:
    draw = random.Random(count)
    wrong: list[str] = []
    todo = iter(range(count))

    async with LeanPool(toolchain, workers=2) as pool:
        verifier, killer = Verifier(pool), Killer(pool, draw)

        async def check(number: int) -> None:
            statement, code, reason = CHECKS[number % len(CHECKS)]
            problem = Problem(id=f"{number}", statement=statement)
            # No two are the same: equal questions at one time would be one.
            verdict = await verifier.verify(problem, f"-- {number}\n{code}")
            if verdict.reason is not reason:
                wrong.append(f"{number}, {reason}: {verdict.reason}, {verdict.detail}")

        async def client() -> None:
            for number in todo:
                await killer.after(check(number))

        await asyncio.gather(*(client() for _ in range(AT_ONCE)))
        assert pool.at_work == pool.waiting == 0
    assert wrong == []
    assert killer.kills >= count // 20
