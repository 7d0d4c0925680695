"""Vectors that were encoded once and need not be again: after a kill, or for the next build.

A cache is a folder of shards for one model. A shard is written to a file of another name and then
renamed, every few seconds of encoding, so a process killed at any moment loses those seconds at
most. Little-endian layout: `<8s16sQQ` (magic, fingerprint of the model, rows, dimension), the
rows' keys (16 bytes each), their vectors (float16), and the SHA-256 of all that.
"""

from __future__ import annotations

import hashlib
import logging
import struct
import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mathlib_index.cache import cache_folder
from mathlib_index.encoder import Encoder, Vectors
from mathlib_index.encoder.backend import unit_rows

Keys = NDArray[np.bytes_]
"""128-bit hashes, one a text: dtype S16, shape (texts,)."""

_log = logging.getLogger(__name__)

_MAGIC = b"vectors1"
_HEADER = struct.Struct("<8s16sQQ")
_CHECKSUM_BYTES = hashlib.sha256().digest_size
_KEY_BYTES = 16
_SECONDS_BETWEEN_SHARDS = 3.0
_FIRST_BLOCK = 512
_SMALLEST_BLOCK = 16
_UNUSED_BYTES_TO_LEAVE = 512 * 2**20
_SECONDS_UNTIL_ABANDONED = 3600.0


@dataclass(frozen=True)
class _Shard:
    keys: Keys
    vectors: NDArray[np.float16]
    path: Path | None
    """None where it could not be written, and lives in memory only."""


class VectorCache:
    """The vectors of one model in one folder, float16. Not for several threads.

    Several processes may use a folder at once; each sees what was there when it opened it, and
    what it adds. 200,000 vectors of 384 numbers take 160 MB.
    """

    def __init__(self, folder: Path, identity: str, dimension: int) -> None:
        """`identity` names the model (`Encoder.identity`), `dimension` the length of its vectors.

        Shards that are damaged or of another model are dropped, with a warning.
        """
        self.folder = folder
        self._dimension = dimension
        self._fingerprint = hashlib.blake2b(identity.encode(), digest_size=16).digest()
        self._shards: list[_Shard] = []
        self._pending: list[tuple[Keys, NDArray[np.float16]]] = []
        self._written_at = time.monotonic()
        self._remove_abandoned()
        for path in sorted(folder.glob("*.shard")):
            self._load(path)
        self._index: tuple[Keys, NDArray[np.int64]] | None = None

    @classmethod
    def of(cls, encoder: Encoder) -> VectorCache:
        """The encoder's cache in the user's cache folder."""
        folder = cache_folder() / "vectors" / encoder.identity
        return cls(folder, encoder.identity, encoder.dimension)

    def __len__(self) -> int:
        return sum(len(shard.keys) for shard in self._shards) + sum(
            len(keys) for keys, _ in self._pending
        )

    def holds(self, keys: Keys) -> NDArray[np.bool_]:
        """For each key whether its vector is here and written."""
        return self._positions(keys) >= 0

    def get(self, keys: Keys) -> Vectors:
        """The vectors of these keys, shape (keys, dimension), of length 1.

        Raises KeyError if one is not here; `flush` first what was added.
        """
        positions = self._positions(keys)
        if (positions < 0).any():
            raise KeyError(f"{int((positions < 0).sum())} of {len(keys)} vectors are not here")
        found = np.empty((len(keys), self._dimension), dtype=np.float32)
        start = 0
        for shard in self._shards:
            here = (positions >= start) & (positions < start + len(shard.keys))
            # Rounding to float16 changed the lengths in the fourth digit.
            found[here] = unit_rows(shard.vectors[positions[here] - start])
            start += len(shard.keys)
        return found

    def add(self, keys: Keys, vectors: Vectors) -> None:
        """Take in new vectors, shape (keys, dimension); written now if the last time is past."""
        self._pending.append((keys, vectors.astype(np.float16)))
        if time.monotonic() - self._written_at > _SECONDS_BETWEEN_SHARDS:
            self.flush()

    def flush(self) -> None:
        """Write what was added. Where it cannot be written, warn, and keep it in memory."""
        if self._pending:
            keys = np.concatenate([keys for keys, _ in self._pending])
            vectors = np.concatenate([vectors for _, vectors in self._pending])
            self._pending.clear()
            self._shards.append(_Shard(keys, vectors, self._write(keys, vectors)))
            self._index = None
        self._written_at = time.monotonic()

    def keep(self, keys: Keys) -> None:
        """Say what the latest build used, so that the cache cannot grow without end.

        Does nothing until most of the cache, and 512 MiB of it, is of no use to that build: who
        builds a large library and a small one in turn keeps the vectors of both.
        """
        self.flush()
        stored = self._stored()
        used = np.isin(stored, keys)
        unused = len(stored) - int(used.sum())
        bytes_each = _KEY_BYTES + 2 * self._dimension
        if unused * 2 <= len(stored) or unused * bytes_each <= _UNUSED_BYTES_TO_LEAVE:
            return
        vectors = np.concatenate([shard.vectors for shard in self._shards])[used]
        path = self._write(stored[used], vectors)
        if path is None:
            return
        for shard in self._shards:
            if shard.path is not None:
                shard.path.unlink(missing_ok=True)
        self._shards = [_Shard(stored[used], vectors, path)]
        self._index = None

    def _stored(self) -> Keys:
        return np.concatenate([shard.keys for shard in self._shards] or [_no_keys()])

    def _positions(self, keys: Keys) -> NDArray[np.int64]:
        """Where each key lies in all shards put end to end; -1 for none."""
        if self._index is None:
            stored = self._stored()
            order = np.argsort(stored, kind="stable")
            self._index = (stored[order], order)
        stored, order = self._index
        if not len(stored):
            return np.full(len(keys), -1, dtype=np.int64)
        nearest = np.minimum(np.searchsorted(stored, keys), len(stored) - 1)
        return np.where(stored[nearest] == keys, order[nearest], -1)

    def _write(self, keys: Keys, vectors: NDArray[np.float16]) -> Path | None:
        header = _HEADER.pack(_MAGIC, self._fingerprint, len(keys), self._dimension)
        content = header + keys.tobytes() + vectors.astype("<f2").tobytes()
        path = self.folder / f"{uuid.uuid4().hex}.shard"
        unfinished = path.with_suffix(".unfinished")
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            unfinished.write_bytes(content + hashlib.sha256(content).digest())
            unfinished.rename(path)
        except OSError as error:
            _log.warning("cannot keep vectors for the next build in %s: %s", self.folder, error)
            return None
        return path

    def _load(self, path: Path) -> None:
        try:
            content = np.memmap(path, dtype=np.uint8, mode="r")
            keys, vectors = self._parse(content)
        except FileNotFoundError:
            return  # another process has just put several shards into one
        except (OSError, ValueError) as error:
            _log.warning("dropped %s from the cache of vectors: %s", path, error)
            path.unlink(missing_ok=True)
            return
        self._shards.append(_Shard(keys, vectors, path))

    def _parse(self, content: NDArray[np.uint8]) -> tuple[Keys, NDArray[np.float16]]:
        if len(content) < _HEADER.size + _CHECKSUM_BYTES:
            raise ValueError("it is cut short")
        checked, checksum = content[:-_CHECKSUM_BYTES], content[-_CHECKSUM_BYTES:]
        # Typed as object: mypy's hashlib knows no memory-mapped array, which is a buffer too.
        buffer: Any = checked
        if hashlib.sha256(buffer).digest() != checksum.tobytes():
            raise ValueError("it is damaged")
        magic, fingerprint, rows, dimension = _HEADER.unpack(checked[: _HEADER.size].tobytes())
        if (magic, fingerprint, dimension) != (_MAGIC, self._fingerprint, self._dimension):
            raise ValueError("it is of another model or version")
        middle = _HEADER.size + rows * _KEY_BYTES
        if len(checked) != middle + rows * dimension * 2:
            raise ValueError("its size is not what it says")
        keys = np.frombuffer(checked[_HEADER.size : middle].tobytes(), dtype=f"S{_KEY_BYTES}")
        return keys, checked[middle:].view("<f2").reshape(rows, dimension)

    def _remove_abandoned(self) -> None:
        for path in self.folder.glob("*.unfinished"):
            try:
                if time.time() - path.stat().st_mtime > _SECONDS_UNTIL_ABANDONED:
                    path.unlink()
            except OSError:
                continue  # another process was first


