"""Which strict checker there is for a toolchain."""

from __future__ import annotations

from lean_agent.lean.limits import ProcessLimits
from lean_agent.lean.strict.base import StrictChecker
from lean_agent.lean.toolchain import Toolchain


def find_strict(toolchain: Toolchain, limits: ProcessLimits) -> StrictChecker | None:
    """The strict checker of a toolchain, or None where its project has no tool for one.

    For a Lake project it is the first that is there of `lake comparator`, leanchecker or
    lean4checker, and SafeVerify, of which only the first judges texts with syntax of their own;
    for the embedded Lean it is our replay in its kernel.
    """
    if toolchain.kind == "embedded":
        from lean_agent.lean.strict.embedded import EmbeddedStrictChecker

        return EmbeddedStrictChecker(toolchain, limits)
    from lean_agent.lean.strict.project import find_project_strict

    return find_project_strict(toolchain, limits)
