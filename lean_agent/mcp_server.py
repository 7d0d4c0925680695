"""Lean as a server of the Model Context Protocol, for agents of any make.

Specification: https://modelcontextprotocol.io/specification. One tool checks; where there is an
index, the tools of `mathlib-index mcp` search it.
"""

from __future__ import annotations

import asyncio
import inspect
import os
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any

import uvicorn
from mcp.server.mcpserver.exceptions import ToolError
from mcp.types import ToolAnnotations
from pydantic import Field, ValidationError

from lean_agent.errors import UserError
from lean_agent.lean.feedback import format_answer, format_verdict
from lean_agent.lean.header import run_header
from lean_agent.lean.pool import LeanPool
from lean_agent.lean.repl import ReplError, ReplTimeout
from lean_agent.lean.server.asked_problem import AskedProblem
from lean_agent.lean.snippet import SnippetChecker, split
from lean_agent.lean.verdict import Level
from lean_agent.lean.verifier import Verifier
from lean_agent.problem import Problem, complaint
from lean_agent.trace.trace import Limits
from lean_agent.workbench import open_verifier
from mathlib_index.errors import MathlibIndexError
from mathlib_index.mcp_server import (
    BackgroundIndex,
    IndexServer,
    add_search_tools,
    loading,
    search_instructions,
)
from mathlib_index.server.process import Server, bind, listen

WORKERS = 2
"""Checks that run at once; and as many of code without a statement."""
CHECK_SECONDS = Limits().check_seconds
_SECONDS_TO_FINISH = 5

Code = Annotated[
    str,
    Field(
        description="Lean 4 code; with a statement, the whole theorem with its proof and what it "
        "needs before it.",
    ),
]
Statement = Annotated[
    str,
    Field(
        description="The theorem to prove, up to its `:=`, such as "
        "`theorem and_swap (a b : Prop) (h : a ∧ b) : b ∧ a`.",
    ),
]
Header = Annotated[
    str,
    Field(
        description="What goes before the statement: imports, opens. By default the imports that "
        "the code has, or else the library's own.",
    ),
]


class CheckTool:
    """What the model may call. The docstring is what it reads of it."""

    def __init__(self, verifier: Verifier, checker: SnippetChecker) -> None:
        self._verifier = verifier
        self._checker = checker

    async def check_lean(self, code: Code, statement: Statement = "", header: Header = "") -> str:
        """Check with Lean that code proves a theorem, or try code out.

        With `statement`: does `code` prove exactly that theorem? Answers `Accepted` or
        `Rejected` with the reason, Lean's errors beside their lines, and the goal of each
        `sorry`. Only `Accepted` means proved.

        Without `statement` Lean just reads `code`: for the goals at a `sorry`, for `#check` and
        `#print`, to try a tactic. `No errors` then proves nothing.
        """
        header = header if header.strip() else self._header_of(code)
        try:
            if statement.strip():
                problem = _problem(statement, header)
                verdict = await self._verifier.verify(problem, code, CHECK_SECONDS, Level.STRICT)
                return format_verdict(verdict, code)
            checked = await self._checker.check(code, CHECK_SECONDS, header=header)
            return format_answer(checked.answer, code)
        except UserError as error:
            raise ToolError(str(error)) from error
        except ReplTimeout:
            return f"No answer: Lean was not done after {CHECK_SECONDS:g} seconds."
        except ReplError as error:
            return f"No answer: {error}"

    def _header_of(self, code: str) -> str:
        imports = split(code).header
        if imports is None:
            return ""
        return imports or self._verifier.pool.toolchain.default_header


def _problem(statement: str, header: str) -> Problem:
    try:
        return AskedProblem(statement=statement, header=header)
    except ValidationError as error:
        field, what = complaint(error)
        raise UserError(f"the {field} {what}") from error


