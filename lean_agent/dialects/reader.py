"""One reader for all dialects: words, thinking, and regions that may be calls.

A dialect says with which marks a region begins and ends, and reads one region at a time; what a
thought is, what must be held back until more text has come, how calls are numbered and what
stays in the content is decided here, once.
"""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar, NamedTuple

from lean_agent.chat import CallError, CallErrorKind, FinishReason, Repair, ToolCall, ToolSchema
from lean_agent.dialects.base import Dialect, Piece, Reply
from lean_agent.dialects.mending import LONGEST

Marks = Mapping[str, str | None]
"""Each opening mark and its closing one: None for a region that reaches to the answer's end, the
empty string for a mark that is a region of its own. One that begins a line may be indented."""

_INDENT = 16
"""By how many characters at most, as in the items of lists."""

MOST = 10_000
"""How many calls are looked for in a region that reaches to the answer's end."""


class Region(NamedTuple):
    """A part of an answer that begins with one of a dialect's opening marks.

    `text` holds its marks too. Where it is not `closed`, it reaches to the end of the answer,
    which then is `cut_off` by a limit or came to its own end. Before the `first` region of an
    answer stand no words, only thinking and white space. `after_spoilt` says that something was
    wrong with the last region before it, marks that are regions of their own not counted.
    """

    text: str
    first: bool = True
    closed: bool = True
    cut_off: bool = False
    tools: Sequence[ToolSchema] = ()
    after_spoilt: bool = False

    @property
    def broken_off(self) -> CallErrorKind:
        """What the region is if its end is missing."""
        return CallErrorKind.TRUNCATED if self.cut_off else CallErrorKind.UNCLOSED


class RegionDialect(Dialect):
    """A dialect whose calls stand between marks."""

    marks: ClassVar[Marks]

    @abstractmethod
    def read_region(self, region: Region) -> Iterable[Piece | Repair]:
        """What the region holds, in order: words, calls (ids are given later) and errors.

        Words and the texts of errors are exactly the region without its calls. A call that was
        mended, which only happens when `lenient`, is followed by its repairs. Never raises; the
        time is linear in the region's length.
        """

    def reader(self, tools: Sequence[ToolSchema] = ()) -> RegionReader:
        return RegionReader(self, tools)

    def may_call(self, text: str) -> bool:
        return any(mark in text for mark in self.marks)


