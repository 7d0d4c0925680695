"""A call as a JSON object with a name and an object of arguments, which most dialects write."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from lean_agent.chat import CallErrorKind, ToolCall
from lean_agent.dialects.base import strict_json


@dataclass(frozen=True)
class Flaw:
    """Why a text is no call; `what` is a clause, such as "the object has no name"."""

    kind: CallErrorKind
    what: str


def read_json_call(text: str, arguments_key: str = "arguments") -> ToolCall | Flaw:
    """The call (without an id) that the JSON text is, or what is wrong with it."""
    try:
        value = strict_json(text)
    except ValueError as error:
        return Flaw(CallErrorKind.NOT_JSON, f"what stands there is not JSON: {error}")
    return call_of(value, arguments_key)


def call_of(value: Any, arguments_key: str = "arguments") -> ToolCall | Flaw:
    """The same of a JSON value."""
    if not isinstance(value, dict):
        return Flaw(CallErrorKind.NOT_AN_OBJECT, "the JSON is no object")
    name, arguments = value.get("name"), value.get(arguments_key)
    if not isinstance(name, str) or not name:
        return Flaw(CallErrorKind.MISSING_NAME, 'the object has no "name" of a tool')
    if not isinstance(arguments, dict):
        return Flaw(CallErrorKind.BAD_ARGUMENTS, f'the object has no object "{arguments_key}"')
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
