"""`mathlib-index mcp`: parses and calls, no more."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from mathlib_index.command_errors import errors_as_one_line


def mcp(
    index: Annotated[Path, typer.Argument(help="Folder that `mathlib-index build` wrote.")],
    http: Annotated[
        int | None,
        typer.Option(
            "--http",
            min=0,
            max=65535,
            metavar="PORT",
            help="Serve streamable HTTP on this port of 127.0.0.1 instead of standard input and "
            "output; 0 takes a free one.",
        ),
    ] = None,
) -> None:
    """Serve an index to agents over the Model Context Protocol (MCP).

    Without --http an MCP client starts this command itself and talks to it over standard input
    and output. Tools: search_mathlib and get_declaration.
    """
    from mathlib_index import mcp_server  # the SDK takes a second to import

    with errors_as_one_line():
        if http is not None:
            mcp_server.serve_http(index, http)
            return
        if sys.stdin.isatty():
            typer.echo("Waiting for an MCP client on standard input; Ctrl-C ends.", err=True)
        mcp_server.serve_stdio(index)


EPILOG = (
    "Example: mathlib-index mcp mathlib.index  (as the command in a client's configuration), or "
    "mathlib-index mcp mathlib.index --http 8001"
)
