"""AskedProblem: a problem that somebody asks a server about.

Its text runs in the process in which the goal is pinned, before anything is judged: what ran
code there, or changed how Lean reads, would decide the verdicts of others.
"""

from __future__ import annotations

from pydantic import Field, field_validator

from lean_agent.lean import source
from lean_agent.lean.snippet import split
from lean_agent.problem import Problem, unusable


class AskedProblem(Problem):
    """A problem as the other commands have it; here it needs no id.

    Header and statement may hold no word that the verifier forbids to a proof at level fast. The
    header may begin with imports.
    """

    id: str = Field("problem", min_length=1)

    @field_validator("statement")
    @classmethod
    def _statement_is_harmless(cls, statement: str) -> str:
        _require_harmless(statement)
        return statement

    @field_validator("header")
    @classmethod
    def _header_is_harmless(cls, header: str) -> str:
        _require_harmless(split(header).body)
        return header


def _require_harmless(text: str) -> None:
    found = source.forbidden(text) or source.needs_strict(text)
    if found is None:
        return
    place = f"line {found.line}, column {found.column}"
    if found.word == "import":
        raise unusable(f"may not hold `import` there ({place}): plain imports begin a header")
    raise unusable(
        f"may not hold `{found.word}` ({place}): it can run code or change how Lean reads, in a "
        "process that judges the proofs of others too"
    )
