"""Messages and tools in the fields of the OpenAI protocol, which several formats share."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from lean_agent.chat import Message, ToolCall, ToolSchema
from lean_agent.models.chat_wires import Wire
from lean_agent.trace.export.conversation import Conversation

Row = dict[str, Any]

# Readers that split lines as `str.splitlines` does take these for ends of lines.
_LINE_ENDS = {ord(sign): f"\\u{ord(sign):04x}" for sign in "\x85\u2028\u2029"}


def as_json(value: Any) -> str:
    """JSON on one line, whoever splits the lines, with signs such as `∀` as they are."""
    return json.dumps(value, ensure_ascii=False).translate(_LINE_ENDS)


def read_messages(wires: Iterable[Wire]) -> tuple[Message, ...]:
    """The messages again; arguments may be objects or JSON text."""
    return tuple(
        Message(
            role=wire["role"],
            content=wire.get("content") or "",
            tool_calls=tuple(_read_call(call) for call in wire.get("tool_calls", ())),
            tool_call_id=wire.get("tool_call_id"),
        )
        for wire in wires
    )


def read_tools(wires: Iterable[Wire]) -> tuple[ToolSchema, ...]:
    """The tools again."""
    return tuple(ToolSchema(**wire["function"]) for wire in wires)


def read_row(row: Mapping[str, Any]) -> Conversation:
    """The conversation in a row with `messages` and, where there are any, `tools`."""
    return Conversation(read_messages(row["messages"]), read_tools(row.get("tools", ())))


def _read_call(wire: Wire) -> ToolCall:
    arguments = wire["function"]["arguments"]
    if isinstance(arguments, str):
        arguments = json.loads(arguments)
    return ToolCall(id=wire["id"], name=wire["function"]["name"], arguments=arguments)
