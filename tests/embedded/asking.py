"""What the tests of this folder share."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from lean_agent.lean.protocol import Answer

# Lean's answer to a text.
Ask = Callable[[str], Awaitable[Answer]]

# The Lean processes are shared by all tests, so they live in the loop of the session.
asks_lean = pytest.mark.asyncio(loop_scope="session")


def errors(answer: Answer) -> list[str]:
    return [f"line {message.pos.line}: {message.data}" for message in answer.errors]
