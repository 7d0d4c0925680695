"""What the tests of this folder share."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from lean_agent.tools import ToolResult

# The answer of check_lean about (statement, code).
Check = Callable[[str, str], Awaitable[ToolResult]]

# The Lean processes are shared by all tests, so they live in the loop of the session.
asks_lean = pytest.mark.asyncio(loop_scope="session")
