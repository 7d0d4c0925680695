"""Tools a model may call: a JSON schema and an async call."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Protocol, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from lean_agent.chat import ToolSchema
from lean_agent.errors import UserError
from lean_agent.lean.feedback import format_verdict
from lean_agent.lean.verdict import Level, Verdict
from lean_agent.lean.verifier import Verifier
from lean_agent.problem import Problem
from mathlib_index.errors import InvalidQuery, MathlibIndexError
from mathlib_index.listing import one_line
from mathlib_index.server.limits import MAX_QUERY_CHARACTERS

if TYPE_CHECKING:  # the tools are handed an index; only who loads one needs FAISS
    from mathlib_index.index import Hit, SearchIndex

_REMEMBERED_QUERIES = 4096


@dataclass(frozen=True)
class ToolResult:
    """What a tool answers.

    `text` is what the model reads. A tool that checked a proof also gives the
    `verdict` and the `code` that it is about.
    """

    text: str
    verdict: Verdict | None = None
    code: str | None = None


class ToolArgumentError(Exception):
    """The arguments do not fit the tool's schema; the message tells the model what to mend."""


class SearchUnavailable(UserError):
    """The index answers nobody: its server is gone, or its model cannot be loaded.

    Like a model that is gone this says nothing about the theorem, so it is no outcome of an
    episode.
    """


class Tool(Protocol):
    """Something a model can call by name during an episode."""

    @property
    def schema(self) -> ToolSchema:
        """What the model is told about the tool."""
        ...

    async def call(self, arguments: dict[str, Any]) -> ToolResult:
        """Carry the call out. Raises ToolArgumentError where the arguments do not fit."""
        ...


class _Arguments(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class SearchArguments(_Arguments):
    """What search_mathlib takes."""

    query: Annotated[
        str,
        StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_QUERY_CHARACTERS),
    ] = Field(description="What the lemma says, in plain English or Lean.")
    k: int = Field(default=5, ge=1, le=20, description="How many results, 1 to 20. Default 5.")


class CheckArguments(_Arguments):
    """What check_lean takes."""

    code: str = Field(
        min_length=1,
        description="Complete Lean 4 code with the whole theorem, its statement unchanged.",
    )


@dataclass(frozen=True)
class Toolbox:
    """What a model works with on one problem.

    `tools` may be offered to it; `check` gives Lean's verdict on a whole proof, for one that
    the model only writes down.
    """

    tools: tuple[Tool, ...]
    check: Callable[[str], Awaitable[ToolResult]]


def _schema(name: str, description: str, arguments: type[_Arguments]) -> ToolSchema:
    """The schema, without what only repeats the names of fields."""
    full = arguments.model_json_schema()
    parameters = {
        "type": "object",
        "properties": {
            field: {"type": of["type"]} | {key: of[key] for key in of if key != "title"}
            for field, of in full["properties"].items()
        },
        "required": full["required"],
        "additionalProperties": False,
    }
    return ToolSchema(name=name, description=description, parameters=parameters)


SEARCH_SCHEMA = _schema(
    "search_mathlib",
    "Search the Lean library for theorems and definitions by what they say. "
    "Answers with names, signatures and descriptions, best first.",
    SearchArguments,
)
CHECK_SCHEMA = _schema(
    "check_lean",
    "Check a proof with Lean. Answers that it is accepted, or with Lean's errors and "
    "the goals that are left.",
    CheckArguments,
)


class Index(Protocol):
    """What can be searched: an index in this process, or one that a server has."""

    @property
    def identity(self) -> str:
        """A short hash of what decides the answers."""
        ...

    async def search(self, query: str, k: int) -> list[Hit]:
        """The best `k` hits. Raises InvalidQuery, or another MathlibIndexError."""
        ...


class LocalIndex:
    """An index loaded into this process."""

    def __init__(self, index: SearchIndex) -> None:
        self.identity = index.manifest.identity
        self._index = index

    async def search(self, query: str, k: int) -> list[Hit]:
        """The best `k` hits."""
        # Embedding a query is tens of milliseconds of CPU: not on the event loop.
        return await asyncio.to_thread(self._index.search, query, k)


class SearchMathlib:
    """`search_mathlib(query, k)`: declarations of the library that fit a description.

    One instance serves all episodes of a run; it remembers the answers to
    repeated queries.
    """

    schema = SEARCH_SCHEMA

    def __init__(self, index: Index) -> None:
        self._index = index
        self._answers: dict[tuple[str, int], str] = {}

    async def call(self, arguments: dict[str, Any]) -> ToolResult:
        """Search. Raises ToolArgumentError where the arguments do not fit, SearchUnavailable."""
        wanted = _validate(SearchArguments, arguments)
        asked = (wanted.query, wanted.k)
        if asked not in self._answers:
            answer = await self._search(*asked)
            if len(self._answers) >= _REMEMBERED_QUERIES:
                del self._answers[next(iter(self._answers))]  # the oldest
            self._answers[asked] = answer
        return ToolResult(self._answers[asked])

    async def _search(self, query: str, k: int) -> str:
        try:
            return format_hits(await self._index.search(query, k))
        except InvalidQuery as error:
            raise ToolArgumentError(f"`query`: {error}") from None
        except MathlibIndexError as error:
            raise SearchUnavailable(f"search_mathlib: {error}") from error


class CheckLean:
    """`check_lean(code)`: Lean's verdict on a whole proof of one problem.

    `timeout` is in seconds for each check.
    """

    schema = CHECK_SCHEMA

    def __init__(self, verifier: Verifier, problem: Problem, timeout: float) -> None:
        self._verifier = verifier
        self._problem = problem
        self._timeout = timeout

    async def call(self, arguments: dict[str, Any]) -> ToolResult:
        """Check. Raises ToolArgumentError where the arguments do not fit."""
        return await self.check(_validate(CheckArguments, arguments).code)

    async def check(self, code: str) -> ToolResult:
        """Lean's verdict on `code`."""
        # What counts in the end is confirmed now, while the model can still mend it.
        verdict = await self._verifier.verify(self._problem, code, self._timeout, Level.STRICT)
        return ToolResult(format_verdict(verdict, code), verdict, code)


def format_hits(hits: list[Hit]) -> str:
    """Search results as numbered lines: `1. name (x : T) : goal — docstring`, long parts cut."""
    if not hits:
        return "Nothing found. Try other words."
    return "\n".join(f"{hit.rank}. {one_line(hit.declaration)}" for hit in hits)


_Model = TypeVar("_Model", bound=_Arguments)


def _validate(kind: type[_Model], arguments: dict[str, Any]) -> _Model:
    try:
        return kind.model_validate(arguments)
    except ValidationError as error:
        complaints = (f"`{'.'.join(map(str, one['loc']))}`: {one['msg']}" for one in error.errors())
        raise ToolArgumentError("; ".join(complaints)) from None
