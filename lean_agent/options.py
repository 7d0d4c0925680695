"""Command-line options that several commands have."""

from __future__ import annotations

from typing import Annotated

import typer

Lean = Annotated[
    str,
    typer.Option(
        help="`embedded`, or the path of a Lake project; `auto` is the project that "
        "LEAN_AGENT_PROJECT names, else `embedded`."
    ),
]
