"""One embedded Lean for all tests of this folder; its library is compiled once into the cache."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio

from lean_agent.lean.pool import LeanPool
from lean_agent.lean.toolchain import Toolchain
from lean_agent.lean.verifier import Verifier


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def verifier(toolchain: Toolchain) -> AsyncIterator[Verifier]:
    async with LeanPool(toolchain, workers=2) as pool:
        yield Verifier(pool)
