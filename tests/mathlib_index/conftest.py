"""One miniature library and one index of it, built once for all the tests here."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from mathlib_index import SearchIndex, build_index

LIBRARY = Path(__file__).parent / "fixtures" / "library"


@pytest.fixture(scope="session")
def library() -> Path:
    """Four small files in Mathlib's style; read only."""
    return LIBRARY


@pytest.fixture(scope="session")
def index_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of the library, made with the real model; read only."""
    folder = tmp_path_factory.mktemp("session") / "index"
    result = build_index(LIBRARY, folder)
    assert result.rebuilt
    return folder


@pytest.fixture(scope="session")
def index(index_folder: Path) -> SearchIndex:
    """The same index, loaded from disk."""
    return SearchIndex.load(index_folder)


@pytest.fixture
def index_copy(index_folder: Path, tmp_path: Path) -> Path:
    """A copy of the index that a test may damage or replace."""
    return Path(shutil.copytree(index_folder, tmp_path / "index"))
