"""Which hits come first: candidates by meaning and by words, then one score from several signs.

The first stage takes the best by vectors and the best by BM25, and fuses the two rankings by
reciprocal rank (Cormack, Clarke and Büttcher, 2009). The second scores each candidate by a weighted
sum of its BM25 score, its cosine, its kind and a few other signs. Names that the query says
outright come before all others.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from mathlib_index.catalogue import KINDS, Catalogue
from mathlib_index.declaration import Declaration, DeclarationKind
from mathlib_index.gloss import tokens

_SIGNS_FILE = "signs.npy"
_RECIPROCAL_RANK_OFFSET = 60  # the value of the paper on reciprocal rank fusion
_IDENTIFIER = re.compile(r"[^\W\d][\w'!?«».]*")
_EXPRESSION_IN_TICKS = re.compile(r"`[^`\s]*\s[^`]*`")
_NOTATION = re.compile(r"[(){}\[\]=≤≥<>→↔⇒∀∃∧∨∈⊆∘⁻*+^|:$\\]")
_MOST_NAMED = 10
_LONGEST_NAME = 12  # words; longer names say no less than that

NAMED_SCORE = 1000.0
"""Score of a declaration that the query names; more than any other."""

WORDS_WEIGHT = 1.0
"""What a unit of BM25 adds to a candidate's score."""
MEANING_WEIGHT = 25.0
"""What a unit of cosine adds."""
LIKENESS_WEIGHT = 4.0
"""What a unit of likeness between query and name or title adds."""
CALLED_WEIGHT = 4.0
"""What it adds beside that if their words are the same."""
KIND_WEIGHTS: dict[DeclarationKind, float] = {
    "structure": 3.0,
    "class": 3.0,
    "inductive": 3.0,
    "def": 1.0,
    "abbrev": 1.0,
    "field": -4.0,
    "constructor": -4.0,
}
"""What its kind adds: who describes a notion wants the notion before its fields and lemmas."""
SIGN_WEIGHTS = {
    "name": -0.5,  # words in its name, 12 at most: special cases have long names
    "signature": -0.5,  # logarithm of the characters of its signature
    "uses": 0.1,  # logarithm of how many other signatures mention it
    "generated": -3.0,  # an alias, or made by an attribute: near to what it is made from
    "deprecated": -3.0,
}
"""What one unit of each other sign adds. All weights were chosen on development queries."""


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
        signs: NDArray[np.float32] = np.load(folder / _SIGNS_FILE)
        if signs.shape != (len(catalogue), len(SIGN_WEIGHTS)):
            raise ValueError("the signs and the declarations disagree on how many there are")
        kinds = np.array([KIND_WEIGHTS.get(kind, 0.0) for kind in KINDS])
        self._prior = signs @ np.array(list(SIGN_WEIGHTS.values())) + kinds[catalogue.kinds]
        self._catalogue = catalogue

    def score(
        self,
        rows: NDArray[np.int64],
        words: NDArray[np.float32],
        meaning: NDArray[np.float32],
        likeness: NDArray[np.float32],
    ) -> NDArray[np.float64]:
        """Scores of candidates from their BM25 scores, their cosines, and how alike their names and
        the query are; all of shape (candidates,)."""
        score: NDArray[np.float64] = (
            WORDS_WEIGHT * words
            + MEANING_WEIGHT * meaning
            + LIKENESS_WEIGHT * likeness
            + CALLED_WEIGHT * (likeness == 1)
            + self._prior[rows]
        )
        return score

    def named(self, query: str) -> list[int]:
        """Rows of the declarations that the query names, the likeliest first.

        A query that is a name finds that declaration and those that have it behind a namespace; if
        there are none, a namespace of it is dropped, since lemmas of Lean's core have general forms
        elsewhere. In a sentence full names count, unless they are also plain words, such as `id`.
        In a Lean expression a name is an ingredient of what is looked for, and does not count.
        """
        whole = query.strip().strip("`")
        if _IDENTIFIER.fullmatch(whole):
            return self._ending_in(whole) or self._ending_in(whole.rstrip(".?!"))
        prose = _EXPRESSION_IN_TICKS.sub(" ", query)
        if _NOTATION.search(prose):
            return []
        words = [word.rstrip(".?!") for word in _IDENTIFIER.findall(prose)]
        rows = [self._catalogue.row_of(word) for word in words if "_" in word or "." in word]
        return list(dict.fromkeys(row for row in rows if row is not None))

    def _ending_in(self, name: str) -> list[int]:
        while name:
            exact = self._catalogue.row_of(name)
            rows = [] if exact is None else [exact]
            if "_" in name or "." in name:
                rows += [row for row in self._catalogue.rows_ending_in(name) if row != exact]
            if rows:
                return rows[:_MOST_NAMED]
            name = name.partition(".")[2]
        return []


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
            min(_LONGEST_NAME, len(tokens(declaration.name))),
            np.log1p(len(declaration.signature)),
            np.log1p(uses[row]),
            bool(declaration.generated_from),
            declaration.deprecated,
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
