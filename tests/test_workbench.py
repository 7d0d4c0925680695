"""What episodes work with: the index of the embedded library makes and mends itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from lean_agent import workbench
from lean_agent.errors import UserError
from lean_agent.lean import embedded
from lean_agent.lean.toolchain import Toolchain

LIBRARY = Path(__file__).parent / "mathlib_index" / "fixtures" / "library"
EMBEDDED = Toolchain(kind="embedded", argv=(), version="")
PROJECT = Toolchain(kind="project", argv=(), version="")


def test_the_own_index_is_built_on_first_use_and_again_when_damaged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "index"
    monkeypatch.setattr(embedded, "SOURCES", LIBRARY)
    monkeypatch.setattr(workbench, "own_index_path", lambda: path)
    made = list(workbench._own_index(EMBEDDED).declarations)
    assert made
    (path / "declarations.jsonl").write_text("damaged", encoding="utf-8")
    assert list(workbench._own_index(EMBEDDED).declarations) == made


def test_a_project_needs_an_index_that_is_given() -> None:
    with pytest.raises(UserError, match=r"mathlib-index build SOURCES --out INDEX.*--index INDEX"):
        workbench._own_index(PROJECT)
