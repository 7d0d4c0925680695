"""The Hermes dialect: `<tool_call>{"name": …, "arguments": {…}}</tool_call>`.

Nous Research's Hermes 2 Pro introduced it and Qwen 2.5 and 3 are trained on it;
the format is that of https://github.com/NousResearch/Hermes-Function-Calling.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import ClassVar

from lean_agent.chat import CallError, CallErrorKind, Message, Repair, ToolCall
from lean_agent.dialects.base import Piece
from lean_agent.dialects.json_call import Flaw, read_json_call, write_json
from lean_agent.dialects.reader import Marks, Region, RegionDialect

OPEN, CLOSE = "<tool_call>", "</tool_call>"

_EXAMPLE = f'{OPEN}{{"name": TOOL, "arguments": {{…}}}}{CLOSE}'
_ANY_TAG = re.compile(r"</?(?:tool_call|think|tool_response)>")


class Hermes(RegionDialect):
    """Strict: only a well-formed JSON object between the two tags is a call."""

    name = "hermes"
    stops = ("<tool_response>",)
    marks: ClassVar[Marks] = {OPEN: CLOSE, CLOSE: ""}

    def instructions(self) -> str:
        """How to write a call."""
        return (
            "To call a tool, write a JSON object with its name and its arguments between "
            "tool_call tags:\n"
            f'{OPEN}\n{{"name": "<tool name>", "arguments": {{<arguments object>}}}}\n{CLOSE}\n'
            "You may write several calls in one answer; they are carried out in order, and each "
            "result comes back between tool_response tags."
        )

    def read_region(self, region: Region) -> Iterator[Piece | Repair]:
        """From an opening tag to the first closing tag after it, or a closing tag alone."""
        text = region.text
        last = text.rfind(OPEN)  # not the first one where that was left open and another begun
        if text == CLOSE:
            yield _error(CallErrorKind.UNOPENED, text, f"{CLOSE} without {OPEN} before it")
        elif not region.closed:
            if region.cut_off and last:
                yield _error(CallErrorKind.UNCLOSED, text[:last], f"{OPEN} follows before {CLOSE}")
                text = text[last:]
            yield _error(region.broken_off, text, f"no {CLOSE} follows")
        else:
            call = _read_call(text)
            if isinstance(call, CallError) and last:
                yield _error(CallErrorKind.UNCLOSED, text[:last], f"{OPEN} follows before {CLOSE}")
                call = _read_call(text[last:])
            yield call

    def render(self, content: str, calls: Sequence[ToolCall]) -> str:
        """The content, then each call on lines of its own."""
        return "\n".join([content] * bool(content) + [_render_call(call) for call in calls])

    def render_result(self, message: Message, tool: str) -> str:  # noqa: ARG002
        """The result between `<tool_response>` tags."""
        return f"<tool_response>\n{message.content}\n</tool_response>"


def _render_call(call: ToolCall) -> str:
    # A tag inside a string would end the call.
    body = write_json({"name": call.name, "arguments": call.arguments}, _ANY_TAG)
    return f"{OPEN}\n{body}\n{CLOSE}"


def _read_call(text: str) -> ToolCall | CallError:
    call = read_json_call(text[len(OPEN) : -len(CLOSE)])
    return _error(call.kind, text, call.what) if isinstance(call, Flaw) else call


def _error(kind: CallErrorKind, text: str, what: str) -> CallError:
    return CallError(kind=kind, text=text, detail=f"{what}. Write it as {_EXAMPLE}")
