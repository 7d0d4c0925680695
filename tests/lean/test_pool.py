"""A bounded pool of processes: who gets which, in what order, and what is left behind: nothing.

Most tests use a stand-in for Lean that does as it is told (stand_in_repl.py), so that it is the
pool's part that decides them; those with `toolchain` alone run the embedded Lean.
"""

from __future__ import annotations

import asyncio
import dataclasses
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from process_table import children, group_members, wait_until
from stand_in_repl import history, run, stand_in

from lean_agent.lean.header import run_header
from lean_agent.lean.limits import ProcessLimits
from lean_agent.lean.pool import PATIENCE, LeanPool
from lean_agent.lean.protocol import Command
from lean_agent.lean.repl import (
    LeanRepl,
    PoolBusy,
    PoolClosed,
    ReplCrash,
    ReplError,
    ReplKilled,
    ReplOutOfMemory,
    ReplTimeout,
)
from lean_agent.lean.toolchain import Toolchain

ENDLESS = Command(cmd="theorem t : False := by repeat skip")


@pytest.fixture
def puppet(toolchain: Toolchain) -> Toolchain:
    """The stand-in, as a toolchain."""
    return stand_in(toolchain)


async def until(what: Callable[[], object]) -> None:
    """Let the pool go on until `what()` is true."""
    await asyncio.to_thread(wait_until, what)


async def serve(pool: LeanPool, header: str = "", owner: str = "") -> int:
    """Lease a process, run the header in it as a check does, and tell its pid."""
    async with pool.lease(header, owner) as repl:
        await run_header(repl, header)
        assert repl.pid is not None
        return repl.pid


async def ran(pool: LeanPool, header: str) -> list[str]:
    """What was run in the process that `header` gets."""
    async with pool.lease(header) as repl:
        return await history(repl)


async def order_of_service(
    pool: LeanPool, requests: list[tuple[str, str, str]], fresh: str = ""
) -> list[str]:
    """Queue requests (name, owner, header) while the only process is lent; who came when."""
    order: list[str] = []

    async def ask(name: str, owner: str, header: str) -> None:
        async with pool.lease(header, owner, fresh=name == fresh):
            order.append(name)

    async with pool.lease(requests[0][2]):
        asked = []
        for number, request in enumerate(requests):
            asked.append(asyncio.create_task(ask(*request)))
            await asyncio.sleep(0)
            assert pool.waiting == number + 1
    await asyncio.gather(*asked)
    return order


# Which process a check gets.


async def test_a_pool_never_runs_more_processes_than_workers(toolchain: Toolchain) -> None:
    seen: set[int | None] = set()
    at_work = most = 0

    async def check(pool: LeanPool, number: int) -> str:
        nonlocal at_work, most
        async with pool.lease() as repl:
            seen.add(repl.pid)
            at_work += 1
            most = max(most, at_work)
            said = await run(repl, f"#check ({number} : Nat)")
            at_work -= 1
            return said

    async with LeanPool(toolchain, workers=2) as pool:
        answers = await asyncio.gather(*(check(pool, n) for n in range(20)))
    assert answers == [f"{n} : Nat" for n in range(20)]
    assert most == 2 and len(seen) == 2
    wait_until(lambda: not any(group_members(pid or 0) for pid in seen))


async def test_a_process_is_lent_again_for_its_imports(puppet: Toolchain) -> None:
    async with LeanPool(puppet, workers=2) as pool:
        first = await serve(pool, "import A")
        other = await serve(pool, "import B")
        assert other != first
        for _ in range(3):
            assert await serve(pool, "import A") == first
            assert await serve(pool, "import B") == other
        assert await ran(pool, "import A") == ["import A"]


async def test_headers_that_differ_after_their_imports_share_a_process(puppet: Toolchain) -> None:
    async with LeanPool(puppet, workers=1) as pool:
        for header in ("import A\nopen Nat", "import A\nopen Real", "import A"):
            await serve(pool, header)
        assert await ran(pool, "import A") == ["import A", "open Nat", "open Real"]


async def test_of_several_processes_one_that_ran_the_header_is_lent(puppet: Toolchain) -> None:
    async with LeanPool(puppet, workers=3) as pool:
        async with pool.lease() as one, pool.lease() as two, pool.lease():
            await run_header(two, "open Nat")
            await run_header(one, "open Real")
            pids = [two.pid, one.pid]
        assert [await serve(pool, "open Nat"), await serve(pool, "open Real")] == pids


