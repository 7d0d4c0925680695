"""The Llama 3 dialect: `{"name": …, "parameters": {…}}` and nothing beside it.

Meta's Llama 3.1, 3.2 and 3.3 are trained on it; the format is "JSON based tool calling" of
https://github.com/meta-llama/llama-models (`models/llama3_3/prompt_format.md`). Several calls are
parted by `; `, which is how vLLM's `llama3_json` parser reads them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import ClassVar

from lean_agent.chat import CallError, CallErrorKind, Message, Repair, ToolCall
from lean_agent.dialects.base import Piece
from lean_agent.dialects.extent import json_end
from lean_agent.dialects.json_call import Flaw, read_json_call, write_json
from lean_agent.dialects.reader import Marks, Region, RegionDialect
from lean_agent.dialects.unmarked import (
    MARKS,
    PYTHON_TAG,
    RESULT_ROLE,
    Part,
    among_words,
    side_by_side,
    stands_alone,
    thinking_in,
)

_ALONE = 'Write only {"name": TOOL, "parameters": {…}}, with `; ` between several'
_KEY = '"parameters"'
# What may begin a call among words; Lean's braces do not.
_BEGIN = re.compile(r'\{\s*"(?:name|type|function|parameters|arguments)"\s*:')
_BETWEEN = re.compile(rf"\s*;\s*(?:{re.escape(PYTHON_TAG)}\s*)?")


class Llama(RegionDialect):
    """Strict: the answer is JSON objects, parted by `;`, and thinking."""

    name = "llama"
    stops = (RESULT_ROLE,)
    words_beside_calls = False
    marks: ClassVar[Marks] = {PYTHON_TAG: None, "{": None}

    def instructions(self) -> str:
        """How to write a call."""
        return (
            "To call a tool, answer with a JSON object that has its name and its parameters, and "
            "with no other text:\n"
            '{"name": "<tool name>", "parameters": {<parameters object>}}\n'
            "To call several, write `; ` between the objects; they are carried out in order. Each "
            'result comes back as {"output": "<text>"}.'
        )

    def read_region(self, region: Region) -> Iterator[Piece | Repair]:
        """From the first brace or mark to the end of the answer."""
        text = region.text
        parts = list(self._objects(region))
        if not parts:
            yield text
        elif region.first and _only_calls(text, parts):
            yield from side_by_side(text, parts)
        else:
            # Another family's call may have words around it, and is none of ours.
            ours = [part for part in parts if _KEY in text[part.start : part.end]]
            yield from among_words(text, ours, self.lenient, _ALONE)

    def _objects(self, region: Region) -> Iterator[Part]:
        text, at = region.text, 0
        tag = len(PYTHON_TAG) if text.startswith(PYTHON_TAG) else 0
        if tag and not text[tag:].lstrip().startswith("{"):
            error = _error(CallErrorKind.NOT_JSON, text, f"no JSON object follows {PYTHON_TAG}")
            yield Part(0, len(text), error)
            return
        while True:
            if at == 0 and region.first:
                start = text.index("{")
            elif begin := _BEGIN.search(text, at):
                start = begin.start()
            else:
                return
            end = json_end(text, start)
            if end is None:
                error = _error(region.broken_off, text[start:], "the JSON object has no end")
                yield Part(start, len(text), error)
                return
            yield self._read(text, start, end)
            at = end

    def _read(self, text: str, start: int, end: int) -> Part:
        written = text[start:end]
        call = read_json_call(written, "parameters")
        if isinstance(call, Flaw):
            return Part(start, end, _error(call.kind, written, call.what))
        return Part(start, end, call)

    def render(self, content: str, calls: Sequence[ToolCall]) -> str:
        """The calls and, beside them, no more of the content than its thinking."""
        if not calls:
            return content
        thinking = thinking_in(content)
        objects = (
            write_json({"name": call.name, "parameters": call.arguments}, MARKS) for call in calls
        )
        return "\n".join([thinking] * bool(thinking) + ["; ".join(objects)])

    def render_result(self, message: Message, tool: str) -> str:  # noqa: ARG002
        """The result as a JSON object, as vLLM's templates for these models write it."""
        return write_json({"output": message.content})


def _only_calls(text: str, parts: list[Part]) -> bool:
    """Whether nothing but what parts calls stands outside them."""
    if not stands_alone(text, parts[0].start, parts[-1].end):
        return False
    return all(_BETWEEN.fullmatch(text, one.end, two.start) for one, two in pairwise(parts))


def _error(kind: CallErrorKind, text: str, what: str) -> CallError:
    return CallError(kind=kind, text=text, detail=f"{what}. {_ALONE}")
