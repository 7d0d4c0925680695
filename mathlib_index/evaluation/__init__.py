"""Measure how well an index answers: metrics with intervals, by query style, and by ablation."""

from __future__ import annotations

from mathlib_index.evaluation.evaluate import (
    Comparison,
    Evaluation,
    QueryRank,
    StyledScores,
    evaluate,
    rank_answers,
)
from mathlib_index.evaluation.metrics import Interval, Scores, estimate, gains
from mathlib_index.evaluation.queries import (
    LabelledQuery,
    QueriesUnusable,
    QuerySet,
    read_queries,
    select_queries,
)

__all__ = [
    "Comparison",
    "Evaluation",
    "Interval",
    "LabelledQuery",
    "QueriesUnusable",
    "QueryRank",
    "QuerySet",
    "Scores",
    "StyledScores",
    "estimate",
    "evaluate",
    "gains",
    "rank_answers",
    "read_queries",
    "select_queries",
]
