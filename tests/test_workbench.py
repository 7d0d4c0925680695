"""What episodes work with: the index of the embedded library makes and mends itself."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event

import pytest

from lean_agent import workbench
from lean_agent.errors import UserError
from lean_agent.lean import embedded
from lean_agent.lean.toolchain import Toolchain
from mathlib_index.build import ProgressReport

LIBRARY = Path(__file__).parent / "mathlib_index" / "fixtures" / "library"
EMBEDDED = Toolchain(kind="embedded", argv=(), version="")
PROJECT = Toolchain(kind="project", argv=(), version="")


async def test_the_own_index_is_built_on_first_use_and_again_when_damaged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "index"
    monkeypatch.setattr(embedded, "SOURCES", LIBRARY)
    monkeypatch.setattr(workbench, "own_index_path", lambda: path)
    made = list((await workbench._own_index(EMBEDDED)).declarations)
    assert made
    (path / "declarations.jsonl").write_text("damaged", encoding="utf-8")
    assert list((await workbench._own_index(EMBEDDED)).declarations) == made


def test_own_indexes_of_earlier_libraries_are_removed_when_one_is_built(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedded, "SOURCES", LIBRARY)
    monkeypatch.setattr(workbench, "own_index_path", lambda: tmp_path / f"index-3-{'c' * 32}")
    stays = ["index-of-mine", "library-" + "a" * 32, f"index-4-{'d' * 32}"]
    for name in (f"index-2-{'a' * 32}", f"index-3-{'b' * 32}", *stays):
        (tmp_path / name).mkdir()
        os.utime(tmp_path / name, (1, 1))
    os.utime(tmp_path / stays[-1], (2**32, 2**32))  # newer: another program's, of today
    asyncio.run(workbench._own_index(EMBEDDED))
    left = {path.name for path in tmp_path.iterdir() if path.is_dir()}
    assert left == {f"index-3-{'c' * 32}", *stays}


async def test_a_build_of_the_own_index_stops_when_nobody_waits_for_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started, cancelled = Event(), Event()

    @contextmanager
    def progress_that_waits() -> Iterator[ProgressReport]:
        def report(_stage: str, _done: int, _total: int) -> None:
            started.set()
            cancelled.wait()

        yield report

    monkeypatch.setattr(embedded, "SOURCES", LIBRARY)
    monkeypatch.setattr(workbench, "build_progress", progress_that_waits)
    monkeypatch.setattr(workbench, "own_index_path", lambda: tmp_path / "index")
    opening = asyncio.create_task(workbench._own_index(EMBEDDED))
    await asyncio.to_thread(started.wait)
    opening.cancel()
    with pytest.raises(asyncio.CancelledError):
        await opening
    cancelled.set()
    await asyncio.get_running_loop().shutdown_default_executor()  # as the program's end does
    assert not (tmp_path / "index").exists()


async def test_a_project_needs_an_index_that_is_given() -> None:
    with pytest.raises(UserError, match=r"mathlib-index build SOURCES --out INDEX.*--index INDEX"):
        await workbench._own_index(PROJECT)
