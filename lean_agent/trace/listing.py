"""Lean code in the terminal: numbered lines, Lean's messages under theirs, and what changed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from rich.cells import cell_len
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.syntax import Syntax
from rich.table import Table
from rich.text import Text

from lean_agent.harmless import harmless
from lean_agent.trace.attempts import Attempt, Remark, changes, remarks

INDENT = 2

_MARKS = {"error": ("✗", "bold red"), "sorry": ("✗", "bold red"), "warning": ("!", "yellow")}
_DIFF_STYLES: dict[Literal["-", "+"], str] = {"-": "red", "+": "green"}


def lean(code: str) -> RenderableType:
    """Lean code in colour."""
    syntax = Syntax(harmless(code), "lean4", background_color="default", word_wrap=True)
    return Padding(syntax, (0, 0, 0, INDENT))


def listing(attempt: Attempt, width: int) -> RenderableType:
    """The code of an attempt, each of Lean's messages under the line it is about.

    `width` is that of the terminal: where a line is wider, its messages name the column.
    """
    code = harmless(attempt.code)
    coloured = Syntax("", "lean4", background_color="default").highlight(code)
    lines = list(coloured.split("\n", allow_blank=True))[: code.count("\n") + 1]
    said = remarks(attempt.verdict, len(lines)) if attempt.verdict else {}
    gutter = len(str(len(lines)))
    room = width - gutter - INDENT - 4
    table = _grid()

    def add(remark: Remark, line: str) -> None:
        for part in _remark(remark, line, room).split("\n", allow_blank=True):
            table.add_row(Text(f"  {'':>{gutter}} │ ", "dim"), part)

    for number, line in enumerate(lines, start=1):
        mark, style = _mark(said.get(number, ()))
        table.add_row(Text.assemble((mark, style), (f" {number:>{gutter}} │ ", "dim")), line)
        for remark in said.get(number, ()):
            add(remark, line.plain)
    for remark in said.get(0, ()):  # about no line of the code
        add(remark, "")
    return Padding(table, (0, 0, 0, INDENT))


def diff(attempt: Attempt) -> RenderableType:
    """How an attempt differs from the one before: the changed lines alone, with their numbers."""
    if attempt.before is None:
        return Text()
    changed = changes(attempt.before.code, attempt.code)
    if not changed:
        said = Text(f"the same code as attempt {attempt.before.number}\n", style="dim")
        return Padding(said, (0, 0, 0, INDENT))
    table = _grid()
    gutter = len(str(max(change.number for change in changed)))
    for change in changed:
        style = _DIFF_STYLES[change.mark]
        place = Text.assemble((change.mark, style), (f" {change.number:>{gutter}} │ ", "dim"))
        table.add_row(place, Text(harmless(change.line), style=style))
    heading = Text(f"changed since attempt {attempt.before.number}:", style="dim")
    return Padding(Group(heading, table, Text()), (0, 0, 0, INDENT))


def _grid() -> Table:
    table = Table.grid(padding=0)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    return table


def _mark(said: Iterable[Remark]) -> tuple[str, str]:
    severities = [remark.severity for remark in said]
    return next((_MARKS[kind] for kind in _MARKS if kind in severities), (" ", ""))


def _remark(remark: Remark, line: str, room: int) -> Text:
    style = _MARKS.get(remark.severity, ("", "cyan"))[1]
    said = Text.assemble((f"{remark.severity}: ", style), (harmless(remark.text), style))
    if not line:
        return said
    column = min(remark.pos.column, len(line))
    if cell_len(line) > room:
        return Text.assemble((f"column {column + 1}, ", style), said)
    ends_here = remark.end is not None and remark.end.line == remark.pos.line
    stop = min(remark.end.column, len(line)) if remark.end and ends_here else len(line)
    marked = max(1, cell_len(line[column:stop]))
    return Text.assemble(" " * cell_len(line[:column]), ("^" * marked, style), "\n", said)
