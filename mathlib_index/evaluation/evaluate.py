"""Judge rankings by where they put the right answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from pydantic import BaseModel, ConfigDict

from mathlib_index.build import ProgressReport
from mathlib_index.evaluation.metrics import DEPTH, Numbers, Scores, estimate, gains
from mathlib_index.evaluation.queries import LabelledQuery, QuerySet
from mathlib_index.rerank import Search

_BATCH = 32


class StyledScores(Scores):
    """Scores over all queries, and over those of each style."""

    by_style: dict[str, Scores]


class QueryRank(BaseModel):
    """Where the right answer of one query came."""

    model_config = ConfigDict(frozen=True)

    query: str
    style: str
    answers: tuple[str, ...]
    rank: int | None
    """1 is the best; None if it is not among the first 100."""


class Comparison(StyledScores):
    """Scores of another ranking of the same queries."""

    difference: StyledScores
    """This ranking's scores less those of the ranking that it is compared with, query by query."""


class Evaluation(StyledScores):
    """How well a ranking does. Print it with `model_dump_json(by_alias=True)`."""

    queries: int
    declarations: int
    missing: tuple[str, ...]
    """Declarations that queries ask for and the index lacks; those queries are not counted."""
    comparisons: dict[str, Comparison]
    """Other rankings beside this one, by label."""
    ranks: tuple[QueryRank, ...]
    """Of each query, in the order of the file."""


def evaluate(
    search: Search,
    questions: QuerySet,
    others: Mapping[str, Search] | None = None,
    report: ProgressReport | None = None,
) -> Evaluation:
    """Run every query and score where its answer came; the same for each of `others`, by label.

    `report(stage, done, total)` is called as queries are answered.
    """
    queries = questions.queries

    def answer(ranking: Search, label: str) -> list[int | None]:
        return rank_answers(
            ranking, queries, report and (lambda done: report(label, done, len(queries)))
        )

    ranks = answer(search, "Searching")
    own = gains(ranks)
    comparisons: dict[str, Comparison] = {}
    for label, other in (others or {}).items():
        worth = gains(answer(other, label))
        comparisons[label] = Comparison(
            **_fields(_by_style(worth, questions)), difference=_by_style(worth - own, questions)
        )
    return Evaluation(
        **_fields(_by_style(own, questions)),
        queries=len(queries),
        declarations=questions.declarations,
        missing=questions.missing,
        comparisons=comparisons,
        ranks=tuple(
            QueryRank(query=query.text, style=query.style, answers=query.answers, rank=rank)
            for query, rank in zip(queries, ranks, strict=True)
        ),
    )


def rank_answers(
    search: Search,
    queries: Sequence[LabelledQuery],
    on_batch: Callable[[int], None] | None = None,
) -> list[int | None]:
    """Rank of the first right answer to each query among 100 hits, None where there is none.

    `on_batch(done)` is called after each batch of queries.
    """
    ranks: list[int | None] = []
    for start in range(0, len(queries), _BATCH):
        batch = queries[start : start + _BATCH]
        answered = search([query.text for query in batch], DEPTH)
        for query, hits in zip(batch, answered, strict=True):
            right = (hit.rank for hit in hits if hit.declaration.name in query.answers)
            ranks.append(next(right, None))
        if on_batch is not None:
            on_batch(len(ranks))
    return ranks


def _by_style(values: Numbers, questions: QuerySet) -> StyledScores:
    answers = [query.answers for query in questions.queries]
    by_style: dict[str, Scores] = {}
    for style in questions.styles:
        rows = [i for i, query in enumerate(questions.queries) if query.style == style]
        by_style[style] = estimate(values[np.array(rows)], [answers[i] for i in rows])
    return StyledScores(**_fields(estimate(values, answers)), by_style=by_style)


def _fields(scores: Scores) -> dict[str, object]:
    return {name: getattr(scores, name) for name in type(scores).model_fields}
