"""How every command tells of an error that the user can mend."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import typer

from mathlib_index.errors import MathlibIndexError


@contextmanager
def errors_as_one_line() -> Iterator[None]:
    """Print a `MathlibIndexError` on standard error as one line, and end with exit code 2."""
    try:
        yield
    except MathlibIndexError as error:
        typer.echo(f"error: {error}", err=True)
        raise typer.Exit(2) from error
