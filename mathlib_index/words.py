"""Ranking by words: BM25 over names, docstrings and statements (Robertson and Zaragoza, 2009)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

_FOLDER = "words"
_K1, _B = 1.2, 0.75  # BM25's saturation and length normalisation, at their usual values


class WordSearch:
    """The BM25 index of an index folder, memory-mapped."""

    def __init__(self, folder: Path) -> None:
        """Open what `write_words` wrote. Raises `OSError` or `ValueError` if it is not whole."""
        import bm25s

        self._bm25: Any = bm25s.BM25.load(folder / _FOLDER, mmap=True, show_progress=False)

    def scores(self, words: Sequence[str]) -> NDArray[np.float32]:
        """BM25 score of every declaration for a query of these tokens, shape (declarations,)."""
        vocabulary = self._bm25.vocab_dict
        known = [vocabulary[word] for word in dict.fromkeys(words) if word in vocabulary]
        scores: NDArray[np.float32] = self._bm25.get_scores_from_ids(known)
        return scores


def write_words(folder: Path, documents: Sequence[Sequence[str]]) -> None:
    """Write a BM25 index of documents that are given as tokens."""
    import bm25s

    vocabulary: dict[str, int] = {}
    numbered = [
        [vocabulary.setdefault(token, len(vocabulary)) for token in document]
        for document in documents
    ]
    bm25 = bm25s.BM25(method="lucene", k1=_K1, b=_B)
    bm25.index((numbered, vocabulary), create_empty_token=False, show_progress=False)
    bm25.save(folder / _FOLDER, show_progress=False)
