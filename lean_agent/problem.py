"""Problem: one theorem to prove."""

from __future__ import annotations

import re

from pydantic import Field, field_validator
from pydantic_core import PydanticCustomError

from lean_agent.chat import Frozen

# The word that declares the goal, at the start of a line, with its modifiers,
# and the name that follows it. A few ProofNet goals are definitions.
DECLARATION = re.compile(
    r"^(?:(?:noncomputable|protected|@\[[^\]\n]*\])\s+)*"
    r"(?P<keyword>theorem|lemma|def)\s+(?P<name>(?:«[^»]*»|[^\s:({\[⦃«»])+)",
    re.MULTILINE,
)
_PROOF_START = re.compile(r":=\s*(?:by\b\s*)?(?:sorry\s*)?\Z")


class Problem(Frozen):
    """A theorem to prove.

    `statement` is the declaration up to, not including, its `:=`, for example
    `theorem and_swap' (a b : Prop) (h : a ∧ b) : b ∧ a`; a trailing `:=`,
    `:= by` or `sorry` is dropped on the way in. `header` is what goes before it
    in a Lean file (imports, `open`s). `id` is unique in a benchmark, which the
    theorem's own name may not be. `difficulty` runs from 1 to 5.
    """

    id: str = Field(min_length=1)
    statement: str
    header: str = ""
    informal: str = ""
    split: str = "test"
    topic: str = ""
    difficulty: int | None = Field(default=None, ge=1, le=5)

    @field_validator("statement")
    @classmethod
    def _one_bare_declaration(cls, statement: str) -> str:
        bare = _PROOF_START.sub("", statement.strip()).rstrip()
        if not DECLARATION.search(bare):
            raise PydanticCustomError("no_theorem", "must declare a theorem: `theorem NAME … : …`")
        return bare

    @property
    def name(self) -> str:
        """The theorem's own name: that of the first declaration in the statement."""
        found = DECLARATION.search(self.statement)
        assert found is not None  # the validator saw to it
        return found["name"]
