"""Does a search help? Its result is used in the proof, or steers what the model does next.

Both are about names. A name counts for a search if it stands in the search's result and had not
been seen before: not in the opening, in anything the model wrote up to that search (its other
calls in the same answer included), or in any result or message of Lean before it. Of such a name
a search has

- *used* it, if the accepted proof holds it;
- *steered* by it, if the code of a later check that Lean refused, the query of a later search, or
  the model's words after the search hold it. In words and queries only a name with a dot or an
  underscore counts, since `List` and `id` are words of English too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from lean_agent.chat import Frozen, Message, ToolCall
from lean_agent.lean.lexer import tokens
from lean_agent.tools import SEARCH_SCHEMA
from lean_agent.trace.trace import Trace

SEARCH_TOOL = SEARCH_SCHEMA.name

# What may follow a theorem's name behind a dot and still be a use of it.
_PROJECTIONS = frozenset("symm trans mp mpr left right le lt ne elim".split())  # noqa: SIM905
_RESULT = re.compile(r"^\d+\. (\S+)", re.MULTILINE)
_TELLING = re.compile(r"[._]")
_SPLIT = re.compile(r"[^\w.'!?«»₀-₉]+")


class SearchUse(Frozen):
    """How a search shows in what came after it.

    `name` is the declaration that it brought, `query` what was asked, in the answer number
    `turn`, from 0; `seen_in` says where the name stands.
    """

    kind: Literal["used", "steered"]
    name: str
    query: str
    turn: int
    seen_in: str


@dataclass(frozen=True)
class _Found:
    """A name that a search brought and nobody had seen; its result is the message at `place`."""

    name: str
    query: str
    turn: int
    place: int


def search_use(trace: Trace) -> SearchUse | None:
    """The first search whose result is used, else the first that steers, else None."""
    found = list(_found(trace))
    proof = _code(trace.proof or "", trace.problem.header)
    for one in found:
        if proof.holds(one.name):
            return _use("used", one, "the accepted proof")
    for one in found:
        if where := _steered(trace, one):
            return _use("steered", one, where)
    return None


def result_names(text: str) -> list[str]:
    """The declarations that a search result lists, best first."""
    return _RESULT.findall(text)


def _use(kind: Literal["used", "steered"], found: _Found, seen_in: str) -> SearchUse:
    return SearchUse(
        kind=kind, name=found.name, query=found.query, turn=found.turn, seen_in=seen_in
    )


def _found(trace: Trace) -> Iterator[_Found]:
    seen: set[str] = set()
    asked: dict[str, str] = {}  # the queries of the current answer, by the ids of its calls
    turn = -1
    for place, message in enumerate(trace.messages):
        if message.role == "assistant":
            turn += 1
            asked = {call.id: _query(call) for call in message.tool_calls if _is_search(call)}
        query = asked.get(message.tool_call_id or "") if message.role == "tool" else None
        if query is not None:
            for name in result_names(message.content):
                if name not in seen:
                    yield _Found(name, query, turn, place)
        seen.update(_mentioned(message))


def _steered(trace: Trace, found: _Found) -> str | None:
    """Where the name stands after the search, in words such as "the query of a later search"."""
    telling = _TELLING.search(found.name) is not None
    turn = found.turn
    for message in trace.messages[found.place + 1 :]:
        if message.role != "assistant":
            continue
        turn += 1
        for call in message.tool_calls:
            code = call.arguments.get("code")
            if isinstance(code, str) and _code(code, trace.problem.header).holds(found.name):
                return f"the code of answer {turn + 1}, before the accepted proof"
            if telling and _is_search(call) and found.name in _words(_query(call)):
                return f"the query of a search in answer {turn + 1}"
        if telling and found.name in _words(message.content):
            return f"the words of answer {turn + 1}"
    return None


def _mentioned(message: Message) -> set[str]:
    """All that may be a name in a message."""
    arguments = (str(value) for call in message.tool_calls for value in call.arguments.values())
    return _words(" ".join([message.content, *arguments]))


def _words(text: str) -> set[str]:
    return {word.strip(".?!'«»") for word in _SPLIT.split(text)} | set(_SPLIT.split(text))


def _is_search(call: ToolCall) -> bool:
    return call.name == SEARCH_TOOL


def _query(call: ToolCall) -> str:
    return str(call.arguments.get("query", ""))


class _Code:
    """Lean code, asked for the names in it."""

    def __init__(self, code: str, header: str) -> None:
        words = [word.text for word in tokens(code)]
        self._words = dict.fromkeys(words)
        self._opened = {*_opened(word.text for word in tokens(header)), *_opened(words)}

    def holds(self, name: str) -> bool:
        """Whether the name stands in it: in full, without a namespace that is open, or with a
        projection behind it (`Nat.le_antisymm_iff.mp`)."""
        return any(self._means(word, name) for word in self._words)

    def _means(self, word: str, name: str) -> bool:
        word = word.removeprefix("_root_.")
        for full in (word, *(f"{space}.{word}" for space in self._opened)):
            if full == name:
                return True
            head, _, rest = full.rpartition(".")
            while head and rest in _PROJECTIONS:
                if head == name:
                    return True
                head, _, rest = head.rpartition(".")
        return False


@lru_cache(maxsize=256)  # the code of one trace is asked for each name
def _code(code: str, header: str) -> _Code:
    return _Code(code, header)


def _opened(words: Iterable[str]) -> Iterator[str]:
    """The namespaces behind `open` and `namespace`."""
    opening = False
    for word in words:
        if word in ("open", "namespace"):
            opening = True
        elif opening and word[0].isupper():
            yield word
        elif word not in ("scoped", "in"):
            opening = False
