"""Tool-call dialects: one small file each."""

from __future__ import annotations

from collections.abc import Sequence

from lean_agent.chat import CallErrorKind, ToolCall, ToolSchema
from lean_agent.dialects.base import Dialect
from lean_agent.dialects.deepseek import DeepSeekV3, DeepSeekV31
from lean_agent.dialects.fenced import Fenced
from lean_agent.dialects.hermes import Hermes
from lean_agent.dialects.llama import Llama
from lean_agent.dialects.mistral import Mistral, MistralV11
from lean_agent.dialects.pythonic import Pythonic
from lean_agent.dialects.qwen_xml import QwenXml
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
        if any(call.name in names for call in _calls(dialect, text, tools)):
            return name
    return None


def _calls(dialect: Dialect, text: str, tools: Sequence[ToolSchema]) -> list[ToolCall]:
    """The calls in the text, those too that only the words beside them spoil."""
    reply = dialect.read(text, tools)
    if dialect.words_beside_calls:
        return list(reply.calls)
    beside = [error.text for error in reply.errors if error.kind is CallErrorKind.EXTRA_TEXT]
    return [*reply.calls, *(call for one in beside for call in dialect.read(one, tools).calls)]
