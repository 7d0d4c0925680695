"""The Hermes dialect: `<tool_call>{"name": …, "arguments": {…}}</tool_call>`.

Nous Research's Hermes 2 Pro introduced it and Qwen 2.5 and 3 are trained on it;
the format is that of https://github.com/NousResearch/Hermes-Function-Calling.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence

from lean_agent.chat import CallError, CallErrorKind, FinishReason, Message, ToolCall, ToolSchema
from lean_agent.dialects.base import Dialect, Piece, Reader, Reply, strict_json

OPEN, CLOSE = "<tool_call>", "</tool_call>"
THINK, END_THINK = "<think>", "</think>"

_EXAMPLE = f'{OPEN}{{"name": TOOL, "arguments": {{…}}}}{CLOSE}'
# A closing tag, or an opening one, or the start of a thinking block.
_TAG = re.compile(f"{OPEN}|{CLOSE}|{THINK}")
_ANY_TAG = re.compile(r"<(?=/?(?:tool_call|think|tool_response)>)")


class Hermes(Dialect):
    """Strict: only a well-formed JSON object between the two tags is a call."""

    name = "hermes"
    stops = ("<tool_response>",)

    def instructions(self) -> str:
        """How to write a call."""
        return (
            "To call a tool, write a JSON object with its name and its arguments between "
            "tool_call tags:\n"
            f'{OPEN}\n{{"name": "<tool name>", "arguments": {{<arguments object>}}}}\n{CLOSE}\n'
            "You may write several calls in one answer; they are carried out in order, and each "
            "result comes back between tool_response tags."
        )

    def reader(self, tools: Sequence[ToolSchema] = ()) -> Reader:  # noqa: ARG002
        return _WholeText()

    def _parse(self, text: str) -> Reply:
        words: list[list[str]] = [[]]
        calls: list[ToolCall] = []
        errors: list[CallError] = []
        for piece in _pieces(text):
            match piece:
                case ToolCall():
                    calls.append(piece.model_copy(update={"id": f"call_{len(calls) + 1}"}))
                    words.append([])  # a call parts the words before and after it
                case CallError():
                    errors.append(piece)
                    words[-1].append(piece.text)
                case str():
                    words[-1].append(piece)
        parts = ("".join(part).strip() for part in words)
        return Reply("\n".join(filter(None, parts)), tuple(calls), tuple(errors))

    def render(self, content: str, calls: Sequence[ToolCall]) -> str:
        """The content, then each call on lines of its own. Ids have no place in the text."""
        return "\n".join([content] * bool(content) + [_render_call(call) for call in calls])

    def render_result(self, message: Message, tool: str) -> str:  # noqa: ARG002
        """The result between `<tool_response>` tags."""
        return f"<tool_response>\n{message.content}\n</tool_response>"


def _render_call(call: ToolCall) -> str:
    body = json.dumps({"name": call.name, "arguments": call.arguments}, ensure_ascii=False)
    # A tag inside a string would end the call; as an escape it is the same JSON.
    body = _ANY_TAG.sub(r"\\u003c", body)
    return f"{OPEN}\n{body}\n{CLOSE}"


def _pieces(text: str) -> Iterator[str | ToolCall | CallError]:
    """Words, calls (without ids) and malformed calls, in order, which together are the text."""
    at = 0
    while tag := _TAG.search(text, at):
        yield text[at : tag.start()]
        match tag[0]:
            case "<think>":
                end = text.find(END_THINK, tag.end())
                if end < 0:
                    yield from _endless_thought(text[tag.start() :])
                    return
                at = end + len(END_THINK)
                yield text[tag.start() : at]
            case "</tool_call>":
                yield _error(CallErrorKind.UNOPENED, CLOSE, f"{CLOSE} without {OPEN} before it")
                at = tag.end()
            case _:
                end = text.find(CLOSE, tag.end())
                if end < 0:
                    yield _error(CallErrorKind.UNCLOSED, text[tag.start() :], f"no {CLOSE} follows")
                    return
                at = end + len(CLOSE)
                yield from _between_tags(text[tag.start() : at])
    yield text[at:]


def _endless_thought(text: str) -> Iterator[str | CallError]:
    call = text.find(OPEN)
    if call < 0:
        yield text
        return
    yield text[:call]
    yield _error(
        CallErrorKind.IN_THINKING,
        text[call:],
        f"it stands inside {THINK}, which you never closed with {END_THINK}",
    )


def _between_tags(text: str) -> Iterator[str | ToolCall | CallError]:
    """A text from an opening tag to the first closing tag after it."""
    last = text.rfind(OPEN)
    call = _read_call(text)
    if isinstance(call, CallError) and last > 0:
        # The first call was left open, and another begun.
        yield _error(CallErrorKind.UNCLOSED, text[:last], f"{OPEN} follows before {CLOSE}")
        yield _read_call(text[last:])
    else:
        yield call


def _read_call(text: str) -> ToolCall | CallError:
    try:
        value = strict_json(text[len(OPEN) : -len(CLOSE)])
    except ValueError as error:
        return _error(CallErrorKind.NOT_JSON, text, f"not JSON between the tags: {error}")
    if not isinstance(value, dict):
        return _error(CallErrorKind.NOT_AN_OBJECT, text, "the JSON between the tags is no object")
    name, arguments = value.get("name"), value.get("arguments")
    if not isinstance(name, str) or not name:
        return _error(CallErrorKind.MISSING_NAME, text, 'the object has no "name" of a tool')
    if not isinstance(arguments, dict):
        return _error(CallErrorKind.BAD_ARGUMENTS, text, 'the object has no object "arguments"')
    return ToolCall(id="", name=name, arguments=arguments)


def _error(kind: CallErrorKind, text: str, what: str) -> CallError:
    return CallError(kind=kind, text=text, detail=f"{what}. Write it as {_EXAMPLE}")


class _WholeText:
    def __init__(self) -> None:
        self._text: list[str] = []

    def feed(self, text: str) -> list[Piece]:
        self._text.append(text)
        return []

    def finish(self, finish_reason: FinishReason = "stop") -> Reply:  # noqa: ARG002
        return Hermes()._parse("".join(self._text))
