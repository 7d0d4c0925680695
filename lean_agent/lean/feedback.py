"""A verdict in words: what a model, or a person at the terminal, reads."""

from __future__ import annotations

from collections.abc import Sequence

from lean_agent.lean.protocol import Answer, LeanMessage, Position, Sorry
from lean_agent.lean.verdict import Verdict

_SHOWN = 200
"""Characters of a line of code that are shown around the column of a message."""
_CUT = "…"
_ORDER = {"error": 0, "warning": 1, "info": 2, "trace": 3}


def format_verdict(verdict: Verdict, code: str, limit: int = 4000) -> str:
    """The verdict as text of at most `limit` characters.

    First the verdict and its reason, then each message beside its line of
    `code`, errors first, then the goal of every `sorry`. Warnings are left out
    where they do not matter: beside other messages, and in an accepted proof.
    """
    head = "Accepted" if verdict.accepted else f"Rejected ({verdict.reason})"
    parts = [f"{head}: {verdict.detail}"]
    if verdict.accepted:
        parts.append(f"Axioms: {', '.join(verdict.axioms) or 'none'}")
    telling = [m for m in verdict.messages if m.severity != "warning"]
    if not telling and not verdict.accepted:
        telling = list(verdict.messages)
    if telling:
        parts.append(format_messages(telling, code))
    return _capped("\n".join([*parts, *map(_goal, verdict.sorries)]), limit)


def format_answer(answer: Answer, code: str, limit: int = 4000) -> str:
    """What Lean said about code that is to prove nothing, as text of at most `limit` characters.

    First a word on how it went, then each message beside its line, errors first, then the goal
    of every `sorry`.
    """
    errors = len(answer.errors)
    parts = [f"Lean reports {errors} error{'s'[: errors - 1]}." if errors else "No errors."]
    if answer.messages:
        parts.append(format_messages(answer.messages, code))
    return _capped("\n".join([*parts, *map(_goal, answer.sorries)]), limit)


def format_messages(messages: Sequence[LeanMessage], code: str) -> str:
    """Each message as `line:column severity: text`, and the line it is about with a caret."""
    lines = code.split("\n")
    ordered = sorted(messages, key=lambda m: (_ORDER[m.severity], m.pos.line, m.pos.column))
    return "\n".join(_message(m, lines) for m in ordered)


def first_line(text: str) -> str:
    """The first line of a message."""
    return text.split("\n", 1)[0].rstrip()


def _message(message: LeanMessage, lines: Sequence[str]) -> str:
    said = f"{_place(message.pos)} {message.severity}: {message.data}"
    if not 1 <= message.pos.line <= len(lines):
        return said
    line = lines[message.pos.line - 1]
    end = message.end_pos
    column = min(message.pos.column, len(line))
    stop = end.column if end and end.line == message.pos.line else len(line)
    start, shown = _around(line, column)
    marked = max(1, min(stop, len(line), start + _SHOWN) - column)
    indent = column - start + shown.startswith(_CUT)
    return f"{said}\n  | {shown}\n  | {' ' * indent}{'^' * marked}"


def _around(line: str, column: int) -> tuple[int, str]:
    """The part of a long line that is shown, and the column that it begins at."""
    start = max(0, min(column - _SHOWN // 2, len(line) - _SHOWN))
    end = start + _SHOWN
    return start, _CUT * (start > 0) + line[start:end] + _CUT * (end < len(line))


def _goal(sorry: Sorry) -> str:
    place = f"{_place(sorry.pos)} " if sorry.pos else ""
    return f"{place}sorry stands for:\n{_indented(sorry.goal)}".rstrip()


def _place(position: Position) -> str:
    return f"{position.line}:{position.column}"


def _indented(text: str) -> str:
    return "\n".join(f"  {line}" for line in text.split("\n"))


def _capped(text: str, limit: int) -> str:
    if len(text) <= limit:
        return text
    note = f"\n… cut: {len(text)} characters in all"
    return text[: max(0, limit - len(note))] + note[:limit]
