"""The attributes of a declaration, read from the text of its `@[…]` brackets."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_PIECE = re.compile(
    r"""(?P<doc>/--.*?-/)
      | (?P<string>"(?:[^"\\]|\\.)*+"?)
      | (?P<opener>[(\[{⟨]) | (?P<closer>[)\]}⟩])
      | (?P<comma>,)
      | (?P<word>[^\s()\[\]{}⟨⟩,"/]+|/) | \s+
    """,
    re.VERBOSE | re.DOTALL,
)
_WORD = re.compile(r"[^\s()\[\]{}⟨⟩,\"]+")
_DEEPEST = 20  # nested brackets


@dataclass(frozen=True)
class Attribute:
    """One attribute: `simps -isSimp apply` has the name `simps` and two words."""

    name: str
    words: tuple[str, ...] = ()
    """Its plain arguments, options and strings left out."""
    options: tuple[tuple[str, str], ...] = ()
    """Its options in round brackets: `(attr := simp)` is `("attr", "simp")`."""
    text: str | None = None
    """Its string or doc comment, without the quotes; None where it has none."""


def parse_attributes(text: str) -> list[Attribute]:
    """All attributes in `@[simp] @[to_additive (attr := ext) foo, simps]`, in order.

    Total: what makes no sense is passed over. Prefixes (`local`, `scoped`) are dropped, and so is
    an attribute that is taken away (`-simp`).
    """
    return [
        attribute
        for bracket in _brackets(text)
        for part in _split(bracket, ",")
        if (attribute := _attribute(part)) is not None
    ]


def option(attribute: Attribute, name: str) -> str:
    """What stands behind `name :=` in the attribute's options; empty where it is not given."""
    return next((value for key, value in attribute.options if key == name), "")


def nested(attribute: Attribute) -> list[Attribute]:
    """The attributes in `(attr := …)`."""
    return parse_attributes(f"@[{option(attribute, 'attr')}]")


def _brackets(text: str) -> Iterator[str]:
    depth = 0
    start = 0
    for piece in _PIECE.finditer(text):
        if piece["opener"]:
            if depth == 0:
                start = piece.end()
            depth += 1
        elif piece["closer"] and depth > 0:
            depth -= 1
            if depth == 0:
                yield text[start : piece.start()]


def _split(text: str, separator: str) -> Iterator[str]:
    depth = 0
    start = 0
    for piece in _PIECE.finditer(text):
        if piece["opener"]:
            depth += 1
        elif piece["closer"]:
            depth -= 1
        elif piece["comma"] and depth == 0 and separator == ",":
            yield text[start : piece.start()]
            start = piece.end()
    yield text[start:]


def _attribute(text: str) -> Attribute | None:
    pieces = [piece for piece in _PIECE.finditer(text) if not piece.group().isspace()]
    words: list[str] = []
    options: list[tuple[str, str]] = []
    written: str | None = None
    depth = 0
    start = 0
    for piece in pieces:
        if piece["opener"]:
            start = piece.end() if depth == 0 else start
            depth += 1
        elif piece["closer"]:
            depth = max(0, depth - 1)
            if depth == 0 and piece.group() == ")":
                key, given, value = text[start : piece.start()].partition(":=")
                if given:
                    options.append((key.strip(), value.strip()))
        elif depth == 0 and piece["string"]:
            written = _unescape(piece["string"].removeprefix('"').removesuffix('"'))
        elif depth == 0 and piece["doc"]:
            written = piece["doc"].removeprefix("/--").removesuffix("-/").strip()
        elif depth == 0 and piece["word"]:
            words.append(piece["word"])
    while words and words[0] in {"local", "scoped"}:
        del words[0]
    if not words or words[0].startswith("-"):
        return None
    return Attribute(words[0], tuple(words[1:]), tuple(options), written)


def _unescape(text: str) -> str:
    text = re.sub(r"\\\s*\n\s*", "", text)
    return " ".join(re.sub(r'\\(["\\])', r"\1", text).split())
