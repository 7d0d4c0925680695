"""Models by name, and a recorded run played back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from scripted import AND_SWAP, Checker, ScriptedModel, call, toolbox

from lean_agent.agent import run_episode
from lean_agent.chat import Sampling, TokenLogprob
from lean_agent.episode import EpisodeSettings, Mode
from lean_agent.errors import UserError
from lean_agent.models import resolve
from lean_agent.models.base import Model, ModelUnavailable
from lean_agent.problem import Problem
from lean_agent.settings import Settings, read_settings
from lean_agent.trace.store import RunFolder, RunSettings
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


async def replayed(
    path: Path, sample: int = 0, problem: Problem = AND_SWAP, **settings: Any
) -> Trace:
    return await run_episode(
        problem,
        resolve(f"replay:{path}"),
        toolbox(Checker()),
        sample=sample,
        sampling=Sampling(),
        limits=Limits(),
        settings=EpisodeSettings(**settings),
        versions={},
    )


async def test_a_replay_of_another_beginning_is_no_outcome(tmp_path: Path) -> None:
    """It says nothing of the theorem, so there is no trace of it."""
    path = tmp_path / "traces.jsonl"
    await recorded(path)
    with pytest.raises(ModelUnavailable, match=r"no episode of this problem with seed .*--seed"):
        await replayed(path, sample=1)
    with pytest.raises(ModelUnavailable) as error:
        await replayed(path, prompt="xml@1")
    assert "and_swap#0: message 1 (system) is not the recorded one: now '" in str(error.value)
    assert "played in the mode agent with the prompt json@1: replay it so" in str(error.value)
    with pytest.raises(ModelUnavailable, match="in the mode agent"):
        await replayed(path, mode=Mode.WHOLE_PROOF)
    other = AND_SWAP.model_copy(update={"statement": AND_SWAP.statement.replace("a b", "x y")})
    with pytest.raises(ModelUnavailable, match=r"now \"theorem and_swap' \(x y"):
        await replayed(path, problem=other)


async def test_log_probabilities_are_replayed(tmp_path: Path) -> None:
    path = tmp_path / "traces.jsonl"
    then = await recorded(path)
    kept = (TokenLogprob(token="Let", logprob=-0.5),)
    turns = (then.turns[0].model_copy(update={"logprobs": kept}), *then.turns[1:])
    path.write_text(then.model_copy(update={"turns": turns}).model_dump_json())
    assert (await replayed(path)).turns[0].logprobs == kept


@pytest.mark.parametrize(
    ("then", "now", "detail"),
    [
        (Outcome.CONTEXT_LIMIT, Outcome.CONTEXT_LIMIT, "it says why"),
        (Outcome.MODEL_ERROR, Outcome.MODEL_ERROR, "it says why"),
        (Outcome.TIME_LIMIT, Outcome.MODEL_ERROR, "the record ends here, with the outcome time_"),
    ],
)
async def test_a_replay_ends_where_its_record_ends_without_an_answer(
    tmp_path: Path, then: Outcome, now: Outcome, detail: str
) -> None:
    path = tmp_path / "traces.jsonl"
    whole = await recorded(path)
    answer = 4  # the conversation up to the second answer, which never came
    cut: dict[str, Any] = {
        "messages": whole.messages[:answer],
        "turns": whole.turns[:1],
        "proof": None,
    }
    cut |= {"outcome": then, "detail": "it says why"}
    path.write_text(whole.model_copy(update=cut).model_dump_json())
    again = await replayed(path)
    assert (again.outcome, again.messages) == (now, cut["messages"])
    assert detail in again.detail


async def test_traces_that_were_played_in_different_ways_are_not_replayed_together(
    tmp_path: Path,
) -> None:
    path = tmp_path / "traces.jsonl"
    trace = await recorded(path)
    hot = trace.sampling.model_copy(update={"temperature": 2.0, "seed": 1})
    with path.open("a") as file:
        file.write(trace.model_copy(update={"sampling": hot}).model_dump_json())
    with pytest.raises(UserError, match="were played in different ways"):
        resolve(f"replay:{path}")


# A replay's settings are those of its record.


@pytest.fixture
def run_folder(tmp_path: Path) -> Path:
    """A run of whole proofs, as far as its settings go."""
    made = RunSettings(
        benchmark="embedded",
        benchmark_checksum="c",
        split="test",
        limit=None,
        problem_ids=(),
        model="openai:m",
        samples=2,
        sampling=Sampling(temperature=0.5, max_tokens=9000, seed=7, stop=("END",)),
        limits=Limits(turns=1, tokens=9000, seconds=50),
        episode=EpisodeSettings(mode=Mode.WHOLE_PROOF, prompt="goedel-prover-v2@1"),
        toolchain="t",
        index_checksum="i",
        lean_agent="0",
    )
    with RunFolder.create_or_resume(tmp_path / "run", made):
        return tmp_path / "run"


def asked(path: Path, *assignments: str, **flags: object) -> Settings:
    return read_settings(None, assignments, {"model": f"replay:{path}", **flags})


def test_a_replay_takes_mode_prompt_sampling_and_limits_from_the_record(run_folder: Path) -> None:
    record = RunFolder.open(run_folder).settings
    found = asked(run_folder)
    assert found.model == f"replay:{run_folder}"
    assert (found.sampling, found.limits, found.episode) == (
        record.sampling,
        record.limits,
        record.episode,
    )


def test_what_is_given_beside_a_replay_must_agree_with_the_record(run_folder: Path) -> None:
    agreeing = asked(run_folder, "sampling.temperature=0.5", seed=7, prompt="goedel-prover-v2")
    assert agreeing == asked(run_folder)
    with pytest.raises(UserError) as error:
        asked(run_folder, "limits.tokens=10000", mode="agent", lenient=True, seed=8)
    assert str(error.value) == (
        f"{run_folder} is played back as it was played: `sampling.seed` is 7 there and 8 here; "
        "`limits.tokens` is 9000 there and 10000 here; `episode.mode` is whole-proof there and "
        "agent here; `episode.lenient` is False there and True here. Leave that out, for a replay "
        "takes its settings from the record"
    )


def test_the_time_that_a_replay_may_take_is_its_own(run_folder: Path) -> None:
    found = asked(run_folder, seconds=3000, check_seconds=99)
    assert (found.limits.seconds, found.limits.check_seconds) == (3000, 99)


def test_the_command_of_a_run_by_a_preset_replays_it(tmp_path: Path, run_folder: Path) -> None:
    given: dict[str, object] = {"preset": "goedel-prover-v2-8b", "max_tokens": 200000}
    then = read_settings(flags={"model": "openai:m", **given})
    update = {"sampling": then.sampling, "limits": then.limits, "episode": then.episode}
    made = RunFolder.open(run_folder).settings.model_copy(update=update)
    with RunFolder.create_or_resume(tmp_path / "by preset", made):
        pass
    found = asked(tmp_path / "by preset", **given)
    assert (found.sampling, found.limits, found.episode) == (
        then.sampling,
        then.limits,
        then.episode,
    )
    with pytest.raises(UserError, match=r"`sampling.temperature` is 0.5 there and 1.0 here"):
        asked(run_folder, preset="goedel-prover-v2-8b")


async def test_a_trace_file_does_not_tell_the_seed_of_its_run(tmp_path: Path) -> None:
    path = tmp_path / "traces.jsonl"
    await recorded(path)
    assert asked(path).sampling == Sampling()
    assert asked(path, seed=5).sampling.seed == 5


def test_a_replay_of_nothing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no such run folder or trace file"):
        resolve(f"replay:{tmp_path / 'none'}")
    (tmp_path / "empty.jsonl").touch()
    with pytest.raises(UserError, match="no finished episode"):
        resolve(f"replay:{tmp_path / 'empty.jsonl'}")
