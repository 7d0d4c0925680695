"""The tools of a real run, shared by all tests of this folder."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from lean_answers import Check

from lean_agent.lean.toolchain import Toolchain
from lean_agent.problem import Problem
from lean_agent.tools import CheckLean, ToolResult
from lean_agent.workbench import Workbench, open_workbench


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def workbench(toolchain: Toolchain) -> AsyncIterator[Workbench]:
    async with open_workbench(toolchain.kind, None, workers=2) as bench:
        yield bench


@pytest.fixture(scope="session")
def check(workbench: Workbench) -> Check:
    """What check_lean answers about a proof of a statement."""

    async def answer(statement: str, code: str) -> ToolResult:
        tool = CheckLean(workbench.verifier, Problem(id="t", statement=statement), timeout=60)
        return await tool.call({"code": code})

    return answer
