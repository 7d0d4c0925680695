"""ShareGPT's conversations with tools, as LLaMA-Factory reads them.

Its documentation (https://llamafactory.readthedocs.io, data/README.md of its repository) wants
human and observation in odd places, gpt and function_call in even ones; it passes over what is
otherwise. How words may stand beside a call, and several results in one observation, it does not
say: both are here as its own converters and formatters have them (llamafactory 0.9.5).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from itertools import takewhile
from typing import Any

from lean_agent.chat import Message, ToolCall, ToolSchema
from lean_agent.trace.export.conversation import Conversation, Unfit, numbered
from lean_agent.trace.export.formats import Lines
from lean_agent.trace.export.wires import Row
from lean_agent.trace.trace import Trace

OPEN, CLOSE = "<tool_call>", "</tool_call>"
_TAG = re.compile("<(?=/?tool_call>)")
_BESIDE = re.compile(rf"(.+)\n{OPEN}(.*){CLOSE}", re.DOTALL)
NEXT_RESULT = "\n</tool_response>\n<tool_response>\n"
"""What LLaMA-Factory puts between two results."""


class ShareGPT(Lines):
    """A line has `conversations`, `system` (empty where there is none) and `tools`, JSON text.

    What the model reads between two answers is one observation: each result, and then what it was
    told besides, as if that were one more. An example ends with an answer.
    """

    name = "sharegpt"
    use = (
        'in dataset_info.json: {"file_name": PATH, "formatting": "sharegpt", "columns": '
        '{"messages": "conversations", "system": "system", "tools": "tools"}}; words beside a '
        "call need llamafactory 0.9.5 or newer"
    )

    def row(self, trace: Trace, told: Conversation) -> Row:  # noqa: ARG002
        told = told.up_to_last_answer()
        messages = list(told.messages)
        system = messages.pop(0).content if messages[0].role == "system" else ""
        turns: list[Row] = []
        calls: tuple[ToolCall, ...] = ()
        while messages:
            heard = list(takewhile(lambda one: one.role != "assistant", messages))
            said = messages[len(heard)]
            del messages[: len(heard) + 1]
            turns.append(_heard(heard, calls))
            calls = said.tool_calls
            kind = "function_call" if calls else "gpt"
            turns.append({"from": kind, "value": _written(said) if calls else said.content})
        bare = [tool.model_dump() for tool in told.tools]
        return {
            "conversations": turns,
            "system": system,
            "tools": json.dumps(bare, ensure_ascii=False) if bare else "",
        }

    @staticmethod
    def read(row: Mapping[str, Any]) -> Conversation:
        """The conversation up to its last answer."""
        messages: list[Message] = []
        if row["system"]:
            messages.append(Message(role="system", content=row["system"]))
        for turn in row["conversations"]:
            match turn["from"]:
                case "human":
                    messages.append(Message(role="user", content=turn["value"]))
                case "gpt":
                    messages.append(Message(role="assistant", content=turn["value"]))
                case "function_call":
                    messages.append(_read_call(turn["value"]))
                case "observation":
                    parts = turn["value"].split(NEXT_RESULT)
                    calls = messages[-1].tool_calls
                    for call, part in zip(calls, parts, strict=False):
                        messages.append(Message(role="tool", content=part, tool_call_id=call.id))
                    more = parts[len(calls) :]
                    messages += [Message(role="user", content=part) for part in more]
        bare = json.loads(row["tools"]) if row["tools"] else []
        return Conversation(tuple(numbered(messages)), tuple(ToolSchema(**one) for one in bare))


def _written(said: Message) -> str:
    """The calls as JSON, between tags where there are words before them."""
    if OPEN in said.content or CLOSE in said.content:
        raise Unfit("beside a call it holds a spoilt one, which LLaMA-Factory would take for it")
    listed = [{"name": call.name, "arguments": call.arguments} for call in said.tool_calls]
    written = json.dumps(listed[0] if len(listed) == 1 else listed, ensure_ascii=False)
    written = _TAG.sub(r"\\u003c", written)
    return f"{said.content}\n{OPEN}{written}{CLOSE}" if said.content else written


def _read_call(value: str) -> Message:
    beside = _BESIDE.fullmatch(value)
    content, written = (beside[1], beside[2]) if beside else ("", value)
    listed = json.loads(written)
    calls = listed if isinstance(listed, list) else [listed]
    return Message(
        role="assistant",
        content=content,
        tool_calls=tuple(ToolCall(id=f"call_{n}", **call) for n, call in enumerate(calls)),
    )


def _heard(heard: Sequence[Message], calls: Sequence[ToolCall]) -> Row:
    """What the model reads before an answer, in one turn."""
    if not calls:
        if [one.role for one in heard] != ["user"]:
            raise Unfit("its questions and answers do not take turns")
        return {"from": "human", "value": heard[0].content}
    results = heard[: len(calls)]
    if [one.tool_call_id for one in results] != [call.id for call in calls]:
        raise Unfit("its calls are not answered one by one")
    more = heard[len(calls) :]
    if len(more) > 1 or any(one.role != "user" for one in more):
        raise Unfit("its questions and answers do not take turns")
    if any(NEXT_RESULT in one.content for one in heard):
        raise Unfit("a result in it holds the mark that stands between two results")
    return {"from": "observation", "value": NEXT_RESULT.join(one.content for one in heard)}