async def test_the_longest_idle_process_makes_room_for_other_imports(puppet: Toolchain) -> None:
    async with LeanPool(puppet, workers=2) as pool:
        a, b = await serve(pool, "import A"), await serve(pool, "import B")
        assert await serve(pool, "import A") == a
        c = await serve(pool, "import C")
        assert set(pool.pids()) == {a, c}
        assert await ran(pool, "import C") == ["import C"]  # not on top of B's
        await until(lambda: group_members(b) == [])


async def test_a_check_without_imports_takes_any_process_rather_than_kill_one(
    puppet: Toolchain,
) -> None:
    async with LeanPool(puppet, workers=2) as pool:
        a = await serve(pool, "import A")
        bare = await serve(pool)  # there is room for a process of its own
        assert bare != a
        b = await serve(pool, "import B")  # in the place of A's
        c = await serve(pool, "import C")  # in the place of the bare one
        assert await serve(pool) in (b, c)
        assert set(pool.pids()) == {b, c}


async def test_a_fresh_process_is_one_that_was_never_lent(puppet: Toolchain) -> None:
    async with LeanPool(puppet, workers=1) as pool:
        used = await serve(pool, "import A")
        async with pool.lease("import A", fresh=True) as repl:
            assert repl.pid != used
            assert await history(repl) == []


# Warm processes.


async def test_a_pool_is_warmed_without_waiting_for_it(puppet: Toolchain) -> None:
    async with LeanPool(puppet, workers=2) as pool:
        pool.warm("import A\nopen Nat")
        async with pool.lease("import A") as one, pool.lease("import A") as two:
            assert [await history(repl) for repl in (one, two)] == [["import A"]] * 2
        pool.warm("import B")  # has no room, and kills nothing
        assert await ran(pool, "import A") == ["import A"]


async def test_a_process_that_was_killed_is_replaced_by_a_warm_one(puppet: Toolchain) -> None:
    async with LeanPool(puppet, workers=1) as pool:
        first = await serve(pool, "import A")
        with pytest.raises(ReplTimeout):
            async with pool.lease("import A") as repl:
                await run(repl, "hang", seconds=0.2)
        await until(lambda: pool.pids() not in ([], [first]))
        assert await ran(pool, "import A") == ["import A"]


async def test_a_process_that_dies_while_idle_is_replaced_by_a_warm_one(
    puppet: Toolchain,
) -> None:
    async with LeanPool(puppet, workers=1) as pool:
        first = await serve(pool, "import A")
        os.kill(first, signal.SIGKILL)
        await until(lambda: pool.pids() not in ([], [first]))
        assert await ran(pool, "import A") == ["import A"]


async def test_a_process_that_died_while_idle_is_not_lent(puppet: Toolchain) -> None:
    async with LeanPool(puppet, workers=1) as pool:
        first = await serve(pool, "import A")
        os.kill(first, signal.SIGKILL)
        wait_until(lambda: group_members(first) == [])  # the pool is kept from looking
        assert await serve(pool, "import A") != first


async def test_what_one_header_does_is_not_done_to_the_next_client(puppet: Toolchain) -> None:
    async with LeanPool(puppet, workers=1) as pool:
        async with pool.lease("import A\nhang") as repl:
            with pytest.raises(ReplTimeout):
                await run_header(repl, "import A\nhang", 0.2)
        assert await ran(pool, "import A") == ["import A"]


async def test_who_waits_for_a_process_that_dies_warming_up_gets_another(
    puppet: Toolchain,
) -> None:
    async with LeanPool(puppet, workers=1) as pool:
        pool.warm("hang\nimport A")
        asked = asyncio.create_task(ran(pool, "hang\nimport A"))
        await until(lambda: any(map(group_members, pool.pids())))
        (warming,) = pool.pids()
        os.kill(warming, signal.SIGKILL)
        assert await asked == []
        assert pool.pids() != [warming]


async def test_what_cannot_be_warmed_is_not_tried_for_ever(toolchain: Toolchain) -> None:
    async with LeanPool(stand_in(toolchain, "raise SystemExit(3)"), workers=2) as pool:
        pool.warm("import A")
        await until(lambda: pool.pids() == [])
        for _ in range(3):
            with pytest.raises(ReplCrash, match="status 3"):
                await serve(pool, "import A")


async def test_a_pool_that_is_left_while_it_warms_up_leaves_nothing(
    puppet: Toolchain, new_children: Callable[[], list[int]]
) -> None:
    for steps in (0, 1, 2, 5):
        async with LeanPool(puppet, workers=2) as pool:
            pool.warm("hang")
            for _ in range(steps):
                await asyncio.sleep(0)
            pids = pool.pids()
        wait_until(lambda pids=pids: not any(map(group_members, pids)))
    wait_until(lambda: not new_children())


