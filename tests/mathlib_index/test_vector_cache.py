"""The cache of vectors: exact about what it holds, and safe from kills, damage and strangers."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mathlib_index import Encoder, vector_cache
from mathlib_index.vector_cache import VectorCache, encode_with_cache, text_keys

D = 4

texts = st.lists(st.text(max_size=8), max_size=20)


def vectors_of(some: list[str]) -> np.ndarray:
    """Vectors of length 1 that differ from text to text."""
    seeds = [int.from_bytes(text_keys([text])[0].ljust(16, b"\0")[:4]) for text in some]
    rows = [np.random.default_rng(seed).standard_normal(D) for seed in seeds]
    found = np.array(rows, dtype=np.float32).reshape(len(some), D)
    return found / np.linalg.norm(found, axis=1, keepdims=True)


def open_cache(folder: Path, identity: str = "model") -> VectorCache:
    return VectorCache(folder, identity, D)


def filled(folder: Path, *parts: list[str]) -> VectorCache:
    """A cache with one shard for each part."""
    cache = open_cache(folder)
    for part in parts:
        cache.add(text_keys(part), vectors_of(part))
        cache.flush()
    return cache


@settings(deadline=None, max_examples=50)
@given(parts=st.lists(texts, max_size=4), asked=texts)
def test_what_was_added_comes_back_and_nothing_else(
    parts: list[list[str]], asked: list[str]
) -> None:
    with tempfile.TemporaryDirectory() as name:
        known = sorted({text for part in parts for text in part})
        for cache in (filled(Path(name), *parts), open_cache(Path(name))):
            np.testing.assert_allclose(cache.get(text_keys(known)), vectors_of(known), atol=1e-3)
            assert cache.holds(text_keys(asked)).tolist() == [text in known for text in asked]


def test_keys_tell_texts_and_prompts_apart() -> None:
    keys = text_keys(["a", "b", "", "\ud835 half a pair"])
    assert keys.dtype == "S16"
    assert len(set(keys.tolist())) == 4
    assert text_keys(["a"], "query: ")[0] not in keys
    assert text_keys(["a"], "query: ")[0] == text_keys(["query: a"])[0]


def test_a_missing_vector_is_an_error(tmp_path: Path) -> None:
    cache = filled(tmp_path, ["a"])
    with pytest.raises(KeyError, match="1 of 2"):
        cache.get(text_keys(["a", "b"]))


@settings(deadline=None, max_examples=60)
@given(data=st.data())
def test_a_damaged_shard_is_dropped_and_the_others_stay(data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        filled(folder, ["a", "b"])
        (damaged,) = folder.glob("*.shard")
        filled(folder, ["c"])
        content = bytearray(damaged.read_bytes())
        if data.draw(st.booleans(), label="cut short"):
            content = content[: data.draw(st.integers(0, len(content) - 1))]
        else:
            content[data.draw(st.integers(0, len(content) - 1))] ^= data.draw(st.integers(1, 255))
        damaged.write_bytes(content)
        held = open_cache(folder).holds(text_keys(["a", "b", "c"]))
        assert held.tolist() == [False, False, True]
        assert not damaged.exists()


def test_dropping_a_shard_is_said(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    filled(tmp_path, ["a"])
    (shard,) = tmp_path.glob("*.shard")
    shard.write_bytes(shard.read_bytes()[:-1])
    open_cache(tmp_path)
    assert f"dropped {shard}" in caplog.text
    assert "damaged" in caplog.text


def test_vectors_of_another_model_are_not_taken(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    filled(tmp_path, ["a"])
    assert not open_cache(tmp_path, "another model").holds(text_keys(["a"])).any()
    assert "of another model" in caplog.text


def test_two_processes_may_fill_one_folder(tmp_path: Path) -> None:
    first, second = open_cache(tmp_path), open_cache(tmp_path)
    for cache, text in ((first, "a"), (second, "b"), (first, "c"), (second, "a")):
        cache.add(text_keys([text]), vectors_of([text]))
        cache.flush()
    assert open_cache(tmp_path).holds(text_keys(["a", "b", "c"])).all()


def test_a_folder_that_cannot_be_written_costs_only_the_next_build(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").touch()
    cache = filled(tmp_path / "file" / "folder", ["a"])
    np.testing.assert_allclose(cache.get(text_keys(["a"])), vectors_of(["a"]), atol=1e-3)
    assert "cannot keep vectors" in caplog.text


def test_a_cache_of_mostly_unused_vectors_is_cut_down(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = filled(tmp_path, ["a", "b"], ["c", "d"], ["e"])
    cache.keep(text_keys(["a"]))
    assert len(cache) == 5  # so small a cache is left alone
    monkeypatch.setattr(vector_cache, "_UNUSED_BYTES_TO_LEAVE", 0)
    cache.keep(text_keys(["a", "c", "e", "new"]))
    assert len(cache) == 5  # most of it is in use
    cache.keep(text_keys(["a", "e"]))
    for again in (cache, open_cache(tmp_path)):
        assert again.holds(text_keys(list("abcde"))).tolist() == [True, False, False, False, True]
        np.testing.assert_allclose(
            again.get(text_keys(["e", "a"])), vectors_of(["e", "a"]), atol=1e-3
        )
    assert len(list(tmp_path.iterdir())) == 1


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return Encoder(device="cpu")


def test_only_new_texts_are_encoded_and_each_once(encoder: Encoder, tmp_path: Path) -> None:
    def build(passages: list[str]) -> tuple[np.ndarray, list[tuple[int, int]]]:
        cache = VectorCache(tmp_path, encoder.identity, encoder.dimension)
        calls: list[tuple[int, int]] = []
        vectors = encode_with_cache(encoder, passages, cache, lambda *call: calls.append(call))
        return vectors, calls

    passages = ["a group", "a longer text about rings", "a group", "a field"]
    first, calls = build(passages)
    assert (calls[0], calls[-1]) == ((0, 3), (3, 3))
    assert first.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(first, axis=1), 1, atol=1e-5)
    assert ((first * encoder.encode_passages(passages)).sum(axis=1) > 0.99).all()

    again, calls = build(passages)
    assert calls == [(3, 3)]
    np.testing.assert_array_equal(again, first)

    changed, calls = build([*passages, "a module"])
    assert (calls[0], calls[-1]) == ((3, 4), (4, 4))
    np.testing.assert_array_equal(changed[:4], first)
    assert build([])[0].shape == (0, encoder.dimension)


def test_an_interrupted_build_keeps_what_it_encoded(encoder: Encoder, tmp_path: Path) -> None:
    def interrupt(done: int, _total: int) -> None:
        if done > 600:
            raise KeyboardInterrupt

    cache = VectorCache(tmp_path, encoder.identity, encoder.dimension)
    with pytest.raises(KeyboardInterrupt):
        encode_with_cache(encoder, [f"lemma {i}" for i in range(900)], cache, interrupt)
    assert len(VectorCache(tmp_path, encoder.identity, encoder.dimension)) >= 512


BUILD = """
import sys
from pathlib import Path
from mathlib_index import Encoder, vector_cache
from mathlib_index.vector_cache import VectorCache, encode_with_cache
vector_cache._SECONDS_BETWEEN_SHARDS = 0.3  # so that a short test sees several
encoder = Encoder(device="cpu")
cache = VectorCache(Path(sys.argv[1]), encoder.identity, encoder.dimension)
passages = [f"Lemma {i}: every group of prime order is cyclic" for i in range(int(sys.argv[2]))]
vectors = encode_with_cache(
    encoder, passages, cache, lambda done, total: print(done, total, flush=True)
)
print("norms", abs((vectors**2).sum(axis=1) - 1).max() < 1e-4)
"""


@pytest.mark.slow
def test_a_killed_build_goes_on_where_it_was(encoder: Encoder, tmp_path: Path) -> None:
    count = 6000
    command = [sys.executable, "-c", BUILD, str(tmp_path), str(count)]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    building = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    assert building.stdout is not None
    for _ in building.stdout:
        if len(list(tmp_path.glob("*.shard"))) >= 2:
            break
    os.kill(building.pid, signal.SIGKILL)
    assert building.wait() == -signal.SIGKILL, "the build ended before it could be killed"
    building.stdout.close()
    kept = len(VectorCache(tmp_path, encoder.identity, encoder.dimension))
    assert 0 < kept < count

    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    *counted, norms = done.stdout.splitlines()
    calls = [tuple(map(int, line.split())) for line in counted]
    assert calls[0] == (kept, count)
    assert calls[-1] == (count, count)
    assert norms == "norms True"
    assert done.stderr == ""
