"""Shards: the files of a run that hold its episodes, and how they are read.

The episodes of a run are in numbered shards. The last is plain JSONL, a trace a line, and grows.
When it is full the next begins, and it is sealed: compressed, with an index beside it
(`00003.jsonl`, then `00003.jsonl.zst` and `00003.index.zst`). A number is never given twice and
the compressed file appears only when it is whole, so that one who reads while another writes
misses nothing and sees nothing double. A sealed shard says at its end how long it is, and the index
of which end it is the index: no part of it is lost without a word.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator, Set
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple
from zlib import crc32

import zstandard
from pydantic import BaseModel, ConfigDict, ValidationError

from lean_agent.errors import UserError
from lean_agent.trace.digest import Digest
from lean_agent.trace.index import Index, Key, Place, Unusable, decompress
from lean_agent.trace.schema import parse
from lean_agent.trace.shard_end import ShardEnd
from lean_agent.trace.trace import Outcome, Trace

EPISODES_FOLDER = "episodes"
OLD_EPISODES_FILE = "episodes.jsonl"
"""Where runs kept all their episodes before there were shards."""

_NAME = re.compile(r"(\d+)\.jsonl(?:\.zst)?")
_READ_BYTES = 1 << 20
_LOST = "Put a copy in its place, or delete it and its index to have its episodes run again."


class Line(NamedTuple):
    """A line of a file, without its newline; `number` counts from 1."""

    path: Path
    number: int
    data: bytes

    def trace(self) -> Trace:
        """The episode it holds. Raises UserError where it is damaged."""
        mend = "mend or delete that line"
        if self.path.suffix == ".zst":
            mend += f" in what `zstd -d {self.path}` makes, and delete the compressed file"
        return parse(Trace, self.data, f"{self.path}, line {self.number}", mend)


@dataclass(frozen=True)
class Shard:
    """One shard, by the path of its plain file."""

    plain: Path

    @property
    def compressed(self) -> Path:
        """Its file when it is sealed."""
        return self.plain.with_name(self.plain.name + ".zst")

    @property
    def index_file(self) -> Path:
        """The index of `compressed`."""
        return self.plain.with_name(self.plain.stem + ".index.zst")

    @property
    def next(self) -> Shard:
        """The one with the following number."""
        return Shard(self.plain.with_name(f"{int(self.plain.stem) + 1:05d}.jsonl"))

    @property
    def exists(self) -> bool:
        """Whether it is there. It may be sealed between two looks."""
        return any(path.exists() for path in (self.compressed, self.plain, self.compressed))

    @property
    def sealed(self) -> bool:
        """Whether it is compressed. Where a kill left both files, this one is whole."""
        return self.compressed.exists()

    def index(self) -> Index | None:
        """Its index, or None where it is not sealed, or the index is missing or torn.

        Raises UserError where the shard was cut off, or the index is that of another one.
        """
        try:
            with self.compressed.open("rb") as file:
                end = ShardEnd.read(file)
            if end is None:
                raise _without_end(self.compressed)
            index = Index.decode(self.index_file.read_bytes())
        except (OSError, Unusable):
            return None
        if index.end != end:
            raise UserError(
                f"{self.compressed} is damaged: it is not what {self.index_file.name} is the index "
                f"of. {_LOST} Where the index is the wrong one, delete that alone"
            )
        return index

    def lines(self) -> Iterator[Line]:
        """Its whole lines.

        Raises UserError where the file cannot be read, or is damaged.
        """
        self.index()  # which tells of a file that is not the right one
        # It may be sealed between two looks.
        for path in (self.compressed, self.plain, self.compressed):
            try:
                yield from _lines(path)
                return
            except FileNotFoundError:
                continue
        raise UserError(f"{self.plain} was taken away while the run was read: read it again")

    def traces(self) -> Iterator[Trace]:
        """Its episodes in order, one at a time. Raises UserError where one is damaged."""
        return (line.trace() for line in self.lines())

    def digests(self) -> Iterable[Digest]:
        """Its episodes in numbers, from the index where there is one. Raises UserError."""
        if (index := self.index()) is not None:
            with suppress(Unusable):
                return index.digests()
        return map(Digest.of, self.traces())

    def outcomes(self) -> Iterable[tuple[str, int, Outcome]]:
        """Problem, sample and outcome of each of its episodes. Raises UserError."""
        if (index := self.index()) is not None:
            with suppress(Unusable):
                return index.keys()
        return ((one.problem, one.sample, one.outcome) for one in self.digests())

    def fetch(self, wanted: Set[Key]) -> Iterator[Trace]:
        """The traces of those episodes that it holds. Raises UserError where one is damaged."""
        if (index := self.index()) is not None:
            with suppress(Unusable):
                return _fetch(self.compressed, index.places(wanted))
        return self._search(wanted)

    def _search(self, wanted: Set[Key]) -> Iterator[Trace]:
        for line in self.lines():
            try:
                key = _EpisodeKey.model_validate_json(line.data)
            except ValidationError:
                key = None  # reading the trace will tell what is wrong
            if key is None or (key.problem.id, key.sample) in wanted:
                yield line.trace()


def shards_of(run: Path) -> list[Shard]:
    """The shards of a run folder, in order. Raises UserError where it has two layouts at once."""
    # A folder that is being brought to the new layout has the one or the other.
    for _ in range(2):
        shards = _numbered(run / EPISODES_FOLDER)
        old = run / OLD_EPISODES_FILE
        if shards and old.exists():
            raise UserError(
                f"{run} holds {OLD_EPISODES_FILE} beside {EPISODES_FOLDER}/: one of them is from "
                "elsewhere, take it out"
            )
        if shards:
            return shards
        if old.exists():
            return [Shard(old)]
    return []


def lines_of(path: Path) -> Iterator[Line]:
    """The whole lines of one JSONL file, which may be compressed (`.zst`).

    Raises UserError where it is missing, cannot be read, or is damaged, and where no line of it is
    whole.
    """
    line = None
    try:
        for line in _lines(path):
            yield line
        torn = line is None and path.suffix != ".zst" and path.stat().st_size > 0
    except FileNotFoundError as error:
        raise UserError(f"{path}: no such file") from error
    if torn:
        raise UserError(f"{path} holds no whole line: it is not a JSONL file of traces")


def is_json(line: bytes) -> bool:
    """Whether this is a whole JSON document."""
    try:
        json.loads(line)
    except ValueError:
        return False
    return True


def frames_of(path: Path) -> Iterator[tuple[int, bytes]]:
    """The frames of a compressed file: the size of each, and its content.

    The end of a sealed shard is none of them. Raises UserError where the file is damaged, and
    OSError.
    """
    with path.open("rb") as file:
        end = ShardEnd.read(file)
        left = end.size if end else file.seek(0, os.SEEK_END)
        if end is None and (not left or _is_shard(path)):
            raise _without_end(path)
        file.seek(0)
        checksum = number = 0

        def read() -> bytes:
            nonlocal checksum, left
            data = file.read(min(left, _READ_BYTES))
            left -= len(data)
            checksum = crc32(data, checksum)
            return data

        data = read()
        while data:
            number += 1
            reader = zstandard.ZstdDecompressor().decompressobj()
            content = bytearray()
            size = 0
            try:
                while not reader.eof:
                    if not data:
                        raise zstandard.ZstdError("the file breaks off")
                    content += reader.decompress(data)
                    size += len(data)
                    data = reader.unused_data if reader.eof else read()
            except zstandard.ZstdError as error:
                raise _damaged(path, number, error) from error
            yield size - len(data), bytes(content)
            data = data or read()
        if end is not None and checksum != end.checksum:
            raise UserError(f"{path} is damaged: its checksum is another. {_LOST}")


class _ProblemKey(BaseModel):
    model_config = ConfigDict(extra="ignore")
    id: str


class _EpisodeKey(BaseModel):
    """As much of a trace as tells which episode it is."""

    model_config = ConfigDict(extra="ignore")
    problem: _ProblemKey
    sample: int


def _numbered(folder: Path) -> list[Shard]:
    try:
        names = [_NAME.fullmatch(path.name) for path in folder.iterdir()]
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as error:
        raise UserError(f"cannot read {folder}: {error.strerror}") from error
    found: dict[int, Shard] = {}
    for number in {int(name[1]) for name in names if name}:
        # Those that were sealed or begun while the folder was listed may not be in the list, but
        # are next to one that is.
        for near, step in ((number, -1), (number + 1, 1)):
            while near not in found and (shard := _shard(folder, near)).exists:
                found[near] = shard
                near += step
    return [found[number] for number in sorted(found)]


def _shard(folder: Path, number: int) -> Shard:
    return Shard(folder / f"{number:05d}.jsonl")


def _lines(path: Path) -> Iterator[Line]:
    try:
        if path.suffix == ".zst":
            contents = (content for _, content in frames_of(path))
            yield from _whole_lines(path, _joined(contents))
        else:
            with path.open("rb") as file:
                yield from _whole_lines(path, file)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise UserError(f"cannot read {path}: {error.strerror}") from error


def _whole_lines(path: Path, lines: Iterable[bytes]) -> Iterator[Line]:
    for number, line in enumerate(lines, start=1):
        # A last line that breaks off was being written.
        if line.endswith(b"\n") or is_json(line):
            yield Line(path, number, line.removesuffix(b"\n"))


def _joined(contents: Iterable[bytes]) -> Iterator[bytes]:
    """The lines of a text that comes in pieces, which need not end with a line."""
    begun = b""
    for content in contents:
        *whole, begun = (begun + content).split(b"\n")
        for line in whole:
            yield line + b"\n"
    if begun:
        yield begun


def _fetch(path: Path, places: Iterable[Place]) -> Iterator[Trace]:
    frame, content = -1, b""
    try:
        with path.open("rb") as file:
            for place in places:
                if place.frame != frame:
                    frame = place.frame
                    file.seek(place.frame_start)
                    content = decompress(file.read(place.frame_size))
                line = content[place.start : place.start + place.length]
                yield Line(path, place.line, line).trace()
    except zstandard.ZstdError as error:
        raise _damaged(path, frame, error) from error
    except OSError as error:
        raise UserError(f"cannot read {path}: {error.strerror}") from error


def _damaged(path: Path, frame: int, error: zstandard.ZstdError) -> UserError:
    return UserError(f"{path}, frame {frame} is damaged ({error}). {_LOST}")


def _without_end(path: Path) -> UserError:
    return UserError(
        f"{path} is damaged: it was cut off, or something else wrote it. {_LOST} What `zstd -d` "
        "makes of it beforehand is kept"
    )


def _is_shard(path: Path) -> bool:
    path = path.absolute()
    return path.parent.name == EPISODES_FOLDER and _NAME.fullmatch(path.name) is not None
