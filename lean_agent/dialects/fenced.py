"""Calls in fenced code blocks: what a model writes that was trained on no other form.

```json
{"name": …, "arguments": {…}}
```

The form is ours; it asks for nothing but JSON and Markdown, which every model has seen. Blocks of
another language, such as ```lean, are words, and so are an empty block and a JSON object with
neither a name nor arguments.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import ClassVar

from lean_agent.chat import CallError, CallErrorKind, Message, Repair, ToolCall
from lean_agent.dialects.base import Piece, strict_json
from lean_agent.dialects.json_call import Flaw, read_json_call, write_json
from lean_agent.dialects.reader import Marks, Region, RegionDialect

# A fence that closes begins a line, which may be indented: in JSON a line break in a string is an
# escape, so that the code in an argument may have fences too.
OPEN, CLOSE = "```json", "\n```"

_THINK_TAG = re.compile(r"</?think>")
_FORM = '{"name": TOOL, "arguments": {…}} in a code block that begins with ```json'


class Fenced(RegionDialect):
    """Strict: the block holds one JSON object, and its closing fence begins a line."""

    name = "fenced"
    stops = ("```result",)
    marks: ClassVar[Marks] = {OPEN: CLOSE}

    def instructions(self) -> str:
        """How to write a call."""
        return (
            "To call a tool, write a JSON object with its name and its arguments in a code block:\n"
            f'{OPEN}\n{{"name": "<tool name>", "arguments": {{<arguments object>}}}}{CLOSE}\n'
            "You may write several such blocks in one answer; they are carried out in order, and "
            "each result comes back in a ```result block. Code blocks in other languages, such as "
            "```lean, are not carried out."
        )

    def read_region(self, region: Region) -> Iterator[Piece | Repair]:
        """From an opening fence to the next that stands at the start of a line."""
        text = region.text
        another_language = text[len(OPEN) : len(OPEN) + 1].strip()  # such as jsonc
        body = text[len(OPEN) :].rstrip().removesuffix("```").rstrip()
        if another_language or (region.closed and not body):
            yield text
            return
        call: ToolCall | Flaw
        if region.closed:
            call = read_json_call(body)
        else:
            call = Flaw(region.broken_off, "no line that begins with ``` ends the block")
        if isinstance(call, ToolCall):
            yield call
        elif call.kind is CallErrorKind.MISSING_NAME and _is_data(body):
            yield text
        else:
            yield from self._mended(call, body, region)

    def _mended(self, flaw: Flaw, body: str, region: Region) -> Iterator[Piece | Repair]:
        if self.lenient:
            done = [] if region.closed else ["added the missing ```"]
            call = read_json_call(body, "arguments", done, may_close=not region.cut_off)
            if isinstance(call, ToolCall):
                yield call
                yield Repair(kind=flaw.kind, text=region.text, done="; ".join(done))
                return
        detail = f"{flaw.what}. Write a call as {_FORM}"
        yield CallError(kind=flaw.kind, text=region.text, detail=detail)

    def render(self, content: str, calls: Sequence[ToolCall]) -> str:
        """The content, then a block for each call."""
        blocks = (
            f"{OPEN}\n{write_json({'name': c.name, 'arguments': c.arguments}, _THINK_TAG)}{CLOSE}"
            for c in calls
        )
        return "\n".join([content] * bool(content) + list(blocks))

    def render_result(self, message: Message, tool: str) -> str:  # noqa: ARG002
        """The result in a code block."""
        return f"```result\n{message.content}\n```"


def _is_data(body: str) -> bool:
    """Whether it is JSON that does not try to be a call."""
    value = strict_json(body)
    return not {"name", "arguments", "parameters"} & set(value)
