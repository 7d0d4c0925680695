"""Streams as servers really send them: what becomes of their chunks, and what of half a stream."""

from __future__ import annotations

import json
from typing import Any

import pytest
from chat_server import ChatServer, Stream, says
from test_openai import HELLO, model_at

from lean_agent.chat import Completion, InterruptionKind, Sampling, ToolCall
from lean_agent.models.base import ModelError, ModelInterrupted
from lean_agent.models.settings import Transport

END: list[Any] = [{"choices": [{"delta": {}, "finish_reason": "stop"}]}, "[DONE]"]


def words(text: str) -> dict[str, Any]:
    return {"choices": [{"index": 0, "delta": {"content": text}}]}


def part(**call: Any) -> dict[str, Any]:
    return {"choices": [{"index": 0, "delta": {"tool_calls": [call]}}]}


async def read(*events: Any, **how: bool) -> Completion:
    transport = Transport(stall_seconds=0.2)
    async with ChatServer(Stream(events, **how)) as server:
        model = model_at(server, transport=transport)
        return await model.complete(HELLO, [], Sampling())


async def test_the_text_is_shown_as_it_comes() -> None:
    shown: list[str] = []
    async with ChatServer(says("A proof in words.")) as server:
        await model_at(server).complete(HELLO, [], Sampling(), shown.append)
    assert shown == ["A pro", "of in", " word", "s."]


async def test_an_answer_that_is_not_streamed_is_read_all_the_same() -> None:
    status, body = says("Whole.", ("check_lean", '{"code": "x"}'))
    del body["usage"]  # by which the server of these tests would know it for one to stream
    shown: list[str] = []
    async with ChatServer((status, body)) as server:
        completion = await model_at(server).complete(HELLO, [], Sampling(), shown.append)
    assert (completion.message.content, shown) == ("Whole.", ["Whole."])
    assert len(completion.message.tool_calls) == 1
    assert completion.completion_tokens is None


CODE = {"code": "x"}
CALLS = {
    "one argument at a time, as vLLM": [
        part(index=0, id="a", type="function", function={"name": "check_lean", "arguments": ""}),
        part(index=0, function={"arguments": '{"code"'}),
        part(index=0, function={"arguments": ': "x"}'}),
        part(index=1, id="b", function={"name": "check_lean", "arguments": '{"code": "x"}'}),
    ],
    "id and name in every chunk": [
        part(index=0, id="a", function={"name": "check_lean", "arguments": '{"code"'}),
        part(index=0, id="a", function={"name": "check_lean", "arguments": ': "x"}'}),
        part(index=1, id="b", function={"name": "check_lean", "arguments": '{"code": "x"}'}),
    ],
    "whole calls at one place": [
        part(index=0, id="a", function={"name": "check_lean", "arguments": '{"code": "x"}'}),
        part(index=0, id="b", function={"name": "check_lean", "arguments": '{"code": "x"}'}),
    ],
    "whole calls at one place, without ids": [
        part(index=0, function={"name": "check_lean", "arguments": '{"code": "x"}'}),
        part(index=0, function={"name": "check_lean", "arguments": '{"code": "x"}'}),
    ],
    "whole calls at one place, with empty ids": [
        part(index=0, id="", function={"name": "check_lean", "arguments": '{"code": "x"}'}),
        part(index=0, id="", function={"name": "check_lean", "arguments": '{"code": "x"}'}),
    ],
    "whole calls at one place, with the same id": [
        part(index=0, id="a", function={"name": "check_lean", "arguments": '{"code": "x"}'}),
        part(index=0, id="a", function={"name": "check_lean", "arguments": '{"code": "x"}'}),
    ],
    "calls at one place, without ids, one argument at a time": [
        part(index=0, function={"name": "check_lean", "arguments": ""}),
        part(index=0, function={"arguments": '{"code": '}),
        part(index=0, function={"arguments": '"x"}'}),
        part(index=0, function={"name": "check_lean", "arguments": ""}),
        part(index=0, function={"arguments": '{"code": "x"}'}),
    ],
    "id and name also in a last, empty chunk": [
        part(index=0, id="a", function={"name": "check_lean", "arguments": '{"code": "x"}'}),
        part(index=0, id="a", function={"name": "check_lean", "arguments": ""}),
        part(index=1, id="b", function={"name": "check_lean", "arguments": '{"code": "x"}'}),
        part(index=1, id="b", function={"name": "check_lean", "arguments": ""}),
    ],
    "no places": [
        part(id="a", function={"name": "check_lean", "arguments": '{"code": '}),
        part(function={"arguments": '"x"}'}),
        part(id="b", function={"name": "check_lean", "arguments": '{"code": "x"}'}),
    ],
    "arguments as an object": [
        part(index=0, id="a", function={"name": "check_lean", "arguments": CODE}),
        part(index=1, id="b", function={"name": "check_lean", "arguments": CODE}),
    ],
}


@pytest.mark.parametrize("events", CALLS.values(), ids=CALLS)
async def test_calls_are_put_together(events: list[Any]) -> None:
    completion = await read(*events, *END)
    assert completion.errors == ()
    ids = [call.id for call in completion.message.tool_calls]
    assert ids[0] in ("a", "call00001")
    assert ids[1] in ("b", "call00002")
    assert completion.message.tool_calls == tuple(
        ToolCall(id=identity, name="check_lean", arguments=CODE) for identity in ids
    )
    assert len(ids) == 2


async def test_what_a_stream_may_hold_beside_the_answer() -> None:
    completion = await read(
        b": a comment, to keep the connection\n\n",
        b"event: message\r\ndata: "
        + b'{"choices":[{"delta":{"content":"a\xe2\x80\xa8"}}]}\r\n\r\n',
        b'data: {"choices":[{"delta":{"conte',
        b'nt":"b"}}]}\n\n',
        {"choices": []},
        {"choices": [{"index": 0, "delta": {"content": None, "tool_calls": None}}]},
        *END,
    )
    assert completion.message.content == "a\u2028b"


