"""The calls in an answer, looked at: which can be carried out, and what is wrong with the others.

A dialect says whether a call is written as it should be. Here it is held against the tools that
were offered: their names and the JSON schemas of their arguments. An answer that should have
called and did not is found here too.
"""

from __future__ import annotations

import json
import re
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
from lean_agent.dialects import recognise
from lean_agent.dialects.base import Dialect
from lean_agent.dialects.thinking import without_thinking

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

_NUMBER = re.compile(r"-?\d{1,300}(?:\.\d+)?(?:[eE][+-]?\d{1,3})?", re.ASCII)
_WORDS = {"true": True, "false": False, "null": None}


@dataclass(frozen=True)
class Judged:
    """An answer after the look: the completion, and what was wrong beyond what parsing found.

    `refused` maps the ids of calls in the message to what is wrong with them. `missing` says
    that tools were offered and the answer, well-formed as it may be, makes no call.
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

    Where none were, it is text, whatever it looks like.
    Leniently, arguments whose text reads as the type that is asked for are taken for it; the
    completion that comes back has them so, and says it.
    """
    if not tools:
        return Judged(_as_text(completion, dialect), {}, None)
    by_name = {tool.name: tool for tool in tools}
    refused: dict[str, CallError] = {}
    calls: list[ToolCall] = []
    repairs: list[Repair] = []
    seen: set[str] = set()
    several = len(completion.message.tool_calls) > 1
    for number, call in enumerate(completion.message.tool_calls, start=1):
        written = _sorted(call) if several else ""
        tool = by_name.get(call.name)
        if tool is None:
            names = ", ".join(by_name) or "none"
            detail = f"there is no tool {call.name!r}; the tools are: {names}"
            refused[call.id] = refusal(CallErrorKind.UNKNOWN_TOOL, call, detail)
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
    silent = not calls and not completion.errors
    missing = _missing(completion, tools, dialect) if silent else None
    return Judged(completion, refused, missing)


def _as_text(completion: Completion, dialect: Dialect | None) -> Completion:
    text = completion.raw if dialect is not None else completion.message.content
    message = Message(role="assistant", content=text)
    return completion.model_copy(update={"message": message, "errors": (), "repairs": ()})


def _missing(
    completion: Completion, tools: Sequence[ToolSchema], dialect: Dialect | None
) -> CallError:
    """Why an answer without a call, and without a spoilt one, makes none."""
    text = completion.message.content
    if completion.finish_reason == "length" and not without_thinking(text).strip():
        detail = "the answer was cut off while you were thinking: be brief"
        return CallError(kind=CallErrorKind.TRUNCATED, text="", detail=detail)
    other = recognise(text, tools, dialect)
    if other is not None:
        detail = f"it writes a call in the {other} dialect, which is not the one asked for"
        return CallError(kind=CallErrorKind.OTHER_DIALECT, text="", detail=detail)
    return CallError(kind=CallErrorKind.NO_CALL, text="", detail="it calls no tool")


def refusal(kind: CallErrorKind, call: ToolCall, detail: str) -> CallError:
    """What is wrong with a call that can be read and not carried out."""
    return CallError(kind=kind, text=_written(call), detail=detail, call_id=call.id)


def no_proof(completion: Completion) -> CallError:
    """What is wrong with an answer that should hold a proof, without tools, and does not."""
    cut_off = completion.finish_reason == "length"
    kind = CallErrorKind.TRUNCATED if cut_off else CallErrorKind.NO_PROOF
    return CallError(kind=kind, text="", detail="no Lean code block in it declares the theorem")


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
            case "integer" | "number" if _NUMBER.fullmatch(text.strip()):
                return json.loads(text)
            case "boolean" | "null":
                return _WORDS.get(text.strip().lower(), text)
            case "array" | "object":
                return json.loads(text)
    except (ValueError, RecursionError):
        pass
    return text


@lru_cache(maxsize=4096)
def _validator(tool: ToolSchema) -> Draft202012Validator:
    return Draft202012Validator(tool.parameters)
