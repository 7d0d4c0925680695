"""A model behind an OpenAI-compatible server: what it is sent, and how its answers are read.

The servers are real ones on this machine that answer from a script.
"""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from chat_server import ChatServer, Refusal, Stream, says, writes
from scripted import AND_SWAP, Checker, call, toolbox
from tiny_model import CHATML, tiny_tokenizer

from lean_agent.agent import run_episode
from lean_agent.chat import CallErrorKind, Message, Sampling, TokenLogprob, ToolCall
from lean_agent.errors import UserError
from lean_agent.models.base import ContextExceeded, Model
from lean_agent.models.openai import OpenAIModel
from lean_agent.models.settings import BackendSettings, Transport
from lean_agent.trace.trace import Limits, Outcome, Trace

HELLO = [Message(role="user", content="∀")]
ONE_CALL = ToolCall(id="a", name="check_lean", arguments={"code": "⟨h⟩"})
CONVERSATION = [
    Message(role="system", content="Prove."),
    *HELLO,
    Message(role="assistant", content="So.", tool_calls=(ONE_CALL,)),
    Message(role="tool", content="accepted", tool_call_id="a"),
    Message(role="user", content="Go on."),
]


def model_at(server: ChatServer, lenient: bool = False, **settings: Any) -> OpenAIModel:
    return OpenAIModel(f"org/prover@{server.url}", BackendSettings(**settings), lenient)


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


@pytest.fixture
def template_folder(tmp_path: Path) -> str:
    tiny_tokenizer(CHATML).save_pretrained(tmp_path)
    return str(tmp_path)


# Native: the server is sent the tools and parses the calls.


async def test_the_server_gets_messages_tools_and_sampling(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    async with ChatServer(says("Done.")) as server:
        sampling = Sampling(temperature=0.25, top_p=0.5, max_tokens=99, seed=3)
        completion = await model_at(server).complete(CONVERSATION, [Checker.schema], sampling)
    (request,) = server.requests
    function = {"name": "check_lean", "arguments": '{"code": "⟨h⟩"}'}
    assert request == {
        "model": "org/prover",
        "messages": [
            {"role": "system", "content": "Prove."},
            {"role": "user", "content": "∀"},
            {
                "role": "assistant",
                "content": "So.",
                "tool_calls": [{"id": "a", "type": "function", "function": function}],
            },
            # Hermes' template refuses a result without its tool's name.
            {"role": "tool", "content": "accepted", "tool_call_id": "a", "name": "check_lean"},
            {"role": "user", "content": "Go on."},
        ],
        "tools": [{"type": "function", "function": Checker.schema.model_dump()}],
        "temperature": 0.25,
        "top_p": 0.5,
        "max_tokens": 99,
        "seed": 3,
        "stream": True,
        "stream_options": {"include_usage": True},
        "path": "/v1/chat/completions",
        "key": "none",
    }
    assert completion.message == Message(role="assistant", content="Done.")
    assert json.loads(completion.raw) == {"role": "assistant", "content": "Done."}
    assert (completion.prompt_tokens, completion.completion_tokens) == (11, 7)


async def test_what_else_sampling_can_ask_for() -> None:
    sampling = Sampling(top_k=20, min_p=0.05, stop=("```",), logprobs=True)
    async with ChatServer(says("x")) as server:
        model = model_at(server, template_arguments={"enable_thinking": False})
        await model.complete(HELLO, [], sampling)
    (request,) = server.requests
    assert (request["top_k"], request["min_p"], request["stop"]) == (20, 0.05, ["```"])
    assert request["logprobs"] is True
    assert request["chat_template_kwargs"] == {"enable_thinking": False}
    assert "tools" not in request


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
    assert json.loads(completion.raw)["tool_calls"][1]["function"]["arguments"] == '{"code": "x'


@pytest.mark.parametrize("written", ['{"code": "x', ""])
async def test_a_call_that_the_limit_cut_off_is_truncated(written: str) -> None:
    reply = says(None, ("check_lean", '{"code": "x"}'), ("check_lean", written), finish="length")
    async with ChatServer(reply) as server:
        completion = await model_at(server).complete(HELLO, [Checker.schema], Sampling())
    assert len(completion.message.tool_calls) == 1
    assert [error.kind for error in completion.errors] == [CallErrorKind.TRUNCATED]


async def test_calls_go_back_with_the_ids_that_the_server_gave() -> None:
    """Kimi K2 is shown them."""
    status, body = says(None, ("check_lean", '{"code": "x"}'))
    body["choices"][0]["message"]["tool_calls"][0]["id"] = "functions.check_lean:0"
    async with ChatServer((status, body), says("x")) as server:
        model = model_at(server)
        first = (await model.complete(HELLO, [Checker.schema], Sampling())).message
        result = Message(role="tool", content="no", tool_call_id=first.tool_calls[0].id)
        await model.complete([*HELLO, first, result], [Checker.schema], Sampling())
    _, called, told = server.requests[1]["messages"]
    assert called["tool_calls"][0]["id"] == told["tool_call_id"] == "functions.check_lean:0"
    assert told["name"] == "check_lean"


async def test_calls_of_one_answer_get_ids_of_their_own() -> None:
    status, body = says(None, *[("check_lean", '{"code": "x"}')] * 2)
    for one in body["choices"][0]["message"]["tool_calls"]:
        one["id"] = "same"
    async with ChatServer((status, body)) as server:
        completion = await model_at(server).complete(HELLO, [Checker.schema], Sampling())
    assert [one.id for one in completion.message.tool_calls] == ["same", "call00002"]


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("stop", "stop"),
        ("length", "length"),
        ("function_call", "tool_calls"),
        ("eos!", "stop"),
        ("max_tokens", "length"),
        ("model_length", "length"),
    ],
)
async def test_finish_reasons_are_mapped(theirs: str, ours: str) -> None:
    async with ChatServer(says("x", finish=theirs)) as server:
        completion = await model_at(server).complete(HELLO, [], Sampling())
    assert completion.finish_reason == ours


