"""Does a search help? Its result is used in the proof, or visibly steers it.

Both are about names. A name counts for a search if it stands in the search's result and had not
been seen before: not in the opening, in anything the model wrote up to that search (its other
calls in the same answer included), or in any result or message of Lean before it. Lean's own
words (`rfl`, `trivial`) and names that the code binds itself count nowhere. By such a name

- a search is *used*, if the accepted proof holds it. Lean is then asked about the proof without it
  (`need.py`): the proof *needed* it, or it was *unneeded*.
- a search has *steered*, if code that holds it was refused and led to something: the accepted
  proof shares a line with that code, of STEP words or more, that the statement has not.

What the model says of a name is no evidence: "`Nat.add_comm` does not help" names it too.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from lean_agent.chat import Frozen, Message
from lean_agent.lean.lexer import Token, tokens
from lean_agent.problem import Problem
from lean_agent.tools import SEARCH_SCHEMA
from lean_agent.trace.trace import CHECK_TOOL, Trace

SEARCH_TOOL = SEARCH_SCHEMA.name

STEP = 3
"""A shorter line, such as `intro x`, is in most proofs."""

# Declarations without a namespace that are tactics, keywords or notation as well.
_OWN_WORDS = frozenset(
    """
    rfl trivial decide funext ext congr calc exists show from left right constructor cases
    induction contradiction id simp omega ring norm_num norm_cast push_cast linarith nlinarith
    positivity field_simp simp_all aesop grind tauto split_ifs by_cases by_contra simp_rw
    solve_by_elim
    """.split()  # noqa: SIM905
)
# Behind these words names are bound, up to a word that is no name, or the end of the line.
_BINDERS = frozenset(
    """
    intro intros rintro fun λ have let obtain rcases set next case rename_i by_cases generalize
    theorem lemma def
    """.split()  # noqa: SIM905
)
_PATTERN = frozenset("⟨⟩()|,")
# What may follow a theorem's name behind a dot and still be a use of it.
_PROJECTIONS = frozenset("symm trans mp mpr left right le lt ne elim".split())  # noqa: SIM905
_RESULT = re.compile(r"^\d+\. (\S+)", re.MULTILINE)
_SPLIT = re.compile(r"[^\w.'!?«»₀-₉]+")
_NAME = re.compile(r"[^\W\d]|«")


class SearchKind(StrEnum):
    """What a search did for the proof, the most telling first."""

    NEEDED = "needed"
    USED = "used"
    UNNEEDED = "unneeded"
    STEERED = "steered"

    @property
    def in_earnest(self) -> bool:
        """Whether a result is in the proof, as far as is known not idly."""
        return self in (SearchKind.NEEDED, SearchKind.USED)


SEARCH_MEANING = {
    SearchKind.NEEDED: "A result stands in the proof, and Lean refuses the proof without it",
    SearchKind.USED: "A result stands in the proof; Lean came to no answer to the proof without it",
    SearchKind.UNNEEDED: "A result stands in the proof, and the proof holds without it",
    SearchKind.STEERED: "A result stands only in refused code that shares a step with the proof",
}


class SearchUse(Frozen):
    """How a search shows in what came after it.

    `name` is the declaration that it brought, `query` what was asked, in the answer number
    `turn`, from 0; `seen_in` says where the name stands.
    """

    kind: SearchKind
    name: str
    query: str
    turn: int
    seen_in: str


@dataclass(frozen=True)
class Found:
    """A name that a search brought and nobody had seen; its result is the message at `place`."""

    name: str
    query: str
    turn: int
    place: int

    def use(self, kind: SearchKind, seen_in: str) -> SearchUse:
        """It as evidence."""
        return SearchUse(
            kind=kind, name=self.name, query=self.query, turn=self.turn, seen_in=seen_in
        )


def search_use(trace: Trace) -> SearchUse | None:
    """The first search whose result is used, else the first that steers, else None."""
    used = used_names(trace)
    if used:
        return used[0].use(SearchKind.USED, "the accepted proof")
    return steering(trace)


def used_names(trace: Trace) -> list[Found]:
    """All that searches brought and the accepted proof holds, in the order they came in."""
    proof = read_code(trace.proof or "", trace.problem.header)
    return [one for one in _found(trace) if proof.holds(one.name)]


def steering(trace: Trace) -> SearchUse | None:
    """The first search that steers, or None."""
    steps = _steps(trace.proof or "", trace.problem)
    for one in _found(trace) if steps else ():
        turn = one.turn
        for message in trace.messages[one.place + 1 :]:
            if message.role != "assistant":
                continue
            turn += 1
            for code in _codes(message):
                held = code != trace.proof and read_code(code, trace.problem.header).holds(one.name)
                if held and not steps.isdisjoint(_steps(code, trace.problem)):
                    where = f"the code of answer {turn + 1}, which shares a step with the proof"
                    return one.use(SearchKind.STEERED, where)
    return None


def result_names(text: str) -> list[str]:
    """The declarations that a search result lists, best first."""
    return _RESULT.findall(text)


def _found(trace: Trace) -> Iterator[Found]:
    problem = trace.problem
    stated = read_code(problem.statement, problem.header)
    seen: set[str] = set()
    asked: dict[str, str] = {}  # the queries of the current answer, by the ids of its calls
    turn = -1
    for place, message in enumerate(trace.messages):
        if message.role == "assistant":
            turn += 1
            asked = {
                call.id: str(call.arguments.get("query", ""))
                for call in message.tool_calls
                if call.name == SEARCH_TOOL
            }
        query = asked.get(message.tool_call_id or "") if message.role == "tool" else None
        if query is not None:
            for name in result_names(message.content):
                if name not in seen and name not in _OWN_WORDS and not stated.holds(name):
                    yield Found(name, query, turn, place)
        seen.update(_mentioned(message))


def _mentioned(message: Message) -> set[str]:
    """All that may be a name in a message."""
    arguments = (str(value) for call in message.tool_calls for value in call.arguments.values())
    return _words(" ".join([message.content, *arguments]))


def _words(text: str) -> set[str]:
    return {word.strip(".?!'«»") for word in _SPLIT.split(text)} | set(_SPLIT.split(text))


def _codes(answer: Message) -> Iterator[str]:
    for call in answer.tool_calls:
        code = call.arguments.get("code")
        if call.name == CHECK_TOOL and isinstance(code, str):
            yield code


def _steps(code: str, problem: Problem) -> set[tuple[str, ...]]:
    """The lines of a proof that tell something, as words; those of the statement left out."""
    steps = {line for line in _lines(code) if len(line) >= STEP and problem.name not in line}
    return steps - _lines(problem.statement)


@lru_cache(maxsize=256)
def _lines(code: str) -> frozenset[tuple[str, ...]]:
    by_line: dict[int, list[str]] = defaultdict(list)
    for word in tokens(code, literals=True):
        by_line[word.line].append(word.text)
    return frozenset(_bare(words) for words in by_line.values())


def _bare(words: list[str]) -> tuple[str, ...]:
    """Without what only begins an alternative or a case, or opens a proof."""
    start, end = 0, len(words)
    while start < end and words[start] in ("|", "·", "("):
        start += 1
    while start < end and words[end - 1] in (":", "=", "by"):
        end -= 1
    return tuple(words[start:end])


class Code:
    """Lean code, asked for the names in it."""

    def __init__(self, code: str, header: str) -> None:
        self.words = list(tokens(code))
        texts = [word.text for word in self.words]
        self._opened = {*_opened(word.text for word in tokens(header)), *_opened(texts)}
        self._texts = dict.fromkeys(texts)
        self._bound = set(_bound(self.words))

    def holds(self, name: str) -> bool:
        """Whether some word means that declaration."""
        return any(self.means(word, name) for word in self._texts)

    def means(self, word: str, name: str) -> bool:
        """Whether the word is the name: in full, without a namespace that is open, or with a
        projection behind it (`Nat.le_antisymm_iff.mp`); and is not bound in the code itself."""
        if word in self._bound:
            return False
        word = word.removeprefix("_root_.")
        for full in (word, *(f"{space}.{word}" for space in self._opened)):
            if full == name:
                return True
            head, _, rest = full.rpartition(".")
            while head and rest in _PROJECTIONS:
                if head == name and not _is_type(head):
                    return True
                head, _, rest = head.rpartition(".")
        return False


@lru_cache(maxsize=256)  # the code of one trace is asked for each name
def read_code(code: str, header: str) -> Code:
    """The code, whose problem has that header."""
    return Code(code, header)


def _is_type(name: str) -> bool:
    """`Eq.symm` is a declaration of its own, and no use of `Eq`."""
    return name.rpartition(".")[2][:1].isupper()


def _bound(words: Iterable[Token]) -> Iterator[str]:
    """What the code binds by itself, such as `h` in `intro h`."""
    line = -1
    for word in words:
        if word.text in _BINDERS:
            line = word.line
        elif word.line != line:
            line = -1
        elif _NAME.match(word.text):
            yield word.text
        elif word.text not in _PATTERN:
            line = -1


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
