"""The index as a server of the Model Context Protocol, for agents of any make.

Specification: https://modelcontextprotocol.io/specification. Two tools: one that finds, cheap in
tokens, and one that tells all about a single find.
"""

from __future__ import annotations

import difflib
import inspect
import signal
import sys
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import (
    AbstractAsyncContextManager,
    asynccontextmanager,
    contextmanager,
    nullcontext,
    redirect_stdout,
)
from importlib.metadata import version
from pathlib import Path
from threading import Lock, Thread
from typing import Annotated, Any

from mcp.server.mcpserver import Context, MCPServer
from mcp.server.mcpserver.exceptions import ToolError, UnexpectedToolError
from mcp.types import CallToolResult, InputRequiredResult, TextContent, ToolAnnotations
from pydantic import Field, ValidationError

from mathlib_index.declaration import Declaration, DeclarationKind
from mathlib_index.errors import MathlibIndexError
from mathlib_index.index import Filters, SearchIndex
from mathlib_index.listing import one_line
from mathlib_index.server.limits import MAX_QUERY_CHARACTERS
from mathlib_index.store import Manifest, read_manifest

MAX_K = 50
"""Half of what the HTTP interface allows: here every line costs tokens."""
_NEAR_NAMES = 5
_CANDIDATES_FOR_NEAR_NAMES = 30
_SECONDS_TO_FINISH = 5

Query = Annotated[
    str,
    Field(
        description="One fact in plain English, a Lean name, or a piece of Lean.",
        max_length=MAX_QUERY_CHARACTERS,
    ),
]
K = Annotated[int, Field(description="How many answers.", ge=1, le=MAX_K)]
Kinds = Annotated[
    Sequence[DeclarationKind],
    Field(
        description="Only these kinds. Proved facts are theorem and lemma; notions are def, "
        "abbrev, structure, class, inductive."
    ),
]
Module = Annotated[
    str, Field(description="Only this module and those below it, such as Mathlib.Order.Filter.")
]
Name = Annotated[
    str, Field(description="The full name, namespaces included.", max_length=MAX_QUERY_CHARACTERS)
]

Lifespan = Callable[[MCPServer[None]], AbstractAsyncContextManager[None]]

_READS_ONLY = ToolAnnotations(
    read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False
)


class BackgroundIndex:
    """An index that is loaded, with its embedding model, while the server already talks.

    A load that failed is tried again for the next caller: by then the user may have mended it.
    Raises `IndexUnusable` where there is none; what else is wrong with it shows when it is loaded.
    """

    def __init__(self, folder: Path) -> None:
        self.manifest = read_manifest(folder)
        self._folder = folder
        self._loading: Future[SearchIndex] | None = None
        self._lock = Lock()

    def start(self) -> Future[SearchIndex]:
        """Begin to load, unless that is under way or done."""
        with self._lock:
            loading = self._loading
            if loading is None or (loading.done() and loading.exception() is not None):
                loading = self._loading = Future()
                Thread(target=self._load, args=(loading,), name="load-index").start()
        return loading

    def get(self) -> SearchIndex:
        """The index, once it is there. Raises `MathlibIndexError` where it cannot be loaded."""
        return self.start().result()

    def _load(self, loading: Future[SearchIndex]) -> None:
        try:
            index = SearchIndex.load(self._folder)
            index.search("warm up", 1)  # the first search loads the model
        except BaseException as error:
            loading.set_exception(error)
        else:
            loading.set_result(index)


class Tools:
    """What the model may call. The docstrings are what it reads of them."""

    def __init__(self, index: BackgroundIndex) -> None:
        self._index = index

    def search_mathlib(
        self, query: Query, k: K = 10, kinds: Kinds = (), module: Module = ""
    ) -> str:
        """Find declarations of the Lean library by what they say.

        State one fact as a mathematician would ("a continuous function on a compact set attains
        its maximum"), or write a Lean name or a piece of Lean (`Nat.add_comm`,
        `a ∣ b → a ∣ b * c`). Ask for one fact at a time: for two lemmas, ask twice. If nothing
        fits, describe the statement rather than its use, and try the library's own words.

        Answers with one line each, best first: `rank. kind name signature — docstring`, long
        parts cut (get_declaration gives the whole).
        """
        with _sentences_for_the_model():
            filters = Filters(kinds=frozenset(kinds), module=module.strip())
            hits = self._index.get().search(query, k, filters)
        if not hits:
            return "Nothing found. Leave out kinds and module, or check their spelling."
        return "\n".join(
            f"{hit.rank}. {'deprecated ' if hit.declaration.deprecated else ''}"
            f"{hit.declaration.kind} {one_line(hit.declaration)}"
            for hit in hits
        )

    def get_declaration(self, name: Name) -> Annotated[CallToolResult, Declaration]:
        """All about one declaration, by its full name.

        Signature, docstring, the body of a definition, module, file and line, and whether it is
        deprecated. Not its proof. For a name that does not exist, names near it.
        """
        with _sentences_for_the_model():
            found = _look_up(self._index.get(), name.strip().strip("`@"))
        # Both in full: a client shows its model one of the two. What is empty says nothing.
        return CallToolResult(
            content=[TextContent(text=found.model_dump_json(exclude_defaults=True))],
            structured_content=found.model_dump(mode="json", exclude_defaults=True),
        )


