"""A proof that a model only writes down, without calling a tool."""

from __future__ import annotations

import re

from lean_agent.dialects.base import END_THINK, THINK
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


def without_thinking(text: str) -> str:
    """The text without its think blocks.

    A block that never ends reaches to the end; one that only ends began with the text, as the
    templates of some models have it.
    """
    kept, at = [], text.find(END_THINK)
    opened = text.find(THINK)
    at = at + len(END_THINK) if at >= 0 and (opened < 0 or at < opened) else 0
    while (opened := text.find(THINK, at)) >= 0:
        kept.append(text[at:opened])
        closed = text.find(END_THINK, opened)
        if closed < 0:
            return "".join(kept)
        at = closed + len(END_THINK)
    return "".join([*kept, text[at:]])
