"""Which hits come first: candidates by meaning and by words, then one score from several signs.

The first stage takes the best by vectors and the best by BM25, and fuses the two rankings by
reciprocal rank (Cormack, Clarke and Büttcher, 2009). The second scores each candidate by a sum of
weighted signs (`SIGN_WEIGHTS`). Names that the query says outright come before all others.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from mathlib_index.catalogue import Catalogue
from mathlib_index.declaration import Declaration
from mathlib_index.gloss import tokens

_SIGNS_FILE = "signs.npy"
_RECIPROCAL_RANK_OFFSET = 60  # the value of the paper on reciprocal rank fusion
_IDENTIFIER = re.compile(r"[^\W\d][\w'!?«».]*")
_DEFINING = {"def", "abbrev", "structure", "class", "inductive"}
_LONGEST_NAME = 12  # words; longer names say no less than that

NAME_BONUS = 1000.0
"""Added to the score of a declaration whose full name stands in the query."""

SIGN_WEIGHTS: dict[str, float] = {
    "words": 1.0,  # BM25
    "meaning": 20.0,  # cosine of query and text
    "defines": 1.0,  # a definition rather than a fact about it
    "documented": 1.0,  # has a docstring
    "name_length": -0.5,  # words of its name, 12 at most: special lemmas have long names
    "uses": 0.2,  # logarithm of how many other statements mention it
}
"""What one unit of each sign adds to a candidate's score."""

_STATIC_SIGNS = ("defines", "documented", "name_length", "uses")


class RankingSettings(BaseModel):
    """Parts of the ranking that can be switched off, to see what each adds."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    words: bool = True
    """Candidates by BM25."""
    meaning: bool = True
    """Candidates by the embedding model."""
    signs: bool = True
    """The second stage; without it, candidates stay in the order of the fusion."""
    names: bool = True
    """Names in the query come first."""


FULL_RANKING = RankingSettings()


class Ranker:
    """Orders candidates; holds the signs of each declaration that do not depend on the query."""

    def __init__(self, folder: Path, catalogue: Catalogue) -> None:
        """Open what `write_signs` wrote. Raises `OSError` or `ValueError` if it is not whole."""
        self._signs: NDArray[np.float32] = np.load(folder / _SIGNS_FILE)
        if self._signs.shape != (len(catalogue), len(_STATIC_SIGNS)):
            raise ValueError("the signs and the declarations disagree on how many there are")
        self._prior = self._signs @ np.array([SIGN_WEIGHTS[sign] for sign in _STATIC_SIGNS])
        self._catalogue = catalogue

    def score(
        self, rows: NDArray[np.int64], words: NDArray[np.float32], meaning: NDArray[np.float32]
    ) -> NDArray[np.float64]:
        """Scores of candidates, from their BM25 scores and cosines, all of shape (candidates,)."""
        score: NDArray[np.float64] = (
            SIGN_WEIGHTS["words"] * words + SIGN_WEIGHTS["meaning"] * meaning + self._prior[rows]
        )
        return score

    def named(self, query: str) -> list[int]:
        """Rows of the declarations whose full name stands in the query.

        A name that is also a plain word, such as `id`, counts only if it is all of the query.
        """
        whole = query.strip().strip("`")
        found: list[int] = []
        for word in [whole, *_IDENTIFIER.findall(query)]:
            name = word.rstrip(".?!")
            looks_like_a_name = "_" in name or "." in name or name == whole
            for candidate in (word, name):
                row = self._catalogue.row_of(candidate) if looks_like_a_name else None
                if row is not None:
                    found.append(row)
        return list(dict.fromkeys(found))


def fuse(rankings: Sequence[Sequence[int]]) -> dict[int, float]:
    """Reciprocal-rank scores of what stands in any of the rankings (rows, best first)."""
    scores: dict[int, float] = defaultdict(float)
    for ranking in rankings:
        for rank, row in enumerate(ranking, start=1):
            scores[row] += 1 / (_RECIPROCAL_RANK_OFFSET + rank)
    return scores


def write_signs(folder: Path, declarations: Sequence[Declaration]) -> None:
    """Write the signs of declarations that do not depend on a query."""
    uses = _uses(declarations)
    signs = [
        (
            declaration.kind in _DEFINING,
            bool(declaration.docstring),
            min(_LONGEST_NAME, len(tokens(declaration.name))),
            np.log1p(uses[row]),
        )
        for row, declaration in enumerate(declarations)
    ]
    np.save(folder / _SIGNS_FILE, np.array(signs, dtype=np.float32))


def _uses(declarations: Sequence[Declaration]) -> list[int]:
    """How many signatures mention each name, in full or without its first namespaces."""
    mentions: dict[str, int] = defaultdict(int)
    for declaration in declarations:
        for identifier in set(_IDENTIFIER.findall(declaration.signature)):
            mentions[identifier] += 1

    def uses(name: str) -> int:
        components = name.split(".")
        ends = (".".join(components[start:]) for start in range(len(components)))
        return sum(mentions.get(end, 0) for end in ends)

    return [uses(declaration.name) for declaration in declarations]
