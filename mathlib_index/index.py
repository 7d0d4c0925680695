"""Search in plain English over the declarations of a Lean library."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from mathlib_index.catalogue import EVERYTHING, Catalogue, Filters
from mathlib_index.declaration import Declaration
from mathlib_index.encoder import Device, Encoder, Vectors
from mathlib_index.errors import IndexUnusable, InvalidQuery
from mathlib_index.gloss import tokens
from mathlib_index.ranking import FULL_RANKING, NAMED_SCORE, Ranker, RankingSettings, fuse
from mathlib_index.store import Manifest, check_files, how_to_build, read_manifest
from mathlib_index.vectors import VectorSearch
from mathlib_index.words import WordSearch

__all__ = ["EVERYTHING", "Filters", "Hit", "SearchIndex"]

MOST_HITS = 1000
LONGEST_QUERY = 10_000  # characters; the models read a few hundred
_POOL = 200
"""Declarations that each of the two searches hands to the ranking, at the least."""


class Hit(BaseModel):
    """One answer to a query."""

    model_config = ConfigDict(frozen=True)

    rank: int
    """1 is the best."""
    score: float
    """Higher is better; comparable only between the hits of one query."""
    declaration: Declaration


class SearchIndex:
    """The declarations of a library, searched by meaning (vectors in FAISS) and by words (BM25).

    May be used from several threads. The embedding model is loaded by the first search and kept.
    """

    def __init__(self, folder: Path, manifest: Manifest, device: Device) -> None:
        """Use `load`. Raises `OSError`, `RuntimeError`, `ValueError` for files that do not fit."""
        self.manifest = manifest
        self.declarations = Catalogue(folder)
        self._vectors = VectorSearch(folder)
        self._words = WordSearch(folder)
        self._ranker = Ranker(folder, self.declarations)
        sizes = (self._vectors.declarations, self._vectors.dimension, len(self.declarations))
        if sizes != (manifest.declarations, manifest.dimension, manifest.declarations):
            raise ValueError("the files disagree on how much they hold")
        self._device: Device = device
        self._encoder: Encoder | None = None
        self._lock = threading.Lock()

    @classmethod
    def load(cls, folder: Path | str, device: Device = "auto") -> SearchIndex:
        """Open an index folder; `device` is where queries are encoded.

        Raises `IndexUnusable`, with what to do, where it is missing, damaged or not an index.
        """
        folder = Path(folder)
        while True:
            manifest = read_manifest(folder)
            try:
                index = cls._open(folder, manifest, device)
            except IndexUnusable:
                if read_manifest(folder) == manifest:
                    raise
                continue
            # A build may have put a new index in place while the files were opened, one by one.
            if read_manifest(folder) == manifest:
                return index

    @classmethod
    def _open(cls, folder: Path, manifest: Manifest, device: Device) -> SearchIndex:
        check_files(folder, manifest)
        try:
            return cls(folder, manifest, device)
        except (OSError, RuntimeError, ValueError, KeyError) as error:
            raise IndexUnusable(
                f"the index at {folder} cannot be understood ({error}). {how_to_build(folder)}"
            ) from error

    def __len__(self) -> int:
        return len(self.declarations)

    def get(self, name: str) -> Declaration | None:
        """The declaration with this full name."""
        row = self.declarations.row_of(name)
        return None if row is None else self.declarations[row]

    def search(self, query: str, k: int = 10, filters: Filters = EVERYTHING) -> list[Hit]:
        """The `k` declarations that answer best, best first; fewer if there are fewer.

        A full name in the query puts that declaration first. Raises `InvalidQuery` for a query that
        is empty or beyond 10,000 characters and for k out of 1 to 1,000, `ModelUnavailable` where
        the index's embedding model is not there.
        """
        return self.search_many([query], k, filters)[0]

    def search_many(
        self,
        queries: Sequence[str],
        k: int = 10,
        filters: Filters = EVERYTHING,
        settings: RankingSettings = FULL_RANKING,
    ) -> list[list[Hit]]:
        """As `search`, for many queries in one batch; one list of hits a query, in their order."""
        if not 1 <= k <= MOST_HITS:
            raise InvalidQuery(f"k is {k}; ask for 1 to {MOST_HITS} hits.")
        for query in queries:
            if not query.strip():
                raise InvalidQuery("the query is empty; describe the fact you look for in words.")
            if len(query) > LONGEST_QUERY:
                raise InvalidQuery(
                    f"the query has {len(query):,} characters; ask in {LONGEST_QUERY:,} or fewer."
                )
        if not queries:
            return []
        # JSON from a model may hold half a surrogate pair, which no tokenizer takes.
        queries = [query.encode("utf-8", "replace").decode() for query in queries]
        allowed = None if filters == EVERYTHING else self.declarations.allowed(filters)
        pool = min(max(k, _POOL), len(self) if allowed is None else int(allowed.sum()))
        if pool == 0:
            return [[] for _ in queries]
        vectors: Sequence[NDArray[np.float32] | None] = [None] * len(queries)
        neighbours: Sequence[NDArray[np.int64]] = [np.empty(0, dtype=np.int64)] * len(queries)
        if settings.meaning:
            with self._lock:
                encoded = self._encode(queries)
                neighbours = self._vectors.nearest(encoded, pool, allowed)
            vectors = list(encoded)
        return [
            self._hits(query, k, vector, rows, pool, allowed, settings)
            for query, vector, rows in zip(queries, vectors, neighbours, strict=True)
        ]

    def _hits(
        self,
        query: str,
        k: int,
        vector: NDArray[np.float32] | None,
        near: NDArray[np.int64],
        pool: int,
        allowed: NDArray[np.bool_] | None,
        settings: RankingSettings,
    ) -> list[Hit]:
        asked = tokens(query)
        words = self._words.scores(asked)
        called = self._words.called(asked)
        if allowed is not None:
            words = np.where(allowed, words, 0)
            called = called[allowed[called]]
        matching = _largest(words, pool) if settings.words else np.empty(0, dtype=np.int64)
        scores = fuse([near.tolist(), matching.tolist()])
        if settings.signs and vector is not None:
            rows = np.array(sorted({*scores, *called[:pool].tolist()}), dtype=np.int64)
            meaning = self._vectors.scores(vector, rows)
            likeness = self._words.likeness(asked, rows)
            values = self._ranker.score(rows, words[rows], meaning, likeness)
            scores = dict(zip(rows.tolist(), values.tolist(), strict=True))
        if settings.names:
            for place, row in enumerate(self._ranker.named(query)):
                if allowed is None or allowed[row]:
                    scores[row] = NAMED_SCORE - place
        ranking = sorted(scores.items(), key=lambda entry: (-entry[1], entry[0]))
        return [
            Hit(rank=rank, score=score, declaration=self.declarations[row])
            for rank, (row, score) in enumerate(ranking[:k], start=1)
        ]

    def _encode(self, queries: Sequence[str]) -> Vectors:
        if self._encoder is None:
            encoder = Encoder(self.manifest.model, self._device)
            if encoder.checksum != self.manifest.model_checksum:
                raise IndexUnusable(
                    f"the model {self.manifest.model} has changed since this index was built; "
                    "build it again."
                )
            self._encoder = encoder
        return self._encoder.encode_queries(queries)


def _largest(scores: NDArray[np.float32], count: int) -> NDArray[np.int64]:
    """Rows of the `count` largest scores above zero, largest first, ties by row."""
    count = min(count, int(np.count_nonzero(scores > 0)))
    if count == 0:
        return np.empty(0, dtype=np.int64)
    bar = np.partition(scores, len(scores) - count)[len(scores) - count]
    rows = np.flatnonzero(scores >= bar)
    return rows[np.argsort(-scores[rows], kind="stable")][:count]
