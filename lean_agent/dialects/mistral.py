"""The two dialects of Mistral's models, after their special token `[TOOL_CALLS]`.

The formats are those of https://github.com/mistralai/mistral-common
(`tokens/tokenizers/instruct.py`): a JSON list up to version 7 of the tokenizer, here as in
version 3 (Mistral 7B v0.3, Mixtral 8x22B, Nemo); a name and a JSON object from version 11 on, here
as in version 13 (Magistral, Devstral, Ministral 3), which has no ids. Version 11 (Small 3.2) puts
`[CALL_ID]` and an id after the name, which is read as well.
"""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import ClassVar

from lean_agent.chat import CallError, CallErrorKind, Message, Repair, ToolCall
from lean_agent.dialects.base import Piece, strict_json
from lean_agent.dialects.extent import json_end
from lean_agent.dialects.json_call import Flaw, read_json_call, write_json
from lean_agent.dialects.reader import Marks, Region, RegionDialect

OPEN, ID, ARGUMENTS = "[TOOL_CALLS]", "[CALL_ID]", "[ARGS]"
RESULTS, END_RESULTS = "[TOOL_RESULTS]", "[/TOOL_RESULTS]"

_ANY_MARK = re.compile(r"\[(?:TOOL_CALLS|CALL_ID|ARGS|/?TOOL_RESULTS)\]|</?think>|</s>")
_LIST = re.compile(rf"{re.escape(OPEN)}\s*\[\s*")
_NEXT = re.compile(r"\s*([,\]])\s*|\s*\Z")
_HEAD = re.compile(
    rf"{re.escape(OPEN)}([^\[{{]*)(?:{re.escape(ID)}[^\[{{]*)?{re.escape(ARGUMENTS)}\s*"
)


class _MistralDialect(RegionDialect):
    """What both have: everything from one mark to the next, or to the end, is read together."""

    _example: ClassVar[str]
    stops = (RESULTS,)
    marks: ClassVar[Marks] = {OPEN: None}

    def read_region(self, region: Region) -> Iterator[Piece | Repair]:
        """From the first mark to the end of the answer."""
        starts = [mark.start() for mark in re.finditer(re.escape(OPEN), region.text)]
        for start, end in pairwise([*starts, len(region.text)]):
            at_end = end == len(region.text)
            no_end = region.broken_off if at_end else CallErrorKind.UNCLOSED
            yield from self._after_mark(region.text[start:end], no_end)

    @abstractmethod
    def _after_mark(self, text: str, no_end: CallErrorKind) -> Iterator[Piece | Repair]:
        """What a text holds that begins with the mark; `no_end` is what a missing end is."""

    def _error(self, kind: CallErrorKind, text: str, what: str) -> CallError:
        return CallError(kind=kind, text=text, detail=f"{what}. Write it as {self._example}")


class Mistral(_MistralDialect):
    """Strict: after the mark comes a JSON list of objects."""

    name = "mistral"
    _example = f'{OPEN}[{{"name": TOOL, "arguments": {{…}}}}]'

    def instructions(self) -> str:
        """How to write a call."""
        return (
            f"To call a tool, write {OPEN} and after it a JSON list with an object for the call:\n"
            f'{OPEN}[{{"name": "<tool name>", "arguments": {{<arguments object>}}}}]\n'
            "Write nothing after the list. It may hold several calls; they are carried out in "
            f"order, and each result comes back between {RESULTS} and {END_RESULTS}."
        )

    def _after_mark(self, text: str, no_end: CallErrorKind) -> Iterator[Piece | Repair]:
        begin = _LIST.match(text)
        if begin is None:
            if ARGUMENTS in text:
                yield text  # the other dialect's
            else:
                yield self._error(CallErrorKind.NOT_JSON, text, f"no list follows {OPEN}")
            return
        start, at = 0, begin.end()
        while text.startswith("{", at):
            end = json_end(text, at)
            after = None if end is None else _NEXT.match(text, end)
            if after is None or not after[1]:
                kind = CallErrorKind.NOT_JSON if end and not after else no_end
                yield self._error(kind, text[start:], "the list of calls has no end")
                return
            written = text[start : after.end()]
            call = read_json_call(text[at:end])
            yield self._error(call.kind, written, call.what) if isinstance(call, Flaw) else call
            start = at = after.end()
            if after[1] == "]":
                yield text[at:]
                return
        if at == len(text):
            yield self._error(no_end, text[start:], "the list of calls has no end")
        elif start == 0 and text[at] == "]":
            yield text  # it calls nothing
        else:
            what = "the list holds something that is no object"
            yield self._error(CallErrorKind.NOT_AN_OBJECT, text[start:], what)

    def render(self, content: str, calls: Sequence[ToolCall]) -> str:
        """The content, then the list."""
        if not calls:
            return content
        listed = [
            {"name": call.name, "arguments": call.arguments, "id": _id(f"call_{n}")}
            for n, call in enumerate(calls, start=1)
        ]
        return _after_words(content, OPEN + write_json(listed, _ANY_MARK))

    def render_result(self, message: Message, tool: str) -> str:  # noqa: ARG002
        """The result as a JSON object with the id that `render` gives the call."""
        result = {"content": message.content, "call_id": _id(message.tool_call_id or "")}
        return f"{RESULTS}{write_json(result, _ANY_MARK)}{END_RESULTS}"


