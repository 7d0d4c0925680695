"""Defects of published statements that others have found and published, with the source of each.

A statement is known by its normal form, not by its name: editions in which it was repaired do not
count, and its spelling does not matter.
"""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files

from lean_agent.chat import Frozen
from lean_agent.decontamination import statement_hash
from lean_agent.problem import Problem


class KnownDefect(Frozen):
    """What is wrong with a statement, why, and where that is written.

    `defect` is `false`, `vacuous`, `trivial` or `misstated` (it does not say what its informal
    text says). `statement` is the SHA-256 of the normal form.
    """

    benchmark: str
    name: str
    split: str
    statement: str
    defect: str
    why: str
    source: str


def known_defects(problem: Problem) -> tuple[KnownDefect, ...]:
    """What is known of the problem's statement."""
    return _by_statement().get(statement_hash(problem.statement), ())


@lru_cache(maxsize=1)
def _by_statement() -> dict[str, tuple[KnownDefect, ...]]:
    text = (files("lean_agent.benchmarks") / "known_defects.jsonl").read_text(encoding="utf-8")
    found: dict[str, tuple[KnownDefect, ...]] = {}
    for line in text.splitlines():
        one = KnownDefect.model_validate_json(line)
        found[one.statement] = (*found.get(one.statement, ()), one)
    return found
