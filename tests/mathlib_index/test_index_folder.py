"""An index folder is whole or refused, and a build that dies leaves the old one."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from mathlib_index import IndexUnusable, ModelUnavailable, SearchIndex, build_index
from mathlib_index.store import SCHEMA_VERSION, Manifest, read_manifest

ROOT = Path(__file__).parents[2]
FILES = [
    "declarations.columns.npy",
    "declarations.jsonl",
    "declarations.names.json",
    "declarations.offsets.npy",
    "manifest.json",
    "signs.npy",
    "vectors.faiss",
    "vectors.starts.npy",
    "words/data.csc.index.npy",
    "words/indices.csc.index.npy",
    "words/indptr.csc.index.npy",
    "words/params.index.json",
    "words/vocab.index.json",
]


def test_a_loaded_index_says_what_it_was_made_of(index: SearchIndex) -> None:
    manifest = index.manifest
    assert (manifest.model, manifest.dimension) == ("all-MiniLM-L6-v2", 384)
    assert (manifest.files, manifest.sources) == (4, "library")
    assert manifest.declarations == len(index.declarations)
    assert (manifest.vectors, manifest.recall_at_10) == ("exact", 1.0)
    assert set(manifest.checksums) == set(FILES) - {"manifest.json"}


@pytest.mark.parametrize("name", FILES)
def test_a_missing_file_is_refused(index_copy: Path, name: str) -> None:
    (index_copy / name).unlink()
    with pytest.raises(IndexUnusable, match="Build it: mathlib-index build"):
        SearchIndex.load(index_copy)


@pytest.mark.parametrize("name", FILES)
def test_a_cut_or_altered_file_is_refused(index_copy: Path, name: str) -> None:
    path = index_copy / name
    whole = path.read_bytes()
    middle = len(whole) // 2
    for damaged in (whole[:middle], whole[:middle] + b"\xff" + whole[middle + 1 :], b""):
        path.write_bytes(damaged)
        with pytest.raises(IndexUnusable, match="Build it: mathlib-index build"):
            SearchIndex.load(index_copy)


def test_an_index_of_another_format_version_is_refused(index_copy: Path) -> None:
    path = index_copy / "manifest.json"
    path.write_text(
        path.read_text().replace(f'"schema_version": {SCHEMA_VERSION}', '"schema_version": 999')
    )
    with pytest.raises(IndexUnusable, match="format version 999"):
        SearchIndex.load(index_copy)


def test_a_folder_that_is_no_index_is_refused(tmp_path: Path) -> None:
    with pytest.raises(IndexUnusable, match=r"no index at .*missing"):
        SearchIndex.load(tmp_path / "missing")
    with pytest.raises(IndexUnusable, match="is not an index"):
        SearchIndex.load(tmp_path)


def test_files_of_two_indexes_do_not_make_one(
    library: Path, index_copy: Path, tmp_path: Path
) -> None:
    build_index(library / "Logic", tmp_path / "other")
    shutil.copy(tmp_path / "other" / "vectors.faiss", index_copy / "vectors.faiss")
    with pytest.raises(IndexUnusable, match=r"vectors\.faiss does not match its checksum"):
        SearchIndex.load(index_copy)


def test_an_index_whose_model_is_gone_says_which(index_copy: Path) -> None:
    path = index_copy / "manifest.json"
    path.write_text(path.read_text().replace("all-MiniLM-L6-v2", "/gone/model"))
    with pytest.raises(ModelUnavailable, match="/gone/model"):
        SearchIndex.load(index_copy).search("groups")


def test_a_folder_with_other_things_is_never_replaced(library: Path, tmp_path: Path) -> None:
    thesis = tmp_path / "thesis.tex"
    thesis.write_text("years of work")
    with pytest.raises(IndexUnusable, match="holds other things than an index"):
        build_index(library, tmp_path)
    with pytest.raises(IndexUnusable, match="is a file"):
        build_index(library, thesis)
    assert thesis.read_text() == "years of work"


def test_an_unchanged_library_is_not_encoded_again(library: Path, index_copy: Path) -> None:
    before = read_manifest(index_copy)
    assert not build_index(library, index_copy).rebuilt
    assert read_manifest(index_copy) == before


def test_a_changed_library_or_a_damaged_index_is_built_again(
    library: Path, index_copy: Path, tmp_path: Path
) -> None:
    changed = Path(shutil.copytree(library, tmp_path / "changed"))
    (changed / "New.lean").write_text("/-- Everything is fine. -/\ntheorem fine : True := trivial")
    assert build_index(changed, index_copy).rebuilt
    index = SearchIndex.load(index_copy)
    assert index.search("everything is fine", k=1)[0].declaration.name == "fine"
    (index_copy / "vectors.faiss").write_bytes(b"")
    assert build_index(changed, index_copy).rebuilt
    assert len(SearchIndex.load(index_copy).declarations) == len(index.declarations)


def test_a_build_killed_while_it_encodes_leaves_the_old_index(
    library: Path, index_copy: Path, tmp_path: Path
) -> None:
    bigger = Path(shutil.copytree(library, tmp_path / "bigger"))
    theorems = (f"theorem filler_{i} (n : Nat) : n + {i} = {i} + n := sorry" for i in range(5000))
    (bigger / "Filler.lean").write_text("\n".join(theorems))
    program = (
        "import sys; from pathlib import Path; from mathlib_index import build_index; "
        "build_index(Path(sys.argv[1]), Path(sys.argv[2]), "
        "report=lambda stage, done, total: print(stage, flush=True))"
    )
    before = read_manifest(index_copy)
    build = subprocess.Popen(
        [sys.executable, "-c", program, str(bigger), str(index_copy)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    assert build.stdout is not None
    with build.stdout:
        for line in build.stdout:
            if line.startswith("Encoding"):
                build.kill()
                break
    assert build.wait() == -signal.SIGKILL
    assert read_manifest(index_copy) == before
    assert SearchIndex.load(index_copy).search("groups", k=1)


def test_a_build_killed_while_it_writes_leaves_a_whole_index(index_copy: Path) -> None:
    """A process replaces the index over and over and is killed at a random moment, many times."""
    program = (
        "import sys, shutil, tempfile; from pathlib import Path\n"
        "from mathlib_index.store import read_manifest, write_folder\n"
        "folder = Path(sys.argv[1])\n"
        "manifest = read_manifest(folder)\n"
        "copy = Path(shutil.copytree(folder, tempfile.mkdtemp(), dirs_exist_ok=True))\n"
        "(copy / 'manifest.json').unlink()\n"
        "print('ready', flush=True)\n"
        "for turn in range(1, 1_000_000):\n"
        "    def fill(building):\n"
        "        shutil.copytree(copy, building, dirs_exist_ok=True)\n"
        "        return manifest.model_copy(update={'sources': str(turn)})\n"
        "    write_folder(folder, fill)\n"
    )
    seen: list[Manifest] = []
    for pause in [random.Random(7).uniform(0, 0.1) for _ in range(6)]:
        writer = subprocess.Popen(
            [sys.executable, "-c", program, str(index_copy)], stdout=subprocess.PIPE, cwd=ROOT
        )
        assert writer.stdout is not None
        with writer.stdout:
            assert writer.stdout.readline() == b"ready\n"
            time.sleep(pause)
            os.kill(writer.pid, signal.SIGKILL)
        writer.wait()
        seen.append(SearchIndex.load(index_copy).manifest)
    assert any(manifest.sources != "library" for manifest in seen), "nothing was ever replaced"
