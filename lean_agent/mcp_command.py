"""The command `lean-agent mcp`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from lean_agent.errors import UserError
from lean_agent.options import Lean


def mcp(
    index: Annotated[
        Path | None,
        typer.Option(
            metavar="INDEX",
            help="Folder that `mathlib-index build` wrote; with it come the tools search_mathlib "
            "and get_declaration.",
        ),
    ] = None,
    lean: Lean = "auto",
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
    """Serve the Lean checker to agents over the Model Context Protocol (MCP).

    Without --http an MCP client starts this command itself and talks to it over standard input
    and output. The tool check_lean judges a proof of a statement, or runs code.

    Example: `lean-agent mcp --index mathlib.index` (as the command in a client's configuration)
    """
    from lean_agent import mcp_server  # the SDK takes a second to import

    if http is not None:
        mcp_server.serve_http(lean, index, http)
        return
    if sys.stdin is None:
        raise UserError("standard input is closed, and MCP clients talk over it: or give --http")
    if sys.stdin.isatty():
        typer.echo("Waiting for an MCP client on standard input; Ctrl-C ends.", err=True)
    mcp_server.serve_stdio(lean, index)
