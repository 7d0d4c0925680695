"""Ranking by words: BM25 over names, docstrings and statements (Robertson and Zaragoza, 2009)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mathlib_index.ranges import end_to_end

_FOLDER = "words"
_OWNERS_FILE = "labels.owners.npy"
_STARTS_FILE = "labels.starts.npy"
_WORDS_FILE = "labels.words.npy"
_KEYS_FILE = "labels.keys.npy"
_K1, _B = 1.2, 0.75  # BM25's saturation and length normalisation, at their usual values


class WordSearch:
    """The BM25 index of an index folder, memory-mapped, and what its declarations are called."""

    def __init__(self, folder: Path) -> None:
        """Open what `write_words` wrote. Raises `OSError` or `ValueError` if it is not whole."""
        import bm25s

        self._bm25: Any = bm25s.BM25.load(folder / _FOLDER, mmap=True, show_progress=False)
        self._label_owners: NDArray[np.int32] = np.load(folder / _OWNERS_FILE)
        self._label_starts: NDArray[np.int64] = np.load(folder / _STARTS_FILE)
        self._label_words: NDArray[np.int32] = np.load(folder / _WORDS_FILE)
        self._label_keys: NDArray[np.uint64] = np.load(folder / _KEYS_FILE)

    def scores(self, words: Sequence[str]) -> NDArray[np.float32]:
        """BM25 score of every declaration for a query of these tokens, shape (declarations,)."""
        scores: NDArray[np.float32] = self._bm25.get_scores_from_ids(self._known(words))
        return scores

    def called(self, words: Sequence[str]) -> NDArray[np.int64]:
        """Rows of the declarations that are called by just these words, in any order."""
        known = self._known(words)
        if not known or len(known) < len(set(words)):
            return np.empty(0, dtype=np.int64)
        same = self._label_keys == _key(known)
        return np.unique(self._label_owners[same]).astype(np.int64)

    def likeness(self, words: Sequence[str], rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """How alike the query and what each of `rows` is called are: shared words over all words of
        the two (Jaccard, 1912), for the best label of each."""
        known = self._known(words)
        if not known or not len(rows):
            return np.zeros(len(rows), dtype=np.float32)
        labels, firsts = end_to_end(np.searchsorted(self._label_owners, [rows, rows + 1]))
        starts = np.stack([self._label_starts[labels], self._label_starts[labels + 1]])
        words_at, label_firsts = end_to_end(starts)
        shared = np.add.reduceat(np.isin(self._label_words[words_at], known), label_firsts)
        alike = shared / (len(set(words)) + starts[1] - starts[0] - shared)
        best: NDArray[np.float32] = np.maximum.reduceat(alike, firsts).astype(np.float32)
        return best

    def _known(self, words: Sequence[str]) -> list[int]:
        vocabulary = self._bm25.vocab_dict
        return [vocabulary[word] for word in dict.fromkeys(words) if word in vocabulary]


def write_words(
    folder: Path, documents: Iterable[Sequence[str]], labels: Sequence[Sequence[Sequence[str]]]
) -> None:
    """Write a BM25 index of documents that are given as tokens.

    `labels[row]` is what declaration `row` is called, one or several lists of tokens that are in
    its document too, none of them empty.
    """
    import bm25s

    vocabulary: dict[str, int] = {}
    numbered = [
        [vocabulary.setdefault(token, len(vocabulary)) for token in document]
        for document in documents
    ]
    bm25 = bm25s.BM25(method="lucene", k1=_K1, b=_B)
    bm25.index((numbered, vocabulary), create_empty_token=False, show_progress=False)
    bm25.save(folder / _FOLDER, show_progress=False)
    owners = [row for row, several in enumerate(labels) for _ in several]
    sets = [sorted({vocabulary[token] for token in one}) for several in labels for one in several]
    np.save(folder / _OWNERS_FILE, np.array(owners, dtype=np.int32))
    np.save(folder / _STARTS_FILE, np.cumsum([0, *map(len, sets)], dtype=np.int64))
    np.save(folder / _WORDS_FILE, np.array([word for one in sets for word in one], dtype=np.int32))
    np.save(folder / _KEYS_FILE, np.array([_key(one) for one in sets], dtype=np.uint64))


def _key(words: Sequence[int]) -> int:
    """A hash of a set of words."""
    content = np.array(sorted(words), dtype=np.int32).tobytes()
    return int.from_bytes(hashlib.blake2b(content, digest_size=8).digest(), "little")
