"""An index folder is whole or refused, and a build that dies leaves the old one."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from mathlib_index import (
    DEFAULT_MODEL,
    IndexUnusable,
    ModelUnavailable,
    SearchIndex,
    build_index,
)
from mathlib_index import index as index_module
from mathlib_index.encoder.model_files import find_model
from mathlib_index.store import SCHEMA_VERSION, Manifest, read_manifest

ROOT = Path(__file__).parents[2]
FILES = [
    "declarations.columns.npy",
    "declarations.jsonl",
    "declarations.names.json",
    "declarations.offsets.npy",
    "labels.keys.npy",
    "labels.owners.npy",
    "labels.starts.npy",
    "labels.words.npy",
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


def test_a_path_that_cannot_be_looked_at_is_refused(library: Path, tmp_path: Path) -> None:
    too_long = tmp_path / ("x" * 300)
    with pytest.raises(IndexUnusable, match="cannot read"):
        SearchIndex.load(too_long)
    with pytest.raises(IndexUnusable, match="cannot write"):
        build_index(library, too_long)


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


def test_an_index_whose_model_was_changed_in_its_folder_is_refused_and_built_again(
    library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LEAN_AGENT_CACHE", str(tmp_path / "cache"))
    model, out = tmp_path / "model", tmp_path / "index"
    shutil.copytree(find_model(DEFAULT_MODEL).folder, model)
    build_index(library / "Logic", out, model=str(model))
    assert not build_index(library / "Logic", out, model=str(model)).rebuilt
    before = SearchIndex.load(out)
    assert before.search("groups")

    config = json.loads((model / "config.json").read_text())
    (model / "config.json").write_text(json.dumps(config | {"layer_norm_eps": 1e-3}))
    with pytest.raises(IndexUnusable, match=f"{model} has changed since this index was built"):
        SearchIndex.load(out).search("groups")
    assert build_index(library / "Logic", out, model=str(model)).rebuilt
    after = SearchIndex.load(out)
    assert after.search("groups")
    assert after.manifest.identity != before.manifest.identity


def test_a_new_commit_of_the_same_declarations_is_noted_without_a_build(
    library: Path, tmp_path: Path
) -> None:
    sources, out = tmp_path / "sources", tmp_path / "index"
    shutil.copytree(library / "Logic", sources)

    def commit() -> None:
        who = ("-c", "user.name=test", "-c", "user.email=test@localhost")
        for command in (("init", "-q"), ("add", "."), (*who, "commit", "-q", "-m", "change")):
            subprocess.run(["git", *command], cwd=sources, check=True)

    commit()
    first = build_index(sources, out).manifest
    (sources / "NOTES").write_text("nothing to index")
    assert build_index(sources, out).manifest.commit == f"{first.commit}+"
    commit()
    result = build_index(sources, out)
    assert not result.rebuilt
    assert result.manifest.commit not in (first.commit, f"{first.commit}+")
    assert result.manifest.built_at == first.built_at
    assert SearchIndex.load(out).manifest == result.manifest


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
    assert not list(tmp_path.glob(".index.building-*"))
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


WRITE_SLOWLY = """
import shutil, sys
from pathlib import Path
from mathlib_index.store import read_manifest, write_folder
folder, copy = Path(sys.argv[1]), Path(sys.argv[2])
def fill(building):
    shutil.copytree(copy, building, dirs_exist_ok=True)
    (building / "manifest.json").unlink()
    print("writing", flush=True)
    sys.stdin.readline()
    return read_manifest(copy).model_copy(update={"sources": sys.argv[3]})
write_folder(folder, fill)
"""


def write_slowly(folder: Path, copy: Path, sources: str) -> subprocess.Popen[str]:
    """A process that writes an index like `copy`, and waits for a line before it finishes."""
    return subprocess.Popen(
        [sys.executable, "-c", WRITE_SLOWLY, str(folder), str(copy), sources],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )


def test_what_a_killed_build_leaves_is_removed_by_the_next(
    library: Path, index_folder: Path, tmp_path: Path
) -> None:
    out = tmp_path / "index"
    other = tmp_path / ".index.building-of-something-else"
    other.mkdir()
    with write_slowly(out, index_folder, "killed") as killed:
        assert killed.stdout is not None
        assert killed.stdout.readline() == "writing\n"
        killed.kill()
    left_over = [path for path in tmp_path.glob(".index.building-*") if path != other]
    assert len(left_over) == 1
    build_index(library, out)
    assert not left_over[0].exists()
    assert other.exists()
    assert SearchIndex.load(out).search("groups", k=1)


def test_two_builds_of_one_index_do_not_destroy_each_other(
    index_folder: Path, tmp_path: Path
) -> None:
    out = tmp_path / "index"
    with write_slowly(out, index_folder, "first") as first:
        assert first.stdout is not None
        assert first.stdout.readline() == "writing\n"
        with write_slowly(out, index_folder, "second") as second:
            with pytest.raises(subprocess.TimeoutExpired):
                second.wait(timeout=2)  # for the first
            first.communicate("go on\n")
            assert first.returncode == 0
            assert SearchIndex.load(out).manifest.sources == "first"
            second.communicate("go on\n")
            assert second.returncode == 0
    assert SearchIndex.load(out).manifest.sources == "second"
    assert not list(tmp_path.glob(".index.building-*"))


def test_an_index_that_is_replaced_while_it_is_opened_is_opened_again(
    index_copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The exchange comes at the worst moment: between the checksums and the opening."""
    newer = Path(shutil.copytree(index_copy, tmp_path / "newer"))
    manifest = read_manifest(newer).model_copy(update={"sources": "newer"})
    check, checked = index_module.check_files, []

    def check_then_exchange(folder: Path, expected: Manifest) -> None:
        check(folder, expected)
        checked.append(expected.sources)
        if len(checked) == 1:
            (newer / "manifest.json").write_text(manifest.model_dump_json())
            index_copy.rename(tmp_path / "old")
            newer.rename(index_copy)

    monkeypatch.setattr(index_module, "check_files", check_then_exchange)
    assert SearchIndex.load(index_copy).manifest == manifest
    assert checked == ["library", "newer"]