def make_server(
    verifier: Verifier,
    checker: SnippetChecker,
    index: BackgroundIndex | None,
    *,
    over_stdio: bool,
) -> IndexServer:
    """The server, not yet running. The two checkers have a pool each (see SnippetChecker)."""
    instructions = (
        f"Checks Lean 4 code and proofs with {verifier.pool.toolchain.version}: check_lean. A "
        "theorem is proved when check_lean was given its statement and answers Accepted."
    )
    server = IndexServer(
        "lean-agent",
        title="Lean checker",
        version=version("lean-agent"),
        instructions=f"{instructions} {search_instructions(index.manifest)}"
        if index
        else instructions,
        lifespan=loading(index, over_stdio=over_stdio) if index else None,
        log_level="WARNING",
    )
    check = CheckTool(verifier, checker).check_lean
    server.add_tool(
        check,
        title="Check",
        description=inspect.getdoc(check),  # the SDK would send the indentation too
        annotations=ToolAnnotations(
            read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False
        ),
        structured_output=False,
    )
    if index:
        add_search_tools(server, index)
    return server


def serve_stdio(lean: str, index: Path | None) -> None:
    """Serve the client that started this process, until it closes standard input.

    Raises UserError where there is no such Lean or no index.
    """

    async def serve() -> None:
        async with _server(lean, index, over_stdio=True) as (server, pools):
            with _killing(pools):
                await server.run_stdio_async()

    asyncio.run(serve())


def serve_http(lean: str, index: Path | None, port: int) -> None:
    """Serve streamable HTTP at `/mcp` on 127.0.0.1 until SIGTERM or Ctrl-C.

    `port` 0 is a free one; the address is printed once it answers. No sessions are kept.
    Requests that name another host, as after DNS rebinding, are refused. Raises UserError where
    the port is taken, or where there is no such Lean or no index.
    """

    async def serve() -> None:
        async with _server(lean, index, over_stdio=False) as (server, _):
            listen(listener)
            app = server.streamable_http_app(
                host="127.0.0.1", stateless_http=True, json_response=True
            )
            config = uvicorn.Config(
                app,
                log_level="warning",
                server_header=False,
                timeout_graceful_shutdown=_SECONDS_TO_FINISH,
            )
            announcement = f"Serving MCP at http://127.0.0.1:{listener.getsockname()[1]}/mcp"
            await Server(config, announcement).serve([listener])

    try:
        with bind("127.0.0.1", port) as listener:
            asyncio.run(serve())
    except MathlibIndexError as error:
        raise UserError(str(error)) from error


@asynccontextmanager
async def _server(
    lean: str, folder: Path | None, *, over_stdio: bool
) -> AsyncIterator[tuple[IndexServer, tuple[LeanPool, LeanPool]]]:
    try:
        index = BackgroundIndex(folder) if folder else None
    except MathlibIndexError as error:
        raise UserError(str(error)) from error
    async with open_verifier(lean, WORKERS) as verifier:
        pool = verifier.pool
        async with LeanPool(pool.toolchain, WORKERS, pool.limits) as for_snippets:
            warming = asyncio.create_task(_warm(pool))
            server = make_server(
                verifier, SnippetChecker(for_snippets), index, over_stdio=over_stdio
            )
            try:
                yield server, (pool, for_snippets)
            finally:
                warming.cancel()


async def _warm(pool: LeanPool) -> None:
    """Have the library imported before the first check. What fails, the first check tells."""
    header = pool.toolchain.default_header
    with suppress(ReplError):
        async with pool.lease(header) as repl:
            await run_header(repl, header)


@contextmanager
def _killing(pools: tuple[LeanPool, ...]) -> Iterator[None]:
    """SIGTERM and Ctrl-C end this process at once, and the Lean processes with it.

    The thread that reads standard input would not wake for an orderly end.
    """

    def end(number: int, _frame: Any) -> None:
        for pid in [pid for pool in pools for pid in pool.pids()]:
            with suppress(ProcessLookupError):
                os.killpg(pid, signal.SIGKILL)
        signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
    yield
