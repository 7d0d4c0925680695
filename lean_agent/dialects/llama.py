"""The Llama 3 dialect: `{"name": …, "parameters": {…}}` and nothing beside it.

Meta's Llama 3.1, 3.2 and 3.3 are trained on it; the format is "JSON based tool calling" of
https://github.com/meta-llama/llama-models (`models/llama3_3/prompt_format.md`). Several calls are
parted by `; `, or by white space alone, which is how vLLM's `llama3_json` parser reads them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice, pairwise
from typing import ClassVar

from lean_agent.chat import CallError, CallErrorKind, Repair, ToolCall
from lean_agent.dialects.base import Piece
from lean_agent.dialects.extent import json_end
from lean_agent.dialects.json_call import Flaw, read_json_call, write_json
from lean_agent.dialects.reader import MOST, Marks, Region
from lean_agent.dialects.unmarked import (
    BEGIN_TAGS,
    MARKS,
    PYTHON_TAG,
    Part,
    UnmarkedDialect,
    among_words,
    side_by_side,
    stands_alone,
    tag_before,
)

_ALONE = 'Write only {"name": TOOL, "parameters": {…}}, with `; ` between several'
# What may begin a call among words; Lean's braces do not.
_BEGIN = re.compile(r'\{\s*"(?:name|type|function|parameters|arguments)"\s*:')
_BETWEEN = re.compile(rf"\s*+;?\s*+(?:{PYTHON_TAG}\s*+)?")
_OTHER_FAMILY = re.compile(r"</tool_call>|```|<｜tool|\}\s*\]")

Span = tuple[int, int | None]
"""Where a JSON object begins and ends, None where it has no end."""


class Llama(UnmarkedDialect):
    """Strict: the answer is JSON objects, parted by `;`, and thinking."""

    name = "llama"
    marks: ClassVar[Marks] = {**dict.fromkeys(BEGIN_TAGS), "{": None}

    def instructions(self) -> str:
        """How to write a call."""
        return (
            "To call a tool, answer with a JSON object that has its name and its parameters, and "
            "with no other text:\n"
            '{"name": "<tool name>", "parameters": {<parameters object>}}\n'
            "To call several, write `; ` between the objects; they are carried out in order. Each "
            'result comes back as {"output": "<text>"}.'
        )

    def may_call(self, text: str) -> bool:
        return '"name"' in text

    def read_region(self, region: Region) -> Iterator[Piece | Repair]:
        """From the first brace or mark to the end of the answer."""
        text = region.text
        tag = tag_before(text)
        if tag and not text[len(tag) :].lstrip().startswith("{"):
            what = f"no JSON object follows {tag}"
            yield _error(Flaw(CallErrorKind.NOT_JSON, what), text)
            return
        spans = list(islice(_objects(text, region.first), MOST))
        if region.first and _only_calls(text, spans):
            yield from side_by_side(text, [self._read(region, span) for span in spans])
        else:
            parts = [self._read(region, span) for span in _meant_as_calls(text, spans)]
            yield from among_words(text, parts, self.lenient, _ALONE)

    def _read(self, region: Region, span: Span) -> Part:
        start, end = span[0], span[1] or len(region.text)
        written = region.text[start:end]
        call = (
            Flaw(region.broken_off, "the JSON object has no end")
            if span[1] is None
            else read_json_call(written, "parameters")
        )
        if isinstance(call, Flaw) and self.lenient:
            done: list[str] = []
            mended = read_json_call(written, "parameters", done, may_close=not region.cut_off)
            if isinstance(mended, ToolCall):
                repair = Repair(kind=call.kind, text=written, done="; ".join(done))
                return Part(start, end, mended, (repair,))
        return Part(start, end, _error(call, written) if isinstance(call, Flaw) else call)

    def write_calls(self, calls: Sequence[ToolCall]) -> str:
        """JSON objects, with `; ` between them."""
        return "; ".join(
            write_json({"name": call.name, "parameters": call.arguments}, MARKS) for call in calls
        )


def _objects(text: str, first: bool) -> Iterator[Span]:
    """The JSON objects that may be calls.

    The `first` thing in an answer is meant as one, and so may be what breaks off after another.
    """
    start = text.find("{") if first else -1
    meant = start >= 0
    if not meant:
        start = _next_begin(text, 0)
    while start >= 0:
        end = json_end(text, start)
        if meant or end is None or _BEGIN.match(text, start):
            yield start, end
        if end is None:
            return
        meant, after = False, _after(text, end)
        start = after if text.startswith("{", after) else _next_begin(text, end)


def _next_begin(text: str, at: int) -> int:
    begin = _BEGIN.search(text, at)
    return begin.start() if begin else -1


def _after(text: str, end: int) -> int:
    """Where what parts two calls ends, after a call that ends at `end`."""
    between = _BETWEEN.match(text, end)
    return between.end() if between else end


def _only_calls(text: str, spans: list[Span]) -> bool:
    """Whether nothing but what parts calls stands outside them."""
    if not spans:
        return False
    last = spans[-1][1]
    if not stands_alone(text, spans[0][0], _after(text, last) if last else len(text)):
        return False
    return all(one[1] and _after(text, one[1]) == two[0] for one, two in pairwise(spans))


def _meant_as_calls(text: str, spans: list[Span]) -> Iterator[Span]:
    """Those objects among words that are calls, good or spoilt.

    They have parameters, or arguments, which others write who put marks around their calls and
    words beside them: where such marks are, only parameters tell.
    """
    keys = ['"parameters"'] if _OTHER_FAMILY.search(text) else ['"parameters"', '"arguments"']
    return (span for span in spans if any(text.find(key, *span) >= 0 for key in keys))


def _error(flaw: Flaw, text: str) -> CallError:
    return CallError(kind=flaw.kind, text=text, detail=f"{flaw.what}. {_ALONE}")