@pytest.mark.parametrize("name", ["reasoning", "reasoning_content"])
async def test_reasoning_kept_apart_is_a_think_block_here_and_goes_back_apart(name: str) -> None:
    thought = says("", ("check_lean", '{"code": "wrong"}'), **{name: "Let me see."})
    shown: list[str] = []
    async with ChatServer(thought, says("x")) as server:
        model = model_at(server)
        first = await model.complete(HELLO, [Checker.schema], Sampling(), shown.append)
        assert first.message.content == "<think>\nLet me see.\n</think>\n\n"
        await model.complete([*HELLO, first.message], [], Sampling())
    sent = server.requests[1]["messages"][1]
    assert (sent[name], sent["content"]) == ("Let me see.", "")
    assert "".join(shown) == "<think>\nLet me see."
    assert json.loads(first.raw)[name] == "Let me see."


@pytest.mark.parametrize(
    ("said", "sent"),
    [
        ("Please remove the reasoning_content from your message.", [None, None]),
        ("Missing reasoning_content field in the assistant message", ["Let me see.", ""]),
        ("The reasoning_content must be passed back.", ["Let me see.", ""]),
    ],
)
async def test_reasoning_goes_back_as_the_server_wants_it(said: str, sent: list[Any]) -> None:
    answer = Message(role="assistant", content="Not much.")
    script = [says("So.", reasoning_content="Let me see."), Refusal(400, said), says("x")]
    async with ChatServer(*script, says("y")) as server:
        model = model_at(server)
        first = await model.complete(HELLO, [], Sampling())
        for _ in range(2):
            await model.complete([*HELLO, first.message, *HELLO, answer], [], Sampling())
    assert len(server.requests) == 4
    for request in server.requests[2:]:
        answers = [wire for wire in request["messages"] if wire["role"] == "assistant"]
        assert [wire.get("reasoning_content") for wire in answers] == sent
        assert [wire["content"] for wire in answers] == ["So.", "Not much."]


