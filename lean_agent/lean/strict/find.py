"""Which strict checker there is for a toolchain."""

from __future__ import annotations

from lean_agent.lean.limits import ProcessLimits
from lean_agent.lean.strict.base import StrictChecker
from lean_agent.lean.toolchain import Toolchain


def find_strict(toolchain: Toolchain, limits: ProcessLimits) -> StrictChecker | None:
    """The strict checker of a toolchain, or None where there is none."""
    return None
