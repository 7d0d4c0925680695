"""The ranking with parts of it switched off, to see what each adds."""

from __future__ import annotations

from functools import partial

from mathlib_index.index import SearchIndex
from mathlib_index.ranking import RankingSettings
from mathlib_index.rerank import Search

CONFIGURATIONS = {
    "BM25": RankingSettings(meaning=False, signs=False, names=False),
    "dense": RankingSettings(words=False, signs=False, names=False),
    "fused": RankingSettings(signs=False, names=False),
    "fused + names": RankingSettings(signs=False),
    "fused + rerank": RankingSettings(names=False),
}
"""What is compared with the whole ranking, by label. Fused is BM25 with dense; rerank is the second
stage, a weighted sum of signs."""


def ablations(index: SearchIndex) -> dict[str, Search]:
    """A search of this index for each of the configurations."""
    return {
        label: partial(index.search_many, settings=settings)
        for label, settings in CONFIGURATIONS.items()
    }
