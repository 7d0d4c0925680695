"""The end of a sealed shard, by which it is seen that nothing of it is missing.

It is one of Zstandard's skippable frames (RFC 8878, section 3.1.2), which every decompressor
passes over. So a shard that was cut off is told from a whole one, also where the cut is between
two frames and each that is left is whole.
"""

from __future__ import annotations

import os
import struct
from typing import BinaryIO, NamedTuple

# Magic number and size of the content, then the content: size and checksum of what comes before.
_FRAME = struct.Struct("<IIQI")
_MAGIC = 0x184D2A5E
_CONTENT_BYTES = 12


class ShardEnd(NamedTuple):
    """What the end says of all that comes before it: its bytes, and their CRC-32."""

    size: int
    checksum: int

    def encode(self) -> bytes:
        """The frame."""
        return _FRAME.pack(_MAGIC, _CONTENT_BYTES, self.size, self.checksum)

    @classmethod
    def read(cls, file: BinaryIO) -> ShardEnd | None:
        """The end of an open file, or None where it has none, or one of a file of another size.

        Raises OSError.
        """
        size = file.seek(0, os.SEEK_END) - _FRAME.size
        if size < 0:
            return None
        file.seek(size)
        magic, content_bytes, *said = _FRAME.unpack(file.read(_FRAME.size))
        end = cls(*said)
        if (magic, content_bytes, end.size) != (_MAGIC, _CONTENT_BYTES, size):
            return None
        return end
