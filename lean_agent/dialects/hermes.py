"""The Hermes dialect: `<tool_call>{"name": …, "arguments": {…}}</tool_call>`.

Nous Research's Hermes 2 Pro introduced it and Qwen 2.5 and 3 are trained on it;
the format is that of https://github.com/NousResearch/Hermes-Function-Calling.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from lean_agent.chat import ToolCall, ToolSchema
from lean_agent.dialects.json_call import Flaw, read_json_call, write_json
from lean_agent.dialects.tags import CLOSE, OPEN, TaggedCalls

_ANY_TAG = re.compile(r"</?(?:tool_call|think|tool_response)>")


class Hermes(TaggedCalls):
    """Strict: only a well-formed JSON object between the two tags is a call."""

    name = "hermes"
    example = f'{OPEN}{{"name": TOOL, "arguments": {{…}}}}{CLOSE}'

    def instructions(self) -> str:
        """How to write a call."""
        return (
            "To call a tool, write a JSON object with its name and its arguments between "
            "tool_call tags:\n"
            f'{OPEN}\n{{"name": "<tool name>", "arguments": {{<arguments object>}}}}\n{CLOSE}\n'
            "You may write several calls in one answer; they are carried out in order, and each "
            "result comes back between tool_response tags."
        )

    def read_body(
        self,
        body: str,
        tools: Sequence[ToolSchema],  # noqa: ARG002
        done: list[str] | None,
        may_close: bool,
    ) -> ToolCall | Flaw:
        """The JSON object between the tags."""
        return read_json_call(body, "arguments", done, may_close)

    def write_body(self, call: ToolCall) -> str:
        """The JSON object on one line; in strings a tag begins with an escape."""
        return write_json({"name": call.name, "arguments": call.arguments}, _ANY_TAG)
