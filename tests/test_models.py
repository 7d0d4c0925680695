"""Models by name: an OpenAI-compatible server, and a recorded run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from chat_server import HANG_UP, STALL, ChatServer, Reply, says
from scripted import AND_SWAP, Checker, ScriptedModel, call, toolbox

from lean_agent.agent import run_episode
from lean_agent.chat import CallErrorKind, Message, Sampling, ToolCall
from lean_agent.errors import UserError
from lean_agent.models import resolve
from lean_agent.models.base import Model, ModelError, ModelUnavailable
from lean_agent.models.openai import OpenAIModel
from lean_agent.trace.trace import Limits, Outcome, Trace

HELLO = [Message(role="user", content="∀")]
REFUSAL: Reply = (400, {"error": {"message": "maximum context length is 4096 tokens"}})
BROKEN: Reply = (500, {"error": {"message": "out of memory"}})


def model_at(server: ChatServer, retries: int = 0) -> OpenAIModel:
    return OpenAIModel(f"org/prover@{server.url}", retries=retries)


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
    with pytest.raises(UserError, match=r"openai:MODEL"):
        resolve(spec)


def test_a_server_is_named_by_model_and_url() -> None:
    spec = "openai:Qwen/Qwen3-8B@http://127.0.0.1:8000/v1"
    assert resolve(spec).spec == spec


async def test_the_server_gets_messages_tools_and_sampling(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    conversation = [
        *HELLO,
        Message(
            role="assistant",
            content="",
            tool_calls=(ToolCall(id="a", name="check_lean", arguments={"code": "⟨h⟩"}),),
        ),
        Message(role="tool", content="accepted", tool_call_id="a"),
    ]
    async with ChatServer(says("Done.")) as server:
        sampling = Sampling(temperature=0.25, top_p=0.5, max_tokens=99, seed=3)
        completion = await model_at(server).complete(conversation, [Checker.schema], sampling)
    (request,) = server.requests
    function = {"name": "check_lean", "arguments": '{"code": "⟨h⟩"}'}
    assert request == {
        "model": "org/prover",
        "messages": [
            {"role": "user", "content": "∀"},
            {
                "role": "assistant",
                "content": "",
                "tool_calls": [{"id": "a", "type": "function", "function": function}],
            },
            {"role": "tool", "content": "accepted", "tool_call_id": "a"},
        ],
        "tools": [{"type": "function", "function": Checker.schema.model_dump()}],
        "temperature": 0.25,
        "top_p": 0.5,
        "max_tokens": 99,
        "seed": 3,
        "key": "none",
    }
    assert completion.message == Message(role="assistant", content="Done.")
    assert json.loads(completion.raw) == {"role": "assistant", "content": "Done."}
    assert (completion.prompt_tokens, completion.completion_tokens) == (11, 7)


async def test_calls_are_read_and_malformed_ones_explained() -> None:
    reply = says(
        "Two calls.",
        ("check_lean", '{"code": "x"}'),
        ("check_lean", '{"code": "x'),
        ("check_lean", "[1]"),
        finish="tool_calls",
    )
    async with ChatServer(reply) as server:
        completion = await model_at(server).complete(HELLO, [Checker.schema], Sampling())
    assert completion.message.tool_calls == (
        ToolCall(id="id0", name="check_lean", arguments={"code": "x"}),
    )
    assert [error.kind for error in completion.errors] == [
        CallErrorKind.NOT_JSON,
        CallErrorKind.NOT_AN_OBJECT,
    ]
    assert completion.message.content == 'Two calls.\ncheck_lean({"code": "x)\ncheck_lean([1])'
    assert completion.finish_reason == "tool_calls"


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [("stop", "stop"), ("length", "length"), ("function_call", "tool_calls"), ("eos!", "stop")],
)
async def test_finish_reasons_are_mapped(theirs: str, ours: str) -> None:
    async with ChatServer(says("x", finish=theirs)) as server:
        completion = await model_at(server).complete(HELLO, [], Sampling())
    assert completion.finish_reason == ours
    assert "tools" not in server.requests[0]


async def test_half_a_surrogate_pair_does_not_spoil_the_trace() -> None:
    in_arguments, in_content = says("x", ("check_lean", '{"code": "\\ud83d"}')), says("\ud83d")
    async with ChatServer(in_arguments, in_content) as server:
        completion = await model_at(server).complete(HELLO, [], Sampling())
        assert completion.errors[0].kind is CallErrorKind.NOT_JSON
        assert completion.model_dump_json()
        with pytest.raises(ModelError, match="makes no sense"):
            await model_at(server).complete(HELLO, [], Sampling())


async def test_the_key_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "s3cret")
    async with ChatServer(says("x")) as server:
        await model_at(server).complete(HELLO, [], Sampling())
    assert server.requests[0]["key"] == "s3cret"


async def test_a_passing_failure_is_tried_again() -> None:
    async with ChatServer(BROKEN, HANG_UP, says("Here again.")) as server:
        completion = await model_at(server, retries=2).complete(HELLO, [], Sampling())
    assert completion.message.content == "Here again."
    assert len(server.requests) == 3


@pytest.mark.parametrize(
    ("reply", "error", "hint"),
    [
        (BROKEN, ModelUnavailable, "out of memory"),
        ((401, {"error": {"message": "bad key"}}), ModelUnavailable, "bad key"),
        ((404, {"error": {"message": "no model org/prover"}}), ModelUnavailable, "no model"),
        (HANG_UP, ModelUnavailable, "Connection error"),
        (REFUSAL, ModelError, "maximum context length"),
        ((200, b"<html>"), ModelError, "makes no sense.*<html>"),
        ((200, {"choices": []}), ModelError, "choices: List should have at least 1 item"),
        ((200, b"[]"), ModelError, "makes no sense"),
        ((200, {"choices": [{}]}), ModelError, "message: Field required"),
        ((200, {"choices": [{"message": {"tool_calls": [{}]}}]}), None, "does not name a tool"),
        (
            (200, {"choices": [{"message": {"tool_calls": [{"function": None}]}}], "usage": None}),
            None,
            "does not name a tool",
        ),
        ((200, {"choices": [{"message": {"content": 3}}]}), ModelError, "message.content"),
    ],
)
async def test_what_a_server_can_do_wrong(
    reply: Reply, error: type[Exception] | None, hint: str
) -> None:
    async with ChatServer(reply) as server:
        asking = model_at(server).complete(HELLO, [], Sampling())
        if error is None:
            assert hint in (await asking).errors[0].detail
        else:
            with pytest.raises(error, match=hint):
                await asking


async def test_no_server_at_all() -> None:
    model = OpenAIModel("m@http://127.0.0.1:9/v1", retries=0)
    with pytest.raises(ModelUnavailable, match=r"127\.0\.0\.1:9"):
        await model.complete(HELLO, [], Sampling())
    await model.close()


async def test_an_episode_through_a_server() -> None:
    script = [
        says(None, ("check_lean", '{"code": "wrong"}')),
        says(None, ("check_lean", "{")),
        says("<think>so</think>", ("check_lean", '{"code": "good"}')),
    ]
    async with ChatServer(*script) as server:
        trace = await episode(model_at(server))
    assert (trace.outcome, trace.proof, trace.dialect) == (Outcome.PROVED, "good", None)
    assert "# Tools" not in trace.messages[0].content
    assert [message["role"] for message in server.requests[2]["messages"]] == [
        "system", "user", "assistant", "tool", "assistant", "user",
    ]  # fmt: skip
    assert server.requests[2]["messages"][4]["content"] == "check_lean({)"


async def test_a_full_context_ends_the_episode() -> None:
    async with ChatServer(REFUSAL) as server:
        trace = await episode(model_at(server))
    assert trace.outcome is Outcome.MODEL_ERROR
    assert "maximum context length" in trace.detail


async def test_a_stalled_server_is_left_at_the_time_limit() -> None:
    async with ChatServer(STALL) as server:
        trace = await episode(model_at(server), seconds=0.5)
    assert trace.outcome is Outcome.TIME_LIMIT


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
