"""What one Lean check costs: our REPL process against a fresh process for every check.

    python benchmarks/check.py [CHECKS]

Both check the same small proof with the embedded library imported, in turn, in
one run. CPU is user plus system time of all processes involved; the ratio says
more than the figures, which depend on the machine and on what else it does.
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from rich.console import Console
from rich.table import Table

from lean_agent.lean import embedded, native
from lean_agent.lean.cpu_time import cpu_seconds
from lean_agent.lean.pool import LeanPool
from lean_agent.lean.protocol import Command
from lean_agent.lean.repl import LeanRepl
from lean_agent.lean.toolchain import find_toolchain
from lean_agent.lean.verifier import Verifier
from lean_agent.problem import Problem

STATEMENT = "theorem t (a b c : Nat) (h : a ≤ b) : a + c ≤ c + b"
PROOF = f"{STATEMENT} := by\n  rw [Nat.add_comm a c]\n  exact Nat.add_le_add_left h c"


async def measure(
    checks: int, check: Callable[[], Awaitable[None]], cpu: Callable[[], float]
) -> tuple[float, float]:
    """Milliseconds of wall-clock time and of CPU for each check, after one to warm up."""
    await check()
    wall, used = time.perf_counter(), cpu()
    for _ in range(checks):
        await check()
    return (
        1000 * (time.perf_counter() - wall) / checks,
        1000 * (cpu() - used) / checks,
    )


async def main(checks: int) -> None:
    toolchain = find_toolchain("embedded")
    rows: list[tuple[str, float, float]] = []

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "t.lean"
        file.write_text(PROOF, encoding="utf-8")
        environment = {**embedded.python_environment(), "LEAN_PATH": toolchain.env["LEAN_PATH"]}

        async def fresh_process() -> None:
            command = (sys.executable, "-m", native.__name__, str(file))
            process = await asyncio.create_subprocess_exec(*command, env=environment)
            assert await process.wait() == 0

        fresh = await measure(checks, fresh_process, lambda: sum(os.times()[:4]))
    rows.append(("a fresh process for every check", *fresh))

    async with LeanRepl(toolchain) as repl:

        async def command() -> None:
            answer = await repl.run(Command(cmd=PROOF), 60)
            assert not answer.errors

        pid = repl.pid
        assert pid is not None
        rows.append(("our REPL process", *await measure(checks, command, lambda: cpu_seconds(pid))))

    async with LeanPool(toolchain, workers=1) as pool:
        verifier, problem = Verifier(pool), Problem(id="t", statement=STATEMENT)

        async def verify() -> None:
            verdict = await verifier.verify(problem, PROOF)
            assert verdict.accepted

        await verify()
        (worker,) = pool.pids()
        row = await measure(checks, verify, lambda: cpu_seconds(worker))
        rows.append(("verify, with the goal pinned", *row))

    table = Table(title=f"{checks} checks each, {toolchain.version}")
    for column in ("", "wall ms", "CPU ms", "CPU against fresh"):
        table.add_column(column, justify="left" if not column else "right")
    for name, wall, used in rows:
        table.add_row(name, f"{wall:.1f}", f"{used:.1f}", f"{used / fresh[1]:.2f}")
    Console().print(table)


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 100))
