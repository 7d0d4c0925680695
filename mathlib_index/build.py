"""From a folder of Lean sources to an index on disk, and no more work than needed."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from mathlib_index.catalogue import DECLARATIONS_FILE, declarations_to_jsonl, write_catalogue
from mathlib_index.declaration import Declaration
from mathlib_index.encoder import DEFAULT_MODEL, Device, Encoder
from mathlib_index.errors import IndexUnusable, SourcesUnusable
from mathlib_index.extract import extract_folder
from mathlib_index.gloss import document_tokens, passage_text
from mathlib_index.ranking import write_signs
from mathlib_index.store import (
    SCHEMA_VERSION,
    Manifest,
    check_files,
    check_writable,
    read_manifest,
    sha256,
    write_folder,
)
from mathlib_index.vectors import write_vectors
from mathlib_index.words import write_words

ProgressReport = Callable[[str, int, int], None]
"""Called with the stage (a few words), how much is done, and how much there is."""

_PROBES = 200
"""Docstrings that stand in for queries when the recall of the vectors is measured."""


@dataclass(frozen=True)
class BuildResult:
    """What a build did."""

    manifest: Manifest
    """Of the index in place."""
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
    declarations = [item for item in found.declarations if not item.private]
    if not declarations:
        raise SourcesUnusable(
            f"no public declarations in the {found.files} Lean files of {sources}. "
            "Give the folder of a Lean library."
        )
    current = _current(out, declarations, model)
    if current is not None:
        return BuildResult(current, found.warnings, rebuilt=False)
    tell("Loading the model", 0, 1)
    encoder = Encoder(model, device)
    tell("Loading the model", 1, 1)

    def fill(folder: Path) -> Manifest:
        write_catalogue(folder, declarations)
        tell("Indexing words", 0, 1)
        write_words(folder, [document_tokens(declaration) for declaration in declarations])
        write_signs(folder, declarations)
        tell("Indexing words", 1, 1)
        passages = [passage_text(declaration) for declaration in declarations]
        vectors = encoder.encode_passages(
            passages, lambda done, total: tell("Encoding declarations", done, total)
        )
        probes = encoder.encode_queries(_probes(declarations))
        kind, recall = write_vectors(folder, vectors, [1] * len(declarations), probes)
        return Manifest(
            schema_version=SCHEMA_VERSION,
            model=encoder.name,
            dimension=encoder.dimension,
            declarations=len(declarations),
            texts=len(vectors),
            files=found.files,
            sources=sources.resolve().name,
            commit=_commit(sources),
            vectors=kind,
            recall_at_10=recall,
            built_at=datetime.now(UTC),
        )

    write_folder(out, fill)
    return BuildResult(read_manifest(out), found.warnings, rebuilt=True)


def _current(out: Path, declarations: Sequence[Declaration], model: str) -> Manifest | None:
    """The manifest in place, if the index there is whole and is the one to be built."""
    try:
        manifest = read_manifest(out)
        check_files(out, manifest)
    except IndexUnusable:
        return None
    checksum = sha256(declarations_to_jsonl(declarations))
    same = manifest.model == model and manifest.checksums.get(DECLARATIONS_FILE) == checksum
    return manifest if same else None


def _probes(declarations: Sequence[Declaration]) -> list[str]:
    documented = [item.docstring for item in declarations if item.docstring]
    step = max(1, len(documented) // _PROBES)
    return documented[::step][:_PROBES] or [item.name for item in declarations[:_PROBES]]


def _commit(sources: Path) -> str:
    """Commit of the Git repository that holds the sources, `+` behind it if they were changed."""

    def git(*arguments: str) -> str:
        command = ["git", "-C", str(sources), *arguments]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
        return done.stdout.strip() if done.returncode == 0 else ""

    try:
        commit = git("rev-parse", "HEAD")
        changed = commit and git("status", "--porcelain", "--", ".")
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return commit + "+" if changed else commit
