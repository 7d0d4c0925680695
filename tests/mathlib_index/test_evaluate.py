"""`mathlib-index evaluate`: queries with known answers, metrics, intervals, comparisons."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import typer
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from mathlib_index import SearchIndex
from mathlib_index.evaluate_command import evaluate as evaluate_command
from mathlib_index.evaluation import (
    Evaluation,
    LabelledQuery,
    QueriesUnusable,
    estimate,
    evaluate,
    gains,
    read_queries,
    select_queries,
)
from mathlib_index.evaluation.ablation import CONFIGURATIONS, ablations
from mathlib_index.index import Hit

app = typer.Typer(pretty_exceptions_enable=False)
app.command()(evaluate_command)

QUERIES: list[dict[str, Any]] = [
    {
        "full_name": "lagrange_theorem",
        "kind": "theorem",
        "q1_natural": "the size of a subgroup divides the size of the group",
        "q2_nickname": "Lagrange's theorem",
        "q3_special_case": "",
    },
    {
        "full_name": "Mini.inv_inv",
        "kind": "theorem",
        "q1_natural": "inverting twice changes nothing",
        "q2_nickname": "",
        "q3_special_case": "",
    },
    {"full_name": "Mini.not_there", "q1_natural": "what nobody has proved"},
    {
        "query": "there is no largest prime",
        "answer": ["Mini.elsewhere", "Mini.Natural.exists_infinite_primes"],
        "style": "by hand",
    },
]


@pytest.fixture
def queries_file(tmp_path: Path) -> Path:
    """Queries about the miniature library, in both forms."""
    file = tmp_path / "queries.json"
    file.write_text(json.dumps(QUERIES), encoding="utf-8")
    return file


def run(*arguments: str | Path) -> tuple[int, str, str]:
    """Exit code, standard output and standard error of the command."""
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    return result.exit_code, result.stdout, result.stderr


def test_both_forms_of_a_queries_file_are_read(queries_file: Path) -> None:
    read = read_queries(queries_file)
    assert [(query.answers[0], query.style) for query in read] == [
        ("lagrange_theorem", "q1_natural"),
        ("lagrange_theorem", "q2_nickname"),
        ("Mini.inv_inv", "q1_natural"),
        ("Mini.not_there", "q1_natural"),
        ("Mini.elsewhere", "by hand"),
    ]
    assert read[-1].answers == ("Mini.elsewhere", "Mini.Natural.exists_infinite_primes")


def test_json_holds_metrics_styles_what_is_missing_and_every_rank(
    index_folder: Path, queries_file: Path
) -> None:
    code, out, _ = run(index_folder, queries_file, "--json")
    assert code == 0
    answer = json.loads(out)
    assert (answer["queries"], answer["declarations"]) == (4, 3)
    assert answer["missing"] == ["Mini.not_there"]
    assert set(answer["by_style"]) == {"q1_natural", "q2_nickname", "by hand"}
    for scores in (answer, *answer["by_style"].values()):
        for metric in ("ndcg@10", "recall@1", "recall@10", "recall@100", "mrr"):
            interval = scores[metric]
            assert 0 <= interval["low"] <= interval["value"] <= interval["high"] <= 1
    ranks = [entry["rank"] for entry in answer["ranks"]]
    assert answer["mrr"]["value"] == pytest.approx(sum(1 / rank for rank in ranks) / 4)
    assert answer["recall@1"]["value"] == ranks.count(1) / 4
    # 36 declarations: all are among the first hundred hits if they share a word or a meaning.
    assert answer["recall@100"]["value"] == 1
    assert answer["by_style"]["q2_nickname"]["recall@1"]["value"] == 1


def test_a_second_run_prints_the_same(index_folder: Path, queries_file: Path) -> None:
    first = run(index_folder, queries_file, "--json")
    assert run(index_folder, queries_file, "--json")[:2] == first[:2]


def test_the_table_names_styles_and_what_is_missing(index_folder: Path, queries_file: Path) -> None:
    code, out, _ = run(index_folder, queries_file)
    assert code == 0
    assert "4 queries for 3 declarations" in out
    for word in ("nDCG@10", "q1_natural", "by hand", "all", "Mini.not_there"):
        assert word in out


def test_limit_keeps_the_first_declarations(index_folder: Path, queries_file: Path) -> None:
    code, out, _ = run(index_folder, queries_file, "--limit", "1", "--json")
    assert code == 0
    answer = json.loads(out)
    assert (answer["queries"], answer["declarations"], answer["missing"]) == (2, 1, [])


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (None, "cannot read"),
        ("[{", "is not JSON"),
        ("[" * 100_000, "is not JSON"),
        ('{"query": "a"}', "holds no list of queries"),
        ("[]", "holds no queries"),
        ('[{"full_name": "a", "q1": ""}]', "holds no queries"),
        ("[3]", "entry 1: it is not an object"),
        ('[{"q1": "a"}]', "entry 1: it has neither `full_name` nor `answer`"),
        ('[{"full_name": 3, "q1": "a"}]', "entry 1: its `full_name` is not the name"),
        ('[{"query": " ", "answer": "a"}]', "entry 1: it has no `query`"),
        ('[{"query": "\\ud800", "answer": "a"}]', "entry 1: it holds half of a surrogate pair"),
        ('[{"full_name": "\\udfff", "q1": "a"}]', "entry 1: it holds half of a surrogate pair"),
        ('[{"query": "a", "answer": []}]', "entry 1: its `answer` is not the name"),
        ('[{"query": "a", "answer": "b", "style": 1}]', "entry 1: its `style`"),
        ('[{"query": "a", "answer": "Nat.none"}]', "holds none of the 1 declarations"),
    ],
)
def test_bad_queries_get_one_line_and_exit_code_2(
    content: str | None, complaint: str, index_folder: Path, tmp_path: Path
) -> None:
    file = tmp_path / "queries.json"
    if content is not None:
        file.write_text(content, encoding="utf-8")
    code, out, err = run(index_folder, file, "--json")
    assert (code, out) == (2, "")
    assert err.startswith("error: ")
    assert complaint in err
    assert len(err.splitlines()) == 1


def test_an_index_that_is_not_there_is_named(queries_file: Path, tmp_path: Path) -> None:
    code, _, err = run(tmp_path / "nowhere", queries_file)
    assert (code, err[:6]) == (2, "error:")
    assert "no index at" in err


def test_what_a_rank_is_worth() -> None:
    worth = gains([1, 3, 10, 11, 100, None])
    ndcg, first, tenth, hundredth, reciprocal = worth.T
    assert ndcg == pytest.approx([1, 0.5, 1 / math.log2(11), 0, 0, 0])
    assert first.tolist() == [1, 0, 0, 0, 0, 0]
    assert tenth.tolist() == [1, 1, 1, 0, 0, 0]
    assert hundredth.tolist() == [1, 1, 1, 1, 1, 0]
    assert reciprocal == pytest.approx([1, 1 / 3, 0.1, 1 / 11, 0.01, 0])


RANKS = st.lists(st.none() | st.integers(1, 100), min_size=1, max_size=30)


@given(RANKS)
def test_intervals_hold_their_value(ranks: list[int | None]) -> None:
    scores = estimate(gains(ranks), range(len(ranks)))
    for name in type(scores).model_fields:
        interval = getattr(scores, name)
        assert 0 <= interval.low <= interval.value + 1e-9
        assert interval.value - 1e-9 <= interval.high <= 1


@given(RANKS, st.integers(2, 5))
def test_asking_the_same_again_makes_nothing_more_certain(
    ranks: list[int | None], times: int
) -> None:
    """Queries of one declaration are drawn together, so copies leave the interval as it was."""
    once = estimate(gains(ranks), range(len(ranks)))
    copies = estimate(np.repeat(gains(ranks), times, axis=0), np.repeat(range(len(ranks)), times))
    assert copies.mrr.low == pytest.approx(once.mrr.low)
    assert copies.mrr.high == pytest.approx(once.mrr.high)


def test_more_declarations_make_the_interval_narrower() -> None:
    few = estimate(gains([1, None] * 10), range(20)).mrr
    many = estimate(gains([1, None] * 1000), range(2000)).mrr
    assert few.value == many.value == 0.5
    # Binomial: 0.5 ± 1.96 · 0.5 / √n.
    assert (few.low, few.high) == pytest.approx((0.28, 0.72), abs=0.05)
    assert (many.low, many.high) == pytest.approx((0.478, 0.522), abs=0.005)


def test_another_ranking_is_compared_query_by_query(index: SearchIndex, queries_file: Path) -> None:
    evaluation = _beside(index, queries_file)
    same, worse = evaluation.comparisons["the same"], evaluation.comparisons["one place lower"]
    assert (same.mrr, same.difference.mrr.low, same.difference.mrr.high) == (evaluation.mrr, 0, 0)
    assert worse.recall_at_1.value == 0
    assert worse.difference.ndcg_at_10.value == pytest.approx(
        worse.ndcg_at_10.value - evaluation.ndcg_at_10.value
    )
    # Every query lost, so the whole interval of the paired difference lies below zero.
    assert worse.difference.ndcg_at_10.high < 0
    assert worse.difference.by_style["q2_nickname"].mrr.value == pytest.approx(-0.5)


def _beside(index: SearchIndex, queries_file: Path) -> Evaluation:
    def one_place_lower(queries: Sequence[str], k: int) -> list[list[Hit]]:
        return [
            [hit.model_copy(update={"rank": hit.rank + 1}) for hit in hits]
            for hits in index.search_many(queries, k)
        ]

    questions = select_queries(read_queries(queries_file), lambda name: "there" not in name)
    others = {"the same": index.search_many, "one place lower": one_place_lower}
    return evaluate(index.search_many, questions, others)


def test_ablation_puts_each_part_beside_the_whole(index_folder: Path, queries_file: Path) -> None:
    code, out, _ = run(index_folder, queries_file, "--ablation", "--json")
    assert code == 0
    comparisons = json.loads(out)["comparisons"]
    assert list(comparisons)[:3] == ["BM25", "dense", "fused"]
    for comparison in comparisons.values():
        assert set(comparison["by_style"]) == {"q1_natural", "q2_nickname", "by hand"}
        assert set(comparison["difference"]["ndcg@10"]) == {"value", "low", "high"}


def test_ablation_switches_parts_off(index: SearchIndex) -> None:
    searches = ablations(index)
    no_shared_word = "zzz qqq"
    assert searches["BM25"]([no_shared_word], 5) == [[]]
    assert len(searches["dense"]([no_shared_word], 5)[0]) == 5
    name = "which is about Mini.inv_inv"
    assert searches["fused + names"]([name], 1)[0][0].declaration.name == "Mini.inv_inv"
    assert (
        searches["fused + names"]([name], 1)[0][0].score
        > 1
        > searches["fused"]([name], 1)[0][0].score
    )


def test_the_ablation_table_names_each_part(index_folder: Path, queries_file: Path) -> None:
    code, out, _ = run(index_folder, queries_file, "--ablation")
    assert code == 0
    rows = {line.split("  ")[0] for line in out.splitlines()}
    assert {*CONFIGURATIONS, "this index", "q1_natural", "by hand"} <= rows


def test_any_of_several_answers_counts_and_none_is_an_error() -> None:
    query = LabelledQuery(text="primes", answers=("a", "b"))
    assert select_queries([query], lambda name: name == "b").queries == (query,)
    with pytest.raises(QueriesUnusable, match="none of the 1 declarations"):
        select_queries([query], lambda name: name == "c")
