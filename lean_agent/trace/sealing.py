"""Sealing: a full shard is compressed, and an index written beside it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO
from zlib import crc32

import zstandard

from lean_agent.trace.digest import Digest
from lean_agent.trace.index import Frame, Index
from lean_agent.trace.shard_end import ShardEnd
from lean_agent.trace.shards import Line, Shard, frames_of

PART = ".part"
"""The end of the name of a file that is being written, and is not read by anyone."""

_FRAME_BYTES = 1 << 18
"""Of lines in a frame, some dozens: to read one episode, so much is unpacked."""

_LEVEL = 3


def seal(shard: Shard, digests: Sequence[Digest] | None = None) -> None:
    """Compress a shard that is written to no more, index it, and remove its plain file.

    `digests` are those of its lines, where they are known. A kill at any moment leaves the plain
    file or the compressed one whole. Raises OSError where there is no room, and UserError where
    a line is damaged; the plain file then stays as it is.
    """
    lengths: list[int] = []
    frames: list[Frame] = []
    end = ShardEnd(0, 0)
    part = _part(shard.compressed)
    compressor = zstandard.ZstdCompressor(level=_LEVEL, write_checksum=True)
    try:
        with part.open("wb") as file:
            for block in _blocks(shard.lines()):
                frame = compressor.compress(b"".join(block))
                file.write(frame)
                frames.append(Frame(len(block), len(frame)))
                lengths += map(len, block)
                end = ShardEnd(end.size + len(frame), crc32(frame, end.checksum))
            file.write(end.encode())
            _sync(file)
        if digests is None or len(digests) != len(lengths):
            digests = list(map(Digest.of, shard.traces()))
        # The index first, so that there is no moment at which it is missed.
        write_whole(shard.index_file, Index.encode(digests, lengths, frames, end))
        part.replace(shard.compressed)
    except BaseException:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise
    sync_folder(shard.plain.parent)
    shard.plain.unlink()


def index_anew(shard: Shard) -> None:
    """Write the index of a sealed shard from what it holds. Raises OSError and UserError."""
    frames = []
    lengths: list[int] = []
    for size, content in frames_of(shard.compressed):
        lines = [len(line) + 1 for line in content.split(b"\n")[:-1]]
        frames.append(Frame(len(lines), size))
        lengths += lines
    digests = list(map(Digest.of, shard.traces()))
    with shard.compressed.open("rb") as file:
        end = ShardEnd.read(file)
    if end is not None:  # as it has been since its frames were read
        write_whole(shard.index_file, Index.encode(digests, lengths, frames, end))


def write_whole(path: Path, data: bytes) -> None:
    """Write so that a kill leaves the old file or the new one, never half of it."""
    part = _part(path)
    with part.open("wb") as file:
        file.write(data)
        _sync(file)
    part.replace(path)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _sync(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())


def _part(path: Path) -> Path:
    return path.with_name(path.name + PART)


def _blocks(lines: Iterable[Line]) -> Iterator[list[bytes]]:
    """The lines, with their newlines, in blocks of about a frame."""
    block: list[bytes] = []
    size = 0
    for line in lines:
        block.append(line.data + b"\n")
        size += len(block[-1])
        if size >= _FRAME_BYTES:
            yield block
            block, size = [], 0
    if block:
        yield block
