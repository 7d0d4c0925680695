"""The embedded Lean with our library, its problems, and a quick way to ask it something."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from asking import Ask

from lean_agent.benchmarks import load_benchmark
from lean_agent.lean.embedded import SOURCES
from lean_agent.lean.pool import LeanPool
from lean_agent.lean.protocol import Answer, Command
from lean_agent.lean.toolchain import Toolchain
from lean_agent.lean.verifier import Verifier
from lean_agent.problem import Problem
from mathlib_index.declaration import Declaration
from mathlib_index.extract import extract_folder


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def pool(toolchain: Toolchain) -> AsyncIterator[LeanPool]:
    async with LeanPool(toolchain, workers=2) as pool:
        yield pool


@pytest.fixture(scope="session")
def verifier(pool: LeanPool) -> Verifier:
    return Verifier(pool)


@pytest.fixture(scope="session")
def ask(pool: LeanPool) -> Ask:
    """Lean's answer to a text that is read after the library, and after nothing else."""

    async def answer(text: str) -> Answer:
        async with pool.lease() as repl:
            return await repl.run(Command(cmd=text), timeout=120.0)

    return answer


@pytest.fixture(scope="session")
def problems() -> list[Problem]:
    return load_benchmark("embedded", split=None)


@pytest.fixture(scope="session")
def declarations() -> list[Declaration]:
    """What the library declares in public and by name: the names of unnamed instances and of
    generated lemmas are Lean's, and those here only reconstructed."""
    return [
        item
        for item in extract_folder(SOURCES).declarations
        if not (item.private or item.generated_from or item.kind == "instance")
    ]