async def test_thinking_that_the_server_leaves_in_the_text_goes_back_in_the_text() -> None:
    text = "<think>\nso\n</think>\n\nDone."
    async with ChatServer(says(text), says("x")) as server:
        model = model_at(server)
        first = await model.complete(HELLO, [], Sampling())
        await model.complete([*HELLO, first.message], [], Sampling())
    assert server.requests[1]["messages"][1] == {"role": "assistant", "content": text}


async def test_log_probabilities_are_kept_where_asked_for() -> None:
    status, body = says("ab")
    tokens = [{"token": "a", "logprob": -0.5}, {"token": "b", "logprob": float("-inf")}]
    events = [
        {"choices": [{"delta": {"content": "ab"}, "logprobs": {"content": tokens}}]},
        {"choices": [{"delta": {}, "finish_reason": "stop"}]},
    ]
    body["choices"][0]["logprobs"] = {"content": tokens[:1]}
    async with ChatServer(Stream(events), (status, json.dumps(body).encode())) as server:
        model = model_at(server)
        streamed = await model.complete(HELLO, [], Sampling(logprobs=True))
        whole = await model.complete(HELLO, [], Sampling(logprobs=True))
    a, b = TokenLogprob(token="a", logprob=-0.5), TokenLogprob(token="b", logprob=-9999)
    assert (streamed.logprobs, whole.logprobs) == ((a, b), (a,))


async def test_the_key_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "s3cret")
    monkeypatch.setenv("MY_KEY", " mine\n")
    async with ChatServer(says("x"), says("x")) as server:
        await model_at(server).complete(HELLO, [], Sampling())
        own = model_at(server, transport=Transport(key_env="MY_KEY"))
        await own.complete(HELLO, [], Sampling())
    assert [request["key"] for request in server.requests] == ["s3cret", "mine"]


def test_a_key_that_cannot_be_one_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "two\nlines")
    with pytest.raises(UserError, match="OPENAI_API_KEY does not hold an API key"):
        OpenAIModel("m@http://127.0.0.1:1/v1")


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


# Prompt: our system prompt describes the tools, and we read the calls from the text.


async def test_without_native_tools_all_is_plain_messages() -> None:
    async with ChatServer(says("Done.")) as server:
        model = model_at(server, interface="prompt")
        assert model.tools_in_prompt
        assert model.dialect is not None
        await model.complete(CONVERSATION, [Checker.schema], Sampling(stop=("END",)))
    (request,) = server.requests
    assert request["messages"] == [
        {"role": "system", "content": "Prove."},
        {"role": "user", "content": "∀"},
        {"role": "assistant", "content": model.dialect.render("So.", [ONE_CALL])},
        {"role": "user", "content": "<tool_response>\naccepted\n</tool_response>\nGo on."},
    ]
    assert request["stop"] == ["END", *model.dialect.stops]
    assert request["skip_special_tokens"] is False  # the marks of calls may be such tokens
    assert "tools" not in request


async def test_without_tools_the_dialects_stop_strings_are_not_sent() -> None:
    async with ChatServer(says("Done."), says("Done.")) as server:
        model = model_at(server, interface="prompt")
        await model.complete(HELLO, [], Sampling(stop=("END",)))
        await model.complete(HELLO, [], Sampling())
    first, second = server.requests
    assert first["stop"] == ["END"]
    assert "stop" not in second


async def test_an_episode_with_tools_in_the_prompt() -> None:
    script = [says(call("check_lean", code="wrong")), says(call("check_lean", code="good"))]
    async with ChatServer(*script) as server:
        trace = await episode(model_at(server, interface="prompt"))
    assert (trace.outcome, trace.dialect, trace.tools_in_prompt) == (Outcome.PROVED, "hermes", True)
    assert "check_lean" in trace.messages[0].content
    assert trace.turns[0].raw == call("check_lean", code="wrong")


