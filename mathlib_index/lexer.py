"""Lean text with comments and strings blanked out, so that a parser sees only code.

The lexical rules are Lean 4's: `--` to the end of the line, `/- -/` nests, strings have escapes,
raw strings are `r"…"` or `r#"…"#`, and `«…»` quotes a name component. Inside a block comment
only `/-` and `-/` count.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

DOC_MARK = "\x00"
"""Stands in `SourceText.code` where a `/-- -/` comment ended."""

# Each alternative starts with a plain character, which lets `re` skip quickly to the next one.
_EVENT = re.compile(
    r"""--
      | /-
      | r(?<![\w'!?.]r)(?P<hashes>\#*)"
      | "
      | «[^»\n]{1,200}»
      | '(?<![\w'!?]')(?:\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|.)|[^\\'\n])'
    """,
    re.VERBOSE,
)
_COMMENT_EDGE = re.compile(r"/-|-/")
_STRING_REST = re.compile(r'[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)
_NOT_NEWLINE = re.compile(r"[^\n]")


@dataclass(frozen=True)
class Comment:
    """A `/-- -/` or `/-! -/` comment."""

    start: int
    """Offset of its first character."""
    text: str


@dataclass(frozen=True)
class SourceText:
    """Two views of one file, both exactly as long as the file, so that offsets agree."""

    code: str
    """Comments and strings are spaces; a doc comment leaves `DOC_MARK` as its last character."""
    visible: str
    """Comments are spaces; strings are kept."""
    docstrings: dict[int, Comment]
    """Each doc comment, by the offset of its `DOC_MARK`."""
    module_docs: list[Comment]
    """Each `/-! -/` comment, in order."""


def lex(text: str) -> SourceText:
    """Split Lean source into code and comments, in time linear in its length.

    An unclosed comment or string reaches to the end of the file, as in Lean.
    """
    text = text.replace(DOC_MARK, " ")
    code: list[str] = []
    visible: list[str] = []
    docstrings: dict[int, Comment] = {}
    module_docs: list[Comment] = []
    position = 0
    while event := _EVENT.search(text, position):
        start, opener = event.start(), event.group()
        plain = text[position:start]
        code.append(plain)
        visible.append(plain)
        if opener == "--":
            newline = text.find("\n", start)
            position = len(text) if newline < 0 else newline
            blank = " " * (position - start)
            code.append(blank)
            visible.append(blank)
        elif opener == "/-":
            position = _end_of_comment(text, start)
            blank = _blank(text[start:position])
            visible.append(blank)
            comment = Comment(start, text[start + 3 : position].removesuffix("-/").strip())
            if text.startswith("/-!", start):
                module_docs.append(comment)
            elif text.startswith("/--", start) and position - start >= 5:
                blank = blank[:-1] + DOC_MARK
                docstrings[position - 1] = comment
            code.append(blank)
        elif opener.startswith("«"):
            position = event.end()
            code.append(opener)
            visible.append(opener)
        else:
            position = event.end() if opener[0] == "'" else _end_of_string(text, event)
            literal = text[start:position]
            code.append(_blank(literal))
            visible.append(literal)
    code.append(text[position:])
    visible.append(text[position:])
    return SourceText("".join(code), "".join(visible), docstrings, module_docs)


def _end_of_comment(text: str, start: int) -> int:
    # The opener of a doc comment is three characters, so that `/--/` does not close itself.
    position = start + (3 if text.startswith(("/--", "/-!"), start) else 2)
    depth = 1
    for edge in _COMMENT_EDGE.finditer(text, position):
        depth += 1 if edge.group() == "/-" else -1
        if depth == 0:
            return edge.end()
    return len(text)


def _end_of_string(text: str, opener: re.Match[str]) -> int:
    if opener["hashes"] is not None:
        closer = '"' + opener["hashes"]
        end = text.find(closer, opener.end())
        return len(text) if end < 0 else end + len(closer)
    rest = _STRING_REST.match(text, opener.end())
    return rest.end() if rest else len(text)


def _blank(text: str) -> str:
    return _NOT_NEWLINE.sub(" ", text)
