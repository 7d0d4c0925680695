"""Tables as the terminal, Markdown and LaTeX show them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from rich import box
from rich.table import Table as RichTable
from rich.text import Text


class Kind(StrEnum):
    """What stands in a column: the row's name, numbers, or words that may need several lines."""

    NAME = "name"
    NUMBER = "number"
    WORDS = "words"


@dataclass(frozen=True)
class Column:
    """One column: a cell for each row. Below a cell's first line stands what belongs to it."""

    heading: str
    cells: tuple[str, ...]
    kind: Kind = Kind.NUMBER


@dataclass(frozen=True)
class Table:
    """A table with its title and what a reader must know of it."""

    title: str
    columns: tuple[Column, ...]
    note: str = ""

    @property
    def rows(self) -> list[tuple[str, ...]]:
        """The cells of each row."""
        return list(zip(*(column.cells for column in self.columns), strict=True))


def to_rich(table: Table) -> RichTable:
    """For the terminal."""
    shown = RichTable(
        title=Text(table.title, "bold") if table.title else None,
        title_justify="left",
        caption=Text(table.note, "dim") if table.note else None,
        caption_justify="left",
        box=box.SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
        pad_edge=False,
    )
    for column in table.columns:
        shown.add_column(
            Text(column.heading),
            justify="right" if column.kind is Kind.NUMBER else "left",
            overflow="fold",
            no_wrap=column.kind is Kind.NAME,
        )
    for row in table.rows:
        shown.add_row(*map(Text, row))
    return shown


def to_markdown(table: Table) -> str:
    """As GitHub's Markdown has it; ends with a line break."""
    lines = [f"## {_plain(table.title)}", ""] if table.title else []
    rules = ["---:" if column.kind is Kind.NUMBER else "---" for column in table.columns]
    lines.append(_markdown_row([column.heading.replace("\n", " ") for column in table.columns]))
    lines.append(f"| {' | '.join(rules)} |")
    lines += map(_markdown_row, table.rows)
    if table.note:
        lines += ["", _plain(table.note)]
    return "\n".join(lines) + "\n"


def _markdown_row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(map(_markdown_cell, cells))} |"


def _markdown_cell(cell: str) -> str:
    first, *below = _plain(cell).split("\n")
    return f"{first} ({' '.join(below)})" if below else first


def _plain(text: str) -> str:
    """Words, with what Markdown would take for its own marks taken literally."""
    return re.sub(r"([\\|<>`*\[\]]|(?<!\w)_|_(?!\w))", r"\\\1", text)


def to_latex(table: Table, label: str) -> str:
    r"""A `table` environment for the package booktabs, to be read with `\input`.

    What stands below a cell's first line comes in smaller rows below its own.
    """
    spec = "".join(_LATEX_COLUMNS[column.kind] for column in table.columns)
    headings = [_latex(column.heading.replace("\n", " ")) for column in table.columns]
    lines = [
        r"\begin{table}",
        r"\centering",
        rf"\caption{{{_latex(table.title)}. {_latex(table.note)}}}",
        rf"\label{{{label}}}",
        rf"\begin{{tabular}}{{{spec}}}",
        r"\toprule",
        f"{' & '.join(headings)} \\\\",
        r"\midrule",
    ]
    for row in table.rows:
        lines += _latex_rows(row)
    lines += [r"\bottomrule", r"\end{tabular}", r"\end{table}"]
    return "\n".join(lines) + "\n"


_LATEX_COLUMNS = {Kind.NAME: "l", Kind.NUMBER: "r", Kind.WORDS: r"p{0.3\linewidth}"}

_LATEX_TEXT = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    "–": "--",
    "—": "---",
    "±": r"$\pm$",
    "−": r"$-$",
    "×": r"$\times$",
    "·": r"\textperiodcentered{}",
    "…": r"\dots{}",
    "[": "{[}",  # which at the start of a row would be an argument of the line break before it
    "*": "{*}",
} | {character: f"\\{character}" for character in "&%$#_{}"}


def _latex(text: str) -> str:
    return "".join(_LATEX_TEXT.get(character, character) for character in text)


def _latex_rows(row: Iterable[str]) -> list[str]:
    cells = [cell.split("\n") for cell in row]
    lines = []
    for line in range(max(map(len, cells))):
        words = [_latex(cell[line]) if line < len(cell) else "" for cell in cells]
        if line:
            words = [rf"{{\scriptsize {word}}}" if word else "" for word in words]
        lines.append(f"{' & '.join(words)} \\\\")
    return lines
