"""Lean's errors beside the code they are about, as provers were trained to read them.

The two layouts are part of the input formats of Goedel-Prover-V2 and Kimina-Prover; the words
around them are in those models' templates, with the sources.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import takewhile

from lean_agent.lean.protocol import LeanMessage
from lean_agent.lean.verdict import Verdict


@dataclass(frozen=True)
class ErrorExcerpt:
    """One error: Lean's message, and lines of code with the place marked, each with its `\\n`."""

    message: str
    code: str


def marked_errors(verdict: Verdict, code: str) -> list[ErrorExcerpt]:
    """Every error with four lines of code before it and one after.

    The place itself stands between `<error>` and `</error>`; where it has more than seven lines,
    only its first six and its last are shown.
    """
    lines = code.split("\n")
    return [ErrorExcerpt(error.data, _marked(error, lines)) for error in _errors(verdict, lines)]


def _marked(error: LeanMessage, lines: list[str]) -> str:
    first, start = error.pos.line - 1, error.pos.column
    last, end = first, len(lines[first])
    if error.end_pos is not None and first < error.end_pos.line <= len(lines):
        last, end = error.end_pos.line - 1, error.end_pos.column
    shown = lines[max(0, first - 4) : first]
    opened = f"{lines[first][:start]}<error>"
    if first == last:
        shown.append(f"{opened}{lines[first][start:end]}</error>{lines[first][end:]}")
    else:
        inner = lines[first + 1 : min(last, first + 6)]
        shown += [opened + lines[first][start:], *inner]
        if last > first + 6:
            indent = len(inner[-1]) - len(inner[-1].lstrip(" "))
            shown += ["", " " * indent + "... --[Truncated]-- ..."]
        shown.append(f"{lines[last][:end]}</error>{lines[last][end:]}")
    shown += lines[last + 1 : last + 2]
    return _joined(shown)


def numbered_errors(verdict: Verdict, code: str) -> list[ErrorExcerpt]:
    """Every error with two lines of code before it and two after, its own line marked with `>`.

    Lines are numbered from the end of the imports on.
    """
    lines = code.split("\n")
    return [ErrorExcerpt(error.data, _numbered(error, lines)) for error in _errors(verdict, lines)]


def _numbered(error: LeanMessage, lines: list[str]) -> str:
    blank = sum(1 for _ in takewhile(lambda line: not line.strip(), lines))
    imports = sum(1 for _ in takewhile(lambda line: line.startswith("import"), lines[blank:]))
    skipped = blank + imports
    at = error.pos.line - 1
    shown = range(max(skipped, at - 2), min(len(lines), at + 3))
    return _joined(f"{n + 1 - skipped:03d}{' >' if n == at else '  '}| {lines[n]}" for n in shown)


def _errors(verdict: Verdict, lines: list[str]) -> list[LeanMessage]:
    """The errors that have a place in the code."""
    return [
        message
        for message in verdict.messages
        if message.severity == "error" and 1 <= message.pos.line <= len(lines)
    ]


def _joined(lines: Iterable[str]) -> str:
    return "".join(f"{line}\n" for line in lines)
