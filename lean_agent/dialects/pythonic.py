"""The pythonic dialect: `[search(query="…", k=5), check(code="…")]`, a Python list of calls.

Meta's Llama 3.2 and 4 and Team-ACE's ToolACE are trained on it; the format is that of
https://github.com/meta-llama/llama-models (`models/llama4/prompt_format.md`). Arguments have
names, and their values are Python literals. Nothing that a model writes is ever evaluated: it is
parsed to a syntax tree, and only literals are taken from it.
"""

from __future__ import annotations

import ast
import json
import keyword
import re
import warnings
from collections.abc import Collection, Iterator, Sequence
from typing import Any, ClassVar

from lean_agent.chat import CallError, CallErrorKind, Message, Repair, ToolCall, ToolSchema
from lean_agent.dialects.base import Piece, strict_json
from lean_agent.dialects.extent import escape_newlines, list_elements
from lean_agent.dialects.json_call import write_json
from lean_agent.dialects.reader import Marks, Region, RegionDialect
from lean_agent.dialects.unmarked import (
    MARKS,
    PYTHON_TAG,
    RESULT_ROLE,
    Part,
    among_words,
    side_by_side,
    stands_alone,
    thinking_in,
)

_ALONE = 'Write only [TOOL(NAME="text", NAME=5)], with commas between several calls'
_NAME = r"[^\W\d][\w.-]*"
_BEGIN = re.compile(rf"\[\s*({_NAME})\(")
_CALL = re.compile(rf"\s*({_NAME})\((.*)\)\s*", re.DOTALL)
_CONSTANTS = {"true": True, "false": False, "null": None}


class Pythonic(RegionDialect):
    """Strict: the answer is one list of calls, and thinking."""

    name = "pythonic"
    stops = (RESULT_ROLE,)
    words_beside_calls = False
    marks: ClassVar[Marks] = {PYTHON_TAG: None, "[": None}

    def instructions(self) -> str:
        """How to write a call."""
        return (
            "To call tools, answer with a Python list of calls, and with no other text:\n"
            '[<tool name>(<argument>="<text>", <argument>=5), <tool name>(<argument>=True)]\n'
            "Give every argument its name and a literal value: a string, a number, True, False, "
            "None, a list or a dict. The calls are carried out in order; each result comes back "
            'as {"output": "<text>"}.'
        )

    def read_region(self, region: Region) -> Iterator[Piece | Repair]:
        """From the first bracket or mark to the end of the answer."""
        text = region.text
        lists = list(self._lists(region))
        parts = [part for one in lists for part in one]
        if not parts:
            yield text
        elif region.first and len(lists) == 1 and stands_alone(text, parts[0].start, parts[-1].end):
            yield from side_by_side(text, parts)
        else:
            # Brackets are common in Lean and in prose.
            offered = {tool.name for tool in region.tools}
            ours = [part for one in lists if _begins_with(text, one, offered) for part in one]
            yield from among_words(text, ours, self.lenient, _ALONE)

    def _lists(self, region: Region) -> Iterator[list[Part]]:
        text, at = region.text, 0
        if text.startswith(PYTHON_TAG) and not text[len(PYTHON_TAG) :].lstrip().startswith("["):
            error = _error(CallErrorKind.MALFORMED, text, f"no list of calls follows {PYTHON_TAG}")
            yield [Part(0, len(text), error)]
            return
        while begin := _BEGIN.search(text, at):
            parts = self._elements(region, begin.start())
            yield parts
            at = parts[-1].end

    def _elements(self, region: Region, start: int) -> list[Part]:
        """The calls of the list that begins at `start`, and its brackets and commas with them."""
        text = region.text
        elements = list_elements(text, start)
        end = len(text) if elements.end is None else elements.end
        starts = [start] + [begin for begin, _ in elements.places[1:]]
        ends = [*starts[1:], end]
        parts = []
        for place, begin, until in zip(elements.places, starts, ends, strict=True):
            written = text[begin:until]
            read = self._read(text[slice(*place)], region.tools)
            if elements.end is None and place == elements.places[-1]:
                read = self._last(read, written, region, elements.too_long)
            call, repairs = read
            if isinstance(call, CallError):
                call = call.model_copy(update={"text": written})
            parts.append(Part(begin, until, call, repairs))
        return parts

    def _last(
        self,
        read: tuple[ToolCall | CallError, tuple[Repair, ...]],
        written: str,
        region: Region,
        too_long: bool,
    ) -> tuple[ToolCall | CallError, tuple[Repair, ...]]:
        """What becomes of the last element of a list without an end."""
        if too_long:
            what = "the list of calls is too long to be read"
            return _error(CallErrorKind.MALFORMED, written, what), ()
        if self.lenient and isinstance(read[0], ToolCall):
            done = Repair(kind=region.broken_off, text=written, done="closed the list with ]")
            return read[0], (*read[1], done)
        return _error(region.broken_off, written, "the list of calls has no end"), ()

    def _read(
        self, written: str, tools: Sequence[ToolSchema]
    ) -> tuple[ToolCall | CallError, tuple[Repair, ...]]:
        """One call, or what is wrong with it, and what was mended."""
        call = _CALL.fullmatch(written)
        if call is None:
            return _error(CallErrorKind.MALFORMED, written, "this is not TOOL(NAME=VALUE)"), ()
        name, inside = call.groups()
        names = _names_of_arguments(name, tools) if self.lenient else ()
        try:
            return ToolCall(id="", name=name, arguments=_arguments(inside)), ()
        except _Malformed as error:
            flaw = error
        if self.lenient:
            done: list[str] = []
            try:
                arguments = _arguments(_escaped(inside, done), names, done)
            except _Malformed:
                pass
            else:
                repair = Repair(kind=CallErrorKind.MALFORMED, text=written, done="; ".join(done))
                return ToolCall(id="", name=name, arguments=arguments), (repair,)
        return _error(CallErrorKind.MALFORMED, written, str(flaw)), ()

    def render(self, content: str, calls: Sequence[ToolCall]) -> str:
        """The calls and, beside them, no more of the content than its thinking."""
        if not calls:
            return content
        thinking = thinking_in(content)
        written = f"[{', '.join(map(_render_call, calls))}]"
        return "\n".join([thinking] * bool(thinking) + [written])

    def render_result(self, message: Message, tool: str) -> str:  # noqa: ARG002
        """The result as a JSON object, as vLLM's templates for these models write it."""
        return write_json({"output": message.content})


