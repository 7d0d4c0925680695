"""The server as a process: a port, a loaded index, a warm model, and an orderly end."""

from __future__ import annotations

import ipaddress
import os
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn

from mathlib_index.errors import MathlibIndexError
from mathlib_index.index import SearchIndex
from mathlib_index.server.app import create_app

_SECONDS_TO_FINISH = 30
"""After SIGTERM, requests in flight have this long."""


class ServingImpossible(MathlibIndexError):
    """The port, the host or the token is not to be had."""


def read_token(variable: str | None) -> str | None:
    """The token in this environment variable. Raises `ServingImpossible` where it is not set."""
    if variable is None:
        return None
    token = os.environ.get(variable, "").strip()
    if not token:
        raise ServingImpossible(
            f"the environment variable {variable} is not set. Put the token into it, or leave "
            "--token-env out to serve without one."
        )
    return token


def run_server(folder: Path, host: str, port: int, token: str | None) -> None:
    """Serve the index in `folder` until SIGTERM or Ctrl-C.

    The port opens when the first query can be answered at once. Raises `ServingImpossible`, and
    `IndexUnusable` or `ModelUnavailable`.
    """
    listener = bind(host, port)
    address = listener.getsockname()[0]
    local_only = ipaddress.ip_address(address).is_loopback
    if not local_only and token is None:
        print(
            f"warning: {address} can be reached from other machines, and anyone there may search "
            "this index. Use --token-env, or --host 127.0.0.1.",
            file=sys.stderr,
        )
    index = SearchIndex.load(folder)
    index.search("the first query loads the model")
    listen(listener)
    app = create_app(index, token=token, local_only=local_only)
    config = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=_SECONDS_TO_FINISH,
    )
    Server(config, f"Serving {len(index)} declarations at {url_of(listener)}").run([listener])


class Server(uvicorn.Server):
    """Says when it is ready, and takes SIGTERM and Ctrl-C for a good end (exit code 0)."""

    def __init__(self, config: uvicorn.Config, announcement: str) -> None:
        super().__init__(config)
        self._announcement = announcement

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        print(self._announcement, flush=True)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        # Uvicorn's own version raises the signal again at the end, which tells of a failure.
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self.handle_exit)
        yield


def bind(host: str, port: int) -> socket.socket:
    """A socket that holds this port but does not listen yet. Raises `ServingImpossible`."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except (socket.gaierror, UnicodeError) as error:
        raise ServingImpossible(f"{host!r} is not an address of this machine.") from error
    listener = socket.socket(family, kind, protocol)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(address)
    except OSError as error:
        listener.close()
        raise _no_port(host, port, error) from error
    return listener


def listen(listener: socket.socket) -> None:
    """Open the port. Raises `ServingImpossible` where another took it since it was bound."""
    try:
        listener.listen()
    except OSError as error:
        host, port = listener.getsockname()[:2]
        raise _no_port(host, port, error) from error


def _no_port(host: str, port: int, error: OSError) -> ServingImpossible:
    reason = (error.strerror or str(error)).lower()
    return ServingImpossible(
        f"cannot listen at {host} on port {port}: {reason}. Choose another port (0 takes a free "
        "one) or address."
    )


def url_of(listener: socket.socket) -> str:
    """The address at which clients reach this socket."""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
