"""The bar of work on many traces, of which one does not know how many there are."""

from __future__ import annotations

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn


def counting(console: Console | None, *columns: TextColumn) -> Progress:
    """A bar with further `columns` before the time; nothing is shown without a console."""
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        *columns,
        TimeElapsedColumn(),
        console=console,
        disable=console is None,
    )
