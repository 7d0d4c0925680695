"""Reference proofs, which some benchmark files carry: none may stand in a trace that is taken.

A model that was shown one copies it, in the proof that is accepted too; a student learns nothing
from that. The loop shows none (`loop_words.py` sees to that), so what is left to look at is what
the model itself wrote: the proofs, and words that speak of what no message shows.
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

SHORTEST_ACCEPTED = 40
"""A proof of fewer words and symbols may be found twice; from so many on, some four lines, an
accepted one is a copy."""

_IDS = ("id", "name", "problem_id", "problem_name")
_REPEAT = re.compile(r"\.\d+\Z")  # numbers problems that have one name

# Solutions of equations are mathematics, and a proof that Lean refused is the model's own.
_HIDDEN = re.compile(
    r"""
    \b(?: (?:reference|ground[- ]truth|official|expert|gold(?:en)?)
        |  (?:the|this|that|your|given\s+an?)\s+(?:\w+\s+)?
           (?:provided|supplied|given|known|human|expected|informal|model|sample) )
    \s+(?:(?:lean|4|formal)\s+)*(?:proof|solution)s?\b
    (?!\s+states?\b)
    (?!\W+\w+\s*=)
    (?!\W+(?:\w+\W+){0,4}?
        (?:equations?|systems?|inequalit\w+|congruences?|not|never|fail\w*|reject\w*|refus\w*
        |compil\w+|wrong|incorrect|errors?)\b)
    | \b(?:proof|solution)\s+(?:that\s+)?(?:I\s+(?:was|am)|I've\s+been)\s+(?:given|shown)\b
    | \banswer\s+key\b | \bsystem\s+prompt\b
    | \bhint\s+(?:says|tells|given|provided)\b | \b(?:provided|given)\s+hint\b
    """,
    re.IGNORECASE | re.VERBOSE,
)


class ReferenceProofs:
    """The reference proofs of one benchmark file, by the ids of its problems."""

    def __init__(self, proofs: Mapping[str, Sequence[str]]) -> None:
        self._proofs = dict(proofs)

    def __len__(self) -> int:
        return len(self._proofs)

    @classmethod
    def read(cls, path: Path) -> ReferenceProofs:
        """Those of a JSONL file of problems, or of all such files in a folder.

        Raises UserError where one cannot be read.
        """
        proofs: dict[str, list[str]] = {}
        try:
            files = sorted(path.rglob("*.jsonl")) if path.is_dir() else [path]
            lines = (line for file in files for line in file.read_text("utf-8").split("\n"))
            records = [json.loads(line) for line in lines if line.strip()]
        except (OSError, ValueError) as error:
            raise UserError(f"cannot read the problems in {path}: {error}") from error
        for record in records:
            if isinstance(record, dict):
                found = [record[name] for name in FIELDS if isinstance(record.get(name), str)]
                name = next((record[name] for name in _IDS if record.get(name)), None)
                if name is not None and any(words(one) for one in found):
                    proofs.setdefault(str(name), []).extend(found)
        return cls(proofs)

    def shown(self, trace: Trace) -> Left | None:
        """Where a reference proof stands in the trace, or None."""
        problem = trace.problem
        names = dict.fromkeys((problem.id, _REPEAT.sub("", problem.id), problem.name))
        for proof in (proof for name in names for proof in self._proofs.get(name, ())):
            body = _body(proof, problem)
            if len(body) < SHORTEST:
                continue
            sought = _joined(body)
            accepted = _body(trace.proof or "", problem)
            if len(body) >= SHORTEST_ACCEPTED and sought in _joined(accepted):
                return Left(
                    rule=Rule.REFERENCE,
                    why="the accepted proof is the benchmark's reference proof, word for word",
                    evidence=" ".join(body)[:200],
                )
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
                    rule=Rule.HIDDEN,
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