def text_keys(texts: Sequence[str], prompt: str = "") -> Keys:
    """The key of each text, as read after `prompt`: a 128-bit BLAKE2b hash."""
    hashed = b"".join(
        hashlib.blake2b(
            f"{prompt}{text}".encode("utf-8", "surrogatepass"), digest_size=_KEY_BYTES
        ).digest()
        for text in texts
    )
    return np.frombuffer(hashed, dtype=f"S{_KEY_BYTES}")


def encode_with_cache(
    encoder: Encoder,
    passages: Sequence[str],
    cache: VectorCache,
    on_batch: Callable[[int, int], None] | None = None,
) -> Vectors:
    """As `encoder.encode_passages`, but encodes only what the cache lacks, and each text once.

    `on_batch(done, total)` counts different texts, those in the cache as done from the start.
    What was encoded is written also when this is interrupted.
    """
    report = on_batch or (lambda _done, _total: None)
    keys = text_keys(passages, encoder.prompts.passage)
    different, first = np.unique(keys, return_index=True)
    missing = first[~cache.holds(different)]
    # Texts of like length go together, so that little is spent on padding.
    order = sorted(missing.tolist(), key=lambda i: -len(passages[i]))
    total, before = len(different), len(different) - len(order)
    report(before, total)
    position, size = 0, _FIRST_BLOCK

    def tell(done: int, _total: int) -> None:
        report(before + position + done, total)

    try:
        while position < len(order):
            block = order[position : position + size]
            started = time.monotonic()
            cache.add(keys[block], encoder.encode_passages([passages[i] for i in block], tell))
            position += len(block)
            size = _next_size(size, time.monotonic() - started)
    finally:
        cache.flush()
    return cache.get(keys)


def _next_size(size: int, seconds: float) -> int:
    """Texts for the next block, so that one takes seconds on a fast machine and on a slow one."""
    if seconds < _SECONDS_BETWEEN_SHARDS / 3:
        return size * 2
    if seconds > _SECONDS_BETWEEN_SHARDS:
        return max(_SMALLEST_BLOCK, size // 2)
    return size


def _no_keys() -> Keys:
    return np.empty(0, dtype=f"S{_KEY_BYTES}")
