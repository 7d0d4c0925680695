"""Nearest neighbours among the vectors of an index, in FAISS: exact for small libraries, 8-bit for
large ones, on the GPU where faiss-gpu is installed and finds one.

A declaration may have several vectors, one for each text of it; its best counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from mathlib_index.encoder import Vectors, usable_cpus
from mathlib_index.ranges import end_to_end

VECTORS_FILE = "vectors.faiss"
_STARTS_FILE = "vectors.starts.npy"

IndexType = Literal["exact", "8-bit", "16-bit"]
Rows = NDArray[np.int64]

_EXACT_UP_TO = 50_000
"""Vectors. Beyond, 8 bits a number quarter the memory: 200,000 × 384 take 77 MB instead of 307
and took 3 ms a query instead of 12, on one core. One range for all dimensions (`QT_8bit_uniform`)
is twice as fast as one for each; on the development queries it cost 0.003 of nDCG@10."""
_LEAST_RECALL = 0.98
_FEW_QUERIES = 4
_GPU_BLOCK = 65_536  # vectors moved at a time
_MOST_GPU_NEIGHBOURS = 2048
"""FAISS refuses more on a GPU (https://github.com/facebookresearch/faiss/wiki/Faiss-on-the-GPU)."""


def write_vectors(
    folder: Path, vectors: Vectors, texts_of: Sequence[int], probes: Vectors
) -> tuple[IndexType, float]:
    """Write an index of `vectors` (n, d) and return its type and its recall@10.

    `texts_of[row]` is how many vectors, one after the other, belong to declaration `row`. Recall is
    the share of the ten exact neighbours of each of `probes` that the written index finds; 8 bits
    are given up for 16 where it is less than 0.98.
    """
    faiss = _faiss()
    np.save(folder / _STARTS_FILE, np.cumsum([0, *texts_of], dtype=np.int64))
    dimension = vectors.shape[1]
    exact = faiss.IndexFlatIP(dimension)
    exact.add(vectors)
    chosen: tuple[IndexType, Any, float] = ("exact", exact, 1.0)
    if len(vectors) > _EXACT_UP_TO:
        smaller: tuple[tuple[IndexType, str], ...] = (
            ("8-bit", "QT_8bit_uniform"),
            ("16-bit", "QT_fp16"),
        )
        for kind, bits in smaller:
            index = faiss.IndexScalarQuantizer(
                dimension, getattr(faiss.ScalarQuantizer, bits), faiss.METRIC_INNER_PRODUCT
            )
            index.train(vectors)
            index.add(vectors)
            chosen = (kind, index, _recall(index, exact, probes))
            if chosen[2] >= _LEAST_RECALL:
                break
    faiss.write_index(chosen[1], str(folder / VECTORS_FILE))
    return chosen[0], chosen[2]


def _recall(index: Any, exact: Any, probes: Vectors) -> float:
    _, wanted = exact.search(probes, 10)
    _, found = index.search(probes, 10)
    return float(np.mean([len(set(a) & set(b)) / 10 for a, b in zip(wanted, found, strict=True)]))


class VectorSearch:
    """The vectors of an index folder, memory-mapped, searched by inner product."""

    def __init__(self, folder: Path) -> None:
        """Open what `write_vectors` wrote. Raises `RuntimeError`, `OSError` or `ValueError`."""
        faiss = self._faiss = _faiss()
        self._index = faiss.read_index(str(folder / VECTORS_FILE), faiss.IO_FLAG_MMAP_IFC)
        self._starts: Rows = np.load(folder / _STARTS_FILE)
        if self._starts[-1] != self._index.ntotal:
            raise ValueError("the vectors and their list disagree on how many there are")
        self._most_texts = int(np.diff(self._starts).max(initial=1))  # of one declaration
        self._on_gpu = _copy_to_gpu(self._index) if faiss.get_num_gpus() > 0 else None

    @property
    def dimension(self) -> int:
        """Numbers in a vector."""
        return int(self._index.d)

    @property
    def declarations(self) -> int:
        """Declarations that the vectors belong to."""
        return len(self._starts) - 1

    @property
    def device(self) -> Literal["cpu", "cuda"]:
        """Where searches run that are not filtered, and not for thousands of neighbours."""
        return "cpu" if self._on_gpu is None else "cuda"

    def nearest(
        self, queries: Vectors, count: int, allowed: NDArray[np.bool_] | None = None
    ) -> list[Rows]:
        """Rows of the `count` nearest declarations of each query, best first.

        `allowed`, shape (declarations,), says which may be found. Such searches run on the CPU, as
        do those for more neighbours than FAISS finds on a GPU.
        """
        # Two threads that wait for each other are slower than one for a single query.
        several = len(queries) > _FEW_QUERIES
        self._faiss.omp_set_num_threads(usable_cpus() if several else 1)
        depth = min(count * self._most_texts, self._index.ntotal)
        if allowed is None:
            on_gpu = self._on_gpu if depth <= _MOST_GPU_NEIGHBOURS else None
            _, found = (on_gpu or self._index).search(queries, depth)
        else:
            bits = np.packbits(np.repeat(allowed, np.diff(self._starts)), bitorder="little")
            selector = self._faiss.IDSelectorBitmap(bits)
            parameters = self._faiss.SearchParameters(sel=selector)
            _, found = self._index.search(queries, depth, params=parameters)
        return [self._owners(row[row >= 0])[:count] for row in found]

    def scores(self, query: Vectors, rows: Rows) -> NDArray[np.float32]:
        """Inner product of one query, shape (d,), with the best text of each of `rows`."""
        if not len(rows):
            return np.zeros(0, dtype=np.float32)
        texts, firsts = end_to_end(self._starts[np.stack([rows, rows + 1])])
        products = self._index.reconstruct_batch(texts) @ query
        best: NDArray[np.float32] = np.maximum.reduceat(products, firsts)
        return best

    def _owners(self, texts: Rows) -> Rows:
        if self._most_texts == 1:
            return texts
        owners = np.searchsorted(self._starts, texts, side="right") - 1
        return np.fromiter(dict.fromkeys(owners.tolist()), dtype=np.int64)


def _copy_to_gpu(index: Any) -> Any:
    """The same vectors in 16 bits on the first GPU: exact search is fastest there."""
    faiss = _faiss()
    resources = faiss.StandardGpuResources()
    settings = faiss.GpuIndexFlatConfig()
    settings.useFloat16 = True
    on_gpu = faiss.GpuIndexFlatIP(resources, index.d, settings)
    for start in range(0, index.ntotal, _GPU_BLOCK):
        on_gpu.add(index.reconstruct_n(start, min(_GPU_BLOCK, index.ntotal - start)))
    return on_gpu


def _faiss() -> Any:
    import faiss  # its stubs are those of the C++ classes, without what Python adds to them

    return faiss