class RegionReader:
    """Reads one answer, in chunks of any size.

    The first think tag outside the calls decides how the answer began: where it is a closing
    one, everything before it was thought, the calls in it too. So as long as there was none,
    what was found from the first region on is not certain, and is held back.
    """

    def __init__(
        self, dialect: RegionDialect, tools: Sequence[ToolSchema] = (), thinking: bool = True
    ) -> None:
        self._dialect, self._tools, self._thinking = dialect, tools, thinking
        self._thinks = dialect.thinking if thinking else {}
        self._ends_of_thought = frozenset(self._thinks.values())
        self._pattern = _Pattern.of(tuple(dialect.marks.items()), tuple(self._thinks.items()))
        self._held = ""  # the end of the text so far, which may begin a mark
        self._open: str | None = None  # the opening mark of the region or thought we are in
        self._parts: list[str] = []  # the text of that region or thought
        self._first = True  # no words, and no region, so far
        self._spoilt = False  # something was wrong with the last region
        self._settled = not thinking  # whether how the answer began is known
        self._raw: list[str] = []  # until then: all the text,
        self._said = 0  # how many characters of it are certain to be words,
        self._unsure: list[Piece | Repair] = []  # and what the rest may come to,
        self._unsure_in: list[str] = []  # each with the region it stands in
        self._thoughts: list[str] = []
        self._endless = False  # the last thought has no end
        self._found: list[Piece | Repair] = []
        self._calls: list[str] = []  # the regions of the calls, one for each
        self._news: list[Piece] = []
        self._others = LONGEST  # how much text other dialects may still be tried on

    def feed(self, text: str) -> list[Piece]:
        text = self._held + text
        self._scan(text, len(text) - self._pattern.partial(text), None)
        news, self._news = self._news, []
        return news

    def finish(self, finish_reason: FinishReason = "stop") -> Reply:
        self._scan(self._held, len(self._held), finish_reason)
        self._settle()
        reply = _assemble(self._found)
        if not self._thinking or reply.calls or reply.errors:
            return reply
        if self._dialect.lenient:
            kind = CallErrorKind.OTHER_DIALECT
            if other := self._in_another_dialect(reply.content, kind):
                return other
        if error := self._called_in_thought(finish_reason):
            return Reply(reply.content, errors=(error,))
        return reply

    # The text is taken apart from left to right. What lies before `sure` cannot begin a mark
    # whose end is still to come.

    def _scan(self, text: str, sure: int, ended: FinishReason | None) -> None:
        at = 0
        while True:
            if self._open is None:
                mark = self._pattern.marks.search(text, at)
                if mark is None or mark.start() >= sure:
                    self._say(text[at:sure])
                    break
                self._say(text[at : mark.start()])
                self._begin(mark[0])
                at = mark.end()
                continue
            closing = self._pattern.closing[self._open]
            end = closing.search(text, at) if closing else None
            if end:
                self._add(text[at : end.end()])
                at = end.end()
                rest = self._end(closed=True, cut_off=False)
            else:
                if ended is None and self._open not in self._thinks:
                    sure = max(at, len(text) - self._pattern.longest_closing)
                self._add(text[at:sure])
                if ended is None:
                    break
                at = max(at, sure)
                rest = self._end(closed=False, cut_off=ended == "length")
                if not rest:
                    break
            if rest:  # was thought up to here; happens once
                text, sure, at = rest + text[at:], len(rest) + sure - at, 0
        self._held = text[max(at, sure) :]

    def _begin(self, mark: str) -> None:
        if mark in self._ends_of_thought:
            self._say(mark)
            if not self._settled:
                self._began_in_thought()
            return
        self._open, self._parts = mark, []
        if mark in self._thinks:
            self._settle()
        self._add(mark)

    def _add(self, text: str) -> None:
        if not text:
            return
        self._parts.append(text)
        if self._open in self._thinks:
            self._emit(text, [text])

    def _end(self, closed: bool, cut_off: bool) -> str:
        """Close the region or thought. What is to be read again: that is not part of it."""
        text, was, self._open, self._parts = "".join(self._parts), self._open, None, []
        if was in self._thinks:
            self._thoughts.append(text)
            self._endless = not closed
            return ""
        region = Region(text, self._first, closed, cut_off, self._tools, self._spoilt)
        pieces = list(self._dialect.read_region(region))
        if not self._settled and (end := self._end_of_thought(text)) and not self._sound(pieces):
            self._emit(text[:end], [text[:end]])
            self._began_in_thought()
            return text[end:]
        self._first = False
        if text != was:
            self._spoilt = any(isinstance(piece, CallError | Repair) for piece in pieces)
        if self._dialect.lenient:
            pieces = self._mended(text, pieces)
        self._emit(text, pieces)
        return ""

    def _end_of_thought(self, text: str) -> int:
        """Where the first closing mark of a thought ends, 0 where there is none."""
        ends = (text.find(mark) + len(mark) for mark in self._ends_of_thought if mark in text)
        return min(ends, default=0)

    def _sound(self, pieces: list[Piece | Repair]) -> bool:
        """Whether there are calls, nothing is wrong with them, and no thought ends beside them."""
        return _has(ToolCall, pieces) and not any(
            isinstance(piece, CallError | Repair)
            or (isinstance(piece, str) and self._end_of_thought(piece))
            for piece in pieces
        )

    def _say(self, words: str) -> None:
        if words:
            self._first = self._first and words.isspace()
            self._emit(words, [words])

    def _emit(self, text: str, pieces: list[Piece | Repair]) -> None:
        if not self._settled:
            self._raw.append(text)
            if self._unsure or pieces != [text]:
                self._unsure += pieces
                self._unsure_in += [text] * len(pieces)
                return
            self._said += len(text)
        for piece in pieces:
            self._found_in(text, piece)

    def _found_in(self, text: str, piece: Piece | Repair) -> None:
        if isinstance(piece, ToolCall):
            self._calls.append(text)
            number = f"call_{len(self._calls)}"
            piece = ToolCall(id=number, name=piece.name, arguments=piece.arguments)
        self._found.append(piece)
        if not isinstance(piece, Repair):
            self._news.append(piece)

    def _settle(self) -> None:
        for text, piece in zip(self._unsure_in, self._unsure, strict=True):
            self._found_in(text, piece)
        self._settled, self._raw, self._unsure, self._unsure_in = True, [], [], []

    def _began_in_thought(self) -> None:
        thought = "".join(self._raw)
        self._thoughts.append(thought)
        words = thought[self._said :]
        self._unsure, self._unsure_in = ([words], [words]) if words else ([], [])
        self._settle()
        self._first, self._spoilt = True, False

    # An answer, or a region, without a call in this dialect.

    def _called_in_thought(self, finish_reason: FinishReason) -> CallError | None:
        thoughts = self._thoughts
        if self._endless and finish_reason == "length":
            thoughts = thoughts[:-1]  # cut off before it could come to its call
        for thought in thoughts:
            reader = RegionReader(type(self._dialect)(), self._tools, thinking=False)
            opening, closing = self._marks_of(thought)
            reader.feed(thought.removeprefix(opening).removesuffix(closing))
            text = reader._first_call(reader.finish())
            if text is None:
                continue
            endless = self._endless and thought is thoughts[-1]
            where = f"{opening}, which you never closed with {closing}" if endless else opening
            detail = f"it stands inside {where}: only what follows {closing} is carried out"
            return CallError(kind=CallErrorKind.IN_THINKING, text=text, detail=detail)
        return None

    def _marks_of(self, thought: str) -> tuple[str, str]:
        """The marks of a thought, one of which it may lack."""
        return next(
            (opening, closing)
            for opening, closing in self._thinks.items()
            if thought.startswith(opening) or thought.endswith(closing)
        )

    def _first_call(self, reply: Reply) -> str | None:
        """The region of a call; where a dialect has no words beside calls, thoughts may."""
        if self._calls or self._dialect.words_beside_calls:
            return next(iter(self._calls), None)
        beside = (error for error in reply.errors if error.kind is CallErrorKind.EXTRA_TEXT)
        return next((error.text for error in beside), None)

    def _mended(self, text: str, pieces: list[Piece | Repair]) -> list[Piece | Repair]:
        errors = [piece for piece in pieces if isinstance(piece, CallError)]
        if errors and not _has(ToolCall, pieces):
            other = self._in_another_dialect(text, errors[0].kind)
            if other and not other.errors:
                return [other.content, *other.calls, *other.repairs]
        return pieces

    def _in_another_dialect(self, text: str, kind: CallErrorKind) -> Reply | None:
        """The text with its calls as another dialect has them, if it has any."""
        from lean_agent.dialects import DIALECTS, dialect_named, recognise

        if not self._thinking or len(text) > self._others:
            return None
        self._others -= len(text)
        name = recognise(text, self._tools, self._dialect)
        if name is None:
            return None
        # Where that one has no words beside calls, they are what must be mended.
        other = dialect_named(name, lenient=not DIALECTS[name].words_beside_calls)
        reply = other.read(text, self._tools)
        repair = Repair(kind=kind, text=text, done=f"read as the {name} dialect")
        return Reply(reply.content, reply.calls, reply.errors, (repair, *reply.repairs))


