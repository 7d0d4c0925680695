"""What goes in and out of our own routes as JSON, and what was wrong with it as a sentence."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from lean_agent.lean.server.asked_problem import AskedProblem
from lean_agent.lean.server.limits import MAX_SECONDS
from lean_agent.lean.verdict import Level
from lean_agent.problem import UNUSABLE
from mathlib_index.server import messages

Seconds = Annotated[
    float,
    Field(
        gt=0,
        le=MAX_SECONDS,
        strict=True,
        description="Wall-clock time that Lean has for one check; imports are not counted.",
    ),
]


class ProveCheckRequest(BaseModel):
    """A problem, and the Lean text that is to prove it."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)

    problem: AskedProblem
    proof: str
    """The whole theorem with its proof, and what it needs before it; the header is optional."""
    timeout: Seconds = 60.0
    level: Level = Level.FAST
    """`strict` has an accepted proof confirmed by an independent check."""


class Health(BaseModel):
    """What is served, and since when."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    status: str
    lean: str
    """The Lean, and the library, that answers rest on."""
    strict: str
    """The independent check behind level `strict`; empty where there is none."""
    workers: int
    """Lean processes for /api/check at once, and as many again for /prove-check."""
    uptime_seconds: float


def as_sentence(error: Mapping[str, Any]) -> str:
    """One of Pydantic's error records as a sentence that says the limit or the choices."""
    field = next((part for part in reversed(error["loc"]) if isinstance(part, str)), "body")
    given = f"{json.dumps(error.get('input'), default=str):.40}"
    match error["type"]:
        case "model_attributes_type" | "model_type" | "dict_type":
            what = "the body" if field == "body" else field
            return f"{what} must be a JSON object; /docs shows its fields."
        case "greater_than" | "less_than_equal" | "float_type" if field == "timeout":
            return f"{field} is {given}; it must be a number of seconds up to {MAX_SECONDS:g}."
        case kind if kind == UNUSABLE:
            return f"{field} {error['msg']}."
        case "enum":
            return f"{field} cannot be {given}; it can be {error['ctx']['expected']}."
    return messages.general_sentence(error)
