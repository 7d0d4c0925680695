"""Vectors on disk: exact for small libraries, 8-bit for large ones, several texts a declaration."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from mathlib_index import vectors as vectors_module
from mathlib_index.encoder import Vectors
from mathlib_index.vectors import VectorSearch, write_vectors


def unit_vectors(count: int, seed: int = 0) -> Vectors:
    made = np.random.default_rng(seed).standard_normal((count, 64)).astype(np.float32)
    normal: Vectors = made / np.linalg.norm(made, axis=1, keepdims=True)
    return normal


def test_neighbours_are_those_of_exact_search(tmp_path: Path) -> None:
    library, queries = unit_vectors(500), unit_vectors(20, seed=1)
    assert write_vectors(tmp_path, library, [1] * 500, queries) == ("exact", 1.0)
    found = VectorSearch(tmp_path).nearest(queries, 7)
    wanted = np.argsort(-(queries @ library.T), axis=1)[:, :7]
    assert [row.tolist() for row in found] == wanted.tolist()


def test_a_large_library_is_kept_in_eight_bits_with_its_recall_measured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vectors_module, "_EXACT_UP_TO", 1000)
    library, queries = unit_vectors(3000), unit_vectors(50, seed=1)
    kind, recall = write_vectors(tmp_path, library, [1] * 3000, queries)
    assert kind in {"8-bit", "16-bit"}
    assert 0.95 <= recall <= 1
    assert (tmp_path / "vectors.faiss").stat().st_size < library.nbytes * 0.6
    search = VectorSearch(tmp_path)
    exact = np.argsort(-(queries @ library.T), axis=1)[:, :10]
    found = search.nearest(queries, 10)
    shared = [len(set(a) & set(b)) / 10 for a, b in zip(exact.tolist(), found, strict=True)]
    assert np.mean(shared) == pytest.approx(recall)


def test_the_best_text_of_a_declaration_counts(tmp_path: Path) -> None:
    texts = unit_vectors(6)
    write_vectors(tmp_path, texts, [1, 3, 2], texts)
    search = VectorSearch(tmp_path)
    assert search.declarations == 3
    assert search.nearest(texts[3:4], 3)[0][0] == 1
    assert sorted(search.nearest(texts[3:4], 3)[0].tolist()) == [0, 1, 2]
    best = [texts[0] @ texts[4], (texts[1:4] @ texts[4]).max(), 1.0]
    assert search.scores(texts[4], np.array([0, 1, 2])) == pytest.approx(best, abs=1e-5)


def test_only_what_is_allowed_is_found(tmp_path: Path) -> None:
    texts = unit_vectors(40)
    write_vectors(tmp_path, texts, [2] * 20, texts)
    allowed = np.zeros(20, dtype=bool)
    allowed[[3, 11, 17]] = True
    found = VectorSearch(tmp_path).nearest(unit_vectors(5, seed=2), 10, allowed)
    assert all(sorted(rows.tolist()) == [3, 11, 17] for rows in found)


@pytest.mark.gpu
def test_on_a_gpu_the_same_neighbours_are_found(tmp_path: Path) -> None:
    library, queries = unit_vectors(5000), unit_vectors(50, seed=1)
    write_vectors(tmp_path, library, [1] * 5000, queries)
    search = VectorSearch(tmp_path)
    assert search.device == "cuda"
    exact = np.argsort(-(queries @ library.T), axis=1)[:, :10]
    found = search.nearest(queries, 10)
    shared = [len(set(a) & set(b)) / 10 for a, b in zip(exact.tolist(), found, strict=True)]
    assert np.mean(shared) > 0.98


def test_thousands_of_neighbours_are_found_with_and_without_a_gpu(tmp_path: Path) -> None:
    library, queries = unit_vectors(5000), unit_vectors(2, seed=1)
    write_vectors(tmp_path, library, [1] * 5000, queries)
    found = VectorSearch(tmp_path).nearest(queries, 3000)
    wanted = np.argsort(-(queries @ library.T), axis=1)[:, :3000]
    shared = [len(set(a) & set(b)) / 3000 for a, b in zip(wanted.tolist(), found, strict=True)]
    assert min(shared) > 0.999


def test_without_a_gpu_searches_run_on_the_cpu(tmp_path: Path) -> None:
    import faiss

    write_vectors(tmp_path, unit_vectors(10), [1] * 10, unit_vectors(2))
    assert VectorSearch(tmp_path).device == ("cuda" if faiss.get_num_gpus() > 0 else "cpu")
