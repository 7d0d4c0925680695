"""The two dialects of Mistral's models, after their special token `[TOOL_CALLS]`.

The formats are those of https://github.com/mistralai/mistral-common
(`tokens/tokenizers/instruct.py`): a JSON list up to version 7 of the tokenizer, here as in
version 3 (Mistral 7B v0.3, Mixtral 8x22B, Nemo); a name and a JSON object from version 11 on, here
as in version 13 (Magistral, Devstral, Ministral 3), which has no ids. Version 11 (Small 3.2) puts
`[CALL_ID]` and an id after the name, which is read as well. Models with the latter think between
`[THINK]` and `[/THINK]`.
"""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Iterator, Sequence
from itertools import islice, pairwise
from typing import ClassVar

from lean_agent.chat import CallError, CallErrorKind, Message, Repair, ToolCall
from lean_agent.dialects.base import THINKING, Piece
from lean_agent.dialects.extent import json_end
from lean_agent.dialects.json_call import Flaw, read_arguments, read_json_call, write_json
from lean_agent.dialects.reader import MOST, Marks, Region, RegionDialect

OPEN, ID, ARGUMENTS = "[TOOL_CALLS]", "[CALL_ID]", "[ARGS]"
RESULTS, END_RESULTS = "[TOOL_RESULTS]", "[/TOOL_RESULTS]"

_ANY_MARK = re.compile(r"\[(?:TOOL_CALLS|CALL_ID|ARGS|/?TOOL_RESULTS|/?THINK)\]|</?think>|</s>")
_LIST = re.compile(rf"{re.escape(OPEN)}\s*\[\s*")
_NEXT = re.compile(r"\s*([,\]])\s*|\s*\Z")
_HEAD = re.compile(
    rf"{re.escape(OPEN)}([^\[{{]*)(?:{re.escape(ID)}[^\[{{]*)?({re.escape(ARGUMENTS)})?\s*"
)


class _MistralDialect(RegionDialect):
    """What both have: all from one mark to the next, or to the end, is read together."""

    stops = (RESULTS,)
    marks: ClassVar[Marks] = {OPEN: None}
    _example: ClassVar[str]

    def read_region(self, region: Region) -> Iterator[Piece | Repair]:
        """From the first mark to the end of the answer."""
        marks = islice(re.finditer(re.escape(OPEN), region.text), MOST)
        starts = [mark.start() for mark in marks]
        for start, end in pairwise([*starts, len(region.text)]):
            at_end = end == len(region.text)
            no_end = region.broken_off if at_end else CallErrorKind.UNCLOSED
            yield from self._after_mark(region.text[start:end], no_end)

    @abstractmethod
    def _after_mark(self, text: str, no_end: CallErrorKind) -> Iterator[Piece | Repair]:
        """What a text holds that begins with the mark; `no_end` is what a missing end is."""

    @abstractmethod
    def _read(self, body: str, done: list[str] | None) -> ToolCall | Flaw:
        """The call (without an id) in what a call is made of; leniently, where there is a list."""

    def _call(self, text: str, body: str, flaw: Flaw | None = None) -> Iterator[Piece | Repair]:
        """The call whose `body` stands in the text; `flaw` is what is wrong outside the body."""
        call = flaw or self._read(body, None)
        if isinstance(call, Flaw) and self.lenient and call.kind is not CallErrorKind.TRUNCATED:
            done = [f"read it although {flaw.what}"] if flaw else []
            mended = self._read(body, done)
            if isinstance(mended, ToolCall):
                yield mended
                yield Repair(kind=call.kind, text=text, done="; ".join(done))
                return
        if isinstance(call, Flaw):
            detail = f"{call.what}. Write it as {self._example}"
            yield CallError(kind=call.kind, text=text, detail=detail)
        else:
            yield call


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
        if begin is None and ARGUMENTS in text:
            yield text  # the other dialect's
        elif begin is None:
            cut_off = no_end is CallErrorKind.TRUNCATED and not text[len(OPEN) :].strip()
            kind = no_end if cut_off else CallErrorKind.NOT_JSON
            yield from self._call(text, text[len(OPEN) :], Flaw(kind, f"no list follows {OPEN}"))
        else:
            yield from self._elements(text, begin.end(), no_end)

    def _elements(self, text: str, at: int, no_end: CallErrorKind) -> Iterator[Piece | Repair]:
        """The list whose first element is at `at`; each call with what stands around it."""
        start = 0
        unclosed = Flaw(no_end, "the list of calls has no end")
        while text.startswith("{", at):
            end = json_end(text, at)
            after = _NEXT.match(text, end) if end else None
            breaks_off = after and after.end() == len(text) and after[1] != "]"
            if after is None or breaks_off:
                no_comma = Flaw(CallErrorKind.NOT_JSON, "neither a comma nor ] follows the object")
                flaw = no_comma if end and not after else unclosed
                yield from self._call(text[start:], text[at:end], flaw)
                return
            yield from self._call(text[start : after.end()], text[at:end])
            start = at = after.end()
            if after[1] == "]":
                yield text[at:]
                return
        if at == len(text):
            yield from self._call(text[start:], "", unclosed)
        elif start == 0 and text[at] == "]":
            yield text  # it calls nothing
        else:
            what = "the list holds something that is no object"
            yield from self._call(text[start:], "", Flaw(CallErrorKind.NOT_AN_OBJECT, what))

    def _read(self, body: str, done: list[str] | None) -> ToolCall | Flaw:
        return read_json_call(body, "arguments", done)

    def render(self, content: str, calls: Sequence[ToolCall]) -> str:
        """The content, then the list."""
        if not calls:
            return content
        listed = [
            {"name": call.name, "arguments": call.arguments, "id": _id(f"call_{n}")}
            for n, call in enumerate(calls, start=1)
        ]
        return "\n".join(filter(None, (content, OPEN + write_json(listed, _ANY_MARK))))

    def render_result(self, message: Message, tool: str) -> str:  # noqa: ARG002
        """The result as a JSON object with the id that `render` gives the call."""
        result = {"content": message.content, "call_id": _id(message.tool_call_id or "")}
        return f"{RESULTS}{write_json(result, _ANY_MARK)}{END_RESULTS}"


