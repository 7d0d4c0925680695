"""The JSON of Kimina Lean Server.

Source of the format: https://github.com/project-numina/kimina-lean-server, which has what Lean
said from leanprover-community/repl.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from lean_agent.lean.protocol import Answer, Refusal
from lean_agent.lean.server.limits import MAX_SNIPPETS
from lean_agent.lean.server.messages import Seconds
from lean_agent.lean.snippet import Infotree


class Snippet(BaseModel):
    """Lean code; its leading imports are its header."""

    id: str
    code: str


class CheckRequest(BaseModel):
    """Snippets to check; each has `timeout` seconds."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    snippets: Annotated[list[Snippet], Field(min_length=1, max_length=MAX_SNIPPETS)]
    timeout: Seconds = 30.0
    debug: bool = False
    """Whether the answers hold `diagnostics`."""
    reuse: bool = True
    """False has each snippet checked in a process of its own, which has to import first."""
    infotree: Infotree | None = None
    """The embedded Lean has none: its answers come without."""

    @model_validator(mode="after")
    def _ids_differ(self) -> CheckRequest:
        _require_unique([snippet.id for snippet in self.snippets], "id")
        return self


class Code(BaseModel):
    """A snippet in the older form: its text is `proof`, else `code`."""

    custom_id: str | int
    proof: str | None = None
    code: str | None = None

    @model_validator(mode="after")
    def _has_text(self) -> Code:
        if self.proof is None and self.code is None:
            raise ValueError(f"the snippet {self.custom_id!r:.60} has neither proof nor code.")
        return self

    @property
    def snippet(self) -> Snippet:
        """In the newer form."""
        text = self.proof if self.proof is not None else self.code
        assert text is not None  # the validator saw to it
        return Snippet(id=str(self.custom_id), code=text)


def _ids_differ(codes: list[Code]) -> list[Code]:
    _require_unique([str(code.custom_id) for code in codes], "custom_id")
    return codes


class VerifyRequest(BaseModel):
    """Snippets to check, in the older form."""

    codes: Annotated[
        list[Code], Field(min_length=1, max_length=MAX_SNIPPETS), AfterValidator(_ids_differ)
    ]
    timeout: Seconds = 300.0
    infotree_type: Infotree | None = None
    disable_cache: bool = False


class Diagnostics(BaseModel):
    """About the process that a snippet was checked in."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    repl_uuid: str
    cpu_max: float
    """The mean of the check, in percent of a core."""
    memory_max: int
    """Bytes held after the check."""


class ReplResponse(BaseModel):
    """What came of one snippet: Lean's answer, or why there is none."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    id: str
    time: float = 0.0
    """Seconds that Lean took; its imports are not counted."""
    error: str | None = None
    """Why Lean came to no answer: a time limit, a lack of memory, a crash."""
    response: Answer | Refusal | None = None
    """The answer of the REPL."""
    diagnostics: Diagnostics | None = None

    def to_json(self) -> dict[str, Any]:
        """Without what is not there; the REPL's answer as the REPL gave it."""
        parts = self.model_dump(exclude_none=True, exclude={"response"})
        return parts | ({"response": self.response.to_json()} if self.response else {})


class CheckResponse(BaseModel):
    """The results in the order of the snippets."""

    results: list[ReplResponse]


def _require_unique(ids: Sequence[str], field: str) -> None:
    if len(set(ids)) < len(ids):
        twice = next(one for one in ids if ids.count(one) > 1)
        raise ValueError(f"{field} {twice!r:.60} is given twice; results are told apart by it.")
