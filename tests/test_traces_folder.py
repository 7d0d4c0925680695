"""The folder traces/: its schema is the code's, and its sample is a genuine dataset."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from lean_agent.benchmarks import load_benchmark
from lean_agent.lean.pool import LeanPool
from lean_agent.lean.toolchain import find_toolchain
from lean_agent.lean.verdict import Level
from lean_agent.lean.verifier import Verifier
from lean_agent.trace.recheck import recheck
from lean_agent.trace.selection_record import SelectionRecord
from lean_agent.trace.store import read_traces
from lean_agent.trace.trace import Trace

TRACES = Path(__file__).parents[1] / "traces"


@pytest.fixture(scope="module")
def sample() -> list[Trace]:
    return list(read_traces(TRACES / "sample"))


def test_the_schema_is_that_of_the_code() -> None:
    written = json.loads((TRACES / "trace.schema.json").read_text(encoding="utf-8"))
    assert written == Trace.model_json_schema()


def test_every_field_of_a_trace_is_explained() -> None:
    explained = (TRACES / "README.md").read_text(encoding="utf-8")
    missing = set(Trace.model_fields) - {"schema_version"}
    assert [field for field in sorted(missing) if f"`{field}`" not in explained] == []


def test_the_sample_is_a_hundred_training_problems_as_they_are_now(sample: list[Trace]) -> None:
    problems = {problem.id: problem for problem in load_benchmark("embedded", "train")}
    assert len({trace.problem.id for trace in sample}) == len(sample) == 100
    for trace in sample:
        assert trace.problem == problems[trace.problem.id]


def test_the_sample_says_what_was_taken_and_why(sample: list[Trace]) -> None:
    lines = (TRACES / "sample" / "selection.jsonl").read_text(encoding="utf-8").splitlines()
    records = [json.loads(line) for line in lines]
    taken = {record["episode"] for record in records if record["taken"]}
    assert taken == {trace.episode_id for trace in sample}
    assert all(record["why"] for record in records)
    about = (TRACES / "sample" / "selection.json").read_bytes()
    assert SelectionRecord.model_validate_json(about).model_dump()
    assert "# Proofs in Lean 4, found with tools: 100 traces" in (
        TRACES / "sample" / "README.md"
    ).read_text(encoding="utf-8")


def test_half_of_the_sample_recovers_from_an_error(sample: list[Trace]) -> None:
    called = Counter[str]()
    recovered = 0
    for trace in sample:
        called.update({call.name for message in trace.messages for call in message.tool_calls})
        verdicts = [verdict for turn in trace.turns for verdict in turn.verdicts]
        assert verdicts[-1].accepted
        assert verdicts[-1].level is Level.STRICT
        recovered += any(verdict.reason == "errors" for verdict in verdicts)
        assert (trace.started, trace.seconds) == ("", 0)
    assert called == {"search_mathlib": 100, "check_lean": 100}
    assert recovered >= 50


async def test_lean_accepts_every_proof_of_the_sample(sample: list[Trace]) -> None:
    async with LeanPool(find_toolchain("embedded"), 2) as pool:
        again = await recheck(sample, Verifier(pool))
    assert [one.why for one in again if not one.agrees] == []
    assert len(again) == len(sample)