class _Malformed(ValueError):
    """Why the text between a call's parentheses is no list of arguments."""


def _arguments(
    inside: str, names: Sequence[str] = (), done: list[str] | None = None
) -> dict[str, Any]:
    """The arguments between a call's parentheses.

    With `done`, which is told what was mended, values without a name get the next of `names`,
    and JavaScript's constants are known. Raises _Malformed.
    """
    arguments: dict[str, Any] = {}
    for name, node in _named(_parsed(inside), names, done):
        if name in arguments:
            raise _Malformed(f"the argument `{name}` is given twice")
        arguments[name] = _literal(node, done)
    try:  # a half of a surrogate pair, infinity, or nested without end: it cannot be written down
        strict_json(json.dumps(arguments))
    except (ValueError, RecursionError) as error:
        raise _Malformed(f"a value that cannot be passed on: {error}") from None
    return arguments


def _parsed(inside: str) -> ast.Call:
    try:
        with warnings.catch_warnings():
            # Python warns of escapes that it does not know, such as those of Lean and LaTeX.
            warnings.simplefilter("ignore")
            tree = ast.parse(f"f({inside})", mode="eval").body
    except SyntaxError as error:
        raise _Malformed(f"not Python: {error.msg}") from None
    except (ValueError, RecursionError, MemoryError) as error:
        raise _Malformed(f"not Python: {error or 'nested too deep'}") from None
    if not (isinstance(tree, ast.Call) and isinstance(tree.func, ast.Name)):
        raise _Malformed("this is not TOOL(NAME=VALUE)")
    return tree


def _named(
    call: ast.Call, names: Sequence[str], done: list[str] | None
) -> Iterator[tuple[str, ast.expr]]:
    if call.args:
        if len(call.args) > len(names) or done is None:
            raise _Malformed("a value has no name: write NAME=VALUE")
        done.append("gave the values without a name those of the tool's arguments, in order")
        yield from zip(names, call.args, strict=False)
    for given in call.keywords:
        if given.arg is not None:
            yield given.arg, given.value
        elif isinstance(given.value, ast.Dict):  # **{"from": …}: what Python cannot name
            for key, value in zip(given.value.keys, given.value.values, strict=True):
                yield _key(key), value
        else:
            raise _Malformed("after ** comes no literal dict")


def _literal(node: ast.expr, done: list[str] | None) -> Any:
    match node:
        case ast.Constant(value=None | bool() | int() | float() | str() as value):
            return value
        case ast.UnaryOp(
            op=ast.USub() | ast.UAdd() as sign, operand=ast.Constant(value=int() | float() as value)
        ) if not isinstance(value, bool):
            return -value if isinstance(sign, ast.USub) else value
        case ast.List(elts=parts) | ast.Tuple(elts=parts):
            return [_literal(part, done) for part in parts]
        case ast.Dict(keys=keys, values=values):
            pairs = zip(keys, values, strict=True)
            return {_key(key): _literal(value, done) for key, value in pairs}
        case ast.Name(id=("true" | "false" | "null") as name) if done is not None:
            done.append(f"read {name} as {_CONSTANTS[name]}")
            return _CONSTANTS[name]
    raise _Malformed("a value is no literal string, number, True, False, None, list or dict")


def _key(node: ast.expr | None) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    raise _Malformed("a key of a dict is no literal string")


def _escaped(inside: str, done: list[str]) -> str:
    mended = escape_newlines(inside)
    if mended != inside:
        done.append("wrote the newlines in strings as \\n")
    return mended


def _names_of_arguments(name: str, tools: Sequence[ToolSchema]) -> list[str]:
    asked = (tool.parameters for tool in tools if tool.name == name)
    return [key for parameters in asked for key in parameters.get("properties", {})]


def _begins_with(text: str, parts: list[Part], offered: Collection[str]) -> bool:
    """Whether a list begins with a call of a tool that was offered, or none is known."""
    begin = _BEGIN.match(text, parts[0].start)
    return not offered or begin is None or begin[1] in offered


def _render_call(call: ToolCall) -> str:
    named, others = [], {}
    for name, value in call.arguments.items():
        if name.isidentifier() and name.isascii() and not keyword.iskeyword(name):
            named.append(f"{name}={_render(value)}")
        else:
            others[name] = value
    if others:
        named.append(f"**{_render(others)}")
    return f"{call.name}({', '.join(named)})"


def _render(value: Any) -> str:
    match value:
        case dict():
            pairs = (f"{_render(key)}: {_render(part)}" for key, part in value.items())
            return f"{{{', '.join(pairs)}}}"
        case list():
            return f"[{', '.join(map(_render, value))}]"
        case str():  # every JSON string is a Python string
            return write_json(value, MARKS)
    return repr(value)


def _error(kind: CallErrorKind, text: str, what: str) -> CallError:
    return CallError(kind=kind, text=text, detail=f"{what}. {_ALONE}")
