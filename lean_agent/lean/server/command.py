"""The command `lean-agent serve-lean`."""

from __future__ import annotations

from typing import Annotated

import typer

from lean_agent.options import Lean


def serve_lean(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="Port to listen on; 0 takes a free one.")
    ] = 8001,
    workers: Annotated[
        int | None, typer.Option(min=1, help="Checks that run at once; by default one a core.")
    ] = None,
    token_env: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="Environment variable with a token that clients must send as "
            "`Authorization: Bearer TOKEN`.",
        ),
    ] = None,
    lean: Lean = "auto",
) -> None:
    """Serve Lean over HTTP: proofs are judged at /prove-check; the interface is at /docs.

    /api/check and /verify are those of Kimina Lean Server, for its client `kimina-client`; they
    say what Lean said about a snippet, which is no verdict.

    Example: `lean-agent serve-lean`, then `curl http://127.0.0.1:8001/prove-check -d '{"problem":
    {"statement": "theorem t (p : Prop) (h : p) : p"}, "proof": "theorem t (p : Prop) (h : p) : p
    := h"}'`
    """
    from lean_agent.lean.server.process import run_server

    run_server(host, port, lean=lean, workers=workers, token_variable=token_env)
