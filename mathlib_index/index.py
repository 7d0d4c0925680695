"""Search in plain English over the declarations of a Lean library."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from mathlib_index.declaration import Declaration, DeclarationKind
from mathlib_index.encoder import Device, Encoder
from mathlib_index.errors import IndexUnusable, InvalidQuery
from mathlib_index.gloss import passage_text
from mathlib_index.ranking import LexicalRanking, fuse
from mathlib_index.store import (
    SCHEMA_VERSION,
    Manifest,
    declarations_to_jsonl,
    read_folder,
    write_folder,
)

_POOL = 100
"""Declarations that each ranking hands to the fusion, at the least."""


class Hit(BaseModel):
    """One answer to a query."""

    model_config = ConfigDict(frozen=True)

    rank: int
    """1 is the best."""
    score: float
    """Higher is better; comparable only between the hits of one query."""
    declaration: Declaration


class Filters(BaseModel):
    """Which declarations a search may answer with."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kinds: frozenset[DeclarationKind] = frozenset()
    """Only these kinds; empty for all."""
    module: str = ""
    """Only this module and those below it: `Mathlib.Order` takes in `Mathlib.Order.Basic`."""


EVERYTHING = Filters()


class SearchIndex:
    """Declarations with their vectors (exact inner-product search in FAISS) and words.

    `search` may be called from several threads. The embedding model is loaded by the first search
    (some seconds) and kept.
    """

    def __init__(
        self,
        manifest: Manifest,
        declarations: list[Declaration],
        vectors: Any,
        *,
        encoder: Encoder | None = None,
        device: Device = "auto",
    ) -> None:
        """Use `build` or `load`. `vectors` is a FAISS index in the order of `declarations`."""
        self.manifest = manifest
        self.declarations = declarations
        self._vectors = vectors
        self._searcher = _on_gpu_if_there(vectors)
        self._words = LexicalRanking(declarations)
        self._encoder = encoder
        self._device: Device = device
        self._lock = threading.Lock()

    @classmethod
    def build(
        cls,
        declarations: list[Declaration],
        encoder: Encoder,
        *,
        sources: str,
        files: int,
        on_batch: Callable[[int, int], None] | None = None,
    ) -> SearchIndex:
        """Encode and index declarations (at least one) that came from `files` files in `sources`.

        `on_batch(done, total)` is called after each batch of texts.
        """
        import faiss

        passages = [passage_text(declaration) for declaration in declarations]
        vectors = faiss.IndexFlatIP(encoder.dimension)
        vectors.add(encoder.encode_passages(passages, on_batch))
        manifest = Manifest(
            schema_version=SCHEMA_VERSION,
            model=encoder.name,
            dimension=encoder.dimension,
            declarations=len(declarations),
            files=files,
            sources=sources,
            built_at=datetime.now(UTC),
            checksums={},
        )
        return cls(manifest, declarations, vectors, encoder=encoder)

    @classmethod
    def load(cls, folder: Path | str, device: Device = "auto") -> SearchIndex:
        """Read an index from its folder; `device` is where queries are encoded.

        Raises `IndexUnusable`, with what to do, where it is missing, damaged or not an index.
        """
        manifest, declarations, vectors = read_folder(Path(folder))
        return cls(manifest, declarations, vectors, device=device)

    def save(self, folder: Path | str) -> None:
        """Write to `folder`, in one step, in place of the index that may be there.

        Raises `IndexUnusable` if the folder holds other things or cannot be written.
        """
        write_folder(
            Path(folder), self.manifest, declarations_to_jsonl(self.declarations), self._vectors
        )

    def search(self, query: str, k: int = 10) -> list[Hit]:
        """The `k` declarations that answer best, best first; fewer if the index holds fewer.

        A full name in the query puts that declaration first. Raises `InvalidQuery` for an empty
        query or k < 1, `ModelUnavailable` where the index's embedding model is not there.
        """
        return self.search_many([query], k)[0]

    def search_many(self, queries: Sequence[str], k: int = 10) -> list[list[Hit]]:
        """As `search`, for many queries in one batch; one list of hits a query, in their order."""
        if k < 1:
            raise InvalidQuery(f"k is {k}; ask for at least 1 hit.")
        if any(not query.strip() for query in queries):
            raise InvalidQuery("the query is empty; describe the fact you look for in words.")
        if not queries:
            return []
        # JSON from a model may hold half a surrogate pair, which no tokenizer takes.
        queries = [query.encode("utf-8", "replace").decode() for query in queries]
        pool = min(max(k, _POOL), len(self.declarations))
        with self._lock:
            _, neighbours = self._searcher.search(self._encode(queries), pool)
        return [
            self._rank(query, k, [int(position) for position in row if position >= 0])
            for query, row in zip(queries, neighbours, strict=True)
        ]

    def _rank(self, query: str, k: int, dense: list[int]) -> list[Hit]:
        lexical = self._words.best(query, len(dense))
        ranking = fuse([dense, lexical], self._words.named(query))
        return [
            Hit(rank=rank, score=score, declaration=self.declarations[position])
            for rank, (position, score) in enumerate(ranking[:k], start=1)
        ]

    def _encode(self, queries: Sequence[str]) -> Any:
        if self._encoder is None:
            self._encoder = Encoder(self.manifest.model, self._device)
        vectors = self._encoder.encode_queries(queries)
        if vectors.shape[1] != self.manifest.dimension:
            raise IndexUnusable(
                f"the index has vectors of {self.manifest.dimension} numbers, the model "
                f"{self.manifest.model} now makes {vectors.shape[1]}. Build the index again."
            )
        return vectors


def _on_gpu_if_there(vectors: Any) -> Any:
    import faiss

    if faiss.get_num_gpus() > 0:
        return faiss.index_cpu_to_all_gpus(vectors)
    return vectors