# Recycling.


async def test_a_process_is_replaced_after_so_many_leases(puppet: Toolchain) -> None:
    async with LeanPool(puppet, workers=1, recycle_after=3) as pool:
        pids = [await serve(pool, "import A") for _ in range(9)]
        assert [len(set(pids[i : i + 3])) for i in (0, 3, 6)] == [1, 1, 1]
        assert len(set(pids)) == 3


async def test_a_process_is_replaced_when_it_has_used_up_half_of_its_memory(
    puppet: Toolchain,
) -> None:
    async with LeanPool(puppet, workers=1, limits=ProcessLimits(memory_mib=400)) as pool:
        pids = []
        for _ in range(3):
            async with pool.lease() as repl:
                pids.append(repl.pid)
                await run(repl, "hold 120")  # what it holds after its first lease is its own
        assert pids[0] == pids[1] and pids[1] == pids[2]
        # It is not looked at after every lease.
        assert {await serve(pool) for _ in range(10)} != {pids[2]}


async def test_processes_that_hold_too_much_together_are_killed(puppet: Toolchain) -> None:
    limits = ProcessLimits(memory_mib=200)
    async with LeanPool(puppet, workers=1, limits=limits) as pool:
        first = await serve(pool, "import A")
        with pytest.raises(ReplOutOfMemory, match="may have 200 MiB"):
            async with pool.lease("import A") as repl:
                await run(repl, "children 3 100", seconds=600)
        await until(lambda: group_members(first) == [])
        assert await ran(pool, "import A") == ["import A"]


# Who waits, and for how long.


async def test_owners_are_served_in_turn_and_each_in_order(puppet: Toolchain) -> None:
    batch = [(f"batch {n}", "batch", "") for n in range(6)]
    others = [("one", "client 1", ""), ("two", "client 2", "")]
    async with LeanPool(puppet, workers=1) as pool:
        assert await order_of_service(pool, [*batch, *others]) == [
            *("batch 0", "one", "two"),
            *(f"batch {n}" for n in range(1, 6)),
        ]


async def test_a_check_that_is_tried_again_goes_in_front_of_its_own_batch(
    puppet: Toolchain,
) -> None:
    requests = [("a1", "a", ""), ("b1", "b", ""), ("b2", "b", "")]
    async with LeanPool(puppet, workers=1) as pool:
        assert await order_of_service(pool, requests, fresh="b2") == ["a1", "b2", "b1"]


async def test_imports_are_not_exchanged_at_every_turn(puppet: Toolchain) -> None:
    requests = [
        *((f"a{n}", "a", "import A") for n in range(PATIENCE + 3)),
        *((f"b{n}", "b", "import B") for n in range(2)),
    ]
    async with LeanPool(puppet, workers=1) as pool:
        order = await order_of_service(pool, requests)
    # b0 has its turn after a0, and lets PATIENCE others pass; then b1 is at hand.
    passed = [f"a{n}" for n in range(PATIENCE + 1)]
    assert order == [*passed, "b0", "b1", f"a{PATIENCE + 1}", f"a{PATIENCE + 2}"]


async def test_a_mixed_batch_is_sorted_a_little(puppet: Toolchain) -> None:
    requests = [(f"{letter}{n}", "", f"import {letter}") for n in range(4) for letter in "AB"]
    async with LeanPool(puppet, workers=1) as pool:
        order = await order_of_service(pool, requests)
    assert order == ["A0", "A1", "A2", "A3", "B0", "B1", "B2", "B3"]


async def test_beyond_so_many_waiting_a_pool_is_busy_at_once(puppet: Toolchain) -> None:
    async with LeanPool(puppet, workers=1, max_waiting=2) as pool:
        async with pool.lease():
            waiting = [asyncio.create_task(serve(pool)) for _ in range(2)]
            await until(lambda: pool.waiting == 2)
            with pytest.raises(PoolBusy, match="2 checks wait"):
                await serve(pool)
            assert pool.waiting == 2
        await asyncio.gather(*waiting)
        await serve(pool)


# Cancellation, at every stage.


