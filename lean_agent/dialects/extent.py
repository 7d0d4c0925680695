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


@dataclass(frozen=True)
class Elements:
    """A Python list, as far as brackets and quotes tell: the place of each element, the last of
    which may break off, and the list's end.

    The end is None where there is none, or where it was `too_long` to look for. `read` is how many
    characters were looked at, those in strings not counted.
    """

    places: list[tuple[int, int]]
    end: int | None
    read: int
    too_long: bool = False


def list_elements(text: str, start: int, longest: int) -> Elements:
    """The elements of the Python list that begins at `start`; of `longest` characters at most are
    brackets and commas looked for, those in strings not counted."""
    places: list[tuple[int, int]] = []
    depth, begin, quoted, read = 0, start + 1, 0, 0
    for token in _PYTHON.finditer(text, start):
        read = token.end() - start - quoted
        match token[0]:
            case "[" | "(" | "{":
                depth += 1
            case "]" | ")" | "}":
                depth -= 1
            case ",":
                if depth == 1:
                    places.append((begin, token.start()))
                    begin = token.end()
            case '"' | "'" | '"""' | "'''":  # a string without an end
                break
            case string:
                quoted += len(string)
                read -= len(string)
        if read > longest:
            return Elements([*places, (begin, len(text))], None, read, too_long=True)
        if depth == 0:
            if text[begin : token.start()].strip():  # a comma may follow the last element
                places.append((begin, token.start()))
            return Elements(places, token.end(), read)
    if text[begin:].strip() or not places:
        places.append((begin, len(text)))
    return Elements(places, None, read)


def escape_newlines(text: str) -> str:
    """The same with `\\n` for the newlines in strings that may have none."""

    def escaped(token: re.Match[str]) -> str:
        written = token[0]
        if written.startswith(_QUOTES) and not written.startswith(('"""', "'''")):
            return written.replace("\n", "\\n")
        return written

    return _PYTHON.sub(escaped, text)
