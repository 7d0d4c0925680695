"""Which hits come first: names said outright, then meaning and words fused.

Words are scored by BM25 (Robertson and Zaragoza, 2009) and fused with the dense ranking by
reciprocal rank (Cormack, Clarke and Büttcher, 2009).
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from mathlib_index.declaration import Declaration
from mathlib_index.gloss import passage_text, tokens

_K1, _B = 1.2, 0.75  # BM25's saturation and length normalisation, at their usual values
_RECIPROCAL_RANK_OFFSET = 60  # the value of the paper on reciprocal rank fusion
_NAME_IN_QUERY = re.compile(r"[^\W\d][\w'!?«».]*")
NAME_BONUS = 1.0
"""Added to the score of a declaration whose name the query holds; more than any fused score."""


class LexicalRanking:
    """Inverted index over the words of the declarations, and over their names."""

    def __init__(self, declarations: Sequence[Declaration]) -> None:
        self._size = len(declarations)
        self._by_name: dict[str, list[int]] = defaultdict(list)
        postings: dict[str, list[tuple[int, int]]] = defaultdict(list)
        lengths = np.zeros(self._size, dtype=np.float32)
        for position, declaration in enumerate(declarations):
            self._by_name[declaration.name].append(position)
            counts = Counter(tokens(passage_text(declaration)))
            lengths[position] = counts.total()
            for token, count in counts.items():
                postings[token].append((position, count))
        norms = _K1 * (1 - _B + _B * lengths / max(1.0, float(lengths.mean())))
        self._postings = {
            token: self._weigh(np.array(entries, dtype=np.int32), norms)
            for token, entries in postings.items()
        }

    def _weigh(
        self, entries: NDArray[np.int32], norms: NDArray[np.float32]
    ) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        positions, counts = entries[:, 0].copy(), entries[:, 1]
        rarity = math.log(1 + (self._size - len(entries) + 0.5) / (len(entries) + 0.5))
        weights = rarity * counts * (_K1 + 1) / (counts + norms[positions])
        return positions, weights.astype(np.float32)

    def best(self, query: str, count: int) -> list[int]:
        """Positions of at most `count` declarations that share words with the query, best first."""
        scores = np.zeros(self._size, dtype=np.float32)
        for token in tokens(query):
            if token in self._postings:
                positions, weights = self._postings[token]
                scores[positions] += weights
        count = min(count, int(np.count_nonzero(scores)))
        return [int(position) for position in np.argsort(-scores, kind="stable")[:count]]

    def named(self, query: str) -> list[int]:
        """Positions of the declarations whose full name stands in the query.

        A name that is also a plain word, such as `id`, counts only if it is all of the query.
        """
        found: list[int] = []
        for word in [query.strip().strip("`"), *_NAME_IN_QUERY.findall(query)]:
            name = word.rstrip(".?!")
            looks_like_a_name = "_" in name or "." in name or name == query.strip().strip("`")
            for candidate in (word, name):
                if looks_like_a_name and candidate in self._by_name:
                    found.extend(self._by_name[candidate])
        return list(dict.fromkeys(found))


def fuse(rankings: Sequence[Sequence[int]], named: Sequence[int]) -> list[tuple[int, float]]:
    """Merge rankings (positions, best first) by reciprocal rank; what is named comes first."""
    scores: dict[int, float] = defaultdict(float)
    for ranking in rankings:
        for rank, position in enumerate(ranking, start=1):
            scores[position] += 1 / (_RECIPROCAL_RANK_OFFSET + rank)
    for position in named:
        scores[position] += NAME_BONUS
    return sorted(scores.items(), key=lambda entry: (-entry[1], entry[0]))