async def test_reasoning_kept_apart_is_read_with_the_text() -> None:
    reply = says(call("check_lean", code="good"), reasoning="Let me see.")
    async with ChatServer(reply, says("x")) as server:
        model = model_at(server, interface="prompt")
        first = await model.complete(HELLO, [Checker.schema], Sampling())
        assert first.raw.startswith("<think>\nLet me see.\n</think>\n\n<tool_call>")
        assert [one.name for one in first.message.tool_calls] == ["check_lean"]
        assert first.finish_reason == "tool_calls"
        await model.complete([*HELLO, first.message], [], Sampling())
    sent = server.requests[1]["messages"][1]
    assert sent["reasoning"] == "Let me see."
    assert sent["content"].startswith("<tool_call>")


async def test_lenient_reading_is_a_matter_of_the_dialect() -> None:
    async with ChatServer() as server:
        dialects = [model_at(server, how, interface="prompt").dialect for how in (False, True)]
    assert [dialect is not None and dialect.lenient for dialect in dialects] == [False, True]


# Template: we render the prompt by the model's chat template.


async def test_raw_completion_goes_on_from_the_rendered_prompt(template_folder: str) -> None:
    text = f"So.\n{call('check_lean', code='good')}"
    logprobs = {"tokens": ["So", "."], "token_logprobs": [-0.5, None]}
    shown: list[str] = []
    async with ChatServer(writes(text, logprobs=logprobs)) as server:
        model = model_at(server, interface="template", tokenizer=template_folder)
        assert (model.dialect and model.dialect.name, model.tools_in_prompt) == ("hermes", False)
        completion = await model.complete(
            CONVERSATION, [Checker.schema], Sampling(logprobs=True), shown.append
        )
    (request,) = server.requests
    assert request["path"] == "/v1/completions"
    assert request["prompt"].startswith("<|im_start|>system\nProve.")
    assert '"name": "check_lean"' in request["prompt"]
    assert request["prompt"].endswith("<|im_start|>assistant\n")
    assert (request["add_special_tokens"], request["skip_special_tokens"]) == (False, False)
    assert request["logprobs"] == 1
    assert "tools" not in request
    assert "".join(shown) == completion.raw == text
    assert completion.message.content == "So."
    assert completion.prompt_hash == sha256(request["prompt"].encode()).hexdigest()
    assert model.facts.items() >= {("interface", "template"), ("dialect", "hermes")}
    assert len(model.facts["chat_template"]) == 64
    assert completion.message.tool_calls[0].arguments == {"code": "good"}
    assert [one.logprob for one in completion.logprobs or ()] == [-0.5, -9999]


async def test_an_answer_that_begins_in_thinking_is_whole(template_folder: str) -> None:
    shown: list[str] = []
    async with ChatServer(writes("so\n</think>\n\nDone.")) as server:
        model = model_at(
            server,
            interface="template",
            tokenizer=template_folder,
            template_arguments={"enable_thinking": True},
        )
        completion = await model.complete(HELLO, [], Sampling(), shown.append)
    assert server.requests[0]["prompt"].endswith("<think>\n")
    assert completion.raw == "<think>\nso\n</think>\n\nDone." == "".join(shown)


@pytest.mark.parametrize("interface", ["native", "template"])
async def test_a_limit_that_is_too_large_is_not_one_that_the_server_does_not_know(
    interface: str, template_folder: str
) -> None:
    said = (
        "'max_tokens' or 'max_completion_tokens' is too large: 4096. This model's maximum context "
        "length is 4096 tokens and your request has 9 input tokens."
    )
    async with ChatServer(Refusal(400, said), writes("x")) as server:
        model = model_at(server, interface=interface, tokenizer=template_folder)
        with pytest.raises(ContextExceeded):
            await model.complete(HELLO, [], Sampling())
        await model.complete(HELLO, [], Sampling(max_tokens=64))
    assert [request["max_tokens"] for request in server.requests] == [4096, 64]
    assert all("max_completion_tokens" not in request for request in server.requests)


