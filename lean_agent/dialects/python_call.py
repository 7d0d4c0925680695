"""A call as Python writes it: `check_lean(code="…")`, with literals for arguments.

Nothing is ever evaluated: the text is parsed to a syntax tree, and only literals are taken from it.
"""

from __future__ import annotations

import ast
import json
import keyword
import re
import warnings
from collections.abc import Iterator, Sequence
from typing import Any

from lean_agent.chat import CallErrorKind, ToolCall
from lean_agent.dialects.base import strict_json
from lean_agent.dialects.extent import escape_newlines
from lean_agent.dialects.json_call import BACKSLASH, LINE_BREAK, Flaw, write_json

NAME = r"[^\W\d][\w.-]*"
"""The name of a tool, which may have dots and hyphens."""

_CALL = re.compile(rf"\s*({NAME})\((.*)\)\s*", re.DOTALL)
# What Lean code in a string mostly leads to.
_ADVICE = {"unterminated string": LINE_BREAK, "escape": BACKSLASH}
_CONSTANTS = {"true": True, "false": False, "null": None}


def read_python_call(
    text: str, names: Sequence[str] = (), done: list[str] | None = None
) -> ToolCall | Flaw:
    """The call (without an id) that the text is, or what is wrong with it.

    Given a list, what is nearly a call is read as one, and what was `done` is added to the list;
    `names` are those that the tool's arguments have, for values written without one.
    """
    call = _CALL.fullmatch(text)
    if call is None:
        return Flaw(CallErrorKind.MALFORMED, "what stands there is not TOOL(NAME=VALUE)")
    name, inside = call.groups()
    try:
        if done is not None:
            inside = _escaped(inside, done)
        arguments = _arguments(inside, names, done)
    except _Malformed as error:
        return Flaw(CallErrorKind.MALFORMED, str(error))
    return ToolCall(id="", name=name, arguments=arguments)


class _Malformed(ValueError):
    """Why the text between a call's parentheses gives no arguments."""


def _arguments(inside: str, names: Sequence[str], done: list[str] | None) -> dict[str, Any]:
    arguments: dict[str, Any] = {}
    for name, node in _named(_parsed(inside), names, done):
        if name in arguments:
            raise _Malformed(f"the argument `{name}` is given twice")
        arguments[name] = _literal(node, done)
    try:
        strict_json(json.dumps(arguments))
    except (ValueError, RecursionError) as error:  # infinity, half a surrogate pair, too deep
        raise _Malformed(f"a value cannot be written as JSON: {error}") from None
    return arguments


def _parsed(inside: str) -> ast.Call:
    try:
        with warnings.catch_warnings():
            # Python warns of escapes that it does not know, such as those of Lean and LaTeX.
            warnings.simplefilter("ignore")
            tree = ast.parse(f"f({inside})", mode="eval").body
    except SyntaxError as error:
        reason = error.msg
        for said, advice in _ADVICE.items():
            reason += f"; {advice}" * (said in reason)
        raise _Malformed(f"what stands there is not Python: {reason}") from None
    except (ValueError, RecursionError, MemoryError) as error:
        reason = str(error) or "nested too deep"
        raise _Malformed(f"what stands there is not Python: {reason}") from None
    if not (isinstance(tree, ast.Call) and isinstance(tree.func, ast.Name)):
        raise _Malformed("what stands there is not TOOL(NAME=VALUE)")
    return tree


def _named(
    call: ast.Call, names: Sequence[str], done: list[str] | None
) -> Iterator[tuple[str, ast.expr]]:
    if call.args:
        if done is None or len(call.args) > len(names):
            raise _Malformed("a value has no name: write NAME=VALUE")
        done.append("took the values without a name in the order of the tool's arguments")
        yield from zip(names, call.args, strict=False)
    for given in call.keywords:
        if given.arg is not None:
            yield given.arg, given.value
        elif isinstance(given.value, ast.Dict):  # **{"from": …}: a name that Python has for itself
            for key, value in zip(given.value.keys, given.value.values, strict=True):
                yield _key(key), value
        else:
            raise _Malformed("what follows ** is no literal dict")


def _literal(node: ast.expr, done: list[str] | None) -> Any:
    match node:
        case ast.Constant(value=None | bool() | int() | float() | str() as value):
            return value
        case ast.UnaryOp(ast.USub(), ast.Constant(int() | float() as number)):
            return -number
        case ast.List(parts) | ast.Tuple(parts):
            return [_literal(part, done) for part in parts]
        case ast.Dict(keys, values):
            pairs = zip(keys, values, strict=True)
            return {_key(key): _literal(value, done) for key, value in pairs}
        case ast.Name("true" | "false" | "null" as word) if done is not None:
            done.append(f"read {word} as {_CONSTANTS[word]}")
            return _CONSTANTS[word]
    raise _Malformed("a value is no literal string, number, True, False, None, list or dict")


def _key(node: ast.expr | None) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    raise _Malformed("a key of a dict is no literal string")


def _escaped(inside: str, done: list[str]) -> str:
    escaped = escape_newlines(inside)
    if escaped != inside:
        done.append("escaped line breaks in strings")
    return escaped


def write_python_call(call: ToolCall, marks: re.Pattern[str]) -> str:
    """The call as Python, with an escape for the first character of each match of `marks`."""
    named: list[str] = []
    others: dict[str, Any] = {}
    for name, value in call.arguments.items():
        if name.isascii() and name.isidentifier() and not keyword.iskeyword(name):
            named.append(f"{name}={_write(value, marks)}")
        else:
            others[name] = value
    if others:
        named.append(f"**{_write(others, marks)}")
    return f"{call.name}({', '.join(named)})"


def _write(value: Any, marks: re.Pattern[str]) -> str:
    match value:
        case dict():
            pairs = (f"{_write(key, marks)}: {_write(part, marks)}" for key, part in value.items())
            return f"{{{', '.join(pairs)}}}"
        case list():
            return f"[{', '.join(_write(part, marks) for part in value)}]"
        case str():  # every JSON string is a Python string
            return write_json(value, marks)
    return repr(value)
