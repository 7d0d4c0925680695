"""An index as a folder: its files, and a manifest that vouches for them."""

from __future__ import annotations

import ctypes
import glob
import hashlib
import json
import os
import shutil
import uuid
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Literal

from filelock import BaseFileLock, FileLock
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from mathlib_index.errors import IndexUnusable
from mathlib_index.vectors import IndexType

SCHEMA_VERSION = 3
"""Raised whenever the files, or the texts that are embedded or matched, change their meaning."""

MANIFEST_FILE = "manifest.json"
_NEW_MANIFEST_FILE = "manifest.json.new"
_HEX_DIGITS = 12


class Manifest(BaseModel):
    """What an index was made of, and by what."""

    model_config = ConfigDict(frozen=True)

    format: Literal["mathlib-index"] = "mathlib-index"
    schema_version: int
    model: str
    """Name or path of the embedding model; queries must go through the same one."""
    model_checksum: str
    """SHA-256 of the model's files: a model trained further in its folder keeps its name."""
    dimension: int = Field(ge=1)
    declarations: int = Field(ge=1)
    descriptions: int = 0
    """Declarations that a language model has described."""
    texts: int = Field(ge=1)
    """Texts embedded; more than declarations where some have several."""
    files: int
    """Lean files that were read."""
    sources: str
    """Name of the source folder."""
    commit: str
    """Git commit of the sources, with `+` behind it where they were changed since; or empty."""
    made_of: str
    """SHA-256 of the declarations and descriptions."""
    vectors: IndexType
    """How FAISS holds the vectors."""
    recall_at_10: float
    """Share of the ten exact neighbours that it finds."""
    built_at: datetime
    checksums: dict[str, str] = Field(default_factory=dict)
    """SHA-256 of the other files of the folder, by relative path."""

    @property
    def identity(self) -> str:
        """A short hash of what decides the answers: declarations, descriptions and model."""
        text = f"{self.schema_version}\n{self.model}\n{self.model_checksum}\n{self.made_of}"
        return hashlib.sha256(text.encode()).hexdigest()[:16]


def check_writable(folder: Path) -> None:
    """Raise `IndexUnusable` if an index cannot be put here without destroying something else."""
    try:
        if folder.is_dir():
            strangers = _strangers(folder)
            if strangers:
                raise IndexUnusable(
                    f"{folder} holds other things than an index ({strangers[0]}). "
                    "Give --out a new or empty folder."
                )
        elif folder.exists():
            raise IndexUnusable(f"{folder} is a file. Give --out a new or empty folder.")
        folder.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise IndexUnusable(f"cannot write to {folder}: {error.strerror}.") from error


def write_folder(folder: Path, fill: Callable[[Path], Manifest]) -> None:
    """Make an index beside `folder`, then put it in place in one step.

    `fill(building)` writes the files, and does nothing else that may fail; it returns the manifest,
    to which the checksums are added. Whoever looks at `folder`, even after a kill at any moment,
    finds the old index or the new one. What a killed process left beside `folder` is removed; a
    process that is still at work is waited for. Raises `IndexUnusable` if the folder cannot be
    written.
    """
    check_writable(folder)
    folder = folder.resolve()
    building = folder.with_name(f".{folder.name}.building-{uuid.uuid4().hex[:_HEX_DIGITS]}")
    try:
        with _only_writer(folder):
            _remove_left_over(folder)
            try:
                building.mkdir()
                manifest = fill(building)
                checksums = {name: _sha256(building / name) for name in _files_below(building)}
                sealed = manifest.model_copy(update={"checksums": checksums})
                (building / MANIFEST_FILE).write_text(_manifest_text(sealed))
                _put_in_place(building, folder)
            finally:
                # After an exchange this is the old index; after a failure, a part of the new one.
                shutil.rmtree(building, ignore_errors=True)
    except (OSError, RuntimeError) as error:
        raise IndexUnusable(f"cannot write the index to {folder}: {error}") from error


def replace_manifest(folder: Path, old: Manifest, new: Manifest) -> None:
    """Give an index whose files stay as they are a new manifest, in one step.

    Does nothing if the manifest in place is no longer `old`. Raises `IndexUnusable` if it cannot be
    written.
    """
    folder = folder.resolve()
    try:
        with _only_writer(folder):
            if read_manifest(folder) == old:
                (folder / _NEW_MANIFEST_FILE).write_text(_manifest_text(new))
                (folder / _NEW_MANIFEST_FILE).replace(folder / MANIFEST_FILE)
    except (OSError, RuntimeError) as error:
        raise IndexUnusable(f"cannot write to {folder}: {error}") from error


