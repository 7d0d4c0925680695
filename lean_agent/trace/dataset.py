"""A dataset on disk: a folder of traces, of why they were chosen, and a card."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from tempfile import mkdtemp

from lean_agent.errors import UserError
from lean_agent.trace.dataset_card import render_card
from lean_agent.trace.selection import Selection, as_lines
from lean_agent.trace.store import TRACES_FILE

CANDIDATES_FILE = "selection.jsonl"
RECORD_FILE = "selection.json"
CARD_FILE = "README.md"


def refuse_existing(folder: Path) -> None:
    """Raise UserError where `folder` holds something, or cannot be made.

    So that this is known before anything is read.
    """
    try:
        taken = folder.exists() and (not folder.is_dir() or any(folder.iterdir()))
        above = next(one for one in folder.resolve().parents if one.exists())
        Path(mkdtemp(prefix=f".{folder.name}-", dir=above)).rmdir()
    except OSError as error:
        raise _cannot_write(folder, error) from error
    if taken:
        raise UserError(f"{folder} exists: remove it, or choose another --out")


def write_dataset(folder: Path, selection: Selection) -> None:
    """Write the folder whole, or not at all. Raises UserError where it cannot be written."""
    refuse_existing(folder)
    contents = {
        TRACES_FILE: as_lines(selection.traces),
        CANDIDATES_FILE: b"".join(
            one.model_dump_json().encode() + b"\n" for one in selection.candidacies
        ),
        RECORD_FILE: selection.record.model_dump_json(indent=2).encode() + b"\n",
        CARD_FILE: render_card(selection.record, selection.candidacies).encode(),
    }
    partial: Path | None = None
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        partial = Path(mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
        for name, content in contents.items():
            with (partial / name).open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
        partial.chmod(0o755)
        partial.rename(folder)  # over an empty folder, if there is one
    except OSError as error:
        raise _cannot_write(folder, error) from error
    finally:
        if partial is not None:
            shutil.rmtree(partial, ignore_errors=True)


def _cannot_write(folder: Path, error: OSError) -> UserError:
    why = error.strerror or error
    return UserError(
        f"cannot write the dataset {folder}: {why}. Mend that, or choose another --out"
    )
