"""One Lean process driven with time limits and kill, and a bounded pool of them."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest
from process_table import group_members, wait_until

from lean_agent.lean.pool import LeanPool
from lean_agent.lean.protocol import Command
from lean_agent.lean.repl import ReplCrash, ReplTimeout
from lean_agent.lean.toolchain import Toolchain

ENDLESS = Command(cmd="theorem t : False := by repeat skip")


def stand_in(script: str) -> Toolchain:
    """A toolchain whose process is a shell script."""
    return Toolchain(kind="embedded", argv=("/bin/sh", "-c", script), version="stand-in")


async def test_an_executable_that_is_not_there_is_a_crash() -> None:
    nowhere = Toolchain(kind="project", argv=("/no/such/lake",), version="none")
    with pytest.raises(ReplCrash, match="/no/such/lake"):
        async with LeanPool(nowhere) as pool, pool.lease():
            pass


async def test_a_pool_never_runs_more_processes_than_workers(toolchain: Toolchain) -> None:
    seen: set[int | None] = set()
    at_work = most = 0

    async def check(pool: LeanPool, number: int) -> str:
        nonlocal at_work, most
        async with pool.lease() as repl:
            seen.add(repl.pid)
            at_work += 1
            most = max(most, at_work)
            answer = await repl.run(Command(cmd=f"#check ({number} : Nat)"), timeout=60)
            at_work -= 1
            return answer.messages[0].data

    async with LeanPool(toolchain, workers=2) as pool:
        answers = await asyncio.gather(*(check(pool, n) for n in range(20)))
    assert answers == [f"{n} : Nat" for n in range(20)]
    assert most == 2 and len(seen) == 2
    wait_until(lambda: not any(group_members(pid or 0) for pid in seen))


async def test_a_pool_replaces_what_died_and_lends_by_header(toolchain: Toolchain) -> None:
    async with LeanPool(toolchain, workers=2) as pool:
        async with pool.lease() as one, pool.lease() as other:
            await one.environment("open Nat", None, timeout=60)
            knows, forgets = one.pid, other.pid
        async with pool.lease("open Nat") as repl:
            assert repl.pid == knows
            with pytest.raises(ReplTimeout):
                await repl.run(ENDLESS, timeout=0.5)
        async with pool.lease("open Nat") as repl, pool.lease() as second:
            assert {repl.pid, second.pid} >= {forgets} and knows not in {repl.pid, second.pid}
            for fresh in (repl, second):
                await fresh.run(Command(cmd="#check True"), timeout=60)


async def test_leaving_a_pool_ends_checks_that_still_run(toolchain: Toolchain) -> None:
    async def endless(pool: LeanPool) -> None:
        async with pool.lease() as repl:
            await repl.run(ENDLESS, timeout=600)

    async with LeanPool(toolchain, workers=1) as pool:
        check = asyncio.create_task(endless(pool))
        await asyncio.to_thread(wait_until, pool.pids)
        (group,) = pool.pids()
    with pytest.raises(ReplCrash):
        await check
    wait_until(lambda: group_members(group) == [])


async def test_a_closed_pool_lends_nothing(toolchain: Toolchain) -> None:
    async with LeanPool(toolchain, workers=1) as pool:
        pass
    with pytest.raises(ReplCrash, match="closed"):
        async with pool.lease():
            pass


FAILING = """
import asyncio, os, sys
from lean_agent.lean.pool import LeanPool
from lean_agent.lean.toolchain import Toolchain
from lean_agent.lean.verifier import Verifier
from lean_agent.problem import Problem

PROBLEM = Problem(id="t", statement="theorem t (a b : Prop) (h : a ∧ b) : b ∧ a")

async def check(verifier, proof):
    while True:
        await verifier.verify(PROBLEM, f"{PROBLEM.statement} := by {proof}", 600)

async def fail(seconds):
    await asyncio.sleep(seconds)
    raise LookupError("this one fails")

async def main(seconds):
    toolchain = Toolchain("embedded", tuple(sys.argv[2:]), "", env=dict(os.environ))
    async with LeanPool(toolchain, workers=2) as pool:
        verifier = Verifier(pool)
        proofs = ["repeat skip", "exact ⟨h.2, h.1⟩"] * 3
        await asyncio.gather(fail(seconds), *(check(verifier, proof) for proof in proofs))

asyncio.run(main(float(sys.argv[1])))
"""


@pytest.mark.parametrize("seconds", [0.0, 0.1, 0.5])
def test_a_failure_beside_checks_in_flight_ends_them_all(
    seconds: float, toolchain: Toolchain, tmp_path: Path
) -> None:
    script = tmp_path / "failing.py"
    script.write_text(FAILING)
    driver = subprocess.run(
        [sys.executable, str(script), str(seconds), *toolchain.argv],
        env=dict(toolchain.env),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert driver.stderr.splitlines()[-1] == "LookupError: this one fails"
    assert driver.returncode == 1
