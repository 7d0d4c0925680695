"""The calls in an answer, looked at: which can be carried out, and what is wrong with the others.

A dialect says whether a call is written as it should be. Here it is held against the tools that
were offered: their names and the JSON schemas of their arguments. An answer that should have
called and did not is found here too.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from jsonschema_rs import Draft202012Validator, ValidationError

from lean_agent.chat import (
    CallError,
    CallErrorKind,
    Completion,
    Message,
    Repair,
    ToolCall,
    ToolSchema,
)
from lean_agent.dialects import DIALECTS, begins_a_mark, recognise, unparsed
from lean_agent.dialects.base import END_THINK, THINK, Dialect, strict_json
from lean_agent.dialects.thinking import without_thinking
from lean_agent.dialects.without_marks import JsonCall, has_python_call, json_calls

# In this order one of several is told.
_KINDS = {
    "required": CallErrorKind.MISSING_ARGUMENT,
    "additionalProperties": CallErrorKind.UNKNOWN_ARGUMENT,
    "type": CallErrorKind.WRONG_TYPE,
}
PROOF_IN_TEXT = CallError(
    kind=CallErrorKind.PROOF_IN_TEXT,
    text="",
    detail="it writes a proof down and does not send it to Lean",
)

MOST_CALLS = 16
"""Calls that one answer may make. More are a model that runs on, at the cost of Lean's time."""


@dataclass(frozen=True)
class Judged:
    """An answer after the look: the completion, and what was wrong beyond what parsing found.

    The completion's errors are those that have a text. `refused` maps the ids of calls in the
    message to what is wrong with them. `missing` says that tools were offered and the answer,
    well-formed as it may be, makes no call.
    """

    completion: Completion
    refused: Mapping[str, CallError]
    missing: CallError | None

    @property
    def errors(self) -> tuple[CallError, ...]:
        """All that was wrong with the answer."""
        missing = () if self.missing is None else (self.missing,)
        return (*self.completion.errors, *self.refused.values(), *missing)


def judge(
    completion: Completion, tools: Sequence[ToolSchema], dialect: Dialect | None, lenient: bool
) -> Judged:
    """Hold an answer against the tools that were offered with it.

    Where none were, it is text, whatever it looks like. Where there is no dialect, for a server
    parses the calls, those that it left in the text are looked for in every dialect.
    Leniently, arguments whose text reads as the type that is asked for are taken for it, and so is
    a JSON object for the call that it would be between its marks; the completion that comes back
    has them so, and says it. An answer that has been through here comes back the same.
    """
    if not tools:
        return Judged(_as_text(completion, dialect), {}, None)
    by_name = {tool.name: tool for tool in tools}
    missing = None
    if not completion.message.tool_calls:
        completion, missing = _without_calls(completion, tools, dialect, lenient)
    refused: dict[str, CallError] = {}
    calls: list[ToolCall] = []
    repairs: list[Repair] = []
    seen: set[str] = set()
    several = len(completion.message.tool_calls) > 1
    for number, call in enumerate(completion.message.tool_calls, start=1):
        written = _sorted(call) if several else ""
        tool = by_name.get(call.name)
        if tool is None:
            refused[call.id] = _unknown_tool(call, tools)
        elif written in seen:
            detail = "the same call stands earlier in this answer, and its result is the same"
            refused[call.id] = refusal(CallErrorKind.REPEATED, call, detail)
        elif number > MOST_CALLS:
            detail = f"an answer may make {MOST_CALLS} calls; wait for their results"
            refused[call.id] = refusal(CallErrorKind.TOO_MANY, call, detail)
        elif misfit := _misfit(tool, call.arguments):
            kind, detail = misfit
            mended = _coerced(tool, call) if lenient else None
            if mended is None:
                refused[call.id] = refusal(kind, call, detail)
            else:
                done = f"read the arguments as {json.dumps(mended.arguments, ensure_ascii=False)}"
                repairs.append(Repair(kind=kind, text=_written(call), done=done))
                call = mended
        if several:
            seen.add(written)
        calls.append(call)
    if repairs:
        message = completion.message.model_copy(update={"tool_calls": tuple(calls)})
        completion = completion.model_copy(
            update={"message": message, "repairs": (*completion.repairs, *repairs)}
        )
    return Judged(completion, refused, missing)