async def test_cancelling_who_waits_leaves_the_queue_in_order(puppet: Toolchain) -> None:
    async with LeanPool(puppet, workers=1) as pool:
        order: list[int] = []

        async def ask(number: int) -> None:
            async with pool.lease():
                order.append(number)

        async with pool.lease():
            asked = [asyncio.create_task(ask(n)) for n in range(4)]
            await until(lambda: pool.waiting == 4)
            asked[0].cancel()
            asked[2].cancel()
            await asyncio.wait([asked[0], asked[2]])
            assert pool.waiting == 2
        await asyncio.wait(asked)
        assert order == [1, 3] and pool.at_work == pool.waiting == 0


async def test_cancelling_in_the_moment_of_the_grant_loses_no_process(puppet: Toolchain) -> None:
    async with LeanPool(puppet, workers=1) as pool:
        async with pool.lease() as repl:
            first = repl.pid
            asked = asyncio.create_task(serve(pool))
            await until(lambda: pool.waiting)
        assert pool.at_work == 1  # lent to who waits, who has not heard of it yet
        asked.cancel()
        await asyncio.wait([asked])
        assert asked.cancelled()
        assert pool.at_work == 0 and await serve(pool) == first


async def test_cancelling_in_the_moment_of_the_pools_end_is_a_cancellation(
    puppet: Toolchain,
) -> None:
    async with LeanPool(puppet, workers=1) as pool, pool.lease():
        asked = asyncio.create_task(serve(pool))
        await until(lambda: pool.waiting)
        closing = asyncio.create_task(pool.close())
        asyncio.get_running_loop().call_soon(asked.cancel)
        await asyncio.wait([asked, closing])
        assert asked.cancelled()


@pytest.mark.parametrize("steps", range(8))
async def test_cancelling_while_a_process_starts_loses_no_slot(
    puppet: Toolchain, steps: int, new_children: Callable[[], list[int]]
) -> None:
    async with LeanPool(puppet, workers=1) as pool:
        asked = asyncio.create_task(serve(pool, "import A"))
        for _ in range(steps):
            await asyncio.sleep(0)
        asked.cancel()
        await asyncio.wait([asked])
        assert pool.at_work == pool.waiting == 0
        await serve(pool, "import A")
        assert len(pool.pids()) == 1
    wait_until(lambda: not new_children())


async def test_cancelling_a_check_at_work_kills_its_process_and_frees_its_slot(
    toolchain: Toolchain,
) -> None:
    async with LeanPool(toolchain, workers=1) as pool:
        first = await serve(pool)

        async def endless() -> None:
            async with pool.lease() as repl:
                await repl.run(ENDLESS, 600)

        check = asyncio.create_task(endless())
        await until(lambda: children(first))
        waiting = asyncio.create_task(serve(pool))
        check.cancel()
        await asyncio.wait([check])
        assert await waiting != first
        wait_until(lambda: group_members(first) == [])


# The end of a pool.


async def test_leaving_a_pool_ends_checks_that_run_and_those_that_wait(
    toolchain: Toolchain,
) -> None:
    async def endless(pool: LeanPool) -> None:
        async with pool.lease() as repl:
            await repl.run(ENDLESS, timeout=600)

    async with LeanPool(toolchain, workers=1) as pool:
        checks = [asyncio.create_task(endless(pool)) for _ in range(3)]
        await until(lambda: any(map(children, pool.pids())))
        (group,) = pool.pids()
    for check in checks:
        with pytest.raises(PoolClosed):
            await check
    wait_until(lambda: group_members(group) == [])
    with pytest.raises(PoolClosed, match="closed"):
        await serve(pool)
    assert pool.pids() == [] and pool.at_work == pool.waiting == 0


async def test_draining_serves_whom_the_pool_has_let_in_and_nobody_else(
    puppet: Toolchain,
) -> None:
    async with LeanPool(puppet, workers=1) as pool:
        async with pool.lease() as repl:
            pid = repl.pid
            waiting = [asyncio.create_task(serve(pool)) for _ in range(2)]
            await until(lambda: pool.waiting == 2)
            drain = asyncio.create_task(pool.drain(seconds=60))
            await asyncio.sleep(0)
            with pytest.raises(PoolBusy, match="shut down"):
                await serve(pool)
            await run(repl, "import A")
        assert await asyncio.gather(*waiting) == [pid, pid]
        await drain
        assert pool.pids() == []
        with pytest.raises(PoolClosed, match="closed"):
            await serve(pool)


async def test_draining_kills_what_does_not_end_in_time(puppet: Toolchain) -> None:
    async with LeanPool(puppet, workers=1) as pool:
        async with pool.lease() as repl:
            check = asyncio.create_task(run(repl, "hang", seconds=600))
            await asyncio.sleep(0.05)
            await pool.drain(seconds=0.1)
            with pytest.raises(ReplCrash):
                await check
        assert pool.pids() == []