async def test_an_episode_through_raw_completions(template_folder: str) -> None:
    script = [writes(call("check_lean", code="wrong")), writes(call("check_lean", code="good"))]
    async with ChatServer(*script) as server:
        trace = await episode(model_at(server, interface="template", tokenizer=template_folder))
    assert (trace.outcome, trace.dialect) == (Outcome.PROVED, "hermes")
    assert "<tool_response>\ntype mismatch\n</tool_response>" in server.requests[1]["prompt"]


# The context and its tokens.


@pytest.mark.parametrize(
    ("pages", "context"),
    [
        ({"models": {"data": [{"id": "org/prover", "max_model_len": 40960}]}}, 40960),
        (
            {"models": {"data": [{"id": "x", "max_model_len": 1}, {"id": "org/prover"}]}},
            None,
        ),
        ({"models": {"data": [{"id": "any.gguf", "context_length": 8192}]}}, 8192),
        ({"models": {"data": [{"id": n, "context_length": 8192} for n in "ab"]}}, None),
        (
            {
                "models": {"data": [{"id": "any.gguf", "meta": {"n_ctx_train": 32768}}]},
                "props": {"default_generation_settings": {"n_ctx": 4096}},
            },
            4096,
        ),
        ({"models": {"data": [{"id": "org/prover"}]}}, None),
        ({"models": {"data": "none"}, "props": []}, None),
        ({}, None),
    ],
    ids=[
        "vllm",
        "another model",
        "one model",
        "others",
        "llama.cpp",
        "no word",
        "nonsense",
        "no such page",
    ],
)
async def test_the_context_is_asked_of_the_server(
    pages: dict[str, Any], context: int | None
) -> None:
    async with ChatServer(**pages) as server:
        model = model_at(server)
        assert model.context_tokens is None
        await model.open()
        assert model.context_tokens == context
        before = list(server.visited)
        await model.open()
    assert server.visited == before, "asked once"


async def test_a_server_that_comes_up_later_is_asked_after_its_first_answer() -> None:
    pages = {"models": {"data": [{"id": "org/prover", "max_model_len": 40960}]}}
    async with ChatServer() as gone:
        model = model_at(gone)
    await model.open()
    assert model.context_tokens is None
    later = ChatServer(says("x"), says("y"), **pages)
    later.port = gone.port
    async with later:
        await model.complete(HELLO, [], Sampling())
        assert model.context_tokens == 40960
        await model.complete(HELLO, [], Sampling())
    assert later.visited == ["/v1/models"]


async def test_a_context_in_the_settings_is_not_asked_for() -> None:
    async with ChatServer(models={"data": [{"id": "org/prover", "max_model_len": 1}]}) as server:
        model = model_at(server, context_tokens=4096)
        await model.open()
    assert (model.context_tokens, server.visited) == (4096, [])


def test_tokens_are_counted_by_the_models_tokenizer_where_it_is_known(template_folder: str) -> None:
    text = "theorem and_swap"
    exact = len(tiny_tokenizer().encode(text))
    for interface in ("native", "prompt", "template"):
        settings = BackendSettings(interface=interface, tokenizer=template_folder)
        assert OpenAIModel("m@http://127.0.0.1:1/v1", settings).count_tokens(text) == exact
    assert OpenAIModel("m@http://127.0.0.1:1/v1").count_tokens(text) > exact


@pytest.mark.parametrize(
    ("settings", "hint"),
    [
        ({"tokenizer": "/no/such/folder"}, "cannot load the tokenizer of /no/such/folder"),
        ({"interface": "prompt", "dialect": "klingon"}, "unknown dialect 'klingon'"),
        ({"chat_template": "mine.jinja"}, "set interface to template"),
        ({"interface": "template", "tokenizer": "/no/x"}, "cannot load the tokenizer of /no/x"),
    ],
)
def test_settings_that_cannot_be_met(settings: dict[str, Any], hint: str) -> None:
    with pytest.raises(UserError, match=hint):
        OpenAIModel("m@http://127.0.0.1:1/v1", BackendSettings(**settings))