class MistralV11(_MistralDialect):
    """Strict: after the mark come the tool's name, another mark and a JSON object."""

    name = "mistral-v11"
    # The models' own marks; a server that takes thinking out of the text gives it in the usual.
    thinking = THINKING
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
        head = _HEAD.match(text)
        assert head  # the text begins with the mark, and all else in the pattern may be missing
        begin, end = head.end(), json_end(text, head.end())
        if (other := _LIST.match(text)) and text.startswith("{", other.end()):
            yield text  # the other dialect's
        elif not text.startswith("{", begin):
            cut_off = no_end is CallErrorKind.TRUNCATED and "{" not in text
            what = f"no name of a tool, {ARGUMENTS} and a JSON object follow {OPEN}"
            flaw = Flaw(no_end if cut_off else CallErrorKind.MALFORMED, what)
            yield from self._call(text, text, flaw)
        elif end is None:
            yield from self._call(text, text, Flaw(no_end, "the JSON object has no end"))
        elif not head[2]:
            flaw = Flaw(CallErrorKind.MALFORMED, f"no {ARGUMENTS} follows the tool's name")
            yield from self._call(text[:end], text[:end], flaw)
            yield text[end:]
        else:
            yield from self._call(text[:end], text[:end])
            yield text[end:]

    def _read(self, body: str, done: list[str] | None) -> ToolCall | Flaw:
        head = _HEAD.match(body)
        name = head[1].strip() if head else ""
        if head is None or not name:
            what = f"no name of a tool stands between {OPEN} and {ARGUMENTS}"
            return Flaw(CallErrorKind.MISSING_NAME, what)
        arguments = read_arguments(body[head.end() :], done)
        if isinstance(arguments, Flaw):
            return arguments
        return ToolCall(id="", name=name, arguments=arguments)

    def render(self, content: str, calls: Sequence[ToolCall]) -> str:
        """The content, then the calls, one after the other."""
        written = (
            f"{OPEN}{call.name}{ARGUMENTS}{write_json(call.arguments, _ANY_MARK)}" for call in calls
        )
        return "\n".join(filter(None, (content, "".join(written))))

    def render_result(self, message: Message, tool: str) -> str:  # noqa: ARG002
        """The result between its marks; results are in the order of the calls."""
        return f"{RESULTS}{message.content}{END_RESULTS}"


def _id(call_id: str) -> str:
    """The id in nine letters and digits, as Mistral's models and servers want it."""
    return re.sub(r"\W|_", "", call_id)[-9:].rjust(9, "0")
