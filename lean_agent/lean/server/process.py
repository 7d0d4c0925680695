"""The server as a process: a port, warm Lean processes, and an orderly end."""

from __future__ import annotations

import asyncio
import ipaddress
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager, suppress

import uvicorn

from lean_agent.errors import UserError
from lean_agent.lean.header import run_header
from lean_agent.lean.pool import LeanPool
from lean_agent.lean.repl import ReplError
from lean_agent.lean.server.app import create_app
from lean_agent.lean.snippet import SnippetChecker
from lean_agent.workbench import open_verifier
from mathlib_index.errors import MathlibIndexError
from mathlib_index.server.process import Server, bind, listen, read_token, url_of

_SECONDS_TO_FINISH = 30
"""After SIGTERM, requests in flight have this long; then their checks are given up."""
_SECONDS_TO_ANSWER = 5
"""And so long to be told that."""


def run_server(
    host: str, port: int, *, lean: str, workers: int | None, token_variable: str | None
) -> None:
    """Serve a Lean until SIGTERM or Ctrl-C.

    The port opens when the first check can be answered. `token_variable` names the environment
    variable with the token that clients must send. Raises UserError where there is no such
    Lean, token, address or port.
    """
    try:
        token = read_token(token_variable)
        listener = bind(host, port)
        with listener, suppress(asyncio.CancelledError):
            asyncio.run(_serve(listener, lean, workers, token))
    except MathlibIndexError as error:
        raise UserError(str(error)) from error


async def _serve(
    listener: socket.socket, lean: str, workers: int | None, token: str | None
) -> None:
    address = listener.getsockname()[0]
    local_only = ipaddress.ip_address(address).is_loopback
    if not local_only and token is None:
        print(
            f"warning: {address} can be reached from other machines, and anyone there may run "
            "Lean code on this one. Use --token-env, or --host 127.0.0.1.",
            file=sys.stderr,
        )
    async with AsyncExitStack() as stack:
        with _ended_by_sigterm():
            verifier = await stack.enter_async_context(open_verifier(lean, workers))
            pool = verifier.pool
            for_snippets = LeanPool(pool.toolchain, pool.workers, pool.limits)
            await stack.enter_async_context(for_snippets)
            await asyncio.gather(_warm(pool), _warm(for_snippets))
        listen(listener)
        app = create_app(verifier, SnippetChecker(for_snippets), token=token, local_only=local_only)
        config = uvicorn.Config(
            app,
            log_level="warning",
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=_SECONDS_TO_FINISH + _SECONDS_TO_ANSWER,
            lifespan="off",  # there is none, and a forced end would tell of it in a traceback
        )
        announcement = f"Serving {pool.toolchain.version} at {url_of(listener)}"
        await _LeanServer(config, announcement, (pool, for_snippets)).serve([listener])


class _LeanServer(Server):
    """Shuts the pools down while their clients can still be answered.

    What is in flight then ends with PoolBusy, for which clients ask again elsewhere or later,
    and not with a verdict on code that Lean had no time to read.
    """

    def __init__(
        self, config: uvicorn.Config, announcement: str, pools: tuple[LeanPool, ...]
    ) -> None:
        super().__init__(config, announcement)
        self._pools = pools

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        giving_up = asyncio.create_task(self._give_up(_SECONDS_TO_FINISH))
        try:
            await super().shutdown(sockets)
        finally:
            giving_up.cancel()
        if self.server_state.tasks:  # after a second Ctrl-C
            await self._give_up(0)
        if unanswered := set(self.server_state.tasks):
            await asyncio.wait(unanswered, timeout=_SECONDS_TO_ANSWER)

    async def _give_up(self, seconds: float) -> None:
        """End all checks that are not done by then."""
        # A batch goes on asking for processes all the time, so it is not refused any before.
        await asyncio.sleep(seconds)
        await asyncio.gather(*(pool.drain(0) for pool in self._pools))


async def _warm(pool: LeanPool) -> None:
    """Wait for one process that can answer; the others start in the background."""
    header = pool.toolchain.default_header
    try:
        async with pool.lease(header) as repl:
            answer = await run_header(repl, header)
    except ReplError as error:
        raise UserError(f"Lean does not start: {error}") from error
    if answer and answer.errors:
        raise UserError(f"Lean cannot {header}: {answer.errors[0].data}")
    pool.warm(header)


@contextmanager
def _ended_by_sigterm() -> Iterator[None]:
    """Meanwhile SIGTERM cancels this task; afterwards the server listens to signals itself."""
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    assert task is not None
    loop.add_signal_handler(signal.SIGTERM, task.cancel)
    try:
        yield
    finally:
        loop.remove_signal_handler(signal.SIGTERM)
