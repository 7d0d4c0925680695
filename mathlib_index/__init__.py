"""Search a Lean library in plain English.

from mathlib_index import SearchIndex, build_index

build_index(Path("Mathlib"), Path("mathlib.index"))
index = SearchIndex.load("mathlib.index")
for hit in index.search("addition of natural numbers is commutative", k=5):
    print(hit.rank, hit.declaration.headline)
"""

from __future__ import annotations

from mathlib_index.build import BuildResult, build_index
from mathlib_index.declaration import Declaration
from mathlib_index.encoder import DEFAULT_MODEL, Encoder
from mathlib_index.errors import (
    IndexUnusable,
    InvalidQuery,
    MathlibIndexError,
    ModelUnavailable,
    SourcesUnusable,
)
from mathlib_index.extract import extract_folder, extract_text
from mathlib_index.index import EVERYTHING, Filters, Hit, SearchIndex
from mathlib_index.store import Manifest

__all__ = [
    "DEFAULT_MODEL",
    "EVERYTHING",
    "BuildResult",
    "Declaration",
    "Encoder",
    "Filters",
    "Hit",
    "IndexUnusable",
    "InvalidQuery",
    "Manifest",
    "MathlibIndexError",
    "ModelUnavailable",
    "SearchIndex",
    "SourcesUnusable",
    "build_index",
    "extract_folder",
    "extract_text",
]
