"""From a folder of Lean sources to an index on disk, and no more work than needed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from mathlib_index.encoder import DEFAULT_MODEL, Device, Encoder
from mathlib_index.errors import IndexUnusable, SourcesUnusable
from mathlib_index.extract import extract_folder
from mathlib_index.index import SearchIndex
from mathlib_index.store import (
    DECLARATIONS_FILE,
    check_writable,
    declarations_to_jsonl,
    read_folder,
    sha256,
)

ProgressReport = Callable[[str, int, int], None]
"""Called with the stage (a few words), how much is done, and how much there is."""


@dataclass(frozen=True)
class BuildResult:
    """What a build did."""

    declarations: int
    files: int
    warnings: list[str]
    rebuilt: bool
    """False where the index in place was already of these declarations and this model."""


def build_index(
    sources: Path,
    out: Path,
    *,
    model: str = DEFAULT_MODEL,
    device: Device = "auto",
    report: ProgressReport | None = None,
) -> BuildResult:
    """Index the Lean files below `sources` into the folder `out`, replacing an index there.

    Module names are relative to `sources`. Nothing is encoded if the index in place is whole and
    has the same declarations, model and format version. Raises `SourcesUnusable`,
    `ModelUnavailable` or `IndexUnusable`.
    """
    tell: ProgressReport = report or (lambda _stage, _done, _total: None)
    check_writable(out)
    if Path(model).exists():
        model = str(Path(model).resolve())
    found = extract_folder(sources, lambda done, total: tell("Reading Lean files", done, total))
    if not found.declarations:
        raise SourcesUnusable(
            f"no public declarations in the {found.files} Lean files of {sources}. "
            "Give the folder of a Lean library."
        )
    rebuilt = not _is_current(out, sha256(declarations_to_jsonl(found.declarations)), model)
    if rebuilt:
        tell("Loading the model", 0, 1)
        encoder = Encoder(model, device)
        tell("Loading the model", 1, 1)
        index = SearchIndex.build(
            found.declarations,
            encoder,
            sources=sources.resolve().name,
            files=found.files,
            on_batch=lambda done, total: tell("Encoding declarations", done, total),
        )
        index.save(out)
    return BuildResult(len(found.declarations), found.files, found.warnings, rebuilt)


def _is_current(out: Path, declarations_checksum: str, model: str) -> bool:
    try:
        manifest, _, _ = read_folder(out)
    except IndexUnusable:
        return False
    return manifest.model == model and manifest.checksums[DECLARATIONS_FILE] == (
        declarations_checksum
    )
