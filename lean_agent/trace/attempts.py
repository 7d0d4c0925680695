"""Attempts: the Lean code that an episode submitted, what Lean said of it, and what changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from lean_agent.lean.protocol import Position
from lean_agent.lean.verdict import Verdict
from lean_agent.submission import submitted_proof
from lean_agent.trace.trace import CHECK_TOOL, Trace

# Comparing two texts of so many lines (the product) takes a tenth of a second at most.
_MOST_PAIRS = 250_000


@dataclass(frozen=True)
class Attempt:
    """The n-th piece of Lean code of an episode, counted from 1.

    `verdict` is None where the call was refused before Lean saw it, or the episode ended first.
    """

    number: int
    code: str
    verdict: Verdict | None
    before: Attempt | None


def attempts(trace: Trace) -> tuple[Mapping[str, Attempt], ...]:
    """For each answer of the model, its attempts by the id of the call that submitted them.

    A proof that the model only wrote down, and that was judged, is under the empty id.
    """
    placed = []
    last: Attempt | None = None
    answers = (message for message in trace.messages if message.role == "assistant")
    verdicts = trace.verdicts_by_call()
    for turn, answer in enumerate(answers):
        judged = verdicts[turn] if turn < len(verdicts) else {}
        codes = [
            (call.id, call.arguments.get("code"))
            for call in answer.tool_calls
            if call.name == CHECK_TOOL
        ]
        if "" in judged:
            codes.append(("", submitted_proof(answer.content, trace.problem)))
        here = {}
        for call, code in codes:
            if isinstance(code, str):
                last = Attempt(last.number + 1 if last else 1, code, judged.get(call), last)
                here[call] = last
        placed.append(here)
    return tuple(placed)


@dataclass(frozen=True)
class Remark:
    """What Lean says about a place in submitted code; a `sorry` is told with its goal.

    Lines count from 1 and columns, in characters, from 0. `end` is None where Lean gives none.
    """

    severity: Literal["error", "warning", "info", "trace", "sorry"]
    pos: Position
    end: Position | None
    text: str


def remarks(verdict: Verdict, lines: int) -> dict[int, list[Remark]]:
    """Lean's messages on code of so many lines, by the line they are about, in order of place.

    Line 0 has those that are about none of the lines.
    """
    found = [Remark(m.severity, m.pos, m.end_pos, m.data) for m in verdict.messages]
    for sorry in verdict.sorries:
        place = sorry.pos or Position(line=0, column=0)
        found.append(Remark("sorry", place, sorry.end_pos, f"stands for:\n{sorry.goal}"))
    by_line: dict[int, list[Remark]] = {}
    for remark in sorted(found, key=lambda r: (r.pos.line, r.pos.column)):
        line = remark.pos.line if 1 <= remark.pos.line <= lines else 0
        by_line.setdefault(line, []).append(remark)
    return by_line


@dataclass(frozen=True)
class Change:
    """A line of the old code that is gone (`-`), or of the new code that was not there (`+`)."""

    mark: Literal["-", "+"]
    number: int
    line: str


def changes(before: str, after: str) -> list[Change]:
    """The lines in which `after` differs from `before`, as a unified diff has them."""
    old, new = before.split("\n"), after.split("\n")
    found = []
    for start, stop, new_start, new_stop in _differing(old, new):
        found += [Change("-", n + 1, old[n]) for n in range(start, stop)]
        found += [Change("+", n + 1, new[n]) for n in range(new_start, new_stop)]
    return found


def _differing(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[int, int, int, int]]:
    """The stretches that differ: `old[a:b]` became `new[c:d]`."""
    head = _common(old, new)
    tail = _common(old[head:][::-1], new[head:][::-1])
    rest, rest_new = old[head : len(old) - tail], new[head : len(new) - tail]
    if len(rest) * len(rest_new) > _MOST_PAIRS:
        yield head, len(old) - tail, head, len(new) - tail
        return
    for tag, a, b, c, d in SequenceMatcher(None, rest, rest_new, autojunk=False).get_opcodes():
        if tag != "equal":
            yield head + a, head + b, head + c, head + d


def _common(one: Sequence[str], other: Sequence[str]) -> int:
    """How many lines two texts have in common at their beginnings."""
    return next(
        (n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b),
        min(len(one), len(other)),
    )