def _has(kind: type[Piece | Repair], pieces: Iterable[Piece | Repair]) -> bool:
    return any(isinstance(piece, kind) for piece in pieces)


def _assemble(found: Iterable[Piece | Repair]) -> Reply:
    words: list[list[str]] = [[]]
    calls: list[ToolCall] = []
    errors: list[CallError] = []
    repairs: list[Repair] = []
    for piece in found:
        match piece:
            case ToolCall():
                calls.append(piece)
                words.append([])  # a call parts the words before and after it
            case CallError():
                errors.append(piece)
                words[-1].append(piece.text)
            case Repair():
                repairs.append(piece)
            case _:
                words[-1].append(piece)
    parts = ("".join(part).strip() for part in words)
    return Reply("\n".join(filter(None, parts)), tuple(calls), tuple(errors), tuple(repairs))


@dataclass(frozen=True)
class _Pattern:
    """The marks to look for: the longest first, where one begins with another.

    The `beginnings` are those of the marks that can follow words or a thought, which are held
    back; nothing of a region is shown before its end, so there `longest_closing` is held back.
    """

    marks: re.Pattern[str]
    closing: Mapping[str, re.Pattern[str] | None]
    beginnings: frozenset[str]
    longest: int
    longest_closing: int

    @staticmethod
    @lru_cache
    def of(
        marks: tuple[tuple[str, str | None], ...], thinking: tuple[tuple[str, str], ...]
    ) -> _Pattern:
        opening = {mark for mark, _ in marks} | {mark for pair in thinking for mark in pair}
        longest_first = sorted(opening, key=lambda mark: (-len(mark), mark))
        return _Pattern(
            re.compile("|".join(map(re.escape, longest_first))),
            {mark: _closing(closing) for mark, closing in (*marks, *thinking)},
            frozenset(mark[:n] for mark in opening for n in range(1, len(mark))),
            max(map(len, opening)) - 1,
            max((len(end) + _INDENT * end.startswith("\n") for _, end in marks if end), default=1),
        )

    def partial(self, text: str) -> int:
        """How many characters at the end of the text may be the beginning of a mark."""
        for n in range(min(self.longest, len(text)), 0, -1):
            if text[-n:] in self.beginnings:
                return n
        return 0


def _closing(mark: str | None) -> re.Pattern[str] | None:
    if mark is None:
        return None
    if mark.startswith("\n"):
        return re.compile(rf"\n[ \t]{{0,{_INDENT}}}{re.escape(mark[1:])}")
    return re.compile(re.escape(mark))