async def test_an_idle_pool_is_drained_at_once(puppet: Toolchain) -> None:
    async with LeanPool(puppet, workers=1) as pool:
        await serve(pool)
        await pool.drain(seconds=600)
        assert pool.pids() == []


# Faults.


async def test_an_executable_that_is_not_there_costs_no_slot(
    toolchain: Toolchain, tmp_path: Path
) -> None:
    lean = tmp_path / "lean"
    late = dataclasses.replace(toolchain, argv=(str(lean),), readable=(tmp_path,))
    async with LeanPool(late, workers=1) as pool:
        for _ in range(3):
            with pytest.raises(ReplCrash, match=str(lean)):
                await serve(pool)
            assert pool.at_work == 0
        lean.write_text("#!/bin/sh\nread command\nprintf '{\"env\": 5}\\n\\n'\nread more\n")
        lean.chmod(0o755)
        async with pool.lease() as repl:
            assert (await repl.run(Command(cmd=""), 30)).env == 5


@pytest.mark.parametrize(
    ("cmd", "error"),
    [
        ("hang", ReplTimeout),
        ("exit 3", ReplCrash),
        ("half", ReplCrash),
        ("nonsense", ReplCrash),
    ],
)
async def test_a_fault_costs_the_check_that_it_happened_in(
    puppet: Toolchain, cmd: str, error: type[ReplError]
) -> None:
    async def check(pool: LeanPool, cmd: str) -> str:
        async with pool.lease("import A") as repl:
            await run_header(repl, "import A")
            return await run(repl, cmd, seconds=1.0 if cmd == "hang" else 60)

    async with LeanPool(puppet, workers=2) as pool:
        cmds = ["good", "good", cmd, "good", "good", cmd, "good", "good", "good"]
        results = await asyncio.gather(*(check(pool, c) for c in cmds), return_exceptions=True)
        for wanted, result in zip(cmds, results, strict=True):
            assert result == "" if wanted == "good" else isinstance(result, error)
        assert pool.at_work == 0
        async with asyncio.timeout(60):  # the last replacement may still be on its way
            while len(pool.pids()) != 2:  # noqa: ASYNC110
                await asyncio.sleep(0.01)


async def test_kill_minus_nine_is_told_from_other_crashes(puppet: Toolchain) -> None:
    async with LeanPool(puppet, workers=1) as pool:
        with pytest.raises(ReplKilled):
            async with pool.lease() as repl:
                check = asyncio.create_task(run(repl, "hang", seconds=600))
                await asyncio.sleep(0.05)
                assert repl.pid is not None
                os.kill(repl.pid, signal.SIGKILL)
                await check


async def test_nothing_is_left_after_many_faults(
    puppet: Toolchain, new_children: Callable[[], list[int]]
) -> None:
    async def check(pool: LeanPool, number: int) -> None:
        kind = ("good", "exit 3", "half", "nonsense", "good")[number % 5]
        async with pool.lease(f"import {'AB'[number % 2]}", f"owner {number % 3}") as repl:
            await run(repl, kind)

    def descriptors() -> int:
        return len(list(Path("/proc/self/fd").iterdir()))

    before, tasks = descriptors(), len(asyncio.all_tasks())
    async with LeanPool(puppet, workers=2, recycle_after=4) as pool:
        checks = [asyncio.create_task(check(pool, n)) for n in range(60)]
        for _ in range(10):
            await asyncio.sleep(0.02)
            checks[-_ - 1].cancel()
        await asyncio.wait(checks)
        assert pool.at_work == pool.waiting == 0 and len(pool.pids()) <= 2
    assert descriptors() == before and len(asyncio.all_tasks()) == tasks
    wait_until(lambda: not new_children())


FAILING = """
import asyncio, os, sys
from lean_agent.lean.pool import LeanPool
from lean_agent.lean.toolchain import find_toolchain
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
    async with LeanPool(find_toolchain("embedded"), workers=2) as pool:
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
        [sys.executable, str(script), str(seconds)],
        env=dict(toolchain.env),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert driver.stderr.splitlines()[-1] == "LookupError: this one fails"
    assert driver.returncode == 1


async def test_two_leases_in_one_task_are_two_processes(puppet: Toolchain) -> None:
    async with LeanPool(puppet, workers=2) as pool, pool.lease() as one, pool.lease() as two:
        assert isinstance(one, LeanRepl) and one.pid != two.pid
