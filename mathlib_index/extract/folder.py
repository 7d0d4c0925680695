"""All declarations of a Lean library."""

from __future__ import annotations

import gc
import multiprocessing
import os
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from mathlib_index.declaration import Declaration
from mathlib_index.errors import SourcesUnusable
from mathlib_index.extract.completion import complete
from mathlib_index.extract.file import read_file
from mathlib_index.extract.found import FileFindings

# Below this many files one process is done before others have started.
_FEWEST_FILES_FOR_PROCESSES = 400
_FILES_AT_ONCE = 40  # handed to a process in one go


@dataclass
class Extraction:
    """What a source folder holds, in the order of file paths and lines."""

    declarations: list[Declaration] = field(default_factory=list)
    """Private and deprecated ones too, marked as such."""
    files: int = 0
    """Files read."""
    warnings: list[str] = field(default_factory=list)
    """One sentence for each file that could not be read."""


def extract_folder(folder: Path, on_file: Callable[[int, int], None] | None = None) -> Extraction:
    """Read every `*.lean` file below `folder`, hidden folders such as `.lake` left out.

    `on_file(done, total)` is called after each file. A file that cannot be read costs one warning.
    A large folder is read by one process for each core. Raises `SourcesUnusable` where there is no
    such folder or no Lean file in it.
    """
    if not folder.is_dir():
        raise SourcesUnusable(f"no such folder: {folder}. Give a folder that holds .lean files.")
    paths = sorted(_lean_files(folder))
    if not paths:
        raise SourcesUnusable(f"no .lean files in {folder}. Give the folder of a Lean library.")
    result = Extraction()
    findings: list[FileFindings] = []
    with _without_garbage_collection():
        parent_module = _module_of(folder)
        for done, outcome in enumerate(_read_all(folder, paths, parent_module), start=1):
            if isinstance(outcome, str):
                result.warnings.append(outcome)
            else:
                findings.append(outcome)
            if on_file is not None:
                on_file(done, len(paths))
        result.files = len(findings)
        result.declarations = complete(findings, parent_module.partition(".")[0])
    return result


def extract_text(text: str, file: str) -> list[Declaration]:
    """The declarations of one Lean file, whose path relative to its folder is `file`.

    Never fails: what it cannot make sense of, it passes over. Takes time linear in the text.
    """
    return complete([read_file(text, file)])


def _module_of(folder: Path) -> str:
    """What Lean's names of the modules in this folder begin with: `Mathlib.Order` for that folder
    of Mathlib. Empty for a folder that is not in a library; Lake puts `Mathlib.lean` beside the
    folder `Mathlib` of one.
    """
    below: list[str] = []
    module = ""
    path = folder.resolve()
    while path.name.isidentifier():
        below.insert(0, path.name)
        if path.with_name(f"{path.name}.lean").is_file():
            module = ".".join(below)  # the outermost counts: `Order.lean` may lie beside `Order`
        path = path.parent
        if any((path / name).exists() for name in ("lakefile.toml", "lakefile.lean")):
            break
    return module


@contextmanager
def _without_garbage_collection() -> Iterator[None]:
    """Nothing here is cyclic, and looking for cycles among so many records doubles the time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _lean_files(folder: Path) -> Iterator[Path]:
    for parent, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        yield from (Path(parent, name) for name in files if name.endswith(".lean"))


def _read_all(folder: Path, paths: list[Path], parent_module: str) -> Iterator[FileFindings | str]:
    """What each file holds, or a warning, in the order of `paths`."""
    jobs = [(path, path.relative_to(folder).as_posix(), parent_module) for path in paths]
    processes = os.cpu_count() or 1
    # Only a forked process can do without running the caller's main module once more.
    if processes == 1 or len(paths) < _FEWEST_FILES_FOR_PROCESSES or sys.platform != "linux":
        yield from map(_read_one, jobs)
        return
    context = multiprocessing.get_context("fork")
    with ProcessPoolExecutor(processes, mp_context=context) as pool:
        yield from pool.map(_read_one, jobs, chunksize=_FILES_AT_ONCE)


def _read_one(job: tuple[Path, str, str]) -> FileFindings | str:
    path, file, parent_module = job
    try:
        return read_file(path.read_text(encoding="utf-8"), file, parent_module)
    except (OSError, UnicodeDecodeError) as error:
        return f"{file} was left out: {error}"
    except (RecursionError, ValueError, LookupError) as error:
        return f"{file} was left out, since it could not be made sense of: {error!r}"