class IndexServer(MCPServer[None]):
    """An MCP server whose tool errors are the plain sentence that the model should read."""

    async def call_tool(
        self, name: str, arguments: dict[str, Any], context: Context[None, Any] | None = None
    ) -> CallToolResult | InputRequiredResult:
        """As in the SDK, which puts its own words, and those of Pydantic, around the sentence."""
        try:
            return await super().call_tool(name, arguments, context)
        except UnexpectedToolError:
            raise
        except ToolError as error:
            if isinstance(error.__cause__, ValidationError):
                raise ToolError(_sentence(error.__cause__)) from None
            if isinstance(error.__cause__, ToolError):
                raise error.__cause__ from None
            raise


def make_server(index: BackgroundIndex, *, over_stdio: bool) -> IndexServer:
    """The server of the index, not yet running; while it cannot be loaded, each call says why."""
    server = IndexServer(
        "mathlib-index",
        title="Mathlib search",
        version=version("lean-agent"),
        instructions=search_instructions(index.manifest),
        lifespan=loading(index, over_stdio=over_stdio),
        log_level="WARNING",
    )
    add_search_tools(server, index)
    return server


def loading(index: BackgroundIndex, *, over_stdio: bool) -> Lifespan:
    """The lifespan of a server that talks while it loads the index."""

    @asynccontextmanager
    async def load_meanwhile(_: MCPServer[None]) -> AsyncIterator[None]:
        # The SDK has put the real standard output aside by now, and takes it back at the end:
        # what a library printed would wait in Python's buffer until then, and reach the client.
        with redirect_stdout(sys.stderr) if over_stdio else nullcontext():
            index.start()
            yield

    return load_meanwhile


def add_search_tools(server: MCPServer[None], index: BackgroundIndex) -> None:
    """Give a server the tools that search the index."""
    tools = Tools(index)
    for tool, title, structured in (
        (tools.search_mathlib, "Search", False),
        (tools.get_declaration, "Look up", True),
    ):
        server.add_tool(
            tool,
            title=title,
            description=inspect.getdoc(tool),  # the SDK would send the indentation too
            annotations=_READS_ONLY,
            structured_output=structured,
        )


def serve_stdio(folder: Path) -> None:
    """Serve the client that started this process, until it closes standard input.

    Raises `IndexUnusable` where there is no index; one that is damaged is the answer to each call.
    """
    server = make_server(BackgroundIndex(folder), over_stdio=True)
    # There is nothing to save, and the thread that reads standard input would not wake to end.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    server.run("stdio")


def serve_http(folder: Path, port: int) -> None:
    """Serve streamable HTTP at `/mcp` on 127.0.0.1 until SIGTERM or Ctrl-C.

    `port` 0 is a free one; the address is printed once a search can be answered at once. No
    sessions are kept, so that a restart of the server costs no client anything. Requests that name
    another host, as after DNS rebinding, are refused. Raises `ServingImpossible` where the port is
    taken, and `IndexUnusable` or `ModelUnavailable`.
    """
    import uvicorn

    from mathlib_index.server.process import Server, bind, listen

    index = BackgroundIndex(folder)
    listener = bind("127.0.0.1", port)
    index.get()
    listen(listener)
    server = make_server(index, over_stdio=False)
    app = server.streamable_http_app(host="127.0.0.1", stateless_http=True, json_response=True)
    config = uvicorn.Config(
        app, log_level="warning", server_header=False, timeout_graceful_shutdown=_SECONDS_TO_FINISH
    )
    announcement = f"Serving MCP at http://127.0.0.1:{listener.getsockname()[1]}/mcp"
    Server(config, announcement).run([listener])


def search_instructions(manifest: Manifest) -> str:
    """What a model should know of the search before it calls a tool."""
    return (
        f"Search in plain English over {manifest.declarations:,} declarations of the Lean 4 "
        f"library {manifest.sources}. Look a lemma up before you use it, rather than guess its "
        "name: search_mathlib finds candidates, get_declaration shows one of them whole."
    )


def _look_up(index: SearchIndex, name: str) -> Declaration:
    if not name:
        raise ToolError("the name is empty; give a full name, such as Nat.add_comm.")
    found = index.get(name)
    if found is not None:
        return found
    candidates = [hit.declaration.name for hit in index.search(name, _CANDIDATES_FOR_NEAR_NAMES)]
    inside = [one for one in candidates if one.endswith(f".{name}")]
    alike = difflib.get_close_matches(name, candidates, _NEAR_NAMES)
    near = list(dict.fromkeys([*inside, *alike]))[:_NEAR_NAMES]
    hint = f"Near it: {', '.join(near)}." if near else "Use search_mathlib to find it."
    raise ToolError(f"there is no declaration {name}. {hint}")


@contextmanager
def _sentences_for_the_model() -> Iterator[None]:
    try:
        yield
    except MathlibIndexError as error:
        raise ToolError(str(error)) from error


def _sentence(error: ValidationError) -> str:
    """Which arguments do not fit, and why, without the values: they may be long."""
    return "; ".join(f"`{'.'.join(map(str, one['loc']))}`: {one['msg']}" for one in error.errors())
