"""Fields of structures and constructors of inductive types."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from mathlib_index.extract.binders import (
    closing_bracket,
    read_binders,
    top_level,
    top_level_all,
)
from mathlib_index.extract.grammar import (
    COMPONENT,
    HEADS,
    NAME,
    components,
    end_of_gap,
    one_line,
)
from mathlib_index.extract.header import HEADER_TOKEN
from mathlib_index.lexer import DOC_MARK, SourceText

_CONSTRUCTOR = re.compile(
    rf"\s*+(?:(?P<doc>{DOC_MARK})\s*+)?(?:@\[[^\]]*\]\s*+)?"
    rf"(?P<modifiers>(?:(?:private|protected)\s++)*+)(?P<name>{COMPONENT})(?![\w.])"
)
_NAMED_MK = re.compile(
    rf"\s*+(?:(?P<doc>{DOC_MARK})\s*+)?(?P<modifiers>(?:(?:private|protected)\s++)*+)"
    rf"(?P<name>{COMPONENT})\s*+::"
)
_ENTRY_EDGE = re.compile(
    rf"(?P<doc>{DOC_MARK})|\n(?P<indent>[ \t]*)(?=[^\s{DOC_MARK}])"
    r"|(?P<open>[(\[{⟨⦃])|(?P<close>[)\]}⟩⦄])"
    r"|(?<![\w.'!?])(?P<end>deriving)(?![\w'!?])"
)
_PROJECTION_NAME = re.compile(r"\s*(to[A-Z]\w*)\s*:(?!=)\s*")
_OPERATOR = re.compile(r"[^\w\s({\[.⟨@]")
_OPENER = re.compile(r"where(?![\w'!?])|:=(?=\s*[({\[])")  # `:= A α` abbreviates a class
_FIELD_MODIFIERS = re.compile(r"(?:(?:private|protected|noncomputable)\s++)*+")
_NAME = re.compile(COMPONENT)


@dataclass(frozen=True)
class Member:
    """A field or constructor as its source writes it."""

    name: str
    """Last component only."""
    docstring: str
    binders: str
    type: str
    """Empty where none is given."""
    position: int
    """Offset of its name."""
    private: bool

    @property
    def signature(self) -> str:
        """Binders and type."""
        return f"{self.binders} : {self.type}".strip() if self.type else self.binders


@dataclass(frozen=True)
class StructureBody:
    """What stands behind the `where` of a structure or class."""

    constructor: Member | None
    """Only if the source names it."""
    fields: list[Member]


def read_structure(source: SourceText, start: int, limit: int) -> StructureBody:
    """The body that begins at `start`, with `where` or `:=`; nothing if it does not."""
    opener = _OPENER.match(source.code, start, limit)
    if opener is None:
        return StructureBody(None, [])
    start = opener.end()
    constructor = None
    named = _NAMED_MK.match(source.code, start, limit)
    if named is not None and named["name"] not in HEADS:
        start = named.end()
        constructor = Member(
            name=named["name"],
            docstring=_doc(source, named.start("doc")),
            binders="",
            type="",
            position=named.start("name"),
            private="private" in named["modifiers"],
        )
    fields = [
        member
        for doc, first, last in _entries(source, start, limit)
        for member in _read_field(source, doc, first, last)
    ]
    return StructureBody(constructor, fields)


def _entries(source: SourceText, start: int, limit: int) -> Iterator[tuple[str, int, int]]:
    """Docstring, begin and end of each field or group of fields.

    A field begins at a doc comment, or on a line that is indented no deeper than the first field.
    """
    code = source.code
    doc = ""
    begin = start
    column = _column_of_first(source, start, limit)
    depth = 0
    for edge in _ENTRY_EDGE.finditer(code, start, limit):
        kind = edge.lastgroup
        if kind == "open":
            depth += 1
            continue
        if kind == "close":
            depth = max(0, depth - 1)
            continue
        if kind == "indent":
            if depth == 0 and len(edge["indent"]) <= column and code[begin : edge.start()].strip():
                yield doc, begin, edge.start()
                doc, begin = "", edge.end()
            continue
        if depth > 0 and kind == "end":
            continue
        if code[begin : edge.start()].strip():
            yield doc, begin, edge.start()
        begin, depth = edge.end(), 0
        if kind == "end":
            return
        doc = _doc(source, edge.start())
    if code[begin:limit].strip():
        yield doc, begin, limit


def _column_of_first(source: SourceText, start: int, limit: int) -> int:
    position = end_of_gap(source.code, start)
    while position < limit and source.code[position] == DOC_MARK:
        position = source.docstrings[position].start
        break
    return position - source.code.rfind("\n", 0, position) - 1


def _read_field(source: SourceText, doc: str, start: int, end: int) -> Iterator[Member]:
    code, visible = source.code, source.visible
    start = end_of_gap(code, start)
    while code.startswith("@[", start):
        closing = closing_bracket(code, start + 1, end)
        if closing is None:
            return
        start = end_of_gap(code, closing + 1)
    modifiers = _FIELD_MODIFIERS.match(code, start, end)
    private = modifiers is not None and "private" in modifiers.group()
    start = modifiers.end() if modifiers else start
    if start < end and code[start] in "({[⦃":
        groups, _ = read_binders(visible, start, end)
        for group in groups:
            for name in group.names:
                yield Member(name, doc, "", group.type, visible.index(name, group.start), private)
        return
    written = _NAME.match(code, start, end)
    if written is None:
        return
    rest = code[written.end() : end]
    colon, assign = top_level(rest, ":"), top_level(rest, ":=")
    if assign is not None and (colon is None or assign < colon):
        return  # a new default for a field of a parent
    # What stands before the colon are binders, with or without brackets: `refl x : r x x`.
    split = written.end() + (len(rest) if colon is None else colon)
    binders = one_line(visible[written.end() : split])
    type_ = one_line(visible[split + 1 : end if assign is None else written.end() + assign])
    yield Member(written.group(), doc, binders, type_, written.start(), private)


def read_parents(statement: str) -> list[tuple[str, str]]:
    """Name of the projection (empty where it cannot be told) and type of each parent."""
    padded = f" {statement}"
    begin = top_level(padded, " extends ")
    if begin is None:
        return []
    text = padded[begin + len(" extends ") :]
    edges = [-1, *top_level_all(text, ","), len(text)]
    parents = []
    for left, right in pairwise(edges):
        part = text[left + 1 : right].strip()
        named = _PROJECTION_NAME.match(part)
        if named is not None:
            parents.append((named[1], part[named.end() :]))
            continue
        colon = top_level(part, ":")  # the type of the whole may stand behind the last parent
        part = part if colon is None else part[:colon].strip()
        head = NAME.match(part.removeprefix("@").lstrip("("))
        following = part[head.end() :].lstrip() if head else ""
        applied = head is not None and (not following or not _OPERATOR.match(following))
        parents.append((f"to{components(head.group())[-1]}" if head and applied else "", part))
    return parents


def read_constructors(source: SourceText, start: int, limit: int) -> list[Member]:
    """The constructors of an inductive type between its header and the next command."""
    return list(_constructors(source, start, limit))


def _constructors(source: SourceText, start: int, limit: int) -> Iterator[Member]:
    depth = 0
    pending: tuple[re.Match[str], str] | None = None
    last_mark = -1
    for token in HEADER_TOKEN.finditer(source.code, start, limit):
        kind = token.lastgroup
        if kind == "open":
            depth += 1
        elif kind == "close":
            depth = max(0, depth - 1)
        elif depth > 0 or kind not in {"bar", "stop", "end"}:
            continue
        elif source.code[token.start()] == DOC_MARK:
            if pending is not None and token.start() > pending[0].start("name"):
                yield _constructor(source, *pending, token.start())
                pending = None
            last_mark = token.start()
        elif kind == "bar":
            if pending is not None:
                yield _constructor(source, *pending, token.start())
                pending = None
            found = _CONSTRUCTOR.match(source.code, token.end(), limit)
            if found is not None and found["name"] not in HEADS:
                mark = found.start("doc") if found["doc"] else last_mark
                pending = (found, _doc(source, mark))
            last_mark = -1
        elif token.group() != "where":
            limit = token.start()
            break
    if pending is not None:
        yield _constructor(source, *pending, limit)


def _constructor(source: SourceText, found: re.Match[str], doc: str, end: int) -> Member:
    start = found.end("name")
    _, binders_end = read_binders(source.code, start, end)
    colon = top_level(source.code[binders_end:end], ":")
    split = end if colon is None else binders_end + colon
    return Member(
        name=found["name"],
        docstring=doc,
        binders=one_line(source.visible[start:split]),
        type=one_line(source.visible[split + 1 : end]),
        position=found.start("name"),
        private="private" in found["modifiers"],
    )


def _doc(source: SourceText, mark: int) -> str:
    comment = source.docstrings.get(mark)
    return comment.text if comment else ""
