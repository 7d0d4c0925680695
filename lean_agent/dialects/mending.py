"""What lenient reading makes of a text that is nearly JSON.

A few rules of our own, each of which leaves no doubt what was meant. A general repairer of JSON
guesses more than that: it ends a string where a quote seems to be missing, and makes an empty
text of what is no JSON at all.
"""

from __future__ import annotations

import re
from typing import Any

from lean_agent.dialects.base import DEEPEST, strict_json

LONGEST = 200_000
"""In characters. A call with its Lean code is much shorter; what is longer is not mended."""

_CLOSING = {"{": "}", "[": "]"}
_WORDS = {"True": "true", "False": "false", "None": "null"}
_FENCED = re.compile(r"\s*+```[a-z_]*+[ \t]*+\n(.*)```\s*+", re.DOTALL)
_TOKEN = re.compile(
    r"""(?P<string> "[^"\\]*+(?:\\.[^"\\]*+)*+" | '[^'\\]*+(?:\\.[^'\\]*+)*+' )
      | (?P<mark> [][{},:] )
      | (?P<word> [\w.+-]++ )
      | \s++""",
    re.VERBOSE | re.DOTALL,
)
# An escape that JSON has or Python has; another backslash; what JSON has as an escape only.
_SPECIAL = re.compile(r"""\\(?:["'\\/bfnrt]|u[0-9a-fA-F]{4})|\\|[\x00-\x1f"]""")


def mend_json(text: str, done: list[str], may_close: bool = True) -> Any:
    """The value of a text that is nearly JSON; what was changed is added to `done`.

    What is still open at the end is closed only if it `may_close`. Raises ValueError where these
    rules make no JSON of the text.
    """
    if len(text) > LONGEST:
        raise ValueError(f"longer than {LONGEST:,} characters")
    mending = _Mending()
    if fenced := _FENCED.fullmatch(text):
        text = fenced[1]
        mending.note("took the JSON out of its code fence")
    at = 0
    while at < len(text):
        token = _TOKEN.match(text, at)
        if token is None:
            raise ValueError(f"no JSON at character {at}")
        mending.add(token[0], token.lastgroup)
        at = token.end()
    if mending.still_open and not may_close:
        raise ValueError("it is cut off")
    value = strict_json(mending.finish())
    done.extend(mending.done)
    return value


class _Mending:
    def __init__(self) -> None:
        self.written: list[str] = []
        self.still_open: list[str] = []
        self.done: dict[str, None] = {}  # in order, and each once

    def note(self, what: str) -> None:
        self.done[what] = None

    def add(self, token: str, kind: str | None) -> None:
        if kind is None:
            return
        if kind == "string":
            token = self._string(token)
        elif token in _WORDS:
            token = _WORDS[token]
            self.note("read True, False and None as Python has them")
        elif token in _CLOSING:
            self.still_open.append(_CLOSING[token])
            if len(self.still_open) > DEEPEST:
                raise ValueError("nested too deep")
        elif token in ("}", "]"):
            self._drop_comma()
            if not self.still_open and self.written:  # if more follows, it will be no JSON
                self.note(f"left out one {token} too many")
                return
            if not self.still_open or self.still_open.pop() != token:
                raise ValueError(f"{token} closes nothing")
        self.written.append(token)

    def finish(self) -> str:
        if self.still_open:
            self._drop_comma()
            missing = "".join(reversed(self.still_open))
            self.note(f"added the missing {missing}")
            self.written.append(missing)
        return " ".join(self.written)

    def _drop_comma(self) -> None:
        if self.written[-1:] == [","] and self.written[-2:-1] not in (["["], ["{"]):
            self.written.pop()
            self.note("left out a comma with nothing after it")

    def _string(self, token: str) -> str:
        if token[0] == "'":
            self.note("read single quotes as double ones")
        return f'"{_SPECIAL.sub(self._special, token[1:-1])}"'

    def _special(self, found: re.Match[str]) -> str:
        match found[0]:
            case '"':
                return '\\"'
            case "\\'":
                self.note("read \\' as a quote")
                return "'"
            case "\\":
                self.note("doubled a backslash that begins no escape")
                return "\\\\"
            case escape if escape[0] == "\\":
                return escape
            case control:
                self.note("escaped line breaks in strings")
                return f"\\u{ord(control):04x}"
