"""A Lean file as a series of commands, each with its docstring, attributes and modifiers."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from mathlib_index.extract.grammar import HEADS, MODIFIERS, end_of_gap
from mathlib_index.extract.header import STOP
from mathlib_index.lexer import DOC_MARK, SourceText

# A command is looked for at the start of a line. The plain newline (not `^`) lets `re` skip fast;
# `*+` gives no blanks back, or blanked comments would cost their length squared.
_HEAD_WORD = rf"@\[|(?:{'|'.join(sorted(HEADS, key=len, reverse=True))})(?![\w.'!?])"
_COMMAND_AT_LINE = re.compile(rf"\n[ \t]*+(?:{DOC_MARK}[ \t]*+)?(?P<head>{_HEAD_WORD})")
_COMMAND_HERE = re.compile(rf"\s*+(?:{DOC_MARK}\s*+)?(?P<head>{_HEAD_WORD})")
_WORD = re.compile(r"[a-z_]+3?(?![\w.'!?])")
_SCOPED_NAMESPACE = re.compile(r"\[[\w.]*\]")
_BRACKETS = re.compile(r"[\[\]]")
_ARGUMENTS_EDGE = re.compile(
    rf"(?P<open>[(\[{{⟨⦃])|(?P<close>[)\]}}⟩⦄])|(?P<in>(?<![\w.'!?])in(?![\w.'!?]))|{STOP}"
)
# Bounds on the search for a bracket that never closes, which keep the whole linear.
_LONGEST_ATTRIBUTES = 4000  # characters
_DEEPEST_ATTRIBUTES = 20  # nested brackets


@dataclass
class Head:
    """The words before a declaration's name or a command's arguments."""

    start: int
    end: int
    docstring: str
    attributes: list[tuple[int, int]] = field(default_factory=list)
    """Begin and end of each `@[…]`."""
    modifiers: set[str] = field(default_factory=set)
    keyword: str = ""
    keyword_start: int = 0


@dataclass(frozen=True)
class Arguments:
    """What follows the keyword of a command such as `open` or `variable`."""

    text: str
    start: int
    end: int
    """Where reading goes on."""
    for_next_only: bool
    """Whether an `in` closes them."""


class CommandReader:
    """Finds the commands of one file."""

    def __init__(self, source: SourceText) -> None:
        self.source = source
        self._upcoming: re.Match[str] | None = None  # the latest answer of `at_line`
        self._asked_from = -1  # the offset for which it was asked

    def at_line(self, position: int) -> re.Match[str] | None:
        """The first command that begins a line from here on; group `head` is its first word."""
        is_known = self._upcoming is None or self._upcoming.start() >= position
        if not (is_known and 0 <= self._asked_from <= position):
            self._asked_from = position
            found = _COMMAND_AT_LINE.search(self.source.code, position)
            while found is not None and (behind := self._end_of_member_head(found)) is not None:
                found = _COMMAND_AT_LINE.search(self.source.code, behind)
            self._upcoming = found
        return self._upcoming

    def _end_of_member_head(self, found: re.Match[str]) -> int | None:
        """If this begins no command but a field such as `protected le : …`: behind its first words.

        Words once passed over are not read again, or a long row of them would cost its square.
        """
        word, start = found["head"], found.start("head")
        if start == found.start() + 1 or (word != "@[" and word not in MODIFIERS):
            return None
        head = self.head(start)
        return None if head.keyword in HEADS else max(found.end(), head.end)

    def here(self, position: int) -> re.Match[str] | None:
        """The command that follows at once, if one does."""
        return _COMMAND_HERE.match(self.source.code, position)

    def limit(self, position: int) -> int:
        """Where the next command begins."""
        following = self.at_line(position)
        return following.start() if following else len(self.source.code)

    def head(self, start: int) -> Head:
        """Attributes, modifiers and keyword of the command that starts here, in any order."""
        code = self.source.code
        head = Head(start=start, end=start, docstring=self._doc_before(start))
        while True:
            position = end_of_gap(code, head.end)
            if code.startswith("@[", position):
                end = self.end_of_attributes(position)
                if end is None:
                    return head
                head.attributes.append((position, end))
                head.end = end
                continue
            if code.startswith(DOC_MARK, position):
                head.docstring = self.source.docstrings[position].text
                head.end = position + 1
                continue
            word = _WORD.match(code, position)
            if word is None:
                return head
            if word.group() not in MODIFIERS:
                head.keyword, head.keyword_start, head.end = word.group(), position, word.end()
                return head
            head.modifiers.add(word.group())
            scoped = _SCOPED_NAMESPACE.match(code, word.end())
            head.end = scoped.end() if scoped else word.end()

    def _doc_before(self, position: int) -> str:
        code = self.source.code
        while position > 0 and code[position - 1].isspace():
            position -= 1
        comment = self.source.docstrings.get(position - 1)
        return comment.text if comment else ""

    def end_of_attributes(self, start: int) -> int | None:
        """Behind the bracket that closes the first one from here, `None` where none does."""
        depth = 0
        for bracket in _BRACKETS.finditer(self.source.code, start, start + _LONGEST_ATTRIBUTES):
            depth += 1 if bracket.group() == "[" else -1
            if depth == 0:
                return bracket.end()
            if depth > _DEEPEST_ATTRIBUTES:
                break
        return None

    def arguments(self, start: int) -> Arguments:
        """What stands between a keyword that ends here and its `in`, or the next command."""
        depth = 0
        limit = self.limit(start)
        end, after, for_next_only = limit, limit, False
        for edge in _ARGUMENTS_EDGE.finditer(self.source.code, start, limit):
            if edge.lastgroup == "open":
                depth += 1
            elif edge.lastgroup == "close":
                depth = max(0, depth - 1)
            elif edge.lastgroup is None:
                end = after = edge.start()
                break
            elif depth == 0:
                end, after, for_next_only = edge.start(), edge.end(), True
                break
        return Arguments(self.source.visible[start:end], start, after, for_next_only)
