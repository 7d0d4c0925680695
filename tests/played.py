"""Episodes played by the real loop with a scripted model, for tests of what becomes of traces.

The search answers from a short list; the judge accepts what names the theorem and does not say
`wrong`, in Lean's words, so that no Lean is needed to play. The proofs are right: the embedded
Lean accepts them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scripted import ScriptedModel, call
from synthetic_runs import make_run

from lean_agent.agent import run_episode
from lean_agent.chat import Sampling
from lean_agent.episode import EpisodeSettings
from lean_agent.lean.feedback import format_verdict
from lean_agent.lean.verdict import Level, Reason, Verdict
from lean_agent.problem import Problem
from lean_agent.tools import CHECK_SCHEMA, SEARCH_SCHEMA, Toolbox, ToolResult
from lean_agent.trace.store import RunFolder
from lean_agent.trace.trace import Limits, Trace

VERSIONS = {"lean_agent": "0.1.0", "lean": "4.35.0", "index": "0", "strict": "kernel replay"}


@dataclass(frozen=True)
class Lemma:
    """A theorem of the embedded library, and a problem that it proves."""

    name: str
    arguments: str
    signature: str
    problem: Problem

    @property
    def proof(self) -> str:
        """The whole theorem, proved by the lemma."""
        return f"{self.problem.statement} := by\n  exact {self.name} {self.arguments}"


def lemma(application: str, signature: str, topic: str, difficulty: int, informal: str) -> Lemma:
    name, _, arguments = application.partition(" ")
    id = "my_" + name.replace(".", "_")
    return Lemma(
        name,
        arguments,
        signature,
        Problem(
            id=id,
            statement=f"theorem {id} {signature}",
            informal=informal,
            split="train",
            topic=topic,
            difficulty=difficulty,
        ),
    )


LEMMAS = (
    lemma(
        "Nat.add_comm n m",
        "(n m : Nat) : n + m = m + n",
        "sums",
        1,
        "The order of two summands is of no account.",
    ),
    lemma(
        "Nat.mul_comm n m",
        "(n m : Nat) : n * m = m * n",
        "products",
        1,
        "Two factors may be exchanged.",
    ),
    lemma(
        "Nat.add_assoc n m k",
        "(n m k : Nat) : n + m + k = n + (m + k)",
        "sums",
        2,
        "Parentheses may be shifted in a sum of three.",
    ),
    lemma(
        "Nat.le_trans a b",
        "{n m k : Nat} (a : n ≤ m) (b : m ≤ k) : n ≤ k",
        "order",
        2,
        "What is at most a number is at most every greater one.",
    ),
    lemma(
        "List.append_assoc as bs cs",
        "{α : Type} (as bs cs : List α) : as ++ bs ++ cs = as ++ (bs ++ cs)",
        "lists",
        3,
        "Three lists can be strung together in either grouping.",
    ),
    lemma(
        "List.length_append as bs",
        "{α : Type} (as bs : List α) : (as ++ bs).length = as.length + bs.length",
        "lists",
        3,
        "The length of a concatenation is the total of the lengths.",
    ),
)


class Shelf:
    """A search tool that knows LEMMAS: it answers those whose topic or words the query names."""

    schema = SEARCH_SCHEMA

    async def call(self, arguments: dict[str, Any]) -> ToolResult:
        query = arguments["query"]
        hits = [one for one in LEMMAS if query in (one.problem.informal, one.problem.topic)]
        lines = [f"{n}. {one.name} {one.signature}" for n, one in enumerate(hits, start=1)]
        return ToolResult("\n".join(lines) or "Nothing found. Try other words.")


class Judge:
    """A check_lean that is quick: see above."""

    schema = CHECK_SCHEMA

    def __init__(self, problem: Problem, level: Level) -> None:
        self._name = problem.name
        self._level = level

    async def call(self, arguments: dict[str, Any]) -> ToolResult:
        return await self.check(arguments["code"])

    async def check(self, code: str) -> ToolResult:
        """The verdict in words and as such."""
        if "wrong" in code:
            verdict = Verdict(accepted=False, reason=Reason.ERRORS, detail="type mismatch")
        elif "endless" in code:
            verdict = Verdict(accepted=False, reason=Reason.TIMEOUT, detail="Lean was not done")
        elif self._name not in code:
            detail = f"the code declares no `{self._name}`"
            verdict = Verdict(accepted=False, reason=Reason.WRONG_STATEMENT, detail=detail)
        else:
            verdict = Verdict(
                accepted=True, reason=Reason.PROVED, detail="Lean accepts it", level=self._level
            )
        verdict = verdict.model_copy(update={"seconds": 0.25})
        return ToolResult(format_verdict(verdict, code), verdict, code)


def search(query: str) -> str:
    """A search as the model writes it."""
    return call("search_mathlib", query=query)


def check(code: str) -> str:
    """A check as the model writes it."""
    return call("check_lean", code=code)


def good_lines(one: Lemma, errors: int = 0) -> list[str]:
    """What a good episode says: a search, `errors` refused proofs, the proof."""
    topic = one.problem.topic
    refused = [
        f"A try at {topic}, number {n}.\n" + check(f"{one.problem.statement} := wrong {topic} {n}")
        for n in range(errors)
    ]
    return [search(one.problem.informal), *refused, check(one.proof)]


def play(
    one: Lemma,
    lines: Sequence[str] | None = None,
    *,
    sample: int = 0,
    turns: int = 12,
    settings: EpisodeSettings | None = None,
    level: Level = Level.STRICT,
    versions: Mapping[str, str] = VERSIONS,
    model: ScriptedModel | None = None,
) -> Trace:
    """An episode on the lemma's problem; the model says `lines`, or what is good."""
    model = model or ScriptedModel(good_lines(one) if lines is None else lines)
    judge = Judge(one.problem, level)
    return asyncio.run(
        run_episode(
            one.problem,
            model,
            Toolbox((Shelf(), judge), judge.check),
            sample=sample,
            sampling=Sampling(seed=7),
            limits=Limits(turns=turns),
            settings=settings or EpisodeSettings(),
            versions=versions,
        )
    )


def played_run(path: Path, samples: int = 2) -> RunFolder:
    """A run over LEMMAS: the first sample of each recovers from an error, the others have none."""
    traces = [
        play(one, good_lines(one, errors=sample == 0), sample=sample)
        for one in LEMMAS
        for sample in range(samples)
    ]
    return make_run(path, [one.problem.id for one in LEMMAS], samples, traces)