def _as_text(completion: Completion, dialect: Dialect | None) -> Completion:
    text = completion.raw if dialect is not None else completion.message.content
    message = Message(role="assistant", content=text)
    return completion.model_copy(update={"message": message, "errors": (), "repairs": ()})


def _without_calls(
    completion: Completion, tools: Sequence[ToolSchema], dialect: Dialect | None, lenient: bool
) -> tuple[Completion, CallError | None]:
    """An answer in which no call was read, with what is there all the same, and why it makes none.

    None where what is spoilt in it tells why.
    """
    if dialect is None and (looked := _left_by_the_server(completion, tools, lenient)):
        return looked
    if completion.errors:
        return completion, None
    text = _with_usual_thinking(completion.message.content, dialect)
    said = without_thinking(text)
    if completion.finish_reason == "length":
        if not said.strip():
            detail = "the answer was cut off while you were thinking: be brief"
            return completion, _missing(CallErrorKind.TRUNCATED, detail)
        if begins_a_mark(said, dialect):
            detail = "the answer was cut off where a call begins: be brief"
            return completion, _missing(CallErrorKind.TRUNCATED, detail)
    other = None if dialect is None else recognise(text, tools, dialect)
    if other is not None:
        detail = f"it writes a call in the {other} dialect, which is not the one asked for"
        detail += _form(dialect)
        return completion, _missing(CallErrorKind.OTHER_DIALECT, detail)
    found = json_calls(said, tools)
    first = next(found, None)
    if first is not None and lenient:
        return _taken(completion, [first, *found]), None
    if first is not None or has_python_call(said, tools):
        detail = f"it writes a call without its marks{_form(dialect)}"
        return completion, _missing(CallErrorKind.OTHER_DIALECT, detail)
    return completion, _missing(CallErrorKind.NO_CALL, "it calls no tool")


def _missing(kind: CallErrorKind, detail: str) -> CallError:
    return CallError(kind=kind, text="", detail=detail)


def _left_by_the_server(
    completion: Completion, tools: Sequence[ToolSchema], lenient: bool
) -> tuple[Completion, CallError | None] | None:
    """The same where a server parses the calls and left some in the text, else None."""
    message = completion.message
    left = unparsed(message.content, tools, completion.finish_reason, lenient)
    if left is None:
        return None
    reply, errors = left.reply, left.reply.errors
    if not left.called:
        unknown = (_unknown_tool(call, tools) for call in reply.calls)
        errors += tuple(error.model_copy(update={"call_id": None}) for error in unknown)
    if completion.errors not in ((), errors):
        return None  # those the server's own parser found, whose text is there as well
    if lenient and reply.calls:
        done = f"read as the {left.name} dialect, which the server did not"
        repair = Repair(kind=CallErrorKind.OTHER_DIALECT, text=message.content, done=done)
        mended = (repair, *reply.repairs)
        return _called(completion, reply.content, reply.calls, reply.errors, mended), None
    missing = None
    if left.called:
        detail = f"it writes a call in the {left.name} dialect, which the server did not parse"
        missing = _missing(CallErrorKind.OTHER_DIALECT, detail)
    return completion.model_copy(update={"errors": errors}), missing


def _taken(completion: Completion, found: Sequence[JsonCall]) -> Completion:
    """The answer with those calls taken, which lack their marks."""
    content = completion.message.content
    words: list[str] = []
    for one in reversed(found):  # thinking stands before what is said
        before, written, after = content.rpartition(one.text)
        words.append(after.strip() if written else "")
        content = before if written else after
    words.append(content.strip())
    calls = [one.call.model_copy(update={"id": f"call_{n}"}) for n, one in enumerate(found, 1)]
    repairs = [
        Repair(
            kind=CallErrorKind.OTHER_DIALECT,
            text=one.text,
            done="; ".join(("took it without its marks", *one.done)),
        )
        for one in found
    ]
    return _called(completion, "\n".join(filter(None, reversed(words))), calls, (), repairs)


