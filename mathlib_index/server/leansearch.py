"""LeanSearch's format, so that `#leansearch` in Lean can ask this server.

Source: leanprover-community/LeanSearchClient, commit c5d5b8f, LeanSearchClient/Syntax.lean.
`getLeanSearchQueryJson` posts `{"query": ["…"], "num_results": n}` to the address in the
environment variable LEANSEARCHCLIENT_LEANSEARCH_API_URL and takes the first element of the array
that comes back; `SearchResult.ofLeanSearchJson?` reads of each element of that one `result.name`
(components, to be joined by dots) and, where they are strings, `result.type`, `result.docstring`,
`result.doc_url` and `result.kind`. `type` is put into `have : type := name`, so it must be a type
that Lean can read. Other clients of leansearch.net also read `module_name` and `signature`.
The client sends no token, so it needs a server without one.
"""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, RootModel

from mathlib_index.declaration import Declaration
from mathlib_index.index import Hit
from mathlib_index.server.limits import MAX_K, MAX_QUERIES
from mathlib_index.server.messages import Query

_COMPONENT = re.compile(r"(?:«[^»]*»|[^.«])+")
_OPENING, _CLOSING = "([{⦃⟨", ")]}⦄⟩"
_MATHLIB_DOCUMENTATION = "https://leanprover-community.github.io/mathlib4_docs"


class LeanSearchRequest(BaseModel):
    """What `#leansearch "…"` sends."""

    model_config = ConfigDict(extra="forbid")

    query: Annotated[list[Query], Field(min_length=1, max_length=MAX_QUERIES)]
    num_results: int = Field(6, ge=1, le=MAX_K, description="How many hits for each query.")


class LeanSearchDeclaration(BaseModel):
    """One declaration as LeanSearch writes it."""

    name: list[str]
    module_name: list[str]
    kind: str
    type: str | None
    signature: str
    docstring: str
    doc_url: str | None

    @classmethod
    def of(cls, declaration: Declaration) -> LeanSearchDeclaration:
        """From our record."""
        return cls(
            name=components(declaration.name),
            module_name=components(declaration.module),
            kind=declaration.kind,
            type=lean_type(declaration),
            signature=declaration.signature,
            docstring=declaration.docstring,
            doc_url=documentation_url(declaration),
        )


class LeanSearchResult(BaseModel):
    """One hit: the client looks at `result` only."""

    result: LeanSearchDeclaration


class LeanSearchResponse(RootModel[list[list[LeanSearchResult]]]):
    """One list of hits a query, in their order."""

    @classmethod
    def of(cls, answers: list[list[Hit]]) -> LeanSearchResponse:
        """From the hits of each query."""
        return cls(
            [
                [LeanSearchResult(result=LeanSearchDeclaration.of(hit.declaration)) for hit in hits]
                for hits in answers
            ]
        )


def components(name: str) -> list[str]:
    """`Foo.«a.b».c` as `["Foo", "«a.b»", "c"]`."""
    return _COMPONENT.findall(name)


def lean_type(declaration: Declaration) -> str | None:
    """The signature as one type: `∀ (a b : Nat), a + b = b + a`; None where no type is written.

    `∀` stands for functions into any sort, and unlike an arrow takes all kinds of binders.
    """
    colon = _colon_after_binders(declaration.signature)
    if colon is None:
        return None
    binders = declaration.signature[:colon].strip()
    result = declaration.signature[colon + 1 :].strip()
    return f"∀ {binders}, {result}" if binders else result


def documentation_url(declaration: Declaration) -> str | None:
    """Where Mathlib's online documentation has it; None outside Mathlib."""
    if not declaration.module.startswith("Mathlib."):
        return None
    path = declaration.module.replace(".", "/")
    return f"{_MATHLIB_DOCUMENTATION}/{path}.html#{declaration.name}"


def _colon_after_binders(signature: str) -> int | None:
    depth = 0
    for position, character in enumerate(signature):
        if character in _OPENING:
            depth += 1
        elif character in _CLOSING:
            depth -= 1
        elif character == ":" and depth == 0:
            return position
    return None
