"""A declaration in words: the text that is embedded, and the tokens that are matched."""

from __future__ import annotations

import re

from mathlib_index.declaration import Declaration

_WORD_BREAK = re.compile(r"[._«»'!?\s]+|(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
# Words, and each symbol of notation by itself. Brackets and punctuation say nothing.
_TOKEN = re.compile(r"[^\W_]+|[^\w\s()\[\]{}⟨⟩⦃⦄:;,.`'\"«»]")
_ENDINGS = re.compile(r"(?<=\w{3})(?:ies|es|s|ing|ed|y|e)$")


def gloss_name(name: str) -> str:
    """A Lean name as plain words: `Nat.le_of_lt` is "Nat le of lt", `IsCompact` "Is Compact"."""
    return " ".join(part for part in _WORD_BREAK.split(name) if part)


def passage_text(declaration: Declaration) -> str:
    """What the embedding model reads for a declaration: name in words, docstring, signature.

    A model reads only so many tokens (MiniLM 256), so the telling parts come first.
    """
    docstring = " ".join(declaration.docstring.split())
    parts = (gloss_name(declaration.name), docstring, declaration.signature)
    return "\n".join(part for part in parts if part)


def tokens(text: str) -> list[str]:
    """Lower-case words, identifiers split and common endings cut, and symbols of notation.

    A query and a passage go through the same cut, so that "commutes" meets "commute".
    """
    words = _TOKEN.findall(gloss_name(text).lower())
    return [_ENDINGS.sub("", word) for word in words]
