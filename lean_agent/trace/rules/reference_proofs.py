"""Reference proofs, which some benchmark files carry: none may stand in a trace that is taken.

A model that was shown one copies it; a student learns nothing from that. The loop shows none
(`loop_words.py` sees to that), so what is left to look at is what the model itself wrote.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from lean_agent.chat import ToolCall
from lean_agent.errors import UserError
from lean_agent.problem import Problem
from lean_agent.trace.rules.likeness import words
from lean_agent.trace.rules.rule import Left, Rule
from lean_agent.trace.trace import Trace

FIELDS = ("formal_proof", "proof", "reference_proof", "solution", "formal_solution")
"""The fields of a problem file in which published benchmarks have their proofs."""

SHORTEST = 8
"""A proof of fewer words, such as `by simp`, may be anybody's."""

_HIDDEN = re.compile(
    r"\b(?:reference|ground[- ]truth|provided|supplied)\s+(?:lean\s+|formal\s+)*(?:proof|solution)"
    r"\b(?!\s+state)|\bsystem prompt\b|\bhint\s+(?:says|tells|given|provided)\b"
    r"|\b(?:provided|given)\s+hint\b",
    re.IGNORECASE,
)


class ReferenceProofs:
    """The reference proofs of one benchmark file, by the ids of its problems."""

    def __init__(self, proofs: Mapping[str, Sequence[str]]) -> None:
        self._proofs = dict(proofs)

    def __len__(self) -> int:
        return len(self._proofs)

    @classmethod
    def read(cls, path: Path) -> ReferenceProofs:
        """Those of a JSONL file of problems. Raises UserError where it cannot be read."""
        proofs: dict[str, list[str]] = {}
        try:
            lines = path.read_text(encoding="utf-8").split("\n")
            records = [json.loads(line) for line in lines if line.strip()]
        except (OSError, ValueError) as error:
            raise UserError(f"cannot read the problems in {path}: {error}") from error
        for record in records:
            if isinstance(record, dict):
                found = [record[name] for name in FIELDS if isinstance(record.get(name), str)]
                if found:
                    proofs.setdefault(str(record.get("id") or record.get("name")), []).extend(found)
        return cls(proofs)

    def shown(self, trace: Trace) -> Left | None:
        """Where a reference proof stands in the trace before the accepted answer, or None."""
        for proof in self._proofs.get(trace.problem.id, ()):
            body = _body(proof, trace.problem)
            if len(body) < SHORTEST:
                continue
            sought = _joined(body)
            for place, text in _before_the_accepted(trace):
                if sought in _joined(words(text)):
                    return Left(
                        rule=Rule.REFERENCE,
                        why=f"the benchmark's reference proof stands in message {place + 1}",
                        evidence=" ".join(body)[:200],
                    )
        return None


def hidden_parts(trace: Trace) -> Left | None:
    """Where the model speaks of what it was shown and the trace does not hold, or None."""
    answers = [message for message in trace.messages if message.role == "assistant"]
    for number, answer in enumerate(answers):
        raw = trace.turns[number].raw if number < len(trace.turns) else ""
        for text in (answer.content, *_codes(answer.tool_calls), raw):
            if found := _HIDDEN.search(text):
                around = text[max(0, found.start() - 60) : found.end() + 60]
                return Left(
                    rule=Rule.REFERENCE,
                    why=f"answer {number + 1} speaks of a part that was hidden: “{found[0]}”",
                    evidence=" ".join(around.split()),
                )
    return None


def _before_the_accepted(trace: Trace) -> Iterator[tuple[int, str]]:
    """The texts before the answer whose proof was accepted, each with its message's place."""
    answers = [n for n, message in enumerate(trace.messages) if message.role == "assistant"]
    for place, message in enumerate(trace.messages[: answers[-1] if answers else 0]):
        yield place, message.content
        for code in _codes(message.tool_calls):
            yield place, code
        if message.role == "assistant" and (turn := answers.index(place)) < len(trace.turns):
            yield place, trace.turns[turn].raw


def _codes(calls: Sequence[ToolCall]) -> Iterator[str]:
    for call in calls:
        yield from (one for one in call.arguments.values() if isinstance(one, str))


def _body(proof: str, problem: Problem) -> list[str]:
    """The words of the proof without the statement before it and `:= by`."""
    body = words(proof)
    statement = words(problem.statement)
    for start in range(len(body) - len(statement) + 1):
        if body[start : start + len(statement)] == statement:
            body = body[start + len(statement) :]
            break
    while body and body[0] in (":", "=", ":=", "by"):
        body = body[1:]
    while body and body[-1] == "`":  # a fence of Markdown
        body = body[:-1]
    return body


def _joined(found: Sequence[str]) -> str:
    return "\0".join(("", *found, ""))