def _called(
    completion: Completion,
    content: str,
    calls: Sequence[ToolCall],
    errors: tuple[CallError, ...],
    repairs: Sequence[Repair],
) -> Completion:
    message = Message(role="assistant", content=content, tool_calls=tuple(calls))
    stopped = completion.finish_reason == "stop"
    update = {
        "message": message,
        "errors": errors,
        "repairs": (*completion.repairs, *repairs),
        "finish_reason": "tool_calls" if stopped else completion.finish_reason,
    }
    return completion.model_copy(update=update)


def _with_usual_thinking(text: str, dialect: Dialect | None) -> str:
    """The same with the marks of thinking that most dialects have."""
    for kind in DIALECTS.values() if dialect is None else (dialect,):
        for opening, closing in kind.thinking.items():
            text = text.replace(opening, THINK).replace(closing, END_THINK)
    return text


def _form(dialect: Dialect | None) -> str:
    """The end of a sentence on a call that was written in another form: the one asked for."""
    if dialect is None:
        return ", as text that the server did not parse"
    call = ToolCall(id="", name="TOOL", arguments={"NAME": "…"})
    return f". Write it as\n{dialect.render('', [call])}\nwith the tool's name and its arguments"


def refusal(kind: CallErrorKind, call: ToolCall, detail: str) -> CallError:
    """What is wrong with a call that can be read and not carried out."""
    return CallError(kind=kind, text=_written(call), detail=detail, call_id=call.id)


def _unknown_tool(call: ToolCall, tools: Sequence[ToolSchema]) -> CallError:
    names = ", ".join(tool.name for tool in tools)
    detail = f"there is no tool {call.name!r}; the tools are: {names}"
    return refusal(CallErrorKind.UNKNOWN_TOOL, call, detail)


def no_proof(completion: Completion) -> CallError:
    """What is wrong with an answer that should hold a proof, without tools, and does not."""
    cut_off = completion.finish_reason == "length"
    kind = CallErrorKind.TRUNCATED if cut_off else CallErrorKind.NO_PROOF
    detail = "no Lean code block in it declares the theorem with a proof"
    return CallError(kind=kind, text="", detail=detail)


def _written(call: ToolCall) -> str:
    return call.model_dump_json(include={"name", "arguments"})


def _sorted(call: ToolCall) -> str:
    """The same for calls that differ in nothing but the order of their arguments."""
    return json.dumps([call.name, call.arguments], sort_keys=True)


def _misfit(tool: ToolSchema, arguments: dict[str, Any]) -> tuple[CallErrorKind, str] | None:
    """The first thing in which the arguments do not fit the schema, and a sentence on it."""
    validator = _validator(tool)
    if validator.is_valid(arguments):
        return None
    order = list(_KINDS)
    errors = list(validator.iter_errors(arguments))
    worst = min(errors, key=lambda e: order.index(e.kind.name) if e.kind.name in order else 9)
    return _KINDS.get(worst.kind.name, CallErrorKind.BAD_ARGUMENTS), _sentence(worst)


def _sentence(error: ValidationError) -> str:
    where = ".".join(str(part) for part in error.instance_path)
    said = error.message if len(error.message) <= 300 else f"{error.message[:300]}…"
    return f"`{where}`: {said}" if where else f"the arguments: {said}"


def _coerced(tool: ToolSchema, call: ToolCall) -> ToolCall | None:
    """The call with texts such as "5" and "true" as what they say, if it then fits."""
    asked = tool.parameters.get("properties", {})
    arguments = {
        name: _coerce(value, asked.get(name)) if isinstance(value, str) else value
        for name, value in call.arguments.items()
    }
    mended = call.model_copy(update={"arguments": arguments})
    return mended if _misfit(tool, arguments) is None else None


def _coerce(text: str, schema: object) -> Any:
    wanted = schema.get("type") if isinstance(schema, dict) else None
    try:
        match wanted:
            case "integer" | "number" | "array" | "object":
                return strict_json(text)
            case "boolean" | "null":
                return strict_json(text.lower())
    except ValueError:
        pass
    return text


@lru_cache(maxsize=4096)
def _validator(tool: ToolSchema) -> Draft202012Validator:
    return Draft202012Validator(tool.parameters)
