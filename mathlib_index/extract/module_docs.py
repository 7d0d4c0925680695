"""What the `/-! -/` comments of a file say about its declarations.

The first heading of the first comment is the title of the file. A heading in a later comment holds
until the next one. A list item that begins with a name, as under "Main definitions", is a remark
on the declaration of that name.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator

from mathlib_index.extract.grammar import NAME, one_line
from mathlib_index.lexer import Comment

LONGEST_REMARK = 400
"""In characters; what goes beyond is cut."""

_HEADING = re.compile(r"^[ \t]*#+[ \t]*(?P<text>[^\n]*)$", re.MULTILINE)
_OTHER_SUBJECT = re.compile(
    r"tags|keyword|reference|todo|to do|future|notation|implementation|notes?\b|see also|warning",
    re.IGNORECASE,
)
_ITEM = re.compile(r"(?P<indent>[ \t]*)(?:[*+-]|\d+[.)])[ \t]+(?P<text>.*)|(?P<named>`.*)")
_CODE = re.compile(r"`+([^`]+)`+")
_LEADING = re.compile(
    r"(?:\*\*|__)?(?P<names>`+[^`]+`+(?:[ \t]*(?:,|/|;|&|and|or)*[ \t]*`+[^`]+`+)*)"
    r"(?:\*\*|__)?[ \t]*:?[ \t]*"
)


class ModuleDocs:
    """The comments of one file."""

    def __init__(self, comments: list[Comment]) -> None:
        self.title = _first_heading(comments[0].text) if comments else ""
        self._offsets: list[int] = []
        self._headings: list[str] = []
        for comment in comments[1:]:
            heading = _first_heading(comment.text)
            if heading:
                self._offsets.append(comment.start)
                self._headings.append(heading)
        self._comments = comments

    def context(self, position: int) -> str:
        """Title and nearest heading above an offset, as `Normal functions › Basic lemmas`."""
        above = bisect_right(self._offsets, position)
        heading = self._headings[above - 1] if above else ""
        return " › ".join(part for part in (self.title, heading) if part)

    def remarks(self, declared: Iterable[str]) -> dict[str, str]:
        """What list items say of the declarations with these full names, by full name."""
        by_ending: dict[str, str] = {}
        for name in declared:
            ending = name
            while ending:  # a docstring may leave out the namespaces that its file opens
                by_ending.setdefault(ending, name)
                ending = ending.partition(".")[2]
        by_ending |= {name: name for name in declared}
        result: dict[str, str] = {}
        for comment in self._comments:
            for item in _items(comment.text):
                for name, text in _said(item, by_ending):
                    result.setdefault(name, text[:LONGEST_REMARK].rstrip())
        return result


def _first_heading(text: str) -> str:
    heading = _HEADING.search(text)
    return one_line(heading["text"]).rstrip(" #.") if heading else ""


def _items(text: str) -> Iterator[str]:
    """Each item of the lists in a comment, on one line, but for those on other subjects."""
    item = ""
    passed_over = False
    begins_paragraph = True
    for line in [*text.split("\n"), ""]:
        heading = _HEADING.match(line)
        begin = None if heading else _ITEM.match(line)
        if begin is not None and begin["named"] is not None and not begins_paragraph:
            begin = None  # a line that goes on with a name
        begins_paragraph = bool(heading) or not line.strip()
        if item and (heading or begin or not line.strip()):
            if not passed_over:
                yield one_line(item)
            item = ""
        if heading:
            passed_over = bool(_OTHER_SUBJECT.search(heading["text"]))
        elif begin is not None:
            item = begin["text"] or begin["named"]
        elif item:
            item += " " + line


def _said(item: str, by_ending: dict[str, str]) -> Iterator[tuple[str, str]]:
    leading = _LEADING.match(item)
    if leading is not None:
        text = item[leading.end() :]
        for code in _CODE.findall(leading["names"]):
            name = _resolve(code, by_ending)
            if name and text:
                yield name, text
        return
    for code in _CODE.findall(item):
        name = _resolve(code, by_ending)
        if name:
            yield name, item
            return


def _resolve(code: str, by_ending: dict[str, str]) -> str | None:
    name = NAME.match(code.strip().removeprefix("_root_."))
    return by_ending.get(name.group()) if name else None
