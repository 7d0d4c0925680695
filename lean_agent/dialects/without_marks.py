"""Calls of an offered tool that lack the marks of every dialect.

A model that was trained on another form, or has half forgotten its own, writes the JSON object
bare, in a code fence of any language, in a list or between tags such as `<tools>`; or it writes
`TOOL(NAME="…")` as in Python. To mention a tool is no call, and neither is its schema repeated.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from lean_agent.chat import ToolCall, ToolSchema
from lean_agent.dialects.base import strict_json
from lean_agent.dialects.extent import json_end, list_elements
from lean_agent.dialects.mending import LONGEST, mend_json
from lean_agent.dialects.python_call import read_python_call

_LONGEST_PYTHON = 50_000  # characters that are read in vain
_ARGUMENTS = ("arguments", "parameters", "args")
_TYPES = frozenset({"object", "array", "string", "integer", "number", "boolean", "null"})

_OBJECT = re.compile(r"""\{\s*["']\w{1,40}["']\s*:""")
_BEFORE = re.compile(r"(?:(?:(?:`{3,}|~{3,})\w*|<\w+>|\[)\s*)+\Z")
_AFTER = re.compile(r"(?:\s*(?:`{3,}|~{3,}|</\w+>|[],]))+")
_AROUND = 80


@dataclass(frozen=True)
class JsonCall:
    """A call (without an id) as a JSON object.

    `text` is the object with the fences, tags and brackets around it; `done` says what had to be
    mended in it.
    """

    call: ToolCall
    text: str
    done: tuple[str, ...]


def json_calls(text: str, tools: Sequence[ToolSchema]) -> Iterator[JsonCall]:
    """The JSON objects that have a tool's name, and an object of arguments.

    Looked for in the first 200,000 characters, as far as it takes time linear in their number.
    """
    by_name = {tool.name for tool in tools}
    named = _named(tuple(by_name))
    text = text[:LONGEST]
    at, left = 0, LONGEST  # `left`: how many characters may still be read in vain
    while left > 0 and named.search(text, at) and (begin := _OBJECT.search(text, at)):
        start = begin.start()
        end = json_end(text, start)
        found = None
        if end is not None and named.search(text, start, end):
            found = _read(text[start:end], by_name)
        if end is None or found is None:  # a call may still stand inside it
            left -= (len(text) if end is None else end) - start
            at = begin.end()
            continue
        before = _BEFORE.search(text, max(at, start - _AROUND), start)
        after = _AFTER.match(text, end, end + _AROUND)
        first, last = before.start() if before else start, after.end() if after else end
        at = last
        yield JsonCall(found[0], text[first:last], found[1])


@lru_cache(maxsize=64)
def _named(names: tuple[str, ...]) -> re.Pattern[str]:
    one_of = "|".join(map(re.escape, names))
    return re.compile(rf"""["'](?:name|function|tool)["']\s*:\s*["'](?:{one_of})["']""")


def _read(text: str, names: set[str]) -> tuple[ToolCall, tuple[str, ...]] | None:
    done: list[str] = []
    try:
        value = strict_json(text)
    except ValueError:
        try:
            value = mend_json(text, done, may_close=False)
        except ValueError:
            return None
    if not isinstance(value, dict) or "description" in value:
        return None
    given = (value.get(key) for key in ("name", "function", "tool"))
    name = next((one for one in given if isinstance(one, str) and one in names), None)
    arguments = next((value[key] for key in _ARGUMENTS if key in value), None)
    if isinstance(arguments, str):
        try:
            arguments = strict_json(arguments)
        except ValueError:
            return None
        done.append("read the arguments, which were a string, as JSON")
    if name is None or not isinstance(arguments, dict) or is_schema(arguments):
        return None
    return ToolCall(id="", name=name, arguments=arguments), tuple(done)


def is_schema(arguments: Mapping[str, Any]) -> bool:
    """Whether these are no arguments, but what a tool's JSON schema says of them."""
    if "properties" in arguments or _is_typed(arguments):
        return True
    return any(isinstance(value, dict) and _is_typed(value) for value in arguments.values())


def _is_typed(schema: Mapping[str, Any]) -> bool:
    kind = schema.get("type")
    return isinstance(kind, str) and kind in _TYPES


def has_python_call(text: str, tools: Sequence[ToolSchema]) -> bool:
    """Whether it calls a tool with literal arguments as Python does; `TOOL()` only mentions it."""
    begins = _python_begin(tuple(tool.name for tool in tools))
    at, left = 0, _LONGEST_PYTHON
    while left > 0 and (begin := begins.search(text, at)):
        parenthesis = begin.end() - 1
        end = list_elements(text, parenthesis, left).end
        if end is not None:
            tool = next(tool for tool in tools if tool.name == begin[1])
            names = list(tool.parameters.get("properties", {}))
            call = read_python_call(f"{tool.name}{text[parenthesis:end]}", names, [])
            if isinstance(call, ToolCall) and call.arguments:
                return True
        left -= (len(text) if end is None else end) - parenthesis
        at = begin.end()
    return False


@lru_cache(maxsize=64)
def _python_begin(names: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w.-])({'|'.join(map(re.escape, names))})[ \t]*\(")
