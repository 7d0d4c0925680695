"""Models by name, and a recorded run played back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from scripted import AND_SWAP, Checker, ScriptedModel, call, toolbox

from lean_agent.agent import run_episode
from lean_agent.chat import Sampling
from lean_agent.errors import UserError
from lean_agent.models import resolve
from lean_agent.models.base import Model
from lean_agent.trace.trace import Limits, Outcome, Trace


async def episode(model: Model, **limits: Any) -> Trace:
    return await run_episode(
        AND_SWAP,
        model,
        toolbox(Checker()),
        sample=0,
        sampling=Sampling(),
        limits=Limits(**limits),
        versions={},
    )


@pytest.mark.parametrize(
    "spec",
    ["gpt", "", "openai:", "portfolio:x", "replay:", "openai:m@ftp://x", "openai:m@127.0.0.1:80"],
)
def test_a_name_that_names_no_model_is_refused(spec: str) -> None:
    with pytest.raises(UserError, match=r"openai:MODEL|replay:RUN"):
        resolve(spec)


def test_a_server_is_named_by_model_and_url() -> None:
    spec = "openai:Qwen/Qwen3-8B@http://127.0.0.1:8000/v1"
    assert resolve(spec).spec == spec


LINES = ["Let me see.", call("nonsense"), "<tool_call>", call("check_lean", code="good")]


async def recorded(path: Path) -> Trace:
    trace = await episode(ScriptedModel(LINES, tokens_each=5))
    path.write_text(trace.model_dump_json() + "\n")  # noqa: ASYNC240
    return trace


async def test_a_replay_says_and_meets_what_was_recorded(tmp_path: Path) -> None:
    then = await recorded(tmp_path / "traces.jsonl")
    now = await episode(resolve(f"replay:{tmp_path / 'traces.jsonl'}"))
    assert now.messages == then.messages
    assert now.outcome is Outcome.PROVED
    forget = {"model_seconds": 0.0, "tool_seconds": 0.0}
    assert [turn.model_copy(update=forget) for turn in now.turns] == [
        turn.model_copy(update=forget) for turn in then.turns
    ]


async def test_a_replay_notices_a_tool_that_answers_otherwise(tmp_path: Path) -> None:
    path = tmp_path / "traces.jsonl"
    then = await recorded(path)
    path.write_text(path.read_text().replace("the tools are: check_lean", "the tools are: x"))
    now = await episode(resolve(f"replay:{path}"))
    assert now.outcome is Outcome.MODEL_ERROR
    assert "message 6 (tool) is not the recorded one" in now.detail
    assert len(now.turns) == 2 < len(then.turns)


async def test_a_replay_needs_the_seed_of_the_record(tmp_path: Path) -> None:
    await recorded(tmp_path / "traces.jsonl")
    model = resolve(f"replay:{tmp_path / 'traces.jsonl'}")
    trace = await run_episode(
        AND_SWAP,
        model,
        toolbox(Checker()),
        sample=1,
        sampling=Sampling(),
        limits=Limits(),
        versions={},
    )
    assert trace.outcome is Outcome.MODEL_ERROR
    assert "--seed" in trace.detail


def test_a_replay_of_nothing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no such run folder or trace file"):
        resolve(f"replay:{tmp_path / 'none'}")
    (tmp_path / "empty.jsonl").touch()
    with pytest.raises(UserError, match="no finished episode"):
        resolve(f"replay:{tmp_path / 'empty.jsonl'}")
