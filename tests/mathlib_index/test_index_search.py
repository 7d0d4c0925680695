"""Search with the real embedding model and real FAISS over the miniature library."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from mathlib_index import (
    DEFAULT_MODEL,
    Encoder,
    Filters,
    InvalidQuery,
    ModelUnavailable,
    SearchIndex,
    build_index,
)
from mathlib_index.gloss import gloss_name
from mathlib_index.ranking import FULL_RANKING

QUESTIONS = [
    ("the size of a subgroup divides the size of the group", "lagrange_theorem"),
    ("prime numbers never end", "Mini.Natural.exists_infinite_primes"),
    ("the sum of two numbers can be taken in any order", "Mini.Natural.add_comm"),
    ("the inverse of a * b reverses the factors", "Mini.inv_mul_rev"),
    ("cancelling the same factor on the left of an equation", "Mini.mul_left_cancel"),
    ("negation of a conjunction", "Mini.Logic.not_and_iff"),
    ("modulus of a sum is bounded by the sum of the moduli", "Mini.Order.abs_add_le"),
    ("f ∘ g is one-to-one when f and g are", "Mini.Logic.Function.Injective.comp"),
    ("an increasing bounded sequence has a limit", "Mini.Order.monotone_convergence"),
]


def names(index: SearchIndex, query: str, k: int = 5) -> list[str]:
    return [hit.declaration.name for hit in index.search(query, k)]


@pytest.mark.parametrize(("query", "answer"), QUESTIONS)
def test_a_question_in_plain_english_finds_its_theorem(
    index: SearchIndex, query: str, answer: str
) -> None:
    assert answer in names(index, query)


@pytest.mark.parametrize(
    "query",
    [
        "Mini.Natural.add_comm",
        "`Mini.Natural.add_comm`",
        "what does Mini.Natural.add_comm say about groups and kernels?",
        "the composition of injective functions, unlike Mini.Natural.add_comm.",
    ],
)
def test_a_full_name_in_the_query_comes_first(index: SearchIndex, query: str) -> None:
    assert names(index, query)[0] == "Mini.Natural.add_comm"


def test_every_declaration_is_found_by_its_own_name(index: SearchIndex) -> None:
    everything = [item.name for item in index.declarations]
    answers = index.search_many(everything, k=1)
    assert [hits[0].declaration.name for hits in answers] == everything


def test_hits_are_ranked_from_one_with_falling_scores(index: SearchIndex) -> None:
    hits = index.search("groups", k=5)
    assert [hit.rank for hit in hits] == [1, 2, 3, 4, 5]
    scores = [hit.score for hit in hits]
    assert scores == sorted(scores, reverse=True)


def test_more_hits_than_declarations_gives_all_of_them(index: SearchIndex) -> None:
    assert len(index.search("anything", k=1_000)) == len(index.declarations)


def test_many_queries_answer_as_one_by_one(index: SearchIndex) -> None:
    queries = [query for query, _ in QUESTIONS]
    together = index.search_many(queries, k=5)
    assert [[hit.declaration.name for hit in hits] for hits in together] == [
        names(index, query) for query in queries
    ]
    assert index.search_many([]) == []


def test_threads_may_search_at_once(index: SearchIndex) -> None:
    queries = [query for query, _ in QUESTIONS] * 4
    with ThreadPoolExecutor(8) as threads:
        at_once = list(threads.map(lambda query: names(index, query), queries))
    assert at_once == [names(index, query) for query in queries]


def test_half_a_surrogate_pair_from_a_model_is_no_error(index: SearchIndex) -> None:
    assert index.search("\ud835 is a broken letter", k=1)


@pytest.mark.parametrize(("query", "k"), [("", 5), (" \n", 5), ("groups", 0), ("groups", -1)])
def test_an_empty_query_or_no_hits_asked_for_is_refused(
    index: SearchIndex, query: str, k: int
) -> None:
    with pytest.raises(InvalidQuery):
        index.search(query, k)


def test_vectors_have_length_one_and_keep_their_order() -> None:
    encoder = Encoder()
    texts = ["short", "a somewhat longer text about groups", "short", "x " * 300]
    calls: list[tuple[int, int]] = []
    vectors = encoder.encode_passages(texts, lambda done, total: calls.append((done, total)))
    assert vectors.shape == (4, encoder.dimension) == (4, 384)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    np.testing.assert_allclose(vectors[0], vectors[2], atol=1e-5)
    np.testing.assert_allclose(vectors[1], encoder.encode_queries([texts[1]])[0], atol=1e-4)
    assert calls[-1] == (4, 4)
    assert encoder.name == DEFAULT_MODEL


def test_a_model_that_is_not_there_is_named() -> None:
    with pytest.raises(ModelUnavailable, match="/nowhere/model"):
        Encoder("/nowhere/model")


def test_names_are_read_as_words() -> None:
    assert gloss_name("Nat.le_of_lt_succ") == "Nat le of lt succ"
    assert gloss_name("IsCompact.isClosed'") == "Is Compact is Closed"
    assert gloss_name("mul_comm") == "mul comm"


def test_importing_the_package_loads_no_heavy_library_and_no_agent() -> None:
    heavy = ("torch", "faiss", "sentence_transformers", "transformers", "lean_agent")
    program = (
        "import sys, mathlib_index, mathlib_index.cli; "
        f"print([name for name in {heavy!r} if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    assert done.stdout.strip() == "[]"


def test_filters_keep_to_kinds_and_modules(index: SearchIndex) -> None:
    theorems = Filters(kinds=frozenset({"theorem"}))
    assert {hit.declaration.kind for hit in index.search("groups", 20, theorems)} == {"theorem"}
    logic = Filters(module="Logic")
    modules = {hit.declaration.module.split(".")[0] for hit in index.search("groups", 20, logic)}
    assert modules == {"Logic"}
    assert index.search("groups", 20, Filters(module="Logi")) == []


def test_a_name_that_the_filters_leave_out_does_not_come_back(index: SearchIndex) -> None:
    only_definitions = Filters(kinds=frozenset({"def"}))
    found = index.search("Mini.Natural.add_comm", 20, only_definitions)
    assert all(hit.declaration.kind == "def" for hit in found)


def test_a_declaration_is_had_by_its_full_name_alone(index: SearchIndex) -> None:
    found = index.get("Mini.Natural.add_comm")
    assert found is not None
    assert found.kind == "theorem"
    assert index.get("add_comm") is None


@pytest.mark.parametrize("part", ["words", "meaning", "signs", "names"])
def test_the_ranking_works_without_any_one_of_its_parts(index: SearchIndex, part: str) -> None:
    settings = FULL_RANKING.model_copy(update={part: False})
    hits = index.search_many(["sum in any order"], 5, settings=settings)[0]
    assert [hit.rank for hit in hits] == [1, 2, 3, 4, 5]


def test_a_name_without_its_namespace_finds_those_that_end_in_it(index: SearchIndex) -> None:
    assert names(index, "add_comm", 1) == ["Mini.Natural.add_comm"]
    assert names(index, "Function.Injective.comp", 1) == ["Mini.Logic.Function.Injective.comp"]


def test_a_name_in_an_expression_is_an_ingredient_not_the_answer(index: SearchIndex) -> None:
    expression = "`Mini.Logic.Function.Injective (g ∘ f)` for injective f and g"
    assert names(index, expression, 1) != ["Mini.Logic.Function.Injective"]


@pytest.mark.parametrize(("query", "k"), [("groups", 0), ("groups", 1_000_000), ("x" * 10**6, 5)])
def test_what_cannot_be_answered_is_refused_in_a_sentence(
    index: SearchIndex, query: str, k: int
) -> None:
    with pytest.raises(InvalidQuery, match=r"ask (for 1 to 1000 hits|in 10,000 or fewer)"):
        index.search(query, k)


def test_of_names_that_end_alike_the_exact_one_comes_first(tmp_path: Path) -> None:
    sources = tmp_path / "sources"
    sources.mkdir()
    lemma = "theorem {} (a b : Nat) : a + b = b + a := Nat.add_comm a b\n"
    names_in_order = ["Zebra.add_comm", "Ape.Small.add_comm", "add_comm", "my_add_comm"]
    (sources / "Names.lean").write_text("".join(map(lemma.format, names_in_order)))
    build_index(sources, tmp_path / "index")
    index = SearchIndex.load(tmp_path / "index")
    found = names(index, "add_comm", 3)
    assert found == ["add_comm", "Zebra.add_comm", "Ape.Small.add_comm"]
    assert names(index, "add_comm.", 1) == ["add_comm"]
    assert names(index, "Nat.add_comm", 1) == ["add_comm"], "a lemma of core has its general form"
