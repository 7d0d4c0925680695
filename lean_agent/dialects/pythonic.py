"""The pythonic dialect: `[search_mathlib(query="…", k=5), check_lean(code="…")]`.

Meta's Llama 3.2 and 4 and Team-ACE's ToolACE are trained on it; the format is that of
https://github.com/meta-llama/llama-models (`models/llama4/prompt_format.md`): a Python list of
calls, whose arguments have names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar

from lean_agent.chat import CallError, CallErrorKind, Repair, ToolCall
from lean_agent.dialects.base import Piece
from lean_agent.dialects.extent import Elements, list_elements
from lean_agent.dialects.json_call import Flaw
from lean_agent.dialects.python_call import NAME, read_python_call, write_python_call
from lean_agent.dialects.reader import Marks, Region
from lean_agent.dialects.unmarked import (
    BEGIN_TAGS,
    MARKS,
    Part,
    UnmarkedDialect,
    among_words,
    side_by_side,
    stands_alone,
    tag_before,
)

LONGEST = 50_000
"""How many characters of an answer's lists are read, those in strings not counted."""

_ALONE = 'Write only [TOOL(NAME="text", NAME=5)], with commas between several calls'
_BEGIN = re.compile(rf"\[\s*({NAME})\(")


class Pythonic(UnmarkedDialect):
    """Strict: the answer is one list of calls, and thinking."""

    name = "pythonic"
    marks: ClassVar[Marks] = {**dict.fromkeys(BEGIN_TAGS), "[": None}

    def instructions(self) -> str:
        """How to write a call."""
        return (
            "To call a tool, answer with a Python list that holds the call, and with no other "
            "text:\n"
            '[<tool name>(<argument>="<text>", <argument>=5)]\n'
            "Every argument has its name and a literal value: a string, a number, True, False, "
            "None, a list or a dict. The list may hold several calls; they are carried out in "
            'order. Each result comes back as {"output": "<text>"}.'
        )

    def may_call(self, text: str) -> bool:
        return bool(_BEGIN.search(text))

    def read_region(self, region: Region) -> Iterator[Piece | Repair]:
        """From the first bracket or mark to the end of the answer."""
        text = region.text
        tag = tag_before(text)
        if tag and not text[len(tag) :].lstrip().startswith("["):
            what = f"no list of calls follows {tag}"
            yield _error(Flaw(CallErrorKind.MALFORMED, what), text)
            return
        lists = list(_lists(text))
        if len(lists) == 1 and region.first and stands_alone(text, lists[0].start, lists[0].end):
            yield from side_by_side(text, list(self._calls(region, lists[0])))
        else:
            # Brackets are common in Lean and in prose.
            offered = {tool.name for tool in region.tools}
            ours = (one for one in lists if not offered or one.name in offered)
            parts = [part for one in ours for part in self._calls(region, one)]
            yield from among_words(text, parts, self.lenient, _ALONE)

    def _calls(self, region: Region, found: _List) -> Iterator[Part]:
        """The calls of a list, and its brackets and commas with them."""
        places = found.elements.places
        for place, (start, end) in zip(places, found.slices(), strict=True):
            flaw = found.flaw(region) if place is places[-1] else None
            call, repairs = self._call(region, region.text[slice(*place)], flaw)
            yield Part(start, end, call, repairs)

    def _call(
        self, region: Region, written: str, flaw: Flaw | None
    ) -> tuple[ToolCall | CallError, tuple[Repair, ...]]:
        """`flaw` is what is wrong outside the call."""
        call = flaw or read_python_call(written)
        hopeless = flaw and flaw.kind is not CallErrorKind.UNCLOSED
        if isinstance(call, Flaw) and self.lenient and not hopeless:
            done = ["added the missing ]"] if flaw else []
            mended = read_python_call(written, _names_of_arguments(written, region), done)
            if isinstance(mended, ToolCall):
                return mended, (Repair(kind=call.kind, text=written, done="; ".join(done)),)
        return (_error(call, written) if isinstance(call, Flaw) else call), ()

    def write_calls(self, calls: Sequence[ToolCall]) -> str:
        """A list of them."""
        return f"[{', '.join(write_python_call(call, MARKS) for call in calls)}]"


@dataclass(frozen=True)
class _List:
    """A list that may hold calls, the first of them of the tool `name`."""

    name: str
    start: int
    end: int
    elements: Elements

    def slices(self) -> Iterator[tuple[int, int]]:
        """Where each element stands, with the brackets and commas around it."""
        return pairwise([self.start, *(begin for begin, _ in self.elements.places[1:]), self.end])

    def flaw(self, region: Region) -> Flaw | None:
        """What is wrong with its end."""
        if self.elements.too_long:
            what = f"the calls are longer than {LONGEST:,} characters, strings not counted"
            return Flaw(CallErrorKind.MALFORMED, what)
        if self.elements.end is None:
            return Flaw(region.broken_off, "the list of calls has no end")
        return None


def _lists(text: str) -> Iterator[_List]:
    at, left = 0, LONGEST
    while begin := _BEGIN.search(text, at):
        elements = list_elements(text, begin.start(), left)
        at = len(text) if elements.end is None else elements.end
        left -= elements.read
        yield _List(begin[1], begin.start(), at, elements)


def _names_of_arguments(written: str, region: Region) -> list[str]:
    name = written.partition("(")[0].strip()
    asked = (tool.parameters for tool in region.tools if tool.name == name)
    return [key for parameters in asked for key in parameters.get("properties", {})]


def _error(flaw: Flaw, text: str) -> CallError:
    return CallError(kind=flaw.kind, text=text, detail=f"{flaw.what}. {_ALONE}")
