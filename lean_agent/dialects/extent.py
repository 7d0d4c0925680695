"""Where a value in brackets ends: found by its brackets and quotes, without reading it."""

from __future__ import annotations

import re
from dataclasses import dataclass

_JSON = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|["{}\[\]]', re.DOTALL)


def json_end(text: str, start: int) -> int | None:
    """The end of the JSON object or array that begins at `start`, None where it has none."""
    depth = 0
    for token in _JSON.finditer(text, start):
        match token[0]:
            case "{" | "[":
                depth += 1
            case "}" | "]":
                depth -= 1
                if depth <= 0:
                    return token.end()
            case '"':  # a string without an end
                return None
    return None


# A quote that begins no string is matched alone and ends the search, or each of many such would
# be searched for its end.
_PYTHON = re.compile(
    r'"""[^"\\]*(?:(?:\\.|"(?!""))[^"\\]*)*"""'
    r"|'''[^'\\]*(?:(?:\\.|'(?!''))[^'\\]*)*'''"
    r"""|\"{3}|'{3}"""
    r'|"[^"\\]*(?:\\.[^"\\]*)*"'
    r"|'[^'\\]*(?:\\.[^'\\]*)*'"
    r"""|["'(){}\[\],]""",
    re.DOTALL,
)
_QUOTES = ('"', "'")
LONGEST = 50_000
"""How many characters, strings not counted, are looked at."""


@dataclass(frozen=True)
class Elements:
    """A Python list, as far as brackets and quotes tell: where each element stands, and the list's
    end. None where it has none, or `too_long` to look for it."""

    places: list[tuple[int, int]]
    end: int | None
    too_long: bool = False


def list_elements(text: str, start: int) -> Elements:
    """The elements of the Python list that begins at `start`; the last may break off."""
    places: list[tuple[int, int]] = []
    depth, begin, quoted = 0, start + 1, 0
    for token in _PYTHON.finditer(text, start):
        if token.end() - start - quoted > LONGEST:
            return Elements([*places, (begin, len(text))], None, too_long=True)
        match token[0]:
            case "[" | "(" | "{":
                depth += 1
            case "]" | ")" | "}":
                depth -= 1
            case ",":
                if depth == 1:
                    places.append((begin, token.start()))
                    begin = token.end()
            case '"' | "'" | '"""' | "'''":
                break
            case string:
                quoted += len(string)
        if depth == 0:
            if text[begin : token.start()].strip():  # a comma may follow the last element
                places.append((begin, token.start()))
            return Elements(places, token.end())
    return Elements([*places, (begin, len(text))], None)


def escape_newlines(text: str) -> str:
    """The same with `\\n` for the newlines in strings that may have none."""

    def escaped(token: re.Match[str]) -> str:
        written = token[0]
        if written.startswith(_QUOTES) and not written.startswith(('"""', "'''")):
            return written.replace("\n", "\\n")
        return written

    return _PYTHON.sub(escaped, text)
