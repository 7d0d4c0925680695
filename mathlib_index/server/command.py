"""The command `mathlib-index serve`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mathlib_index.command_errors import errors_as_one_line


def serve(
    index: Annotated[Path, typer.Argument(help="Folder that `mathlib-index build` wrote.")],
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="Port to listen on; 0 takes a free one.")
    ] = 8000,
    token_env: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="Environment variable with a token that clients must send as "
            "`Authorization: Bearer TOKEN`.",
        ),
    ] = None,
) -> None:
    """Serve an index over HTTP, with a page to search by hand at / and the interface at /docs.

    For `#leansearch` in Lean set LEANSEARCHCLIENT_LEANSEARCH_API_URL to
    http://127.0.0.1:8000/search in the environment that Lean runs in.
    """
    from mathlib_index.server.process import read_token, run_server

    with errors_as_one_line():
        run_server(index, host, port, read_token(token_env))


EPILOG = (
    "Example: mathlib-index serve mathlib.index --port 8000, then open http://127.0.0.1:8000 or "
    'ask curl "http://127.0.0.1:8000/search?query=every+prime+divides&k=5"'
)
