"""Where declarations come from: Lean sources, a built Lake project, or LeanDojo."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Literal

from mathlib_index.extract import Extraction, extract_folder
from mathlib_index.lake import read_lake_project
from mathlib_index.lean_dojo import read_corpus, read_traced_repository

Origin = Literal["auto", "sources", "lake", "lean-dojo"]
"""`sources`: a folder of Lean files, read as text. `lake`: a built Lake project, asked through
Lean. `lean-dojo`: a LeanDojo `corpus.jsonl`, or a repository traced by LeanDojo. `auto`: a file is
`lean-dojo`, a folder `sources`."""


def read_declarations(
    sources: Path, origin: Origin = "auto", on_progress: Callable[[int, int], None] | None = None
) -> Extraction:
    """The declarations of `sources`, which is what `origin` says.

    `on_progress(done, total)` counts Lean files. Raises `SourcesUnusable`, saying what to do.
    """
    if origin == "lake":
        return read_lake_project(sources, on_progress)
    if sources.is_file() and origin in ("auto", "lean-dojo"):
        return read_corpus(sources, on_progress)
    if origin == "lean-dojo":
        return read_traced_repository(sources, on_progress)
    return extract_folder(sources, on_progress)
