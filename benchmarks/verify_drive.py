"""One contestant of verify.py in a process of its own: the bare REPL, our pool or our verifier.

    python benchmarks/verify_drive.py {bare|pool|verifier} WORKERS

Reads a round a line and writes its result a line, both JSON. A round is
`{"checks": [{"text": …, "statement": …}, …], "together": false, "level": "fast"}`: WORKERS checks
are kept going, or all are asked for together. Its result is `{"wall": seconds, "seconds": [for
each check], "accepted": [whether Lean found no error]}`.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any

from lean_agent.lean.pool import LeanPool
from lean_agent.lean.protocol import Command
from lean_agent.lean.strict.find import find_strict
from lean_agent.lean.toolchain import Toolchain, find_toolchain
from lean_agent.lean.verdict import Level
from lean_agent.lean.verdict_cache import VerdictCache
from lean_agent.lean.verifier import Verifier
from lean_agent.problem import Problem

HEADER = "import Init"
TIMEOUT = 60.0

Json = dict[str, Any]
Check = Callable[[Json], Awaitable[bool]]


async def rounds() -> AsyncIterator[Json]:
    """The rounds that are asked for, until standard input ends."""
    print(json.dumps({"ready": True}), flush=True)
    while line := await asyncio.to_thread(sys.stdin.readline):
        yield json.loads(line)


class BareRepl:
    """Nothing but a process and two pipes: write a line, read an answer."""

    def __init__(self, toolchain: Toolchain) -> None:
        self._process = subprocess.Popen(
            toolchain.argv,
            cwd=toolchain.cwd,
            env=dict(toolchain.env),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        self.header = self.run({"cmd": HEADER})["env"]

    def run(self, command: Json) -> Json:
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin and stdout
        stdin.write(json.dumps(command, ensure_ascii=False).encode() + b"\n\n")
        stdin.flush()
        text = b""
        while not text.endswith(b"\n\n"):
            line = stdout.readline()
            if not line:
                raise SystemExit("the REPL process ended")
            text += line
        answer: Json = json.loads(text)
        return answer

    def close(self) -> None:
        self._process.kill()
        self._process.wait()


def passed(answer: Json) -> bool:
    """Whether an answer of the protocol has an environment and no error."""
    messages = answer.get("messages", [])
    return "env" in answer and not any(m["severity"] == "error" for m in messages)


async def drive_bare(workers: int) -> None:
    toolchain = find_toolchain("embedded")
    repls = [BareRepl(toolchain) for _ in range(workers)]
    with ThreadPoolExecutor(workers) as threads:
        async for asked in rounds():
            started = time.perf_counter()
            # Each process takes the next check when it has answered the last one.
            waiting = iter(list(enumerate(asked["checks"])))
            parts = list(threads.map(partial(run_bare, waiting), repls))
            wall = time.perf_counter() - started
            answered = [result for _, result in sorted(chain(*parts))]
            seconds, accepted = zip(*answered, strict=True)
            print(json.dumps({"wall": wall, "seconds": seconds, "accepted": accepted}), flush=True)
    for repl in repls:
        repl.close()


def run_bare(
    waiting: Iterator[tuple[int, Json]], repl: BareRepl
) -> list[tuple[int, tuple[float, bool]]]:
    results = []
    for i, check in waiting:
        before = time.perf_counter()
        good = passed(repl.run({"cmd": check["text"], "env": repl.header}))
        results.append((i, (time.perf_counter() - before, good)))
    return results


async def closed_loop(asked: Json, workers: int, run: Check) -> Json:
    """Keep `workers` checks going, or all of them where they are asked for together."""
    checks = asked["checks"]
    waiting = iter(range(len(checks)))
    seconds, accepted = [0.0] * len(checks), [False] * len(checks)

    async def client() -> None:
        for i in waiting:
            before = time.perf_counter()
            accepted[i] = await run(checks[i])
            seconds[i] = time.perf_counter() - before

    started = time.perf_counter()
    clients = len(checks) if asked.get("together") else workers
    await asyncio.gather(*(client() for _ in range(clients)))
    return {"wall": time.perf_counter() - started, "seconds": seconds, "accepted": accepted}


async def drive_pool(workers: int) -> None:
    async with LeanPool(find_toolchain("embedded"), workers=workers) as pool:

        async def run(check: Json) -> bool:
            async with pool.lease(HEADER) as repl:
                header = await repl.environment(HEADER, None, TIMEOUT)
                answer = await repl.run(Command(cmd=check["text"], env=header.env), TIMEOUT)
                return not answer.errors

        async for asked in rounds():
            print(json.dumps(await closed_loop(asked, workers, run)), flush=True)


async def drive_verifier(workers: int) -> None:
    toolchain = find_toolchain("embedded")
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        cache = stack.enter_context(VerdictCache(Path(folder) / "verdicts"))
        pool = await stack.enter_async_context(LeanPool(toolchain, workers=workers))
        verifier = Verifier(pool, strict=find_strict(toolchain, pool.limits), cache=cache)
        async for asked in rounds():
            level = Level(asked.get("level", "fast"))

            async def run(check: Json, level: Level = level) -> bool:
                problem = Problem(id="p", statement=check["statement"])
                verdict = await verifier.verify(problem, check["text"], TIMEOUT, level=level)
                return verdict.accepted and verdict.level is level

            print(json.dumps(await closed_loop(asked, workers, run)), flush=True)


if __name__ == "__main__":
    drivers = {"bare": drive_bare, "pool": drive_pool, "verifier": drive_verifier}
    asyncio.run(drivers[sys.argv[1]](int(sys.argv[2])))
