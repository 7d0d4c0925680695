"""What goes in and out as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, get_args

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from mathlib_index.declaration import DeclarationKind
from mathlib_index.index import Filters, Hit
from mathlib_index.server.limits import MAX_K, MAX_MODULE_CHARACTERS, MAX_QUERY_CHARACTERS


def _not_blank(query: str) -> str:
    if not query.strip():
        raise ValueError("the query is empty; describe the fact you look for in words.")
    return query


Query = Annotated[str, Field(max_length=MAX_QUERY_CHARACTERS), AfterValidator(_not_blank)]


class SearchRequest(BaseModel):
    """A question to the index."""

    model_config = ConfigDict(extra="forbid")

    query: Annotated[Query, Field(description="The fact you look for, in words, or a name.")]
    k: int = Field(10, ge=1, le=MAX_K, description="How many hits.")
    kinds: frozenset[DeclarationKind] = Field(
        frozenset(), description="Only these kinds of declaration; none means all."
    )
    module: str = Field(
        "",
        max_length=MAX_MODULE_CHARACTERS,
        description="Only this module and those below it, as Mathlib.Order.",
    )

    @property
    def filters(self) -> Filters:
        """As the index takes them."""
        return Filters(kinds=self.kinds, module=self.module.strip())


class SearchBody(SearchRequest):
    """A question as JSON, where a number is a number; in an address all is text."""

    k: int = Field(10, ge=1, le=MAX_K, strict=True, description="How many hits.")


class SearchHit(BaseModel):
    """One answer, best first."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    rank: int
    score: float
    """Higher is better; comparable only between the hits of one query."""
    name: str
    kind: DeclarationKind
    signature: str
    docstring: str
    module: str
    file: str
    line: int
    deprecated: bool

    @classmethod
    def of(cls, hit: Hit) -> SearchHit:
        """The part of a hit that a list of answers shows."""
        found = hit.declaration
        return cls(
            rank=hit.rank,
            score=hit.score,
            name=found.name,
            kind=found.kind,
            signature=found.signature,
            docstring=found.docstring,
            module=found.module,
            file=found.file,
            line=found.line,
            deprecated=found.deprecated,
        )


class SearchResponse(BaseModel):
    """The hits of one query."""

    query: str
    hits: list[SearchHit]


class Health(BaseModel):
    """What is served, and since when."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    status: str
    model: str
    declarations: int
    files: int
    sources: str
    identity: str
    """Short hash of declarations and model: equal where two servers answer alike."""
    built_at: datetime
    uptime_seconds: float


class Problem(BaseModel):
    """Every answer that is not a success."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    error: str
    """A sentence that says what was wrong."""


def as_sentence(error: Mapping[str, Any]) -> str:
    """One of Pydantic's error records as a sentence that says the limit or the choices."""
    field, given = _field(error), error.get("input")
    match error["type"]:
        case "model_attributes_type" | "model_type" | "dict_type":
            return 'the body must be a JSON object, as {"query": "…", "k": 10}.'
        case "int_type" | "int_parsing" | "int_parsing_size" | "int_from_float":
            return f"{field} is {_as_json(given)}; it must be a whole number from 1 to {MAX_K}."
        case "greater_than_equal" | "less_than_equal":
            return f"{field} is {_as_json(given)}; it must be from 1 to {MAX_K}."
        case "frozen_set_type":
            return f"{field} must be a list of kinds of declaration: {_KINDS}."
    return general_sentence(error)


def general_sentence(error: Mapping[str, Any]) -> str:
    """The sentence on an error record of any server: nothing in it is about searches."""
    field, given = _field(error), error.get("input")
    context: Mapping[str, Any] = error.get("ctx", {})
    match error["type"]:
        case "json_invalid":
            return f"the body is not JSON: {context['error']}."
        case "missing":
            return f"{field} is missing."
        case "extra_forbidden":
            return f"there is no field {field!r:.60}."
        case "value_error":
            return str(context["error"])
        case "string_too_long":
            return f"{field} has {len(given or '')} characters; the limit is {_limit(context)}."
        case "too_long":
            return (
                f"{field} has {context['actual_length']} entries; the limit is {_limit(context)}."
            )
        case "too_short":
            return f"{field} is an empty list."
        case "literal_error":
            return f"{field} cannot be {given!r:.60}; it can be {context['expected']}."
    reason = str(error["msg"])
    return f"{field}: {reason[:1].lower()}{reason[1:]}."


_KINDS = ", ".join(get_args(DeclarationKind))


def _as_json(given: object) -> str:
    return f"{json.dumps(given, ensure_ascii=False):.40}"


def _limit(context: Mapping[str, Any]) -> str:
    return f"{context['max_length']:,}"


def _field(error: Mapping[str, Any]) -> str:
    names = [part for part in error["loc"][1:] if isinstance(part, str)]
    return (names or ["body"])[-1]
