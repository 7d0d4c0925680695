"""What an OpenAI-compatible server can do wrong, and what each of it means."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from chat_server import HANG_UP, STALL, ChatServer, Refusal, Reply, Stream, says, writes
from scripted import Checker
from test_openai import HELLO, episode, model_at

from lean_agent.chat import InterruptionKind, Message, Sampling
from lean_agent.errors import UserError
from lean_agent.models.base import ContextExceeded, ModelError, ModelInterrupted, ModelUnavailable
from lean_agent.models.openai import OpenAIModel
from lean_agent.models.openai_server import retry_after
from lean_agent.models.settings import BackendSettings, Transport
from lean_agent.trace.trace import Outcome

BROKEN = Refusal(500, "out of memory")
TOO_LONG = [
    "This model's maximum context length is 4096 tokens. However, you requested 5000 tokens.",
    "request (9412 tokens) exceeds the available context size (8192 tokens), try increasing it",
    "The input (4097 tokens) is longer than the model's context length (4096 tokens).",
]


async def complete(*script: Any, tools: bool = False, **settings: Any) -> ChatServer:
    """Ask once with each reply left; the last error, if any, is raised."""
    async with ChatServer(*script) as server:
        schemas = [Checker.schema] if tools else []
        await model_at(server, **settings).complete(HELLO, schemas, Sampling())
    return server


# Lost requests: another try may help.


@pytest.mark.parametrize(
    ("reply", "kind", "hint"),
    [
        (BROKEN, InterruptionKind.SERVER_ERROR, "out of memory"),
        ((502, b"<html>Bad gateway"), InterruptionKind.SERVER_ERROR, "Bad gateway"),
        ((503, {"error": "loading"}), InterruptionKind.SERVER_ERROR, "loading"),
        ((500, {"detail": "dead"}), InterruptionKind.SERVER_ERROR, "dead"),
        ((500, b"[" * 100_000), InterruptionKind.SERVER_ERROR, "500"),
        (Refusal(429, "slow down"), InterruptionKind.RATE_LIMIT, "slow down"),
        (Refusal(408, "too slow"), InterruptionKind.STALL, "too slow"),
        (HANG_UP, InterruptionKind.CONNECTION, "disconnected"),
        (Refusal(200, "x", {"content-encoding": "gzip"}), InterruptionKind.HALF_ANSWER, "header"),
        ((200, b"<html>"), InterruptionKind.HALF_ANSWER, "<html>"),
        ((200, b'{"choices": [{"mess'), InterruptionKind.HALF_ANSWER, "breaks off"),
    ],
)
async def test_a_request_can_be_lost(reply: Any, kind: InterruptionKind, hint: str) -> None:
    with pytest.raises(ModelInterrupted, match=hint) as lost:
        await complete(reply)
    assert (lost.value.kind, lost.value.retry_after) == (kind, None)


async def test_no_server_at_all() -> None:
    model = OpenAIModel("m@http://127.0.0.1:9/v1")
    with pytest.raises(ModelInterrupted, match=r"m at http://127\.0\.0\.1:9/v1") as lost:
        await model.complete(HELLO, [], Sampling())
    assert lost.value.kind is InterruptionKind.CONNECTION
    await model.close()


async def test_silence_before_the_answer_is_a_stall() -> None:
    with pytest.raises(ModelInterrupted, match=r"silent for 0\.1 s") as lost:
        await complete(STALL, transport=Transport(stall_seconds=0.1))
    assert lost.value.kind is InterruptionKind.STALL


async def test_a_trickle_without_end_meets_the_deadline_of_the_request() -> None:
    trickle = Stream([{"choices": [{"delta": {"content": "."}}]}] * 100_000)
    with pytest.raises(ModelInterrupted, match=r"no whole answer in 0\.2 s") as lost:
        await complete(trickle, transport=Transport(request_seconds=0.2))
    assert lost.value.kind is InterruptionKind.STALL


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "7"}, 7.0),
        ({"retry-after-ms": "1500", "retry-after": "7"}, 1.5),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "-1"}, None),
        ({"retry-after": "inf"}, None),
    ],
)
async def test_the_server_says_when_to_come_back(
    headers: dict[str, str], seconds: float | None
) -> None:
    for status in (429, 503):
        with pytest.raises(ModelInterrupted) as lost:
            await complete(Refusal(status, "busy", headers))
        assert lost.value.retry_after == seconds


def test_the_server_may_give_a_date_to_come_back() -> None:
    now = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
    later = {"retry-after": "Sat, 21 Nov 2026 12:00:30 GMT"}
    assert retry_after(later, now) == 30.0
    assert retry_after({"retry-after": "Sat, 21 Nov 2026 11:00:00 GMT"}, now) == 0.0
    assert retry_after({"retry-after": "Sat, 21 Nov 2026 12:00:30"}, now) is None


# Refusals: another try would not help.


@pytest.mark.parametrize("said", TOO_LONG)
async def test_a_full_context_is_told_from_other_refusals(said: str) -> None:
    with pytest.raises(ContextExceeded, match="longer than the model's context") as refusal:
        await complete(Refusal(400, said))
    assert said in str(refusal.value)


@pytest.mark.parametrize(
    ("reply", "hint"),
    [
        (Refusal(400, "roles must alternate"), "roles must alternate"),
        ((200, {"choices": []}), "makes no sense.*no message"),
        ((200, b"[]"), "makes no sense"),
        ((200, {"choices": [{}]}), "no message"),
        ((200, {"choices": [{"message": {"content": 3}}]}), "message.content"),
    ],
)
async def test_an_answer_can_end_this_conversation(reply: Any, hint: str) -> None:
    with pytest.raises(ModelError, match=hint):
        await complete(reply)


@pytest.mark.parametrize(
    ("reply", "hint"),
    [
        (Refusal(401, "bad key"), "bad key.*OPENAI_API_KEY"),
        (Refusal(403, "not for you"), "not for you"),
        (Refusal(404, "no model org/prover"), "no model.*model's name"),
        ((404, {"detail": "Not Found"}), "Not Found.*URL end in /v1"),
        ((402, b""), "HTTP 402"),
        (Refusal(400, "Unrecognized request argument supplied: top_k"), "top_k"),
        (
            (429, {"error": {"message": "pay first", "code": "insufficient_quota"}}),
            "insufficient_quota",
        ),
        (
            Refusal(400, '"auto" tool choice requires --enable-auto-tool-choice'),
            "set interface to prompt",
        ),
        (Refusal(400, "gemma3:270m does not support tools"), "set interface to prompt"),
        (Refusal(500, "tools param requires --jinja flag"), "set interface to prompt"),
    ],
)
async def test_an_answer_can_end_the_run(reply: Any, hint: str) -> None:
    with pytest.raises(ModelUnavailable, match=hint) as refusal:
        await complete(reply)
    assert not isinstance(refusal.value, ModelInterrupted)


@pytest.mark.parametrize("calls", [[{}], [{"function": None}]])
async def test_a_call_without_a_name_is_explained(calls: Any) -> None:
    reply: Reply = (200, {"choices": [{"message": {"tool_calls": calls}}], "usage": None})
    async with ChatServer((200, json.dumps(reply[1]).encode())) as server:
        completion = await model_at(server).complete(HELLO, [], Sampling())
    assert "does not name a tool" in completion.errors[0].detail


def test_a_url_that_is_none() -> None:
    with pytest.raises(UserError, match="cannot read the URL"):
        OpenAIModel("m@http://[::1/v1")


@pytest.mark.parametrize("url", ["http://user:s3cret@h/v1", "http://h/v1?key=s3cret"])
def test_a_url_with_a_secret_is_refused_for_traces_hold_it(url: str) -> None:
    with pytest.raises(UserError, match="into the environment variable OPENAI_API_KEY") as refusal:
        OpenAIModel(f"m@{url}")
    assert "s3cret" not in str(refusal.value)


async def test_the_proxy_is_not_asked_for_what_is_on_this_machine(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    await complete(says("x"))


@pytest.mark.parametrize("proxy", ["socks5://127.0.0.1:9", "proxy:3128x", "ftp://127.0.0.1"])
def test_a_proxy_that_cannot_be_used(monkeypatch: pytest.MonkeyPatch, proxy: str) -> None:
    monkeypatch.setenv("ALL_PROXY", proxy)
    with pytest.raises(UserError, match="cannot use the proxy"):
        OpenAIModel("m@http://example.org/v1")


async def test_a_server_that_has_moved_is_not_followed() -> None:
    """Its answer to a POST would be looked for with a GET."""
    moved = Refusal(301, "", {"location": "https://example.org/v1/chat/completions"})
    with pytest.raises(ModelUnavailable, match=r"now at https://example\.org/v1: give that URL"):
        await complete(moved)


async def test_when_the_connections_are_closed_nothing_more_can_be_asked() -> None:
    async with ChatServer(STALL) as server:
        model = model_at(server)
        asking = asyncio.create_task(model.complete(HELLO, [], Sampling()))
        await server.asked.wait()
        await model.close()
        for asked in (asking, model.complete(HELLO, [], Sampling())):
            with pytest.raises(ModelUnavailable, match="closed") as refusal:
                await asked
            assert not isinstance(refusal.value, ModelInterrupted)


# What a server cannot do is left out once it has said so.


@pytest.mark.parametrize(
    ("refusal", "gone"),
    [
        (Refusal(400, "Unknown parameter: 'stream_options'"), "stream_options"),
        ((422, {"detail": [{"type": "extra_forbidden", "loc": ["stream_options"]}]}),
         "stream_options"),
        (Refusal(500, "Cannot use tools with stream"), "stream"),
        (Refusal(400, "streaming is not supported for this model"), "stream"),
    ],
)  # fmt: skip
async def test_streams_are_given_up_where_there_are_none(refusal: Any, gone: str) -> None:
    async with ChatServer(refusal, says("x"), says("y")) as server:
        model = model_at(server)
        for _ in range(2):
            await model.complete(HELLO, [Checker.schema], Sampling())
    first, *others = server.requests
    assert gone in first
    assert all(gone not in request for request in others)
    assert all("stream_options" not in request for request in others)
    assert len(others) == 2


async def test_a_server_may_know_the_limit_by_its_newer_name_only() -> None:
    refusal = Refusal(400, "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens'.")
    server = await complete(refusal, says("x"))
    assert "max_tokens" not in server.requests[1]
    assert server.requests[1]["max_completion_tokens"] == Sampling().max_tokens


FORBIDDEN = {"type": "extra_forbidden", "msg": "Extra inputs are not permitted"}


@pytest.mark.parametrize(
    ("refusal", "field"),
    [
        (Refusal(400, "Unsupported parameter: 'top_p' is not supported with this model."), "top_p"),
        (Refusal(400, "Unsupported parameter: 'temperature' is not supported."), "temperature"),
        ((422, {"detail": [{**FORBIDDEN, "loc": ["body", "seed"], "input": 0}]}), "seed"),
    ],
)
async def test_sampling_that_asks_for_nothing_can_be_left_out(refusal: Any, field: str) -> None:
    async with ChatServer(refusal, says("x")) as server:
        model = model_at(server)
        await model.complete(HELLO, [], Sampling())
    first, second = server.requests
    assert first.keys() - second.keys() == {field}
    assert model.facts.get("seed") == ("refused" if field == "seed" else None)


async def test_sampling_that_is_wanted_is_not_left_out() -> None:
    said = "Unsupported value: 'temperature' does not support 0.25 with this model."
    async with ChatServer(Refusal(400, said)) as server:
        with pytest.raises(ModelUnavailable, match=r"With --set sampling\.temperature=1 it is"):
            await model_at(server).complete(HELLO, [], Sampling(temperature=0.25))


async def test_requests_in_flight_that_are_refused_alike_are_all_made_again() -> None:
    thought = Message(role="assistant", content="<think>\nso\n</think>\n\nSo.")
    asked = [*HELLO, thought, *HELLO, Message(role="assistant", content="No."), *HELLO]
    refusal = Refusal(400, "Missing reasoning_content field in the assistant message")
    script = [says("So.", reasoning_content="so"), refusal, refusal, says("x"), says("y")]
    async with ChatServer(*script) as server:
        model = model_at(server)
        await model.complete(HELLO, [], Sampling())
        await asyncio.gather(*(model.complete(asked, [], Sampling()) for _ in range(2)))
    for request in server.requests[3:]:
        given = [wire.get("reasoning_content") for wire in request["messages"]]
        assert given == [None, "so", None, "", None]


async def test_a_server_that_fails_has_refused_no_field() -> None:
    with pytest.raises(ModelInterrupted):
        await complete(Refusal(500, "seed: unexpected end of the engine"), says("x"))


async def test_a_request_that_is_repeated_in_a_refusal_is_not_what_is_refused() -> None:
    detail = [{
        "type": "missing", "loc": ["body", "model_id"], "msg": "Field required",
        "input": {"stream": True, "stream_options": {}, "seed": "not supported"},
    }]  # fmt: skip
    async with ChatServer((422, {"detail": detail}), says("x")) as server:
        with pytest.raises(ModelError, match=r"body\.model_id: Field required"):
            await model_at(server).complete(HELLO, [], Sampling())
    assert len(server.requests) == 1


async def test_a_server_may_not_know_about_special_tokens() -> None:
    refusal = Refusal(400, "property 'skip_special_tokens' is unsupported")
    server = await complete(refusal, says("x"), interface="prompt")
    assert "skip_special_tokens" not in server.requests[1]


async def test_the_same_refusal_twice_is_one() -> None:
    said = "stream_options: streaming is not supported"
    with pytest.raises(ModelError, match=said):
        await complete(*[Refusal(400, said)] * 3)


async def test_what_was_taken_before_is_not_what_is_refused() -> None:
    async with ChatServer(says("x"), Refusal(400, "the stream is not supported by u")) as server:
        model = model_at(server)
        await model.complete(HELLO, [], Sampling())
        with pytest.raises(ModelError):
            await model.complete(HELLO, [], Sampling())
    assert len(server.requests) == 2


async def test_a_gateway_that_is_late_says_nothing_against_streams() -> None:
    with pytest.raises(ModelInterrupted):
        await complete(Refusal(504, "stream timeout"), says("x"))


# Many at a time.


async def test_no_more_requests_are_in_flight_than_allowed() -> None:
    alive = most = 0

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal alive, most
        head = await reader.readuntil(b"\r\n\r\n")
        await reader.readexactly(int(head.lower().split(b"content-length:")[1].split()[0]))
        alive += 1
        most = max(most, alive)
        await asyncio.sleep(0.01)
        alive -= 1
        body = b'{"choices": [{"text": "x", "finish_reason": "stop"}]}'
        writer.write(b"HTTP/1.1 200 X\r\ncontent-length: %d\r\n" % len(body))
        writer.write(b"connection: close\r\n\r\n" + body)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    # The deadline is for each request, not for its waiting.
    transport = Transport(connections=4, request_seconds=2)
    settings = BackendSettings(transport=transport)
    model = OpenAIModel(f"m@http://127.0.0.1:{port}/v1", settings)
    answers = await asyncio.gather(*(model.complete(HELLO, [], Sampling()) for _ in range(40)))
    assert (len(answers), most) == (40, 4)
    await model.close()
    server.close()


async def test_a_cancelled_request_gives_its_place_back() -> None:
    async with ChatServer(STALL, writes("x")) as server:
        model = model_at(server, transport=Transport(connections=1))
        asking = asyncio.create_task(model.complete(HELLO, [], Sampling()))
        await server.asked.wait()
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        assert (await model.complete(HELLO, [], Sampling())).message.content == "x"


async def test_a_stalled_server_is_left_at_the_time_limit() -> None:
    async with ChatServer(STALL) as server:
        trace = await episode(model_at(server), seconds=0.2)
    assert trace.outcome is Outcome.TIME_LIMIT