def read_manifest(folder: Path) -> Manifest:
    """Read and check the manifest alone, which is quick. Raises `IndexUnusable`."""
    path = folder / MANIFEST_FILE
    try:
        content = _json_object(path.read_bytes())
    except FileNotFoundError as error:
        if not folder.exists():
            raise IndexUnusable(f"no index at {folder}. {how_to_build(folder)}") from error
        raise IndexUnusable(
            f"{folder} is not an index: it has no {MANIFEST_FILE}. {how_to_build(folder)}"
        ) from error
    except NotADirectoryError as error:
        raise IndexUnusable(f"{folder} is not an index folder. {how_to_build(folder)}") from error
    except OSError as error:
        raise IndexUnusable(f"cannot read {path}: {error.strerror}.") from error
    if content.get("format") == "mathlib-index" and content.get("schema_version") != SCHEMA_VERSION:
        raise IndexUnusable(
            f"the index at {folder} has format version {content.get('schema_version')}, this "
            f"program reads version {SCHEMA_VERSION}. {how_to_build(folder)}"
        )
    try:
        return Manifest.model_validate(content)
    except ValidationError as error:
        raise IndexUnusable(
            f"{path} is not the manifest of an index, or is damaged. {how_to_build(folder)}"
        ) from error


def check_files(folder: Path, manifest: Manifest) -> None:
    """Compare every file with its checksum. Raises `IndexUnusable` for one that differs."""
    for name, checksum in manifest.checksums.items():
        try:
            actual = _sha256(folder / name)
        except OSError as error:
            raise IndexUnusable(
                f"the index at {folder} is damaged: cannot read {name} ({error.strerror}). "
                f"{how_to_build(folder)}"
            ) from error
        if actual != checksum:
            raise IndexUnusable(
                f"the index at {folder} is damaged: {name} does not match its checksum. "
                f"{how_to_build(folder)}"
            )


def how_to_build(folder: Path) -> str:
    """What to do about a missing or unusable index."""
    return f"Build it: mathlib-index build SOURCES --out {folder}"


def _only_writer(folder: Path) -> BaseFileLock:
    return FileLock(folder.with_name(f".{folder.name}.lock"))


def _remove_left_over(folder: Path) -> None:
    """Remove what killed processes left beside `folder`; for its only writer."""
    for kind in ("building", "replaced"):
        pattern = f".{glob.escape(folder.name)}.{kind}-" + "[0-9a-f]" * _HEX_DIGITS
        for path in folder.parent.glob(pattern):
            shutil.rmtree(path, ignore_errors=True)


def _manifest_text(manifest: Manifest) -> str:
    return manifest.model_dump_json(indent=2) + "\n"


def _strangers(folder: Path) -> list[str]:
    """Files that no manifest of an index, of whatever version, lists as its own."""
    try:
        manifest = _json_object((folder / MANIFEST_FILE).read_bytes())
    except OSError:
        return _files_below(folder)
    own: set[str] = set()
    checksums = manifest.get("checksums")
    if manifest.get("format") == "mathlib-index" and isinstance(checksums, dict):
        own = {MANIFEST_FILE, _NEW_MANIFEST_FILE, *checksums}
    return [name for name in _files_below(folder) if name not in own]


def _files_below(folder: Path) -> list[str]:
    return sorted(
        path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()
    )


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _json_object(text: bytes) -> dict[str, object]:
    try:
        content = json.loads(text)
    except ValueError:
        return {}
    return content if isinstance(content, dict) else {}


_AT_FDCWD = -100  # from <fcntl.h>: paths are relative to the working directory
_RENAME_EXCHANGE = 2  # from <linux/fs.h>: swap two paths in one step


def _put_in_place(new: Path, folder: Path) -> None:
    if not folder.exists():
        new.rename(folder)
        return
    libc = ctypes.CDLL(None)
    exchange = getattr(libc, "renameat2", None)
    if exchange is not None:
        paths = (os.fsencode(new), os.fsencode(folder))
        if exchange(_AT_FDCWD, paths[0], _AT_FDCWD, paths[1], _RENAME_EXCHANGE) == 0:
            return
    # Without the exchange (not Linux, or a file system that lacks it) there is a short moment
    # with no index at all.
    parked = new.with_name(new.name.replace(".building-", ".replaced-"))
    folder.rename(parked)
    new.rename(folder)
    shutil.rmtree(parked, ignore_errors=True)
