"""Runs made up for tests: real Trace objects in a real run folder, without a model or Lean."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from lean_agent.chat import CallError, Message, Sampling, ToolCall, ToolSchema
from lean_agent.lean.verdict import Level, Reason, Verdict
from lean_agent.problem import Problem
from lean_agent.trace.store import RunFolder, RunSettings
from lean_agent.trace.trace import Limits, Outcome, Trace, Turn

TOOLS = tuple(
    ToolSchema(name=name, description=f"the tool {name}", parameters={"type": "object"})
    for name in ("search_mathlib", "check_lean")
)
PROVED = Verdict(
    accepted=True,
    reason=Reason.PROVED,
    detail="The theorem is proved.",
    seconds=0.2,
    level=Level.STRICT,
)
ERRORS = Verdict(accepted=False, reason=Reason.ERRORS, detail="Lean reports errors.", seconds=0.3)


def make_problem(id: str = "and_swap", topic: str = "logic", difficulty: int | None = 1) -> Problem:
    return Problem(
        id=id,
        statement="theorem t (a b : Prop) (h : a ∧ b) : b ∧ a",
        informal="The two parts of a conjunction may be exchanged.",
        topic=topic,
        difficulty=difficulty,
    )


def make_trace(
    problem: Problem,
    sample: int,
    proof: str | None = None,
    *,
    failed_attempts: int = 1,
    outcome: Outcome | None = None,
    verdict: Verdict | None = None,
    errors: tuple[CallError, ...] = (),
    tokens: int | None = None,
    words: str = "Let me search first.",
    result: str = "1. And.comm : a ∧ b ↔ b ∧ a",
) -> Trace:
    """An episode: `failed_attempts` turns of a search and a refused check, then `proof` if any.

    `verdict` is the one on `proof`; `errors` are malformed calls of the first turn; `tokens` are
    counted for each turn.
    """
    codes = [f"{problem.statement} := by\n  exact h -- {i}" for i in range(failed_attempts)]
    attempts = [(code, ERRORS) for code in codes]
    if proof is not None:
        attempts.append((proof, verdict or PROVED))
    messages = [
        Message(role="system", content="You prove theorems in Lean 4."),
        Message(role="user", content=f"Prove this theorem.\n{problem.statement}"),
    ]
    turns = []
    for number, (code, given) in enumerate(attempts):
        search = ToolCall(
            id=f"search{number}", name="search_mathlib", arguments={"query": "swap", "k": 5}
        )
        check = ToolCall(id=f"check{number}", name="check_lean", arguments={"code": code})
        calls = (check,) if given.accepted else (search, check)
        messages.append(Message(role="assistant", content=words, tool_calls=calls))
        for call in calls:
            text = result if call is search else given.detail
            messages.append(Message(role="tool", content=text, tool_call_id=call.id))
        turns.append(
            Turn(
                raw=words,
                errors=errors if number == 0 else (),
                verdicts=(given,),
                prompt_tokens=tokens,
                completion_tokens=tokens,
                model_seconds=1.0,
                tool_seconds=0.5,
            )
        )
    return Trace(
        problem=problem,
        sample=sample,
        model="portfolio",
        sampling=Sampling(seed=sample),
        limits=Limits(),
        tools=TOOLS,
        messages=tuple(messages),
        turns=tuple(turns),
        outcome=outcome or (Outcome.TURN_LIMIT if proof is None else Outcome.PROVED),
        proof=proof,
        versions={"lean": "4.35.0"},
        started="2026-01-01T00:00:00+00:00",
        seconds=2.0,
    )


def make_run(
    path: Path, problem_ids: list[str], samples: int, traces: Iterable[Trace], **other: object
) -> RunFolder:
    """A run folder that asks for `problem_ids` × `samples` and holds `traces`.

    `other` are settings that are not to be the usual ones.
    """
    settings = RunSettings(
        benchmark="embedded",
        benchmark_checksum="0",
        split="test",
        limit=None,
        problem_ids=tuple(problem_ids),
        model="portfolio",
        samples=samples,
        sampling=Sampling(seed=7),
        limits=Limits(),
        toolchain="lean 4.35.0",
        index_checksum="0",
        lean_agent="0.1.0",
    ).model_copy(update=other)
    with RunFolder.create_or_resume(path, settings) as run:
        for trace in traces:
            run.append(trace)
    return RunFolder.open(path)
