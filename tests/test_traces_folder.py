"""The folder traces/: its schema is the code's, and its sample is genuine."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lean_agent.benchmarks import load_benchmark
from lean_agent.lean.pool import LeanPool
from lean_agent.lean.toolchain import find_toolchain
from lean_agent.lean.verifier import Verifier
from lean_agent.trace.recheck import recheck
from lean_agent.trace.store import read_traces
from lean_agent.trace.trace import Trace

TRACES = Path(__file__).parents[1] / "traces"


@pytest.fixture(scope="module")
def sample() -> list[Trace]:
    return list(read_traces(TRACES / "sample.jsonl"))


def test_the_schema_is_that_of_the_code() -> None:
    written = json.loads((TRACES / "trace.schema.json").read_text(encoding="utf-8"))
    assert written == Trace.model_json_schema()


def test_every_field_of_a_trace_is_explained() -> None:
    explained = (TRACES / "README.md").read_text(encoding="utf-8")
    missing = set(Trace.model_fields) - {"schema_version"}
    assert [field for field in sorted(missing) if f"`{field}`" not in explained] == []


def test_the_sample_is_of_problems_as_they_are_now(sample: list[Trace]) -> None:
    problems = {problem.id: problem for problem in load_benchmark("embedded")}
    assert len(sample) >= 3
    assert len({trace.problem.id for trace in sample}) == len(sample)
    for trace in sample:
        assert trace.problem == problems[trace.problem.id]


def test_episodes_of_the_sample_used_both_tools_and_learnt_from_errors(
    sample: list[Trace],
) -> None:
    for trace in sample:
        called = {call.name for message in trace.messages for call in message.tool_calls}
        assert called == {"search_mathlib", "check_lean"}
        verdicts = [verdict for turn in trace.turns for verdict in turn.verdicts]
        assert not verdicts[0].accepted
        assert verdicts[-1].accepted


async def test_lean_accepts_every_proof_of_the_sample(sample: list[Trace]) -> None:
    async with LeanPool(find_toolchain("embedded"), 2) as pool:
        again = await recheck(sample, Verifier(pool))
    assert [one.why for one in again if not one.agrees] == []
    assert len(again) == len(sample)