async def test_half_a_surrogate_pair_does_not_spoil_the_answer() -> None:
    completion = await read(b'data: {"choices":[{"delta":{"content":"x\\ud83d."}}]}\n\n', *END)
    assert completion.message.content == "x?."
    assert completion.model_dump_json()


@pytest.mark.parametrize(
    ("events", "how"),
    [
        ([words("Hel")], {}),
        ([words("Hel")], {"hang_up": True}),
        ([words("Hel"), b'data: {"choices":[{"del'], {}),
        ([words("Hel"), b"data: oops\n\n"], {}),
        (["[DONE]"], {}),
        ([{"choices": []}], {}),
        ([], {}),
        ([], {"hang_up": True}),
    ],
)
async def test_half_a_stream_is_a_lost_request(events: list[Any], how: dict[str, bool]) -> None:
    with pytest.raises(ModelInterrupted) as lost:
        await read(*events, **how)
    assert lost.value.kind is InterruptionKind.HALF_ANSWER


async def test_a_stream_that_falls_silent_is_a_lost_request() -> None:
    with pytest.raises(ModelInterrupted, match=r"silent for 0\.2 s") as lost:
        await read(words("Hel"), stall=True)
    assert lost.value.kind is InterruptionKind.STALL


@pytest.mark.parametrize("how", [{"hang_up": True}, {"stall": True}, {}])
async def test_what_is_lost_after_the_end_does_not_matter(how: dict[str, bool]) -> None:
    completion = await read(words("Hello"), END[0], **how)
    assert completion.message.content == "Hello"


async def test_the_end_is_not_waited_for_once_it_is_announced() -> None:
    transport = Transport(stall_seconds=600)
    async with ChatServer(Stream([words("Hello"), *END], stall=True)) as server:
        completion = await model_at(server, transport=transport).complete(HELLO, [], Sampling())
    assert completion.message.content == "Hello"


async def test_generation_ends_before_a_stop_string_though_the_server_tells_it() -> None:
    async with ChatServer(says("A proof.END"), says("A proof.")) as server:
        model = model_at(server)
        sampling = Sampling(stop=("END", "."))
        first = await model.complete(HELLO, [], sampling)
        again = await model.complete(HELLO, [], Sampling(stop=("END",)))
    assert (first.message.content, again.message.content) == ("A proof.", "A proof.")


async def test_a_stream_may_end_without_a_reason() -> None:
    assert (await read(words("Hello"), "[DONE]")).finish_reason == "stop"


@pytest.mark.parametrize("reason", ["abort", "error", "insufficient_system_resource"])
async def test_what_the_server_aborted_is_a_lost_request_and_no_fault_of_the_model(
    reason: str,
) -> None:
    aborted = {"choices": [{"delta": {}, "finish_reason": reason}]}
    with pytest.raises(ModelInterrupted, match=f"after 11 .* the server says: {reason}") as lost:
        await read(words("<tool_call>"), aborted, "[DONE]")
    assert lost.value.kind is InterruptionKind.HALF_ANSWER


async def test_an_error_in_a_choice() -> None:
    error = {"message": "the provider hung up", "code": 502}
    choice = {"delta": {"content": ""}, "finish_reason": "error", "error": error}
    with pytest.raises(ModelInterrupted, match="the provider hung up") as lost:
        await read(words("par"), {"choices": [choice]})
    assert lost.value.kind is InterruptionKind.SERVER_ERROR


async def test_an_error_in_place_of_an_answer() -> None:
    with pytest.raises(ModelInterrupted, match="the engine is dead") as lost:
        await read({"object": "error", "message": "the engine is dead", "code": 500})
    assert lost.value.kind is InterruptionKind.SERVER_ERROR


async def test_an_answer_that_a_filter_cut_is_told_of() -> None:
    with pytest.raises(ModelError, match="filter cut the answer"):
        await read(words("par"), {"choices": [{"delta": {}, "finish_reason": "content_filter"}]})


async def test_content_may_come_in_parts() -> None:
    thinking = {"type": "thinking", "thinking": [{"type": "text", "text": "Let me see."}]}
    parts = [[thinking], [{"type": "text", "text": "Do"}], [{"type": "text", "text": "ne."}]]
    events = [{"choices": [{"delta": {"content": part}}]} for part in parts]
    completion = await read(*events, *END)
    assert completion.message.content == "<think>\nLet me see.\n</think>\n\nDone."
    assert json.loads(completion.raw)["reasoning"] == "Let me see."


async def test_a_refusal_to_answer_is_the_answer() -> None:
    completion = await read({"choices": [{"delta": {"refusal": "I cannot."}}]}, *END)
    assert completion.message.content == "I cannot."


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        ({"message": "CUDA out of memory", "code": 500}, InterruptionKind.SERVER_ERROR),
        ({"message": "slow down", "code": 429}, InterruptionKind.RATE_LIMIT),
        ("the engine is dead", InterruptionKind.SERVER_ERROR),
        ({"message": "the server is busy", "code": "x"}, InterruptionKind.SERVER_ERROR),
    ],
)
async def test_an_error_in_the_midst_of_a_stream(error: Any, kind: InterruptionKind) -> None:
    with pytest.raises(ModelInterrupted) as lost:
        await read(words("Hel"), {"error": error})
    assert lost.value.kind is kind


async def test_a_refusal_in_the_midst_of_a_stream() -> None:
    with pytest.raises(ModelError, match="no such role"):
        await read({"error": {"message": "no such role", "code": 400}})
