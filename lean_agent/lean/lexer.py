"""The words of Lean code, without Lean: comments, strings and quoted names are told from code.

They are told as Lean's own lexer does (Lean 4 language reference, "Lexical structure"). Where
that cannot be decided without Lean — a string with `{` may be interpolated and then holds code;
a quote after `⁻¹` belongs to the operator — everything from there on counts as code, so that
nothing can hide.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

# Letters as Lean has them; λ, Π and Σ are symbols. No other character can stand in a bare name.
_LETTER = (
    r"A-Za-z_\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u017f\u0391-\u039f\u03a1\u03a4-\u03ba\u03bc-\u03fb"
    r"\u1f00-\u1ffe\u2100-\u214f\U0001d49c-\U0001d59f"
)
_SUBSCRIPT = r"\u2080-\u2089\u2090-\u209c\u1d62-\u1d6a\u2c7c"
_BARE_PART = rf"[{_LETTER}][{_LETTER}0-9'!?{_SUBSCRIPT}]*"
# A quoted part may hold line ends, and what looks like a comment.
_PART = rf"(?:«[^»]*»|{_BARE_PART})"
_NUMBER = r"0[xX][0-9a-fA-F_]+|0[bB][01_]+|0[oO][0-7_]+|[0-9][0-9_]*(?:\.?[eE][+-]?[0-9][0-9_]*)?"
_TOKEN = re.compile(
    rf"""
    \s*+(?:
      (?P<word>eval%|\#{_PART}|(?!r\#*"){_PART}(?:\.{_PART})*)
    | (?P<line_comment>--[^\n]*)
    | (?P<block_comment>/-)
    | (?P<raw_string>r\#*")
    | (?P<string>"(?:[^"\\]++|\\(?s:.))*+(?:"|\\?\Z))
    | (?P<character>'(?:[^'\\]|\\(?:x[0-9a-fA-F]{{2}}|u\{{?[0-9a-fA-F]+\}}?|.))')
    | (?P<number>{_NUMBER})
    | (?P<symbol>@\[|(?s:.))
    | (?P<end>\Z)
    )
    """,
    re.VERBOSE,
)
# The same where nothing is sure to be a literal, a comment or a quoted name.
_CODE_TOKEN = re.compile(
    rf"""
    \s*+(?:
      (?P<word>eval%|\#{_BARE_PART}|{_BARE_PART}(?:\.{_BARE_PART})*)
    | (?P<number>{_NUMBER})
    | (?P<symbol>@\[|(?s:.))
    | (?P<end>\Z)
    )
    """,
    re.VERBOSE,
)
_LITERALS = frozenset({"line_comment", "block_comment", "raw_string", "string", "character"})
_VALUES = frozenset({"raw_string", "string", "character"})
# After any other symbol Lean may read a quote, a dash or a slash as part of the symbol.
_SEPARATORS = frozenset("()[]{}⟨⟩,;@[")
_COMMENT_EDGE = re.compile(r"/-|-/")
# A string that ends here whether it is interpolated or not, and then holds only names.
_PLAIN_BRACES = re.compile(rf'"(?:[^"\\{{]++|\\[^{{]|\{{[ .{_LETTER}0-9]*\}})*+"')


class Token(NamedTuple):
    """A word or symbol of code; `line` counts from 1, `column` from 0, in characters."""

    text: str
    line: int
    column: int

    def touches(self, other: Token) -> bool:
        """Whether `other` begins where this ends."""
        return (self.line, self.column + len(self.text)) == (other.line, other.column)


def tokens(source: str, literals: bool = False) -> Iterator[Token]:
    """The words and symbols of Lean code; with `literals` its numbers, strings and characters too.

    Comments are left out.
    """
    position, line, line_start = 0, 1, 0
    sure = True  # what is a literal, until something ambiguous is met
    glued = False  # to a symbol before
    read, find = _TOKEN.match, source.find
    line_end = find("\n")  # of the line in which `position` is; -1 in the last
    while position < len(source):
        match = read(source, position)
        assert match is not None  # the last two alternatives take anything
        kind = match.lastgroup
        assert kind is not None
        start, end = match.span(kind)
        if kind in _LITERALS:
            glued = glued and start == position
            if glued or _ambiguous(source, start, match[kind]):
                sure = False
            elif kind == "block_comment":
                end = _comment_end(source, start)
            elif kind == "raw_string":
                end = _raw_string_end(source, start, match[kind])
        if (
            kind == "word"
            or kind == "symbol"
            or (literals and (kind == "number" or (sure and kind in _VALUES)))
        ):
            while -1 < line_end < start:
                line, line_start, line_end = line + 1, line_end + 1, find("\n", line_end + 1)
            text = source[start:end]
            yield Token(text, line, start - line_start)
            # Text between the tags of ProofWidgets may hold any quote. A quoted name without an
            # end is an error to Lean; and to look for its end again and again takes long.
            sure = sure and (kind in _VALUES or ("Jsx" not in text and text != "«"))
        if sure:
            glued = kind == "symbol" and match[kind] not in _SEPARATORS
            position = end
        else:
            # From here on, or from behind this word, everything counts as code.
            read = _CODE_TOKEN.match
            position = start if kind in _LITERALS else end


def _ambiguous(source: str, position: int, text: str) -> bool:
    """Whether Lean may end this elsewhere: `"{…` if it is interpolated, `/--/` and `/-/`."""
    if text[0] == '"' and "{" in text:
        return _PLAIN_BRACES.fullmatch(text) is None
    return source.startswith(("/--/", "/-/"), position)


def _raw_string_end(source: str, start: int, opening: str) -> int:
    closing = '"' + "#" * opening.count("#")
    end = source.find(closing, start + len(opening))
    return len(source) if end < 0 else end + len(closing)


def _comment_end(source: str, start: int) -> int:
    """The end of the block comment at `start`; comments nest. An open one runs to the end."""
    depth, position = 1, start + 2
    while depth:
        edge = _COMMENT_EDGE.search(source, position)
        if edge is None:
            return len(source)
        depth += 1 if edge.group() == "/-" else -1
        position = edge.end()
    return position
