"""The seconds of a verdict are Lean's: no waiting for a process, and the same from the cache."""

from __future__ import annotations

import asyncio
import os
import time
from pathlib import Path

import pytest
from stand_in_repl import run, stand_in

from lean_agent.lean.header import run_header
from lean_agent.lean.limits import ProcessLimits
from lean_agent.lean.pool import LeanPool
from lean_agent.lean.repl import LeanRepl, ReplTimeout
from lean_agent.lean.sandbox import Launch
from lean_agent.lean.strict.base import Confirmation
from lean_agent.lean.strict.embedded import EmbeddedStrictChecker
from lean_agent.lean.strict.process import Process
from lean_agent.lean.toolchain import Toolchain
from lean_agent.lean.verdict import Level, Reason, Verdict
from lean_agent.lean.verdict_cache import VerdictCache
from lean_agent.lean.verifier import Verifier
from lean_agent.lean.work_time import measuring
from lean_agent.problem import Problem

SWAP = Problem(id="swap", statement="theorem swap (a b : Prop) (h : a ∧ b) : b ∧ a")
PROOF = f"{SWAP.statement} := ⟨h.2, h.1⟩"


async def checks_at_once(verifier: Verifier, level: Level) -> tuple[list[Verdict], float]:
    """Ten different proofs, all asked for together, and how long that took by the wall clock."""
    started = time.monotonic()
    proofs = [f"{PROOF} -- {number}" for number in range(10)]
    verdicts = await asyncio.gather(*(verifier.verify(SWAP, p, level=level) for p in proofs))
    return verdicts, time.monotonic() - started


async def test_checks_that_wait_for_one_process_do_not_count_the_wait(toolchain: Toolchain) -> None:
    async with LeanPool(toolchain, workers=1) as pool:
        verdicts, took = await checks_at_once(Verifier(pool), Level.FAST)
    assert all(verdict.accepted and verdict.seconds > 0 for verdict in verdicts)
    assert sum(verdict.seconds for verdict in verdicts) <= took


async def test_nor_for_a_place_of_the_strict_check(
    toolchain: Toolchain, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 1)
    async with LeanPool(toolchain, workers=1) as pool:
        verifier = Verifier(pool, EmbeddedStrictChecker(toolchain))
        verdicts, took = await checks_at_once(verifier, Level.STRICT)
    assert all(verdict.level is Level.STRICT for verdict in verdicts)
    # The process of the pool and the one of the strict check may be at work at once.
    assert sum(verdict.seconds for verdict in verdicts) <= 2 * took


async def test_the_strict_check_counts_with_its_tries(toolchain: Toolchain) -> None:
    class Slow:
        """A strict check whose program takes 0.2 s, the first time for nothing."""

        name = "a stand-in"
        asked = 0

        async def confirm(self, problem: Problem, code: str, seconds: float) -> Confirmation:
            self.asked += 1
            launch = Launch(("sleep", "600" if self.asked == 1 else "0.2"), dict(os.environ), None)
            async with Process(launch, ProcessLimits(), "it") as process:
                await process.run(0.2 if self.asked == 1 else seconds)
            return Confirmation(confirmed=True, detail=f"{problem.id}: {len(code)}")

    async with LeanPool(toolchain, workers=1) as pool:
        verdict = await Verifier(pool, Slow()).verify(SWAP, PROOF, level=Level.STRICT)
    assert verdict.accepted and verdict.level is Level.STRICT
    assert verdict.seconds >= 0.4


async def test_a_cached_verdict_has_the_time_of_its_check(
    toolchain: Toolchain, tmp_path: Path
) -> None:
    async with LeanPool(toolchain, workers=1) as pool:
        with VerdictCache(tmp_path / "verdicts.sqlite") as cache:
            asked = await Verifier(pool, cache=cache).verify(SWAP, PROOF)
            again = await Verifier(pool, cache=cache).verify(SWAP, PROOF)
    assert again.seconds == asked.seconds > 0


async def test_equal_checks_that_are_made_once_have_one_time(toolchain: Toolchain) -> None:
    async with LeanPool(toolchain, workers=1) as pool:
        verifier = Verifier(pool)
        verdicts = await asyncio.gather(*(verifier.verify(SWAP, PROOF) for _ in range(5)))
    (seconds,) = {verdict.seconds for verdict in verdicts}
    assert seconds > 0


async def test_what_needs_no_lean_takes_none_of_its_time(toolchain: Toolchain) -> None:
    async with LeanPool(toolchain, workers=1) as pool:
        verdict = await Verifier(pool).verify(SWAP, f"axiom a : False\n{PROOF}")
    assert verdict.reason is Reason.FORBIDDEN
    assert verdict.seconds == 0


async def test_imports_belong_to_no_check_and_the_rest_of_a_header_to_the_first(
    toolchain: Toolchain,
) -> None:
    async with LeanRepl(stand_in(toolchain)) as repl:
        with measuring() as work:
            await run_header(repl, "import A")
        assert work.seconds == 0
        with measuring() as work:
            await run_header(repl, "import A\nopen B")
        assert work.seconds > 0
        with measuring() as work:
            await run_header(repl, "import A\nopen B")
        assert work.seconds == 0  # it is remembered


async def test_a_request_without_an_answer_counts(toolchain: Toolchain) -> None:
    async with LeanRepl(stand_in(toolchain)) as repl:
        with measuring() as work, pytest.raises(ReplTimeout):
            await run(repl, "hang", seconds=0.2)
    assert work.seconds >= 0.2
