"""A call as a JSON object with a name and an object of arguments, which most dialects write."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from lean_agent.chat import CallErrorKind, ToolCall
from lean_agent.dialects.base import strict_json
from lean_agent.dialects.mending import mend_json

_ARGUMENT_KEYS = ("arguments", "parameters")

LINE_BREAK = r"write a line break in a string as \n"
BACKSLASH = r"write a backslash in a string as \\"
_ADVICE = {"control character": LINE_BREAK, "invalid escape": BACKSLASH}


@dataclass(frozen=True)
class Flaw:
    """Why a text is no call; `what` is a clause, such as "the object has no name"."""

    kind: CallErrorKind
    what: str


def read_json_call(
    text: str,
    arguments_key: str = "arguments",
    done: list[str] | None = None,
    may_close: bool = True,
) -> ToolCall | Flaw:
    """The call (without an id) that the JSON text is, or what is wrong with it.

    Given a list, what is nearly a call is read as one, and what was `done` is added to the list;
    brackets that are missing at the end are added only if the text `may_close`.
    """
    value: Any = None
    try:
        value = strict_json(text)
        call = call_of(value, arguments_key)
    except ValueError as error:
        call = Flaw(CallErrorKind.NOT_JSON, f"what stands there is not JSON: {_advised(error)}")
    if done is None or isinstance(call, ToolCall) or "{" not in text:
        return call
    changes: list[str] = []
    try:
        if call.kind is CallErrorKind.NOT_JSON:
            value = mend_json(text, changes, may_close)
        mended = call_of(_mended(value, arguments_key, changes), arguments_key)
    except ValueError:
        return call
    if isinstance(mended, Flaw):
        return call
    done.extend(changes)
    return mended


def read_arguments(
    text: str, done: list[str] | None = None, may_close: bool = True
) -> dict[str, Any] | Flaw:
    """The same of the arguments object alone, where a dialect writes the name outside it."""
    try:
        value = strict_json(text) if done is None else _value(text, done, may_close)
    except ValueError as error:
        return Flaw(CallErrorKind.NOT_JSON, f"the arguments are not JSON: {_advised(error)}")
    if isinstance(value, str) and done is not None:
        value = _out_of_string(value, done)
    if not isinstance(value, dict):
        return Flaw(CallErrorKind.NOT_AN_OBJECT, "the arguments are no JSON object")
    return value


def _advised(error: ValueError) -> str:
    """The reason, and what to write instead where Lean code is what mostly leads to it."""
    reason = str(error)
    for said, advice in _ADVICE.items():
        if said in reason:
            return f"{reason}; {advice}"
    return reason


def _mended(value: Any, key: str, done: list[str]) -> Any:
    if not isinstance(value, dict):
        return value
    for other in _ARGUMENT_KEYS:
        if key not in value and other in value:
            value = {**value, key: value[other]}
            done.append(f'took "{other}" for "{key}"')
    if isinstance(value.get(key), str):
        value = {**value, key: _out_of_string(value[key], done)}
    return value


def _value(text: str, done: list[str], may_close: bool = True) -> Any:
    try:
        return strict_json(text)
    except ValueError:
        return mend_json(text, done, may_close)


def _out_of_string(text: str, done: list[str]) -> Any:
    done.append("read the arguments, which were a string, as JSON")
    return _value(text, done)


def call_of(value: Any, arguments_key: str = "arguments") -> ToolCall | Flaw:
    """The same of a JSON value."""
    if not isinstance(value, dict):
        return Flaw(CallErrorKind.NOT_AN_OBJECT, "the JSON is no object")
    name, arguments = value.get("name"), value.get(arguments_key)
    if not isinstance(name, str) or not name:
        return Flaw(CallErrorKind.MISSING_NAME, 'the object has no "name" of a tool')
    if not isinstance(arguments, dict):
        what = f'the object has no object "{arguments_key}"'
        other = next((key for key in _ARGUMENT_KEYS if isinstance(value.get(key), dict)), None)
        if other:
            what = f'write "{arguments_key}" and not "{other}"'
        return Flaw(CallErrorKind.BAD_ARGUMENTS, what)
    return ToolCall(id="", name=name, arguments=arguments)


def write_json(value: Any, marks: re.Pattern[str] | None = None) -> str:
    """The JSON text of a value, on one line.

    The first character of each match of `marks`, which can only stand in strings, is written as
    an escape: the value is the same, and the text does not hold the mark.
    """
    text = json.dumps(value, ensure_ascii=False)
    if marks is None:
        return text
    return marks.sub(lambda mark: f"\\u{ord(mark[0][0]):04x}{mark[0][1:]}", text)
