"""A proof that a model only writes down, without calling a tool."""

from __future__ import annotations

import re

from lean_agent.dialects.thinking import without_thinking
from lean_agent.problem import Problem

_BLOCK = re.compile(r"^[ \t]*```(?:lean4?|lean 4)?[ \t]*\n(.*?)^[ \t]*```", re.M | re.S | re.I)
_SPACES = re.compile(r"\s+")


def submitted_proof(text: str, problem: Problem) -> str | None:
    """The last Lean code block of an answer that declares the problem's theorem, or None.

    What the model thought, in think blocks, is not submitted. Code that only repeats the
    statement, such as the task quoted, is no proof.
    """
    name = re.compile(rf"\b{re.escape(problem.name)}(?![\w'.!?])")
    statement = _SPACES.sub(" ", problem.statement).strip()
    for code in reversed(_BLOCK.findall(without_thinking(text))):
        if name.search(code) and _SPACES.sub(" ", code).strip() != statement:
            return str(code).rstrip("\n")
    return None
