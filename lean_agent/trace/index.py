"""The index of a sealed shard: for each episode its digest, and where its line lies.

The file holds two Zstandard frames of JSON. The first has the places and as much of each digest
as tells which episode it is and how it ended, the second the rest. Digests are kept by column,
and of what repeats (problems, versions, turns) each value once: a million of them are read in
seconds, and take some ten bytes each.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from itertools import accumulate
from types import GenericAlias
from typing import Any, NamedTuple, cast, get_type_hints

import zstandard
from pydantic import TypeAdapter, ValidationError
from pydantic_core import from_json

from lean_agent.trace.digest import Digest
from lean_agent.trace.shard_end import ShardEnd
from lean_agent.trace.trace import Outcome

_VERSION = 2
_LEVEL = 9  # indexes are small
_KEYS = ("problem", "sample", "outcome")
# Columns of other types are of values that repeat.
_PLAIN = (int, float, bool, int | None)
_VALUES: dict[str, TypeAdapter[list[Any]]] = {
    name: TypeAdapter(cast(Any, GenericAlias(list, (kind,))))
    for name, kind in get_type_hints(Digest).items()
    if kind not in _PLAIN
}

Key = tuple[str, int]
"""A problem's id and a sample's number."""


class Unusable(Exception):
    """An index that is torn, or of another version: it is to be made anew."""


class Frame(NamedTuple):
    """A Zstandard frame of a shard: how many lines it holds, and its size in bytes."""

    lines: int
    size: int


class Place(NamedTuple):
    """Where a line lies: which bytes of the file are its frame, and which of that the line.

    `line` and `frame` are counted from 1.
    """

    line: int
    frame: int
    frame_start: int
    frame_size: int
    start: int
    length: int


@dataclass(frozen=True)
class Index:
    """An index as it is read; what is not asked for is not decoded.

    `lengths` are those of the lines, in bytes, with the newline. `end` is that of the shard, and of
    no other shard.
    """

    frames: list[Frame]
    lengths: list[int]
    end: ShardEnd
    _columns: dict[str, Any]
    _rest: bytes

    @staticmethod
    def encode(
        digests: Sequence[Digest], lengths: Sequence[int], frames: Sequence[Frame], end: ShardEnd
    ) -> bytes:
        """The bytes of an index file."""
        columns = {name: _encode(name, values) for name, values in _transposed(digests)}
        keys = {name: columns.pop(name) for name in _KEYS}
        head = {
            "version": _VERSION,
            "end": end,
            "frames": frames,
            "lengths": lengths,
            "keys": keys,
        }
        return _pack(head) + _pack(columns)

    @classmethod
    def decode(cls, data: bytes) -> Index:
        """What `encode` made. Raises Unusable."""
        head, rest = _unpack(data)
        try:
            if head["version"] != _VERSION:
                raise Unusable("another version")
            frames = [Frame(*pair) for pair in head["frames"]]
            lengths = head["lengths"]
            if sum(frame.lines for frame in frames) != len(lengths):
                raise Unusable("frames and lines do not agree")
            keys = {name: head["keys"][name] for name in _KEYS}
            return cls(frames, lengths, ShardEnd(*head["end"]), keys, rest)
        except (KeyError, TypeError) as error:
            raise Unusable(str(error)) from error

    def keys(self) -> Iterable[tuple[str, int, Outcome]]:
        """Problem, sample and outcome of each episode. Raises Unusable."""
        return zip(*(_decode(name, self._columns[name]) for name in _KEYS), strict=True)

    def digests(self) -> Iterator[Digest]:
        """The digest of each episode. Raises Unusable before the first."""
        rest, _ = _unpack(self._rest)
        columns = {**rest, **self._columns}
        try:
            rows = [_decode(name, columns[name]) for name in Digest._fields]
        except (KeyError, TypeError) as error:
            raise Unusable(str(error)) from error
        return map(Digest._make, zip(*rows, strict=True))

    def places(self, wanted: Set[Key]) -> list[Place]:
        """Where the lines of the `wanted` episodes are, in order. Raises Unusable."""
        keys = zip(
            *(_decode(name, self._columns[name]) for name in ("problem", "sample")), strict=True
        )
        there = [number for number, key in enumerate(keys) if key in wanted]
        places = []
        rows = iter(there)
        row = next(rows, None)
        first = frame_start = 0
        for number, frame in enumerate(self.frames, start=1):
            end = first + frame.lines
            starts = list(accumulate(self.lengths[first:end], initial=0))
            while row is not None and row < end:
                start, length = starts[row - first], self.lengths[row]
                places.append(Place(row + 1, number, frame_start, frame.size, start, length))
                row = next(rows, None)
            first = end
            frame_start += frame.size
        return places


def decompress(frame: bytes) -> bytes:
    """The content of one frame. Raises zstandard.ZstdError where it is damaged."""
    reader = zstandard.ZstdDecompressor().decompressobj()
    content = reader.decompress(frame)
    if not reader.eof:
        raise zstandard.ZstdError("the frame breaks off")
    return content


def _transposed(digests: Sequence[Digest]) -> Iterator[tuple[str, Sequence[Any]]]:
    if not digests:
        return iter((name, ()) for name in Digest._fields)
    return zip(Digest._fields, zip(*digests, strict=True), strict=True)


def _encode(name: str, values: Sequence[Any]) -> Any:
    """A column: its values, or each distinct one and which of them each row has."""
    if name not in _VALUES:
        return values
    numbers: dict[Any, int] = {}
    distinct: list[Any] = []
    rows = []
    for value in values:
        key = tuple(value.items()) if isinstance(value, dict) else value
        number = numbers.setdefault(key, len(numbers))
        if number == len(distinct):
            distinct.append(value)
        rows.append(number)
    return {"values": distinct, "rows": rows}


def _decode(name: str, column: Any) -> list[Any]:
    if not isinstance(column, dict):  # the frame has a checksum: values are not looked at
        return list(column)
    try:
        values = _VALUES[name].validate_python(column["values"])
        return [values[row] for row in column["rows"]]
    except (ValidationError, IndexError, KeyError, TypeError) as error:
        raise Unusable(f"column {name}") from error


def _pack(document: object) -> bytes:
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
    return zstandard.ZstdCompressor(level=_LEVEL, write_checksum=True).compress(text)


def _unpack(data: bytes) -> tuple[dict[str, Any], bytes]:
    """The document in the first frame of `data`, and what follows that frame."""
    reader = zstandard.ZstdDecompressor().decompressobj()
    try:
        text = reader.decompress(data)
        document = from_json(text) if reader.eof else None
    except (zstandard.ZstdError, ValueError) as error:
        raise Unusable(str(error)) from error
    if not isinstance(document, dict):
        raise Unusable("torn")
    return document, reader.unused_data
