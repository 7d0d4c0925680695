"""Workbench: the Lean processes, the search index and the tools that episodes share."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Event

from lean_agent import __version__
from lean_agent.errors import UserError
from lean_agent.lean import embedded
from lean_agent.lean.limits import ProcessLimits
from lean_agent.lean.pool import LeanPool
from lean_agent.lean.strict.find import find_strict
from lean_agent.lean.toolchain import Toolchain, find_toolchain
from lean_agent.lean.verdict_cache import VerdictCache
from lean_agent.lean.verifier import Verifier
from lean_agent.problem import Problem
from lean_agent.tools import CheckLean, Index, LocalIndex, SearchMathlib, Toolbox
from lean_agent.trace.trace import Limits
from mathlib_index import IndexUnusable, MathlibIndexError, SearchIndex, build_index
from mathlib_index.client import RemoteIndex, TokenRefused
from mathlib_index.progress import build_progress
from mathlib_index.store import SCHEMA_VERSION

TOKEN_VARIABLE = "LEAN_AGENT_SEARCH_TOKEN"
"""The environment variable with the token that a search server asks for."""

VERDICTS_FILE = "verdicts.sqlite"
"""In the cache folder: the verdicts of earlier checks."""

_OWN_INDEX = re.compile(r"index-\d+-[0-9a-f]{32}")


@dataclass(frozen=True)
class Workbench:
    """What every episode of a run works with."""

    verifier: Verifier
    search: SearchMathlib
    index_checksum: str

    @property
    def toolchain(self) -> Toolchain:
        """The Lean that the verdicts come from."""
        return self.verifier.pool.toolchain

    @property
    def versions(self) -> dict[str, str]:
        """What the verdicts of a trace rest on."""
        strict = self.verifier.strict
        return {
            "lean_agent": __version__,
            "lean": self.toolchain.version,
            "index": self.index_checksum,
            "strict": strict.name if strict else "none",
        }

    def toolbox(self, problem: Problem, limits: Limits) -> Toolbox:
        """The tools for one problem."""
        check = CheckLean(self.verifier, problem, limits.check_seconds)
        return Toolbox((self.search, check), check.check)


@asynccontextmanager
async def open_verifier(
    lean: str, workers: int | None = None, *, remember: bool = True
) -> AsyncIterator[Verifier]:
    """A verifier over a pool of Lean processes, one a core unless told otherwise.

    `lean` is "auto", "embedded" or the path of a Lake project. Where `remember` is false,
    Lean is asked even if it was asked the same before. Raises UserError where there is no such
    Lean.
    """
    toolchain, limits = find_toolchain(lean), ProcessLimits()
    memory = VerdictCache(embedded.cache_folder() / VERDICTS_FILE) if remember else nullcontext()
    with memory as cache:
        async with LeanPool(toolchain, workers or os.cpu_count() or 1, limits) as pool:
            yield Verifier(pool, find_strict(toolchain, limits), cache)


@asynccontextmanager
async def open_workbench(
    lean: str, index: str | None, workers: int | None = None, *, remember: bool = True
) -> AsyncIterator[Workbench]:
    """Everything that episodes need, given back at the end.

    `index` is the folder of a search index, or the URL of a server that has
    one. Without it the embedded Lean gets one of its own library, built on
    first use. `lean` and `remember` are as in `open_verifier`. Raises UserError where
    Lean or the index is not to be had.
    """
    async with AsyncExitStack() as to_close:
        verifier = await to_close.enter_async_context(
            open_verifier(lean, workers, remember=remember)
        )
        try:
            opened = await _open_index(verifier.pool.toolchain, index, to_close)
        except TokenRefused as error:
            raise UserError(f"{error} Put it into {TOKEN_VARIABLE}.") from error
        except MathlibIndexError as error:
            raise UserError(str(error)) from error
        yield Workbench(verifier, SearchMathlib(opened), opened.identity)


async def _open_index(
    toolchain: Toolchain, path_or_url: str | None, to_close: AsyncExitStack
) -> Index:
    if path_or_url is None:
        return LocalIndex(await _own_index(toolchain))
    if path_or_url.startswith(("http://", "https://")):
        token = os.environ.get(TOKEN_VARIABLE, "")
        return await to_close.enter_async_context(RemoteIndex(path_or_url, token))
    return LocalIndex(await asyncio.to_thread(SearchIndex.load, path_or_url))


def own_index_path() -> Path:
    """Where the index of the embedded library lies, or will."""
    return embedded.cache_folder() / f"index-{SCHEMA_VERSION}-{embedded.library_key()}"


async def _own_index(toolchain: Toolchain) -> SearchIndex:
    """The index of the embedded library, from the cache; built now if need be."""
    if toolchain.kind != "embedded":
        raise UserError(
            "no search index: build one with `mathlib-index build SOURCES --out INDEX` (SOURCES: "
            "the project's .lake/packages/mathlib/Mathlib), then give it with --index INDEX"
        )
    unwanted = Event()
    try:
        return await asyncio.to_thread(_load_or_build, own_index_path(), unwanted)
    finally:
        unwanted.set()  # after Ctrl-C nobody waits for the build, but the program would


def _load_or_build(path: Path, unwanted: Event) -> SearchIndex:
    with suppress(IndexUnusable):  # missing or damaged: it is ours to make
        return SearchIndex.load(path)
    with build_progress() as report:

        def report_if_wanted(stage: str, done: int, total: int) -> None:
            if unwanted.is_set():
                raise asyncio.CancelledError
            report(stage, done, total)

        build_index(embedded.SOURCES, path, report=report_if_wanted)
    _remove_older_indexes(path)
    return SearchIndex.load(path)


def _remove_older_indexes(current: Path) -> None:
    """Remove the own indexes, beside the current one, of earlier libraries and programs."""
    newest = current.stat().st_mtime
    for path in current.parent.iterdir():
        if _OWN_INDEX.fullmatch(path.name) and path.stat().st_mtime < newest:
            shutil.rmtree(path, ignore_errors=True)
