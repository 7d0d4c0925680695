"""An index as a folder: declarations, vectors, and a manifest that vouches for both."""

from __future__ import annotations

import ctypes
import hashlib
import os
import shutil
import uuid
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from mathlib_index.declaration import Declaration
from mathlib_index.errors import IndexUnusable

SCHEMA_VERSION = 1
"""Raised whenever the files, or the text that is embedded, change their meaning."""

MANIFEST_FILE = "manifest.json"
DECLARATIONS_FILE = "declarations.jsonl"
VECTORS_FILE = "vectors.faiss"
_FILES = {MANIFEST_FILE, DECLARATIONS_FILE, VECTORS_FILE}


class Manifest(BaseModel):
    """What an index was made of, and by what."""

    model_config = ConfigDict(frozen=True)

    format: Literal["mathlib-index"] = "mathlib-index"
    schema_version: int
    model: str
    """Name or path of the embedding model; queries must go through the same one."""
    dimension: int = Field(ge=1)
    declarations: int = Field(ge=1)
    files: int
    """Lean files that were read."""
    sources: str
    """Name of the source folder."""
    built_at: datetime
    checksums: dict[str, str]
    """SHA-256 of the other files of the folder, by file name."""

    @property
    def identity(self) -> str:
        """A short hash of what decides the answers: the declarations and the model."""
        return sha256(f"{self.model}\n{self.checksums[DECLARATIONS_FILE]}".encode())[:16]


def declarations_to_jsonl(declarations: list[Declaration]) -> bytes:
    """One JSON object a line, in the order of the vectors."""
    return b"".join(item.model_dump_json().encode() + b"\n" for item in declarations)


def sha256(data: bytes) -> str:
    """Checksum as the manifest holds it."""
    return hashlib.sha256(data).hexdigest()


def check_writable(folder: Path) -> None:
    """Raise `IndexUnusable` if an index cannot be put here without destroying something else."""
    if folder.is_dir():
        strangers = sorted({entry.name for entry in folder.iterdir()} - _FILES)
        if strangers:
            raise IndexUnusable(
                f"{folder} holds other things than an index ({strangers[0]}). "
                "Give --out a new or empty folder."
            )
    elif folder.exists():
        raise IndexUnusable(f"{folder} is a file. Give --out a new or empty folder.")
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise IndexUnusable(f"cannot write to {folder.parent}: {error.strerror}.") from error


def write_folder(folder: Path, manifest: Manifest, declarations: bytes, vectors: Any) -> None:
    """Write an index beside `folder`, then put it in place in one step.

    Whoever looks at `folder`, even after a kill at any moment, finds the old index or the new one.
    `vectors` is a FAISS index. Raises `IndexUnusable` if the folder cannot be written.
    """
    import faiss

    check_writable(folder)
    folder = folder.resolve()
    building = folder.with_name(f".{folder.name}.building-{uuid.uuid4().hex[:12]}")
    try:
        building.mkdir()
        (building / DECLARATIONS_FILE).write_bytes(declarations)
        faiss.write_index(vectors, str(building / VECTORS_FILE))
        checksums = {
            name: sha256((building / name).read_bytes())
            for name in (DECLARATIONS_FILE, VECTORS_FILE)
        }
        sealed = manifest.model_copy(update={"checksums": checksums})
        (building / MANIFEST_FILE).write_text(sealed.model_dump_json(indent=2) + "\n")
        _put_in_place(building, folder)
    except (OSError, RuntimeError) as error:
        raise IndexUnusable(f"cannot write the index to {folder}: {error}") from error
    finally:
        # After an exchange this is the old index; after a failure, what there is of the new one.
        shutil.rmtree(building, ignore_errors=True)


def read_manifest(folder: Path) -> Manifest:
    """Read and check the manifest alone, which is quick. Raises `IndexUnusable`."""
    if not folder.exists():
        raise IndexUnusable(f"no index at {folder}. {_how_to_build(folder)}")
    path = folder / MANIFEST_FILE
    try:
        manifest = Manifest.model_validate_json(path.read_bytes())
    except FileNotFoundError as error:
        raise IndexUnusable(
            f"{folder} is not an index: it has no {MANIFEST_FILE}. {_how_to_build(folder)}"
        ) from error
    except OSError as error:
        raise IndexUnusable(f"cannot read {path}: {error.strerror}.") from error
    except ValidationError as error:
        raise IndexUnusable(
            f"{path} is not the manifest of an index, or is damaged. {_how_to_build(folder)}"
        ) from error
    if manifest.schema_version != SCHEMA_VERSION:
        raise IndexUnusable(
            f"the index at {folder} has format version {manifest.schema_version}, this program "
            f"reads version {SCHEMA_VERSION}. {_how_to_build(folder)}"
        )
    return manifest


def read_folder(folder: Path) -> tuple[Manifest, list[Declaration], Any]:
    """Manifest, declarations and FAISS index, checked against one another.

    Raises `IndexUnusable` where the index is missing, damaged or not an index.
    """
    manifest = read_manifest(folder)
    try:
        return manifest, *_read_checked(folder, manifest)
    except IndexUnusable:
        # A build may have put a new index in place while the old one was being read.
        newer = read_manifest(folder)
        if newer == manifest:
            raise
        return newer, *_read_checked(folder, newer)


def _read_checked(folder: Path, manifest: Manifest) -> tuple[list[Declaration], Any]:
    import faiss

    contents: dict[str, bytes] = {}
    for name in (DECLARATIONS_FILE, VECTORS_FILE):
        try:
            contents[name] = (folder / name).read_bytes()
        except OSError as error:
            raise IndexUnusable(
                f"the index at {folder} is damaged: cannot read {name} ({error.strerror}). "
                f"{_how_to_build(folder)}"
            ) from error
        if sha256(contents[name]) != manifest.checksums.get(name):
            raise IndexUnusable(
                f"the index at {folder} is damaged: {name} does not match its checksum. "
                f"{_how_to_build(folder)}"
            )
    try:
        lines = contents[DECLARATIONS_FILE].splitlines()
        declarations = [Declaration.model_validate_json(line) for line in lines]
        vectors = faiss.read_index(str(folder / VECTORS_FILE))
    except (ValidationError, RuntimeError) as error:
        raise IndexUnusable(
            f"the index at {folder} cannot be understood. {_how_to_build(folder)}"
        ) from error
    shape = (vectors.ntotal, vectors.d, len(declarations))
    if shape != (manifest.declarations, manifest.dimension, manifest.declarations):
        raise IndexUnusable(
            f"the index at {folder} is damaged: its files disagree on how much they hold. "
            f"{_how_to_build(folder)}"
        )
    return declarations, vectors


def _how_to_build(folder: Path) -> str:
    return f"Build it: mathlib-index build SOURCES --out {folder}"


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
