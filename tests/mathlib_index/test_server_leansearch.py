"""LeanSearch's format, read back the way LeanSearchClient reads it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

import httpx
import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from mathlib_index import Declaration, SearchIndex
from mathlib_index.server.app import create_app
from mathlib_index.server.leansearch import components, documentation_url, lean_type


@dataclass
class SearchResult:
    """The structure of that name in LeanSearchClient/Syntax.lean (commit c5d5b8f)."""

    name: str
    type: str | None
    docstring: str | None
    doc_url: str | None
    kind: str | None

    @classmethod
    def parsed(cls, js: Any) -> Self:
        """As `SearchResult.ofLeanSearchJson?`: a field that is no string counts as absent."""
        result = js["result"]
        assert isinstance(result["name"], list)
        assert all(isinstance(part, str) for part in result["name"])

        def string(field: str) -> str | None:
            value = result.get(field)
            return value if isinstance(value, str) else None

        return cls(
            name=".".join(result["name"]),
            type=string("type"),
            docstring=string("docstring") or None,
            doc_url=string("doc_url"),
            kind=string("kind"),
        )


@pytest.fixture
def http(index: SearchIndex) -> Any:
    with TestClient(create_app(index, local_only=False)) as client:
        yield client


def ask(http: httpx.Client, query: str, num_results: int) -> list[SearchResult]:
    """As `getLeanSearchQueryJson`: the first array within the array that comes back."""
    answer = http.post("/search", json={"query": [query], "num_results": num_results})
    outer = answer.json()
    assert isinstance(outer, list) and isinstance(outer[0], list), outer
    return [SearchResult.parsed(js) for js in outer[0]]


def test_the_client_finds_what_it_reads(http: httpx.Client, index: SearchIndex) -> None:
    results = ask(http, "The inverse of an inverse is the element itself.", 6)
    hits = index.search("The inverse of an inverse is the element itself.", 6)
    assert [result.name for result in results] == [hit.declaration.name for hit in hits]
    first = results[0]
    assert first.name == "Mini.inv_inv"
    assert first.kind == hits[0].declaration.kind
    assert first.docstring == (hits[0].declaration.docstring or None)
    assert first.type is not None
    assert first.type.startswith("∀ ")


def test_each_query_of_a_list_gets_its_own_list(http: httpx.Client, index: SearchIndex) -> None:
    queries = ["inverse.", "subgroup?", "order."]
    answer = http.post("/search", json={"query": queries, "num_results": 2}).json()
    assert [[SearchResult.parsed(js).name for js in hits] for hits in answer] == [
        [hit.declaration.name for hit in hits] for hits in index.search_many(queries, 2)
    ]


def test_other_clients_send_the_number_as_a_string_and_read_the_module(
    http: httpx.Client,
) -> None:
    answer = http.post("/search", json={"query": ["group"], "num_results": "3"}).json()
    assert len(answer[0]) == 3
    assert all(isinstance(hit["result"]["module_name"], list) for hit in answer[0])


def test_an_error_is_no_array_so_that_the_client_shows_its_sentence(http: httpx.Client) -> None:
    answer = http.post("/search", json={"query": ["group"], "num_results": 1000})
    assert answer.status_code == 422
    assert answer.json() == {"error": "num_results is 1000; it must be from 1 to 100."}


def declared(kind: str, signature: str, module: str = "M", name: str = "n") -> Declaration:
    fields = {"kind": kind, "signature": signature, "module": module, "name": name}
    return Declaration.model_validate({**fields, "docstring": "", "file": "M.lean", "line": 1})


@pytest.mark.parametrize(
    ("kind", "signature", "type_"),
    [
        ("theorem", "(a b : Nat) : a + b = b + a", "∀ (a b : Nat), a + b = b + a"),
        (
            "lemma",
            "{α : Type*} [Group α] : ∀ x : α, x = x",
            "∀ {α : Type*} [Group α], ∀ x : α, x = x",
        ),
        (
            "theorem",
            "⦃a : ℕ⦄ (h : {x : ℕ | x = a} = ∅) : False",
            "∀ ⦃a : ℕ⦄ (h : {x : ℕ | x = a} = ∅), False",
        ),
        ("theorem", ": 1 = 1", "1 = 1"),
        ("def", "(n : Nat) : Nat", "∀ (n : Nat), Nat"),
        (
            "def",
            "{G : Type*} [Group G] (a : G) : G → G",
            "∀ {G : Type*} [Group G] (a : G), G → G",
        ),
        ("def", ": Bool → Bool", "Bool → Bool"),
        ("structure", "(α : Type)", None),
    ],
)
def test_a_signature_becomes_one_type(kind: str, signature: str, type_: str | None) -> None:
    assert lean_type(declared(kind, signature)) == type_


def test_every_theorem_of_the_index_has_a_type(index: SearchIndex) -> None:
    theorems = [item for item in index.declarations if item.kind in ("theorem", "lemma")]
    assert theorems
    assert all(lean_type(theorem) for theorem in theorems)


def test_documentation_is_linked_for_mathlib_only() -> None:
    link = documentation_url(declared("def", "", "Mathlib.Order.Basic", "le_rfl"))
    assert link == (
        "https://leanprover-community.github.io/mathlib4_docs/Mathlib/Order/Basic.html#le_rfl"
    )
    assert documentation_url(declared("def", "", "Mine.Order")) is None


PLAIN = st.text(st.characters(exclude_characters=".«»", codec="utf-8"), min_size=1)
QUOTED = st.text(st.characters(exclude_characters="«»", codec="utf-8")).map("«{}»".format)


@given(st.lists(PLAIN | QUOTED, min_size=1))
def test_components_are_what_was_joined_by_dots(parts: list[str]) -> None:
    assert components(".".join(parts)) == parts
