"""Tool-call dialects: one small file each."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from lean_agent.chat import CallErrorKind, FinishReason, ToolCall, ToolSchema
from lean_agent.dialects.base import Dialect, Reply
from lean_agent.dialects.deepseek import DeepSeekV3, DeepSeekV31
from lean_agent.dialects.fenced import Fenced
from lean_agent.dialects.hermes import Hermes
from lean_agent.dialects.llama import Llama
from lean_agent.dialects.mistral import Mistral, MistralV11
from lean_agent.dialects.pythonic import Pythonic
from lean_agent.dialects.qwen_xml import QwenXml
from lean_agent.dialects.reader import RegionDialect
from lean_agent.dialects.thinking import without_thinking
from lean_agent.dialects.without_marks import has_python_call, is_schema, json_calls
from lean_agent.errors import UserError

DIALECTS: dict[str, type[Dialect]] = {
    dialect.name: dialect
    for dialect in (
        Hermes,
        QwenXml,
        DeepSeekV3,
        DeepSeekV31,
        Fenced,
        Llama,
        Mistral,
        MistralV11,
        Pythonic,
    )
}
"""Every dialect by its name."""

# In what order a text is taken for a spoilt call of a dialect. The marks of the last three are
# those of much else too.
_SIGNS = {
    "qwen-xml": re.compile("<function="),
    "hermes": re.compile("tool_call>"),
    "deepseek-v3": re.compile("function<｜tool▁sep｜>"),
    "deepseek-v3.1": re.compile("<｜tool▁call"),
    "mistral": re.compile(r"\[TOOL_CALLS\]\s*\["),
    "mistral-v11": re.compile(r"\[TOOL_CALLS\]"),
    "fenced": re.compile("```json"),
    "llama": re.compile(r"\{"),
    "pythonic": re.compile(r"\["),
}
_COMMON = ("fenced", "llama", "pythonic")
_OF_SCHEMA = re.compile(r'"description"\s*:')


def dialect_named(name: str, lenient: bool = False) -> Dialect:
    """The dialect of that name. Raises UserError where there is none."""
    if name not in DIALECTS:
        raise UserError(f"unknown dialect {name!r}: the dialects are {', '.join(DIALECTS)}")
    return DIALECTS[name](lenient)


def recognise(text: str, tools: Sequence[ToolSchema], but: Dialect | None) -> str | None:
    """The name of a dialect, other than `but`, in which the text calls one of the tools."""
    names = {tool.name for tool in tools}
    for name, kind in DIALECTS.items():
        dialect = kind()
        if (but is not None and name == but.name) or not dialect.may_call(text):
            continue
        calls = _calls(dialect, text, tools)
        if name in _COMMON:
            calls = [call for call in calls if not is_schema(call.arguments)]
        if any(call.name in names for call in calls):
            return name
    return None


def _calls(dialect: Dialect, text: str, tools: Sequence[ToolSchema]) -> list[ToolCall]:
    """The calls in the text, those too that only the words beside them spoil."""
    reply = dialect.read(text, tools)
    if dialect.words_beside_calls:
        return list(reply.calls)
    beside = [error.text for error in reply.errors if error.kind is CallErrorKind.EXTRA_TEXT]
    return [*reply.calls, *(call for one in beside for call in dialect.read(one, tools).calls)]


@dataclass(frozen=True)
class Unparsed:
    """What a server left as text that it was to parse, as the dialect of that name reads it.

    `called` says that a tool which was offered is called there as it should be.
    """

    name: str
    reply: Reply
    called: bool


def unparsed(
    text: str, tools: Sequence[ToolSchema], finish_reason: FinishReason, lenient: bool
) -> Unparsed | None:
    """The calls and spoilt calls in a text that should hold none, in one dialect."""
    if called := recognise(text, tools, None):
        reply = dialect_named(called, lenient).read(text, tools, finish_reason)
        return Unparsed(called, _of_tools(reply, tools) if called in _COMMON else reply, True)
    named = re.search("|".join(re.escape(tool.name) for tool in tools), text) is not None
    for name, sign in _SIGNS.items():
        if not sign.search(text):
            continue
        if name in _COMMON and (not named or _lacks_marks(text, tools)):
            return None
        reply = dialect_named(name, lenient).read(text, tools, finish_reason)
        if name in _COMMON:
            reply = _of_tools(reply, tools)
        if reply.calls or reply.errors:
            return Unparsed(name, reply, False)
    return None


def _lacks_marks(text: str, tools: Sequence[ToolSchema]) -> bool:
    said = without_thinking(text)
    return any(json_calls(said, tools)) or has_python_call(said, tools)


def _of_tools(reply: Reply, tools: Sequence[ToolSchema]) -> Reply:
    """The same with no more of what was found than may be meant to call one of the tools."""
    offered = {tool.name for tool in tools}
    names = re.compile("|".join(map(re.escape, offered)))
    errors = tuple(
        error
        for error in reply.errors
        if error.kind not in (CallErrorKind.EXTRA_TEXT, CallErrorKind.MISSING_NAME)
        and names.search(error.text)
        and not _OF_SCHEMA.search(error.text)
    )
    meant = any(call.name in offered and not is_schema(call.arguments) for call in reply.calls)
    return replace(reply, calls=reply.calls if meant else (), errors=errors)


def begins_a_mark(text: str, dialect: Dialect | None) -> bool:
    """Whether the text ends in the midst of a mark of the dialect, or of any where that is None.

    A bracket or backticks alone are none.
    """
    read = [kind() for kind in DIALECTS.values()] if dialect is None else [dialect]
    marks = {mark for one in read if isinstance(one, RegionDialect) for mark in one.marks}
    return any(
        text.endswith(mark[:size])
        for mark in marks
        for size in range(2, len(mark))
        if re.search(r"\w", mark[:size])
    )
