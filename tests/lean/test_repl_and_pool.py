"""One Lean process driven with time limits and kill, and a bounded pool of them."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from process_table import alive, children, group_members, wait_until

from lean_agent.lean.pool import LeanPool
from lean_agent.lean.protocol import Command
from lean_agent.lean.repl import LeanRepl, ReplCrash, ReplRefused, ReplTimeout
from lean_agent.lean.toolchain import Toolchain

ENDLESS = Command(cmd="theorem t : False := by repeat skip")


def stand_in(script: str) -> Toolchain:
    """A toolchain whose process is a shell script."""
    return Toolchain(kind="embedded", argv=("/bin/sh", "-c", script), version="stand-in")


async def until_child_runs(repl: LeanRepl) -> int:
    """The Lean process that works for the REPL, once there is one."""
    assert repl.pid is not None
    await asyncio.to_thread(wait_until, lambda: children(repl.pid or 0))
    return children(repl.pid)[0]


async def test_a_command_is_answered_in_the_protocols_types(toolchain: Toolchain) -> None:
    async with LeanRepl(toolchain) as repl:
        answer = await repl.run(Command(cmd="theorem t : True := sorry\n#check ℵ"), timeout=60)
        assert answer.sorries[0].goal == "⊢ True"
        (error,) = answer.errors
        assert (error.pos.line, error.pos.column) == (2, 7)
        chained = await repl.run(Command(cmd="#check t", env=answer.env), timeout=60)
        assert chained.messages[0].data == "t : True"


async def test_commands_and_answers_of_megabytes_pass(toolchain: Toolchain) -> None:
    text = f'-- {"x" * 3_000_000}\n#check "{"y" * 300_000}"'
    async with LeanRepl(toolchain) as repl:
        answer = await repl.run(Command(cmd=text), timeout=60)
        assert len(answer.messages[0].data) > 300_000


async def test_a_refusal_leaves_the_process_usable(toolchain: Toolchain) -> None:
    async with LeanRepl(toolchain) as repl:
        with pytest.raises(ReplRefused, match="Unknown environment"):
            await repl.run(Command(cmd="", env=7), timeout=60)
        assert (await repl.run(Command(cmd="#check True"), timeout=60)).env == 0


async def test_a_timeout_kills_the_whole_process_group(toolchain: Toolchain) -> None:
    async with LeanRepl(toolchain) as repl:
        group = repl.pid
        assert group is not None
        with pytest.raises(ReplTimeout):
            await repl.run(ENDLESS, timeout=1.0)
        assert not repl.alive
        wait_until(lambda: group_members(group) == [])
        with pytest.raises(ReplCrash, match="not running"):
            await repl.run(Command(cmd=""), timeout=1.0)


async def test_cancelling_a_check_kills_the_whole_process_group(toolchain: Toolchain) -> None:
    async with LeanRepl(toolchain) as repl:
        group = repl.pid
        assert group is not None
        check = asyncio.create_task(repl.run(ENDLESS, timeout=600))
        child = await until_child_runs(repl)
        check.cancel()
        with pytest.raises(asyncio.CancelledError):
            await check
        wait_until(lambda: group_members(group) == [] and not alive(child))


async def test_a_process_killed_from_outside_is_a_crash(toolchain: Toolchain) -> None:
    async with LeanRepl(toolchain) as repl:
        check = asyncio.create_task(repl.run(ENDLESS, timeout=600))
        child = await until_child_runs(repl)
        assert repl.pid is not None
        os.kill(repl.pid, signal.SIGKILL)
        with pytest.raises(ReplCrash, match="-9"):
            await check
        wait_until(lambda: not alive(child))


async def test_a_killed_lean_child_is_a_refusal_and_the_process_survives(
    toolchain: Toolchain,
) -> None:
    async with LeanRepl(toolchain) as repl:
        check = asyncio.create_task(repl.run(ENDLESS, timeout=600))
        os.kill(await until_child_runs(repl), signal.SIGKILL)
        with pytest.raises(ReplRefused, match=r"Lean crashed \(SIGKILL\)"):
            await check
        assert (await repl.run(Command(cmd="#check True"), timeout=60)).env == 0


@pytest.mark.parametrize(
    ("script", "complaint"),
    [
        ("exit 3", "status 3"),
        ("echo no library >&2; exit 1", "no library"),
        ('read x; echo \'{"env": 0, "mess\'; exit 0', "status 0"),
        ("read x; printf 'Segmentation fault\\n\\n'; sleep 600", "nonsense: Segmentation fault"),
        ("read x; printf '[1]\\n\\n'; sleep 600", "nonsense"),
        ('read x; printf \'{"env": 0, "messages": 5}\\n\\n\'; sleep 600', "nonsense"),
    ],
)
async def test_half_answers_and_nonsense_are_crashes(script: str, complaint: str) -> None:
    async with LeanRepl(stand_in(script)) as repl:
        group = repl.pid
        with pytest.raises(ReplCrash, match=complaint):
            await repl.run(Command(cmd="x"), timeout=30)
        assert group is not None
        wait_until(lambda: group_members(group) == [])


async def test_an_executable_that_is_not_there_is_a_crash() -> None:
    nowhere = Toolchain(kind="project", argv=("/no/such/lake",), version="none")
    with pytest.raises(ReplCrash, match="/no/such/lake"):
        async with LeanPool(nowhere) as pool, pool.lease():
            pass


async def test_an_environment_is_made_once_a_process(toolchain: Toolchain) -> None:
    async with LeanRepl(toolchain) as repl:
        first = await repl.environment("theorem lemma1 : True := .intro", None, timeout=60)
        again = await repl.environment("theorem lemma1 : True := .intro", None, timeout=60)
        assert first.env == again.env
        assert (await repl.run(Command(cmd="#check lemma1", env=again.env), timeout=60)).env == 1


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


DRIVER = """
import asyncio, os, sys
from lean_agent.lean.protocol import Command
from lean_agent.lean.repl import LeanRepl
from lean_agent.lean.toolchain import Toolchain

async def main():
    toolchain = Toolchain("embedded", tuple(sys.argv[1:]), "", env=dict(os.environ))
    async with LeanRepl(toolchain) as repl:
        print(repl.pid, flush=True)
        await repl.run(Command(cmd="theorem t : False := by repeat skip"), timeout=600)

asyncio.run(main())
"""


def test_nothing_survives_a_killed_driver(toolchain: Toolchain, tmp_path: Path) -> None:
    script = tmp_path / "driver.py"
    script.write_text(DRIVER)
    driver = subprocess.Popen(
        [sys.executable, str(script), *toolchain.argv],
        env=dict(toolchain.env),
        stdout=subprocess.PIPE,
        text=True,
    )
    assert driver.stdout is not None
    group = int(driver.stdout.readline())
    wait_until(lambda: len(group_members(group)) == 2)
    driver.kill()
    driver.wait()
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


async def test_cancelling_while_a_process_starts_leaves_none(toolchain: Toolchain) -> None:
    for steps in range(6):
        repl = LeanRepl(toolchain)
        starting = asyncio.create_task(repl.__aenter__())
        for _ in range(steps):
            await asyncio.sleep(0)
        group = repl.pid
        starting.cancel()
        await asyncio.wait([starting])
        await repl.close()
        if group is not None:
            wait_until(lambda group=group: group_members(group) == [])
