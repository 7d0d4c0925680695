"""From the sources of a library to an index on disk, and no more work than needed."""

from __future__ import annotations

import hashlib
import json
import subprocess
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from mathlib_index.catalogue import json_lines, write_catalogue
from mathlib_index.declaration import Declaration
from mathlib_index.descriptions import load_descriptions
from mathlib_index.encoder import DEFAULT_MODEL, Device, Encoder, Vectors
from mathlib_index.encoder.model_files import find_model
from mathlib_index.errors import IndexUnusable, SourcesUnusable
from mathlib_index.gloss import document_tokens, labels, passages
from mathlib_index.index import SearchIndex
from mathlib_index.ranking import write_signs
from mathlib_index.sources import Origin, read_declarations
from mathlib_index.store import (
    SCHEMA_VERSION,
    Manifest,
    check_writable,
    read_manifest,
    replace_manifest,
    write_folder,
)
from mathlib_index.vector_cache import VectorCache, encode_with_cache, text_keys
from mathlib_index.vectors import write_vectors
from mathlib_index.words import write_words

ProgressReport = Callable[[str, int, int], None]
"""Called with the stage (a few words), how much is done, and how much there is."""

_ROWS_A_REPORT = 1000
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
    origin: Origin = "auto",
    descriptions: Path | None = None,
    model: str = DEFAULT_MODEL,
    device: Device = "auto",
    report: ProgressReport | None = None,
) -> BuildResult:
    """Index the declarations of `sources` into the folder `out`, replacing an index there.

    `descriptions` is what `mathlib-index describe` wrote; it is embedded and matched beside the
    rest. Texts that were encoded before, by a build that was stopped or for another index, are not
    encoded again. If the index in place is whole and of the same declarations, descriptions, model
    and format version, at most the commit in its manifest is brought up to date. Raises
    `SourcesUnusable`, `ModelUnavailable`, `IndexUnusable` or another `MathlibIndexError`.
    """
    tell: ProgressReport = report or (lambda _stage, _done, _total: None)
    check_writable(out)
    if Path(model).exists():
        model = str(Path(model).resolve())
    found = read_declarations(
        sources, origin, lambda done, total: tell("Reading Lean files", done, total)
    )
    declarations = [item for item in found.declarations if not item.private]
    if not declarations:
        raise SourcesUnusable(
            f"no public declarations in the {found.files} Lean files of {sources}. "
            "Give the folder of a Lean library."
        )
    described = load_descriptions(descriptions, declarations) if descriptions else {}
    made_of = _made_of(declarations, described)
    name, commit = sources.resolve().name, _commit(sources)
    current = _current(out, made_of, model)
    if current is not None:
        read_now = {"files": found.files, "sources": name, "commit": commit}
        updated = current.model_copy(update=read_now)
        if updated != current:
            replace_manifest(out, current, updated)
        return BuildResult(updated, found.warnings, rebuilt=False)
    tell("Loading the model", 0, 1)
    encoder = Encoder(model, device)
    tell("Loading the model", 1, 1)

    vectors, counts = _encode(
        encoder, declarations, described, lambda done, total: tell("Encoding texts", done, total)
    )
    probes = encoder.encode_queries(_probes(declarations))

    def documents() -> Iterator[list[str]]:
        for row, declaration in enumerate(declarations, start=1):
            yield document_tokens(declaration, described.get(declaration.name, ""))
            if row % _ROWS_A_REPORT == 0 or row == len(declarations):
                tell("Reading words", row, len(declarations))

    def fill(folder: Path) -> Manifest:
        write_catalogue(folder, declarations)
        write_words(folder, documents(), [labels(item) for item in declarations])
        write_signs(folder, declarations)
        kind, recall = write_vectors(folder, vectors, counts, probes)
        return Manifest(
            schema_version=SCHEMA_VERSION,
            model=encoder.name,
            model_checksum=encoder.checksum,
            dimension=encoder.dimension,
            declarations=len(declarations),
            descriptions=len(described),
            texts=len(vectors),
            files=found.files,
            sources=name,
            commit=commit,
            made_of=made_of,
            vectors=kind,
            recall_at_10=recall,
            built_at=datetime.now(UTC),
        )

    write_folder(out, fill)
    return BuildResult(read_manifest(out), found.warnings, rebuilt=True)


def _encode(
    encoder: Encoder,
    declarations: Sequence[Declaration],
    described: dict[str, str],
    on_batch: Callable[[int, int], None],
) -> tuple[Vectors, list[int]]:
    """The vectors of all texts, shape (texts, dimension), and how many each declaration has."""
    texts_of = [passages(item, described.get(item.name, "")) for item in declarations]
    texts = [text for several in texts_of for text in several]
    cache = VectorCache.of(encoder)
    vectors = encode_with_cache(encoder, texts, cache, on_batch)
    cache.keep(text_keys(texts, encoder.prompts.passage))
    return vectors, [len(several) for several in texts_of]


def _made_of(declarations: Sequence[Declaration], described: dict[str, str]) -> str:
    digest = hashlib.sha256()
    for line in json_lines(declarations):
        digest.update(line)
    if described:
        digest.update(json.dumps(described, sort_keys=True).encode())
    return digest.hexdigest()


def _current(out: Path, made_of: str, model: str) -> Manifest | None:
    """The manifest in place, if the index there is whole and is the one to be built."""
    try:
        manifest = read_manifest(out)
        if manifest.made_of != made_of or manifest.model != model:
            return None
        if manifest.model_checksum != find_model(model).checksum:
            return None
        return SearchIndex.load(out).manifest
    except IndexUnusable:
        return None


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
