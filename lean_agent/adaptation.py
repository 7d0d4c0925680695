"""Published statements made fit for the Lean of a run, and which may mean something else since.

Benchmarks were written for older releases of Lean and Mathlib, of which some things are gone. One
rule leaves the meaning of a statement as it is, for it is what Mathlib itself did:

- `∑ x in s, f x` was read as `∑ x ∈ s, f x`, and `∑ x : t in s, f x` as
  `∑ x ∈ (s : Finset t), f x`; so with `∏`. Mathlib proposed to write that
  (https://github.com/leanprover-community/mathlib4/pull/21253) and then dropped the old spelling
  (https://github.com/leanprover-community/mathlib4/pull/28212).

The others make a statement readable that was not, and can change what it says without a word of
Lean; such a change is `doubtful`:

- A module of Mathlib that is no longer there: `import Mathlib` brings all that there is, with
  notations and instances that the module may not have brought. (Modules are looked up on the disk.)
- A namespace that this Lean does not know has nothing to open: its name goes. In the Mathlib of
  its time it may have had a `sqrt`, where now that of another namespace is meant.
- An option that this Lean does not know: its `set_option` goes. (Options of linters, traces and
  printing are beyond doubt.)

The last two are Lean's own words on the header: nothing is left out that it does not complain of.
Whatever else does not elaborate stays as it is, and is shown to be broken.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from lean_agent.chat import Frozen
from lean_agent.concurrency import for_each
from lean_agent.lean.attempts import on_a_process
from lean_agent.lean.header import run_header
from lean_agent.lean.lexer import Token, tokens
from lean_agent.lean.library import Library, imported
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
_OPENERS, _CLOSERS = frozenset("([{⟨⦃"), frozenset(")]}⟩⦄")
_BINDERS = frozenset("∃∀∑∏∫⋃⋂⨆⨅ΣΠ")  # each has a comma behind what it binds
_MEANINGLESS = ("linter.", "trace.", "pp.", "profiler", "format.")  # options

Edit = tuple[int, int, str]
"""Characters from here to there give way to a text."""


class Change(Frozen):
    """What was changed of a problem, in words; `doubtful` where it may mean something else since.

    Whether it does only the Mathlib of its time could tell.
    """

    what: str
    doubtful: bool = False


@dataclass(frozen=True)
class Adapted:
    """A problem as it is run, and what was changed of it."""

    problem: Problem
    changes: tuple[Change, ...] = ()

    @property
    def doubtful(self) -> bool:
        """Whether it may mean something else than was published."""
        return any(change.doubtful for change in self.changes)


async def adapt(
    problems: Sequence[Problem], verifier: Verifier, library: Library, check_seconds: float
) -> list[Adapted]:
    """The problems made fit for the verifier's Lean, whose modules are those of `library`.

    `check_seconds` is the time limit of what a header holds besides imports. A header that Lean
    comes to no answer to stays as it is.
    """
    by_text = [adapt_text(problem, library) for problem in problems]
    headers: dict[str, Adapted] = {one.problem.header: one for one in by_text}
    mended: dict[str, tuple[str, tuple[Change, ...]]] = {}

    async def mend(header: str) -> None:
        async def on(repl: LeanRepl) -> tuple[str, tuple[Change, ...]]:
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
    changes = (
        *modules,
        *(Change(what=f"header: {one}") for one in above),
        *(Change(what=one) for one in below),
    )
    return Adapted(problem.model_copy(update={"header": header, "statement": statement}), changes)


def _present_modules(header: str, library: Library) -> tuple[str, tuple[Change, ...]]:
    gone = [
        module
        for module in imported(header)
        if module.text.startswith("Mathlib.")
        and not library.has(module.text)
        and library.has("Mathlib")
    ]
    offsets = _offsets(header)
    changes = tuple(
        Change(
            what=f"`import {module.text}` is `import Mathlib`: this Mathlib has no such",
            doubtful=True,
        )
        for module in gone
    )
    return _edited(header, [_over(offsets, module, "Mathlib") for module in gone]), changes


def _big_operators(text: str) -> tuple[str, tuple[str, ...]]:
    """The text with the sums and products of the old spelling in the new one, and how many."""
    if not re.search(r"\bin\b", text):
        return text, ()
    words = list(tokens(text, literals=True))
    offsets = _offsets(text)
    edits: list[Edit] = []
    plain = typed = 0
    for at, word in enumerate(words[:-2]):
        name, after = words[at + 1], words[at + 2]
        if word.text not in ("∑", "∏") or not _WORD.match(name.text):
            continue
        if after.text == "in":
            edits.append(_over(offsets, after, "∈"))
            plain += 1
        elif after.text == ":" and (found := _typed_set(text, words, at + 2, offsets)):
            edits += found
            typed += 1
    said = []
    if plain:
        said.append(f"{plain} × `∑ x in s` is `∑ x ∈ s`, as Mathlib has it now")
    if typed:
        said.append(f"{typed} × `∑ x : t in s` is `∑ x ∈ (s : Finset t)`, as Mathlib read it")
    return _edited(text, edits), tuple(said)


def _typed_set(
    text: str, words: Sequence[Token], colon: int, offsets: Sequence[int]
) -> tuple[Edit, ...]:
    """The edits that make `: t in s` be `∈ (s : Finset t)`; none where that is something else."""
    into = _stop(words, colon + 1, ("in",))
    end = into and _stop(words, into + 1, (",", "with"))
    if not into or not end or end == into + 1:
        return ()
    of_type = words[colon + 1 : into]
    if not of_type or any(word.text in ("∑", "∏") for word in of_type):
        return ()
    written = text[_at(offsets, of_type[0]) : _end(offsets, of_type[-1])]
    if len(of_type) > 1:
        written = f"({written})"
    set_end = _end(offsets, words[end - 1])
    return (
        (_at(offsets, words[colon]), _at(offsets, words[into + 1]), "∈ ("),
        (set_end, set_end, f" : Finset {written})"),
    )


def _stop(words: Sequence[Token], start: int, stops: Sequence[str]) -> int | None:
    """The place of the first of `stops` behind the term that begins at `start`, or None."""
    depth = commas = 0  # open brackets; and commas to come that belong to the term
    for place in range(start, len(words)):
        text = words[place].text
        if depth == 0 and commas == 0 and text in stops:
            return place
        if depth == 0:
            commas += (text in _BINDERS) - (text == ",")
        depth += (text in _OPENERS) - (text in _CLOSERS)
        if depth < 0 or commas < 0:
            return None
    return None


async def _mended_header(
    repl: LeanRepl, header: str, seconds: float
) -> tuple[str, tuple[Change, ...]]:
    changes: list[Change] = []
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


def _mend(header: str, error: LeanMessage) -> tuple[str, Change] | None:
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
    said = " ".join(word.text for word in words[first:last])
    what = unknown["what"].lower()
    return header[:start] + header[_end(offsets, words[last - 1]) :], Change(
        what=f"header: `{said}` is left out: this Lean has no such {what}",
        doubtful=what == "namespace" or not unknown["name"].startswith(_MEANINGLESS),
    )


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


def _offsets(text: str) -> list[int]:
    """Where each line begins, in characters."""
    offsets = [0]
    for line in text.split("\n"):
        offsets.append(offsets[-1] + len(line) + 1)
    return offsets


def _at(offsets: Sequence[int], word: Token) -> int:
    return offsets[word.line - 1] + word.column


def _end(offsets: Sequence[int], word: Token) -> int:
    return _at(offsets, word) + len(word.text)


def _over(offsets: Sequence[int], word: Token, new: str) -> Edit:
    return _at(offsets, word), _end(offsets, word), new


def _edited(text: str, edits: Sequence[Edit]) -> str:
    for start, end, new in sorted(edits, reverse=True):
        text = text[:start] + new + text[end:]
    return text
