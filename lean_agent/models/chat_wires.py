"""Conversations in the form that chat templates take: the fields of the OpenAI protocol.

What one template takes another refuses, so there are several ways to put the same conversation.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from lean_agent.chat import Message, ToolCall, ToolSchema
from lean_agent.dialects.base import Dialect

Wire = dict[str, Any]


def tool_wires(tools: Sequence[ToolSchema]) -> list[Wire]:
    """The tools with their schemas."""
    return [{"type": "function", "function": tool.model_dump()} for tool in tools]


def as_is(
    messages: Sequence[Message], text_arguments: bool, *, own_ids: bool = False
) -> list[Wire]:
    """Calls and results as such, each call with an id and each result with its tool's name.

    Ids have nine letters and digits, for Mistral's templates take no others, and no two are the
    same; with `own_ids` they are those of the messages, for Kimi K2 is shown the ids that its
    server gave and goes astray with others. With `text_arguments` a call's arguments are JSON
    text, as in the protocol; most templates want the object.
    """
    wires: list[Wire] = []
    named: dict[str, tuple[str, str]] = {}
    number = 0
    for message in messages:
        wire: Wire = {"role": message.role, "content": message.content}
        if message.role == "assistant":
            named = {}
        for call in message.tool_calls:
            number += 1
            identity = call.id if own_ids else f"call{number:05}"
            named[call.id] = (identity, call.name)
        if message.tool_calls:
            wire["tool_calls"] = [
                _call(call, named[call.id][0], text_arguments) for call in message.tool_calls
            ]
        if message.tool_call_id is not None:
            unknown = message.tool_call_id if own_ids else "call00000"
            identity, tool = named.get(message.tool_call_id, (unknown, ""))
            wire |= {"tool_call_id": identity, "name": tool}
        wires.append(wire)
    return wires


def as_text(messages: Sequence[Message], dialect: Dialect, *, results_as_tool: bool) -> list[Wire]:
    """Calls as plain text, and results too where the template has no role for them.

    Neighbouring user messages are one.
    """
    wires: list[Wire] = []
    names: dict[str, str] = {}
    for message in messages:
        role, content = message.role, message.content
        if role == "assistant":
            names = {call.id: call.name for call in message.tool_calls}
            content = dialect.render(content, message.tool_calls)
        elif role == "tool" and not results_as_tool:
            tool = names.get(message.tool_call_id or "", "")
            role, content = "user", dialect.render_result(message, tool)
        wires.append({"role": role, "content": content})
    return merged(wires, after_tools=results_as_tool)


def merged(wires: list[Wire], *, after_tools: bool) -> list[Wire]:
    """Neighbouring user messages made one, for templates in which the sides must alternate.

    With `after_tools` a user message after a tool's answer joins it too.
    """
    joined: list[Wire] = []
    for wire in wires:
        before = joined[-1]["role"] if joined else None
        if wire["role"] == "user" and (before == "user" or (after_tools and before == "tool")):
            both = f"{joined[-1]['content']}\n{wire['content']}"
            joined[-1] = {**joined[-1], "content": both}
        else:
            joined.append(wire)
    return joined


def with_system_in_question(wires: list[Wire]) -> list[Wire]:
    """The same with the system message at the head of the first question."""
    if len(wires) < 2 or wires[0]["role"] != "system":
        return wires
    system, first, *rest = wires
    return [{**first, "content": f"{system['content']}\n\n{first['content']}"}, *rest]


def _call(call: ToolCall, identity: str, text_arguments: bool) -> Wire:
    arguments: Any = call.arguments
    if text_arguments:
        arguments = json.dumps(call.arguments, ensure_ascii=False)
    function = {"name": call.name, "arguments": arguments}
    return {"id": identity, "type": "function", "function": function}
