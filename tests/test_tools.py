"""The two tools, with a real search index and the real embedded Lean."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from scripted import AND_SWAP, ScriptedModel, call

from lean_agent.agent import run_episode
from lean_agent.chat import Sampling
from lean_agent.lean.pool import LeanPool
from lean_agent.lean.toolchain import find_toolchain
from lean_agent.lean.verdict import Reason
from lean_agent.lean.verifier import Verifier
from lean_agent.tools import (
    CheckLean,
    LocalIndex,
    SearchMathlib,
    SearchUnavailable,
    Tool,
    ToolArgumentError,
    Toolbox,
)
from lean_agent.trace.trace import Limits, Outcome
from mathlib_index import SearchIndex, build_index

LIBRARY = f"""
/-- Conjunction is commutative: from `a ∧ b` follows `b ∧ a`. -/
theorem And.swap {{a b : Prop}} (h : a ∧ b) : b ∧ a := ⟨h.2, h.1⟩

/-- Appending lists adds their lengths. -/
theorem List.length_append {{α : Type}} (s t : List α) :
    (s ++ t).length = s.length + t.length := sorry

theorem undocumented : {"(1 = 1) ∧ " * 100} True := sorry
"""
PROBLEM = AND_SWAP.model_copy(update={"header": ""})
PROOF = f"{PROBLEM.statement} := ⟨h.2, h.1⟩"


@pytest.fixture(scope="session")
def index_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("library")
    (folder / "Basic.lean").write_text(LIBRARY, encoding="utf-8")
    build_index(folder, folder / "index")
    return folder / "index"


@pytest.fixture(scope="session")
def index(index_folder: Path) -> SearchIndex:
    return SearchIndex.load(index_folder)


@pytest.fixture(scope="session")
def search(index: SearchIndex) -> SearchMathlib:
    return SearchMathlib(LocalIndex(index))


@pytest_asyncio.fixture
async def verifier() -> AsyncIterator[Verifier]:
    async with LeanPool(find_toolchain("embedded"), workers=1) as pool:
        yield Verifier(pool)


def check(verifier: Verifier, seconds: float = 60.0) -> CheckLean:
    return CheckLean(verifier, PROBLEM, seconds)


async def test_a_search_answers_with_numbered_lines(search: SearchMathlib) -> None:
    result = await search.call({"query": "swap the two sides of a conjunction", "k": 2})
    first, second = result.text.splitlines()
    assert first == (
        "1. And.swap {a b : Prop} (h : a ∧ b) : b ∧ a — "
        "Conjunction is commutative: from `a ∧ b` follows `b ∧ a`."
    )
    assert second.startswith("2. ")
    assert result.verdict is None


async def test_long_signatures_are_cut(search: SearchMathlib) -> None:
    result = await search.call({"query": "undocumented"})
    (line,) = (line for line in result.text.splitlines() if " undocumented " in line)
    assert len(line) < 500
    assert line.endswith("…")


async def test_repeated_queries_are_answered_from_memory(
    index: SearchIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    real = index.search

    def counting(query: str, k: int) -> Any:
        asked.append(query)
        return real(query, k)

    monkeypatch.setattr(index, "search", counting)
    tool = SearchMathlib(LocalIndex(index))
    answers = [await tool.call({"query": query}) for query in ("lists", " lists ", "lengths")]
    assert asked == ["lists", "lengths"]
    assert answers[0] == answers[1]


async def test_many_searches_at_once(search: SearchMathlib) -> None:
    queries = [f"length of list {number}" for number in range(16)]
    results = await asyncio.gather(*(search.call({"query": query}) for query in queries))
    assert all("List.length_append" in result.text for result in results)


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        ({}, "`query`: Field required"),
        ({"query": "  "}, "`query`: String should have at least 1 character"),
        ({"query": 3}, "`query`: Input should be a valid string"),
        ({"query": "x" * 2001}, "`query`: String should have at most 2000 characters"),
        ({"query": "x", "k": "5"}, "`k`: Input should be a valid integer"),
        ({"query": "x", "k": 21}, "`k`: Input should be less than or equal to 20"),
        ({"query": "x", "limit": 5}, "`limit`: Extra inputs are not permitted"),
    ],
)
async def test_arguments_that_do_not_fit_are_explained(
    search: SearchMathlib, arguments: dict[str, Any], hint: str
) -> None:
    with pytest.raises(ToolArgumentError, match=hint):
        await search.call(arguments)


async def test_an_index_without_its_model_is_no_fault_of_the_caller(
    index_folder: Path, tmp_path: Path
) -> None:
    copy = shutil.copytree(index_folder, tmp_path / "index")
    manifest = json.loads((copy / "manifest.json").read_text())
    (copy / "manifest.json").write_text(json.dumps(manifest | {"model": "/no/such/model"}))
    tool = SearchMathlib(LocalIndex(SearchIndex.load(copy)))
    with pytest.raises(SearchUnavailable, match="no model folder at /no/such/model"):
        await tool.call({"query": "lists"})


def test_the_schema_says_all_that_is_asked_of_the_arguments(search: SearchMathlib) -> None:
    parameters = search.schema.parameters
    assert parameters["required"] == ["query"]
    assert parameters["additionalProperties"] is False
    assert {name: next(iter(of)) for name, of in parameters["properties"].items()} == {
        "query": "type",
        "k": "type",
    }
    assert (parameters["properties"]["k"]["minimum"], parameters["properties"]["k"]["maximum"]) == (
        1,
        20,
    )


async def test_a_proof_is_checked_by_lean(verifier: Verifier) -> None:
    result = await check(verifier).call({"code": PROOF})
    assert result.verdict is not None
    assert result.verdict.accepted, result.text
    assert result.code == PROOF
    assert result.text.startswith("Accepted")


async def test_a_wrong_proof_comes_back_with_leans_errors(verifier: Verifier) -> None:
    result = await check(verifier).call({"code": PROOF.replace("h.2", "h.1")})
    assert result.verdict is not None
    assert result.verdict.reason is Reason.ERRORS
    assert "error" in result.text


async def test_a_check_needs_code(verifier: Verifier) -> None:
    with pytest.raises(ToolArgumentError, match="`code`"):
        await check(verifier).call({"proof": PROOF})


async def test_an_episode_with_real_tools(search: SearchMathlib, verifier: Verifier) -> None:
    tools: list[Tool] = [search, check(verifier)]
    model = ScriptedModel(
        [
            call("search_mathlib", query="commutativity of conjunction"),
            call("check_lean", code=f"{PROBLEM.statement} := h"),
            call("check_lean", code=PROOF),
        ]
    )
    trace = await run_episode(
        PROBLEM,
        model,
        Toolbox(tuple(tools), check(verifier).check),
        sample=0,
        sampling=Sampling(),
        limits=Limits(),
        versions={},
    )
    assert trace.outcome is Outcome.PROVED
    assert trace.proof == PROOF
    assert "And.swap" in trace.messages[3].content
    assert [verdict.accepted for turn in trace.turns for verdict in turn.verdicts] == [False, True]


async def test_lean_is_usable_after_the_time_limit_interrupted_a_check(verifier: Verifier) -> None:
    endless = f"{PROBLEM.statement} := by repeat (first | skip)\n"
    trace = await run_episode(
        PROBLEM,
        ScriptedModel([call("check_lean", code=endless)]),
        Toolbox((check(verifier),), check(verifier).check),
        sample=0,
        sampling=Sampling(),
        limits=Limits(seconds=2),
        versions={},
    )
    assert trace.outcome is Outcome.TIME_LIMIT
    result = await check(verifier).call({"code": PROOF})
    assert result.text.startswith("Accepted")
