"""Published statements made fit for the Lean of a run. Each rule leaves their meaning as it is.

Benchmarks were written for older releases of Lean and Mathlib, of which some things are gone:

- A module of Mathlib that is no longer there: `import Mathlib` brings all that there is. (Modules
  are looked up on the disk.)
- `∑ x in s, f x` and `∏ x in s, f x`: Mathlib read them as `∑ x ∈ s, f x`, proposed to write that
  (https://github.com/leanprover-community/mathlib4/pull/21253) and then dropped the old spelling
  (https://github.com/leanprover-community/mathlib4/pull/28212).
- An option that this Lean does not know cannot change anything: its `set_option` goes.
- A namespace that this Lean does not know has nothing to open: its name goes.

The last two are Lean's own words on the header: nothing is left out that it does not complain of.
Whatever else does not elaborate stays as it is, and is shown to be broken.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from lean_agent.concurrency import for_each
from lean_agent.lean.attempts import on_a_process
from lean_agent.lean.header import run_header
from lean_agent.lean.lexer import Token, tokens
from lean_agent.lean.library import Library
from lean_agent.lean.protocol import LeanMessage
from lean_agent.lean.repl import LeanRepl, ReplError
from lean_agent.lean.verifier import Verifier
from lean_agent.problem import Problem

_UNKNOWN = re.compile(r"unknown (?P<what>namespace|option) [`'](?P<name>[^`']+)[`']", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d]|«")
_COMMANDS = frozenset(
    """
    open scoped set_option def abbrev theorem lemma noncomputable section namespace end variable
    universe instance local attribute in hiding renaming structure inductive class notation
    macro example private protected import
    """.split()  # noqa: SIM905
)
_ROUNDS = 20  # of Lean's words on one header

Edit = tuple[int, int, str]
"""Characters from here to there give way to a text."""


@dataclass(frozen=True)
class Adapted:
    """A problem as it is run, and what was changed of it, in words."""

    problem: Problem
    changes: tuple[str, ...] = ()


async def adapt(
    problems: Sequence[Problem], verifier: Verifier, library: Library, check_seconds: float
) -> list[Adapted]:
    """The problems made fit for the verifier's Lean, whose modules are those of `library`.

    `check_seconds` is the time limit of what a header holds besides imports. A header that Lean
    comes to no answer to stays as it is.
    """
    by_text = [adapt_text(problem, library) for problem in problems]
    headers: dict[str, Adapted] = {one.problem.header: one for one in by_text}
    mended: dict[str, tuple[str, tuple[str, ...]]] = {}

    async def mend(header: str) -> None:
        async def on(repl: LeanRepl) -> tuple[str, tuple[str, ...]]:
            return await _mended_header(repl, header, check_seconds)

        try:
            mended[header] = await on_a_process(
                verifier.pool, on, seconds=check_seconds, header=header
            )
        except ReplError:  # who checks the statement will hear it too
            mended[header] = header, ()

    worth_asking = [one for one in headers if re.search(r"\b(?:open|set_option)\b", one)]
    await for_each(worth_asking, verifier.pool.workers, mend)
    adapted = []
    for one in by_text:
        header, changes = mended.get(one.problem.header, (one.problem.header, ()))
        problem = one.problem.model_copy(update={"header": header})
        adapted.append(Adapted(problem, one.changes + changes))
    return adapted


def adapt_text(problem: Problem, library: Library) -> Adapted:
    """What can be adapted without asking Lean."""
    header, modules = _present_modules(problem.header, library)
    if "Mathlib" not in header:
        return Adapted(problem.model_copy(update={"header": header}), modules)
    header, above = _big_operators(header)
    statement, below = _big_operators(problem.statement)
    changes = (*modules, *(f"header: {one}" for one in above), *below)
    return Adapted(problem.model_copy(update={"header": header, "statement": statement}), changes)


def _present_modules(header: str, library: Library) -> tuple[str, tuple[str, ...]]:
    edits: list[Edit] = []
    changes: list[str] = []
    words = list(tokens(header))
    offsets = _offsets(header)
    for word, module in pairwise(words):
        gone = (
            word.text == "import"
            and module.text.startswith("Mathlib.")
            and not library.has(module.text)
            and library.has("Mathlib")
        )
        if gone:
            edits.append(_over(offsets, module, "Mathlib"))
            changes.append(f"`import {module.text}` is `import Mathlib`: this Mathlib has no such")
    return _edited(header, edits), tuple(changes)


def _big_operators(text: str) -> tuple[str, tuple[str, ...]]:
    """The text with `∑ x in s` and `∑ x : t in s` written `∑ x ∈ s`, and the same of `∏`."""
    if " in " not in text and "\nin" not in text and " in\n" not in text:
        return text, ()
    words = list(tokens(text))
    offsets = _offsets(text)
    edits: list[Edit] = []
    for at, word in enumerate(words[:-2]):
        name, after = words[at + 1], words[at + 2]
        if word.text not in ("∑", "∏") or not _WORD.match(name.text) or word.touches(name):
            continue
        end = at + 2
        if after.text == ":":
            end = _closing_in(words, at + 3)
        if end < len(words) and words[end].text == "in":
            start = _at(offsets, after)
            edits.append((start, _at(offsets, words[end]) + len("in"), "∈"))
    changes = (f"{len(edits)} × `∑ x in s` is `∑ x ∈ s`, as Mathlib has it now",) if edits else ()
    return _edited(text, edits), changes


def _closing_in(words: Sequence[Token], start: int) -> int:
    """The place of the `in` that ends a type that begins at `start`; past the end without one."""
    depth = 0
    for place in range(start, len(words)):
        text = words[place].text
        if depth == 0 and text in ("in", ","):
            return place if text == "in" else len(words)
        depth += (text in "([{⟨") - (text in ")]}⟩")
    return len(words)


async def _mended_header(
    repl: LeanRepl, header: str, seconds: float
) -> tuple[str, tuple[str, ...]]:
    changes: list[str] = []
    for _ in range(_ROUNDS):
        answer = await run_header(repl, header, seconds)
        found = next(
            (m for e in (answer.errors if answer else ()) if (m := _mend(header, e))), None
        )
        if found is None:
            break
        header, change = found
        changes.append(change)
    return header, tuple(changes)


def _mend(header: str, error: LeanMessage) -> tuple[str, str] | None:
    """The header without what Lean does not know, and what that was; None for another error."""
    unknown = _UNKNOWN.search(error.data)
    if unknown is None:
        return None
    words = list(tokens(header, literals=True))
    here = (error.pos.line, error.pos.column)
    place = next((n for n, word in enumerate(words) if (word.line, word.column) == here), None)
    if place is None:
        return None
    if unknown["what"].lower() == "option":
        span = (place, place + 3) if words[place].text == "set_option" else None
    else:
        span = _opening(words, place, unknown["name"])
    if span is None:
        return None
    first, last = span
    if last < len(words) and words[last].text == "in":
        last += 1
    offsets = _offsets(header)
    start = _at(offsets, words[first])
    end = _at(offsets, words[last - 1]) + len(words[last - 1].text)
    said = " ".join(word.text for word in words[first:last])
    why = f"header: `{said}` is left out: this Lean has no such {unknown['what'].lower()}"
    return header[:start] + header[end:], why


def _opening(words: Sequence[Token], place: int, name: str) -> tuple[int, int] | None:
    """The words to leave out of an `open`: a name, or the whole if that is its only one."""
    if words[place].text != name:
        return None
    start = place
    while (
        start > 0 and words[start - 1].text not in _COMMANDS and _WORD.match(words[start - 1].text)
    ):
        start -= 1
    end = place + 1
    while end < len(words) and words[end].text not in _COMMANDS and _WORD.match(words[end].text):
        end += 1
    if start == 0 or words[start - 1].text not in ("open", "scoped"):
        return None
    if end < len(words) and words[end].text in ("(", "hiding", "renaming"):
        return None
    if end - start > 1:
        return place, place + 1
    command = start - (2 if words[start - 1].text == "scoped" else 1)
    return command, end


def _is_name(word: Token) -> bool:
    return word.text not in _COMMANDS and _WORD.match(word.text) is not None


def _offsets(text: str) -> list[int]:
    """Where each line begins, in characters."""
    offsets = [0]
    for line in text.split("\n"):
        offsets.append(offsets[-1] + len(line) + 1)
    return offsets


def _at(offsets: Sequence[int], word: Token) -> int:
    return offsets[word.line - 1] + word.column


def _over(offsets: Sequence[int], word: Token, new: str) -> Edit:
    start = _at(offsets, word)
    return start, start + len(word.text), new


def _edited(text: str, edits: Sequence[Edit]) -> str:
    for start, end, new in reversed(edits):
        text = text[:start] + new + text[end:]
    return text
