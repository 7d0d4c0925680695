"""What the rank of the right answer is worth, with intervals."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

Numbers = NDArray[np.float64]

DEPTH = 100
"""How many hits are looked through for the right answer."""
_RESAMPLES = 2000
_SEED = 0


class Interval(BaseModel):
    """An estimate with its 95% bootstrap interval."""

    model_config = ConfigDict(frozen=True)

    value: float
    low: float
    high: float


class Scores(BaseModel):
    """The metrics, each a mean over queries, or over differences between two rankings of them.

    A query has one right answer (or several as good, of which the first found counts), at rank r.
    """

    model_config = ConfigDict(frozen=True, populate_by_name=True)

    ndcg_at_10: Interval = Field(alias="ndcg@10")
    """1 / log2(1 + r) if r <= 10, else 0: discounted cumulative gain of Järvelin and Kekäläinen,
    "Cumulated gain-based evaluation of IR techniques", ACM TOIS 20 (2002), with binary relevance;
    the ideal ranking has the answer at rank 1 and so gains 1."""
    recall_at_1: Interval = Field(alias="recall@1")
    recall_at_10: Interval = Field(alias="recall@10")
    recall_at_100: Interval = Field(alias="recall@100")
    """Share of queries with r <= k."""
    mrr: Interval
    """1 / r, and 0 beyond rank 100: reciprocal rank (Voorhees, TREC-8, 1999)."""


def gains(ranks: Sequence[int | None]) -> Numbers:
    """What each rank (1 is best, None not found) is worth: one row a query, one column a metric.

    Columns are in the order of the fields of `Scores`.
    """
    rank = np.array([np.inf if rank is None else rank for rank in ranks], dtype=np.float64)
    return np.stack(
        [
            np.where(rank <= 10, 1 / np.log2(1 + rank), 0),
            (rank <= 1).astype(np.float64),
            (rank <= 10).astype(np.float64),
            (rank <= 100).astype(np.float64),
            np.where(rank <= DEPTH, 1 / rank, 0),
        ],
        axis=1,
    )


def estimate(values: Numbers, clusters: Sequence[Hashable]) -> Scores:
    """Mean of each column of `values` (a row a query, a column a metric), with its interval.

    Queries that ask for one declaration in several ways rise and fall together, so whole
    declarations are drawn with replacement, each with all of its queries: the cluster bootstrap
    (Field and Welsh, "Bootstrapping clustered data", JRSS B 69 (2007)), percentile interval, 2,000
    draws from a fixed seed. `clusters` names each row's declaration. Give the differences of two
    rankings' gains to have the interval of their paired difference.
    """
    numbers = {cluster: number for number, cluster in enumerate(dict.fromkeys(clusters))}
    members = np.array([numbers[cluster] for cluster in clusters])
    sums = np.zeros((len(numbers), values.shape[1]))
    np.add.at(sums, members, values)
    counts = np.bincount(members).astype(np.float64)
    draws = np.random.default_rng(_SEED).multinomial(
        len(numbers), np.full(len(numbers), 1 / len(numbers)), size=_RESAMPLES
    )
    means = (draws @ sums) / (draws @ counts)[:, None]
    low, high = np.percentile(means, [2.5, 97.5], axis=0)
    columns = zip(values.mean(axis=0), low, high, strict=True)
    intervals = (Interval(value=v, low=bottom, high=top) for v, bottom, top in columns)
    return Scores.model_validate(dict(zip(Scores.model_fields, intervals, strict=True)))
