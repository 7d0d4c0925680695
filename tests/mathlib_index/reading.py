"""What the tests of extraction share: a small source, read."""

from __future__ import annotations

from textwrap import dedent

from mathlib_index import Declaration, extract_text


def read(source: str) -> dict[str, Declaration]:
    """The declarations of a source, which may be indented as a whole, by name."""
    found = extract_text(dedent(source), "Test.lean")
    assert len({item.name for item in found}) == len(found)
    return {item.name: item for item in found}