class MistralV11(_MistralDialect):
    """Strict: after the mark come the tool's name, another mark and a JSON object."""

    name = "mistral-v11"
    _example = f"{OPEN}TOOL{ARGUMENTS}{{…}}"

    def instructions(self) -> str:
        """How to write a call."""
        return (
            f"To call a tool, write its name between {OPEN} and {ARGUMENTS}, and then its "
            "arguments as a JSON object:\n"
            f"{OPEN}<tool name>{ARGUMENTS}{{<arguments object>}}\n"
            "You may write several calls one after the other; they are carried out in order, and "
            f"each result comes back between {RESULTS} and {END_RESULTS}."
        )

    def _after_mark(self, text: str, no_end: CallErrorKind) -> Iterator[Piece | Repair]:
        if _LIST.match(text):
            yield text  # the other dialect's
            return
        head = _HEAD.match(text)
        if head is None:
            cut_off = no_end is CallErrorKind.TRUNCATED
            what = f"no name of a tool and {ARGUMENTS} follow {OPEN}"
            yield self._error(no_end if cut_off else CallErrorKind.MALFORMED, text, what)
        elif not text.startswith("{", head.end()):
            kind = no_end if head.end() == len(text) else CallErrorKind.NOT_AN_OBJECT
            yield self._error(kind, text, f"no JSON object follows {ARGUMENTS}")
        elif (end := json_end(text, head.end())) is None:
            yield self._error(no_end, text, "the JSON object has no end")
        else:
            yield self._call(text[:end], head)
            yield text[end:]

    def _call(self, written: str, head: re.Match[str]) -> ToolCall | CallError:
        name = head[1].strip()
        if not name:
            what = f"no name of a tool stands between {OPEN} and {ARGUMENTS}"
            return self._error(CallErrorKind.MISSING_NAME, written, what)
        try:
            arguments = strict_json(written[head.end() :])
        except ValueError as error:
            return self._error(CallErrorKind.NOT_JSON, written, f"this is not JSON: {error}")
        return ToolCall(id="", name=name, arguments=arguments)

    def render(self, content: str, calls: Sequence[ToolCall]) -> str:
        """The content, then the calls, one after the other."""
        written = (
            f"{OPEN}{call.name}{ARGUMENTS}{write_json(call.arguments, _ANY_MARK)}" for call in calls
        )
        return _after_words(content, "".join(written))

    def render_result(self, message: Message, tool: str) -> str:  # noqa: ARG002
        """The result between its marks; results are in the order of the calls."""
        return f"{RESULTS}{message.content}{END_RESULTS}"


def _after_words(content: str, calls: str) -> str:
    return "\n".join(filter(None, (content, calls)))


def _id(call_id: str) -> str:
    """The id in nine letters and digits, as Mistral's models and servers want it."""
    return re.sub(r"\W|_", "", call_id)[-9:].rjust(9, "0")
