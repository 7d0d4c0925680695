"""Replaying traces: the same calls to the same tools, every answer held against the record."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from scripted import ScriptedModel, call
from synthetic_runs import make_problem
from typer.testing import CliRunner

from lean_agent.agent import run_episode
from lean_agent.chat import Sampling
from lean_agent.cli import app
from lean_agent.lean.verdict import Reason
from lean_agent.problem import Problem
from lean_agent.tools import Toolbox
from lean_agent.trace.recorded_turns import flaws
from lean_agent.trace.replay import replay_one
from lean_agent.trace.store import read_traces
from lean_agent.trace.trace import Limits, Trace
from lean_agent.workbench import open_workbench

pytestmark = pytest.mark.usefixtures("embedded_lean")
SAMPLE = Path(__file__).parents[1] / "traces" / "sample"
PROBLEM = make_problem("and_swap")
GOOD = f"{PROBLEM.statement} := And.intro h.2 h.1"
ANY_LIMITS = Limits()
BAD = f"{PROBLEM.statement} := And.intro h.1 h.2"


def replay(path: Path, *more: str) -> tuple[int, str]:
    ran = CliRunner().invoke(app, ["traces", "replay", str(path), "--lean", "embedded", *more])
    return ran.exit_code, ran.stdout


def write(path: Path, *traces: Trace) -> Path:
    path.write_text("".join(trace.model_dump_json() + "\n" for trace in traces), encoding="utf-8")
    return path


async def play(lines: Sequence[str], limits: Limits = ANY_LIMITS) -> Trace:
    """An episode with the real tools."""
    async with open_workbench("embedded", None, workers=1) as bench:
        return await run_episode(
            PROBLEM,
            ScriptedModel(lines),
            bench.toolbox(PROBLEM, limits),
            sample=0,
            sampling=Sampling(),
            limits=limits,
            versions=bench.versions,
        )


@pytest.fixture
async def trace() -> Trace:
    """A search, a wrong proof, calls that are refused (by the loop, and by the tool), a proof that
    is only written down, and the right one."""
    return await play(
        [
            call("search_mathlib", query="the two parts of a conjunction change places", k=3),
            call("check_lean", code=BAD) + call("find_theorem") + call("search_mathlib", query=" "),
            f"```lean4\n{BAD}\n```",
            call("check_lean", code=GOOD),
        ]
    )


Json = dict[str, Any]
Edit = Callable[[Json], object]


def edited(trace: Trace, edit: Edit) -> Trace:
    """The trace with something in its JSON changed."""
    document = json.loads(trace.model_dump_json())
    edit(document)
    return Trace.model_validate(document)


@pytest.mark.parametrize(
    "number", [pytest.param(6, id="6"), pytest.param(100, id="100", marks=pytest.mark.slow)]
)
def test_the_sample_traces_replay_clean(tmp_path: Path, number: int) -> None:
    traces = list(islice(read_traces(SAMPLE), number))
    code, said = replay(write(tmp_path / "t.jsonl", *traces))
    assert code == 0
    assert said.startswith(f"{number} of {number} traces replay clean")


def test_every_call_is_made_again_refused_ones_too(tmp_path: Path, trace: Trace) -> None:
    assert trace.proved
    code, said = replay(write(tmp_path / "t.jsonl", trace), "--json")
    (replayed,) = json.loads(said)
    assert (code, replayed["standing"], replayed["calls"]) == (0, "clean", 6)
    assert replayed["flaws"] == replayed["differences"] == replayed["unconfirmed"] == []


@pytest.mark.parametrize(
    ("old", "new", "tool", "line"),
    [
        ("1. ", "1. The_", "search_mathlib", "  -1. The_"),
        ("h.1 h.2", "h.2 h.1", "check_lean", "  +Accepted: Lean accepts the proof of `t`"),
        ('"axioms":[]', '"axioms":["propext"]', "check_lean", '  - "axioms": ['),
        ('"reason":"proved"', '"reason":"timeout"', "check_lean", '  - "reason": "timeout"'),
        ("there is no tool", "we have no tool", "find_theorem", "  -"),
        ("String should have at least 1", "No text of at least 1", "search_mathlib", "  -"),
        ('"kind":"unknown_tool"', '"kind":"too_many"', "find_theorem", '  - "kind": "too_many"'),
    ],
)
def test_what_differs_is_shown(
    tmp_path: Path, trace: Trace, old: str, new: str, tool: str, line: str
) -> None:
    text = trace.model_dump_json()
    assert old in text
    edited = Trace.model_validate_json(text.replace(old, new))
    code, said = replay(write(tmp_path / "t.jsonl", edited))
    assert code == 1
    assert f": {tool} answers otherwise" in said
    assert any(shown.startswith(line) for shown in said.splitlines())
    assert "0 of 1 traces replay clean" in said


def test_another_lean_is_named_beside_the_differences(tmp_path: Path, trace: Trace) -> None:
    old = trace.model_copy(update={"versions": {**trace.versions, "lean": "Lean 4.1.0"}})
    assert "Made with" not in replay(write(tmp_path / "same.jsonl", old))[1], "nothing differs"
    edited = old.model_dump_json().replace("h.1 h.2", "h.2 h.1")
    said = replay(write(tmp_path / "t.jsonl", Trace.model_validate_json(edited)))[1]
    assert "Made with another version of lean: Lean 4.1.0 there" in said
    assert "another version of index" not in said, "that is the same"


ANSWERS = "answers of the model and the bookkeeping of"
NO_PROOF = "written down in an answer that it shows accepted"


def rejected_before_its_last_call(document: Json) -> None:
    document["turns"][3]["verdicts"][0]["accepted"] = False
    document["messages"][10]["tool_calls"].append({"id": "x", "name": "search_mathlib"})


@pytest.mark.parametrize(
    ("edit", "flaw"),
    [
        (lambda t: t["messages"].pop(), "turn 4: calls without a result: 1"),
        (rejected_before_its_last_call, "turn 4: calls without a result: 1"),
        (lambda t: t["messages"].pop(3), "turn 1: calls without a result: 1"),
        (lambda t: t["messages"].insert(5, t["messages"].pop(6)), "turn 2: its results are not"),
        (lambda t: t["messages"].insert(2, t["messages"][3]), "a result stands before the first"),
        (lambda t: t["turns"].pop(), f"it has 4 {ANSWERS} 3"),
        (lambda t: t.update(messages=t["messages"][:2], turns=[]), NO_PROOF),
        (lambda t: t["turns"][3].update(verdicts=[]), "turn 4: verdicts: 0, where 1 belong"),
        (lambda t: t["turns"][2].update(verdicts=[]), "turn 3: verdicts: 0, where 1 belong"),
        (
            lambda t: t["turns"][0].update(verdicts=t["turns"][1]["verdicts"]),
            "verdicts: 1, where 0",
        ),
        (lambda t: t.update(proof=BAD), NO_PROOF),
        (lambda t: t.update(outcome="turn_limit", proof=None), "the outcome is turn_limit"),
    ],
)
def test_a_record_that_is_not_whole_differs(
    tmp_path: Path, trace: Trace, edit: Edit, flaw: str
) -> None:
    code, said = replay(write(tmp_path / "t.jsonl", edited(trace, edit)))
    assert code == 1
    assert "and_swap#0: the record is not whole: " in said
    assert flaw in said
    assert "0 of 1 traces replay clean, 1 differing" in said


@pytest.mark.parametrize(("messages", "turns"), [(5, 2), (9, 3)])
async def test_an_episode_whose_time_was_up_in_a_check_is_whole(
    trace: Trace, messages: int, turns: int
) -> None:
    """Of a call, or of a proof that was only written down."""

    def cut(document: Json) -> None:
        del document["messages"][messages:], document["turns"][turns:]
        document["turns"][-1]["verdicts"] = []
        document.update(outcome="time_limit", proof=None)

    assert list(flaws(edited(trace, cut))) == []


def test_a_check_that_is_not_answered_any_more_is_not_confirmed(
    tmp_path: Path, trace: Trace
) -> None:
    """The record says what Lean had against code that it does not come to an end with."""
    endless = trace.model_dump_json().replace("h.1 h.2", "h.1 (by repeat skip)")
    slow = edited(
        Trace.model_validate_json(endless), lambda t: t["limits"].update(check_seconds=0.5)
    )
    code, said = replay(write(tmp_path / "t.jsonl", slow, trace))
    assert code == 1
    assert (
        "and_swap#0, turn 2: check_lean, and 1 more: not confirmed: Lean answered then (errors), "
        "and comes to no answer now (timeout)"
    ) in said
    assert "1 of 2 traces replay clean, 1 not confirmed: 12 calls" in said


def test_a_check_that_is_answered_only_now_is_not_confirmed(tmp_path: Path, trace: Trace) -> None:
    late = trace.model_dump_json().replace('"reason":"errors"', '"reason":"timeout"')
    code, said = replay(write(tmp_path / "t.jsonl", Trace.model_validate_json(late)))
    assert code == 1
    assert "no answer then (timeout), and answers now (errors)" in said
    assert "0 of 1 traces replay clean, 1 not confirmed" in said


def test_a_check_that_never_comes_to_an_end_is_clean_and_counted(tmp_path: Path) -> None:
    endless = f"{PROBLEM.statement} := by repeat skip"
    limits = Limits(turns=1, check_seconds=0.5)
    trace = asyncio.run(play([call("check_lean", code=endless)], limits))
    assert trace.turns[0].verdicts[0].reason is Reason.TIMEOUT
    code, said = replay(write(tmp_path / "t.jsonl", trace))
    assert code == 0
    assert "1 calls, 1 of them without an answer of Lean, then as now" in said
    other = edited(trace, lambda t: t["messages"][-1].update(content="Accepted"))
    code, said = replay(write(tmp_path / "t.jsonl", other))
    assert (code, "turn 1: check_lean answers otherwise" in said) == (1, True)


async def test_lean_has_more_time_than_it_had(trace: Trace) -> None:
    given: list[float] = []
    async with open_workbench("embedded", None, workers=1) as bench:

        def toolbox(problem: Problem, limits: Limits) -> Toolbox:
            given.append(limits.check_seconds)
            return bench.toolbox(problem, limits)

        await replay_one(trace, toolbox)
    assert given == [2 * trace.limits.check_seconds]


def test_a_statement_that_does_not_elaborate_is_no_end_of_the_replay(
    tmp_path: Path, trace: Trace
) -> None:
    text = trace.model_dump_json().replace("b ∧ a", "No.such")
    other = Trace.model_validate_json(text.replace("and_swap", "unsound"))
    code, said = replay(write(tmp_path / "t.jsonl", trace, other, trace))
    assert code == 1
    assert "unsound#0, turn 2: check_lean, and 2 more: not confirmed: the problem's st" in said
    assert "Unknown identifier `No.such`" in said
    assert "2 of 3 traces replay clean, 1 not confirmed: 18 calls" in said


@pytest.mark.parametrize("content", [None, "", '{"no": "trace"}\n'])
def test_bad_input_is_one_clear_line(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "t.jsonl"
    if content is not None:
        path.write_text(content)
    ran = CliRunner().invoke(app, ["traces", "replay", str(path), "--lean", "embedded"])
    assert type(ran.exception).__name__ == "UserError"
