"""The XML of Qwen3-Coder: `<function=…>` and `<parameter=…>` tags between `<tool_call>` tags.

Qwen3-Coder is trained on it, and Qwen3.5 and later; the format is that of vLLM's parser
`qwen3_coder` and of its template `tool_chat_template_qwen3coder.jinja`
(https://github.com/vllm-project/vllm).

A value is plain text between two line breaks, which do not belong to it. Text is what a tool that
takes a string gets, exactly; what it takes else, or may take, is read as JSON where it is JSON of
such a type. The published format has no way to write a tag in a value: here a `<` before what
would make it a tag is written `&lt;` (and what would read as such an escape has its `&` written
`&amp;`), and everything else stands as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

from lean_agent.chat import CallErrorKind, Repair, ToolCall, ToolSchema
from lean_agent.dialects.base import Piece, strict_json
from lean_agent.dialects.json_call import Flaw, write_json
from lean_agent.dialects.reader import Marks, Region
from lean_agent.dialects.tags import CLOSE, OPEN, TaggedCalls

FUNCTION, END_FUNCTION = "<function=", "</function>"
PARAMETER, END_PARAMETER = "<parameter=", "</parameter>"

_ENDS_VALUE = re.compile("|".join((END_PARAMETER, PARAMETER, END_FUNCTION, FUNCTION)))
_TAG = (
    r"(?=(?:/?(?:tool_call|tool_response|think)>|/(?:function|parameter)>|(?:function|parameter)=))"
)
_NEEDS_ESCAPE = re.compile(rf"<{_TAG}|&(?=(?:amp;)*+lt;{_TAG})")
_ESCAPED = re.compile(rf"&(?:lt;{_TAG}|amp;(?=(?:amp;)*+lt;{_TAG}))")
_NOT_SPACE = re.compile(r"\S")
# Of scalars there are templates that write what Python does.
_PYTHON = {"True": "true", "False": "false", "None": "null"}
_TYPES: Mapping[type, str] = {
    str: "string",
    bool: "boolean",
    int: "integer",
    float: "number",
    list: "array",
    dict: "object",
    type(None): "null",
}


class QwenXml(TaggedCalls):
    """Strict: the tags must be whole, and nothing stands between them but the values."""

    name = "qwen-xml"
    marks: ClassVar[Marks] = {OPEN: CLOSE, FUNCTION: END_FUNCTION}
    example = f"{OPEN}{FUNCTION}TOOL>{PARAMETER}NAME>VALUE{END_PARAMETER}{END_FUNCTION}{CLOSE}"

    def instructions(self) -> str:
        """How to write a call."""
        return (
            "To call a tool, write its name and its arguments in tags of this form:\n"
            f"{OPEN}\n{FUNCTION}tool_name>\n{PARAMETER}argument_name>\nits value\n{END_PARAMETER}\n"
            f"{END_FUNCTION}\n{CLOSE}\n"
            "Write one parameter for each argument. A value may have several lines; text is "
            "written as it is, without quotes or escapes, and anything else as JSON. You may write "
            f"several calls in one answer, each in {OPEN} tags of its own; they are carried out "
            "in order, and each result comes back between tool_response tags."
        )

    def may_call(self, text: str) -> bool:
        return FUNCTION in text

    def read_region(self, region: Region) -> Iterator[Piece | Repair]:
        """A call between its tags, or one without the outer tags.

        A closing tag that is left of the latter is words.
        """
        if not region.text.startswith(FUNCTION):
            yield from super().read_region(region)
            return
        kind = CallErrorKind.UNOPENED if region.closed else region.broken_off
        missing = Flaw(kind, f"{FUNCTION}…> without {OPEN} before it")
        if self.lenient and region.closed:
            done = [f"read it without {OPEN} tags"]
            call = self.read_body(region.text, region.tools, done, may_close=False)
            if isinstance(call, ToolCall):
                yield call
                yield Repair(kind=missing.kind, text=region.text, done="; ".join(done))
                return
        yield self._error(missing, region.text)

    def read_body(
        self, body: str, tools: Sequence[ToolSchema], done: list[str] | None, may_close: bool
    ) -> ToolCall | Flaw:
        """The one `<function=…>` between the tags."""
        try:
            body.encode()
        except UnicodeEncodeError as error:
            return Flaw(CallErrorKind.MALFORMED, f"it is no Unicode text: {error}")
        return _Function(body, done, may_close).read({tool.name: tool for tool in tools})

    def write_body(self, call: ToolCall) -> str:
        """The tags, each on a line of its own."""
        lines = [f"{FUNCTION}{_escape_name(call.name)}>"]
        for name, value in call.arguments.items():
            text = _escape(value if isinstance(value, str) else write_json(value))
            lines += [f"{PARAMETER}{_escape_name(name)}>", text, END_PARAMETER]
        return "\n".join([*lines, END_FUNCTION])


class _Spoilt(Exception):
    def __init__(self, kind: CallErrorKind, what: str) -> None:
        self.flaw = Flaw(kind, what)


class _Function:
    """Reads `<function=…>…</function>` from left to right."""

    def __init__(self, text: str, done: list[str] | None, may_close: bool) -> None:
        self.text, self.at = text, 0
        self.done, self.may_close = done, may_close

    def read(self, tools: Mapping[str, ToolSchema]) -> ToolCall | Flaw:
        try:
            if FUNCTION not in self.text:
                raise _Spoilt(CallErrorKind.MALFORMED, f"there is no {FUNCTION}…> between the tags")
            name = self._name(FUNCTION)
            tool = tools.get(name)
            properties = tool.parameters.get("properties") if tool else None
            texts = dict(self._values())
            arguments = {key: _typed(text, _types(properties, key)) for key, text in texts.items()}
            return ToolCall(id="", name=name, arguments=arguments)
        except _Spoilt as spoilt:
            return spoilt.flaw

    def _values(self) -> Iterator[tuple[str, str]]:
        seen = set()
        while not self._is_over():
            name = self._name(PARAMETER)
            if name in seen:
                raise _Spoilt(CallErrorKind.MALFORMED, f"the parameter {name} is there twice")
            seen.add(name)
            end = _ENDS_VALUE.search(self.text, self.at)
            stop = end.start() if end else len(self.text)
            value = self.text[self.at : stop]
            self.at = stop
            if end and end[0] == END_PARAMETER:
                self.at = end.end()
            else:
                self._mend(CallErrorKind.UNCLOSED, END_PARAMETER, f"of {name}", at_end=not end)
            # Where lines end in CRLF, those of the tags do.
            line = "\r\n" if value.startswith("\r\n") else "\n"
            yield name, _unescape(value.removeprefix(line).removesuffix(line))

    def _is_over(self) -> bool:
        """Whether the next thing is the end of the function, and of the text."""
        self._skip_space()
        if self.text.startswith(PARAMETER, self.at):
            return False
        if self.text.startswith(END_FUNCTION, self.at):
            self.at += len(END_FUNCTION)
            self._skip_space()
        elif self.at == len(self.text):
            self._mend(CallErrorKind.UNCLOSED, END_FUNCTION, "", at_end=True)
        if self.text.startswith(FUNCTION, self.at):
            what = f"another {FUNCTION}…> follows: write each call in {OPEN} tags of its own"
            raise _Spoilt(CallErrorKind.MALFORMED, what)
        if self.at < len(self.text):
            raise _Spoilt(
                CallErrorKind.EXTRA_TEXT, f"between the tags stands {self.text[self.at :][:40]!r}"
            )
        return True

    def _name(self, tag: str) -> str:
        self._skip_space()
        if not self.text.startswith(tag, self.at):
            raise _Spoilt(CallErrorKind.EXTRA_TEXT, f"there are words before {tag}…>")
        start = self.at + len(tag)
        end = self.text.find(">", start)
        if end < 0:
            raise _Spoilt(CallErrorKind.MALFORMED, f"{tag}… has no >")
        self.at = end + 1
        name = _unescape_name(self.text[start:end])
        if not name:
            raise _Spoilt(CallErrorKind.MISSING_NAME, f"{tag}> has no name")
        return name

    def _skip_space(self) -> None:
        found = _NOT_SPACE.search(self.text, self.at)
        self.at = found.start() if found else len(self.text)

    def _mend(self, kind: CallErrorKind, tag: str, whose: str, at_end: bool) -> None:
        """Go on as if the tag were there, or not."""
        what = f"{tag} {whose}".rstrip()
        if self.done is None or (at_end and not self.may_close):
            raise _Spoilt(kind, f"there is no {what}")
        self.done.append(f"added the missing {what}")


def _types(properties: Any, name: str) -> set[str]:
    """The JSON types that an argument may have; none where that is not said."""
    schema = properties.get(name) if isinstance(properties, dict) else None
    return _types_in(schema) if isinstance(schema, dict) else set()


def _types_in(schema: Mapping[str, Any]) -> set[str]:
    said = schema.get("type", [])
    types = {said} if isinstance(said, str) else {str(one) for one in said}
    values = [*schema.get("enum", []), *([schema["const"]] if "const" in schema else [])]
    types.update(_TYPES[type(value)] for value in values if type(value) in _TYPES)
    for key in ("anyOf", "oneOf"):
        for part in schema.get(key, []):
            types |= _types_in(part) if isinstance(part, dict) else set()
    return types


def _typed(text: str, types: set[str]) -> Any:
    """The value that the text stands for, or the text where it is none of those types."""
    if types <= {"string"}:
        return text
    stripped = text.strip()
    if "string" not in types:
        stripped = _PYTHON.get(stripped, stripped)
    try:
        value = strict_json(stripped)
    except ValueError:
        return text
    read = _TYPES[type(value)]
    numbers = {"integer", "number"}
    fits = read in types or (read in numbers and types & numbers)
    return value if fits and read != "string" else text


def _escape(text: str) -> str:
    return _NEEDS_ESCAPE.sub(lambda found: "&lt;" if found[0] == "<" else "&amp;", text)


def _unescape(text: str) -> str:
    return _ESCAPED.sub(lambda found: "<" if found[0] == "&lt;" else "&", text)


def _escape_name(name: str) -> str:
    return name.replace("&", "&amp;").replace(">", "&gt;")


def _unescape_name(name: str) -> str:
    return name.replace("&gt;", ">").replace("&amp;", "&")
