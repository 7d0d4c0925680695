"""The Leans that the tests of this folder check with.

`toolchain` and `verifier` are the embedded Lean; its library is compiled once into the cache.
`any_toolchain` and `any_verifier` run a test once for every Lean that there can be: the embedded
one, and the Lake project that LEAN_AGENT_PROJECT names. A test that only makes sense on one of
them says so with `@pytest.mark.parametrize("any_toolchain", ["project"], indirect=True)`.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable

import pytest
import pytest_asyncio
from process_table import children
from real_project import REAL_PROJECT

from lean_agent.lean.limits import ProcessLimits
from lean_agent.lean.pool import LeanPool
from lean_agent.lean.strict.find import find_strict
from lean_agent.lean.toolchain import PROJECT_VARIABLE, Toolchain, find_toolchain
from lean_agent.lean.verifier import Verifier


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def verifier(toolchain: Toolchain) -> AsyncIterator[Verifier]:
    """A verifier over two processes of the embedded Lean."""
    async with LeanPool(toolchain, workers=2) as pool:
        yield Verifier(pool)


@pytest.fixture(scope="session", params=["embedded", "project"])
def any_toolchain(request: pytest.FixtureRequest) -> Toolchain:
    """Each Lean in turn; problems for it start with its `default_header`."""
    if request.param == "embedded":
        embedded: Toolchain = request.getfixturevalue("toolchain")
        return embedded
    if not REAL_PROJECT:
        pytest.skip(f"{PROJECT_VARIABLE} is not set")
    return find_toolchain(REAL_PROJECT, progress=False)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def any_verifier(any_toolchain: Toolchain) -> AsyncIterator[Verifier]:
    """A verifier over two processes of each Lean in turn, with its strict check."""
    strict = find_strict(any_toolchain, ProcessLimits())
    async with LeanPool(any_toolchain, workers=2) as pool:
        yield Verifier(pool, strict)


@pytest.fixture
def new_children() -> Callable[[], list[int]]:
    """Lists the living children that this process got since the test began."""
    before = set(children(os.getpid()))
    return lambda: [pid for pid in children(os.getpid()) if pid not in before]
