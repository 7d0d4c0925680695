"""Files that belong together are written whole and all, or none of them is touched."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

PART = ".part"
"""The end of a name under which a file is written first."""


def write_whole(texts: Mapping[Path, str]) -> None:
    """Write each text to its path, the new files only once all of them are on the disk.

    Where that fails, on a full disk for one, those that were there stay as they are. Raises
    OSError.
    """
    parts = {path: path.with_name(path.name + PART) for path in texts}
    try:
        for path, part in parts.items():
            part.write_text(texts[path], encoding="utf-8")
        for path, part in parts.items():
            part.replace(path)
    finally:
        for part in parts.values():
            part.unlink(missing_ok=True)
