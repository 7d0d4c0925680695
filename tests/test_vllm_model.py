"""vLLM's engine in this process: against its recorded interface, and for real on a GPU."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from scripted import AND_SWAP, Checker, call, toolbox
from tiny_model import add_lora, make_tiny_model, tiny_tokenizer
from vllm_stand_in import SIGNATURES, StandIn, install

from lean_agent.agent import run_episode
from lean_agent.chat import Completion, InterruptionKind, Message, Sampling
from lean_agent.errors import UserError
from lean_agent.models.base import (
    ContextExceeded,
    ModelError,
    ModelInterrupted,
    ModelUnavailable,
)
from lean_agent.models.settings import BackendSettings
from lean_agent.models.vllm import VllmModel
from lean_agent.trace.trace import Limits, Outcome

HELLO = [Message(role="system", content="You prove."), Message(role="user", content="∀ x?")]
TOOLS = [Checker.schema]
TOKENIZER = tiny_tokenizer()
SAID = "<think>∀</think>\nI check it.\n" + call("check_lean", code="good")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_tiny_model(tmp_path_factory.mktemp("tiny"))


@pytest.fixture(params=list(SIGNATURES))
def engine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> StandIn:
    """Says SAID to everything; what a test says otherwise it sets in `answer`."""
    stand_in = StandIn(request.param, TOKENIZER, lambda ids, params: says(SAID))  # noqa: ARG005
    install(monkeypatch, stand_in)
    return stand_in


def says(text: str) -> list[int]:
    ids: list[int] = TOKENIZER.encode(text, add_special_tokens=False)
    return ids


def load(folder: Path, **settings: Any) -> VllmModel:
    return VllmModel(str(folder), BackendSettings(**settings), False)


async def ask(model: VllmModel, **sampling: Any) -> Completion:
    return await model.complete(HELLO, TOOLS, Sampling(**sampling))


async def test_the_engine_is_started_as_the_settings_say(engine: StandIn, folder: Path) -> None:
    settings = {"context_tokens": 2048, "tensor_parallel": 4, "gpu_memory": 0.5}
    model = load(folder, dtype="bfloat16", **settings)
    assert engine.engine_args == {
        "model": str(folder),
        "tokenizer": str(folder),
        "dtype": "bfloat16",
        "max_model_len": 2048,
        "tensor_parallel_size": 4,
        "gpu_memory_utilization": 0.5,
        "enable_prefix_caching": True,
        "disable_log_stats": True,
    }
    assert (model.spec, model.context_tokens) == (f"vllm:{folder}", 2048)
    assert load(folder).context_tokens == 2048  # what the engine says where we say nothing
    assert model.facts.items() >= {
        ("context_tokens", "2048"),
        ("dtype", "bfloat16"),
        ("vllm", engine.version),
    }
    await model.close()
    assert engine.shut_down


async def test_the_engine_gets_the_rendered_prompt_and_the_sampling(
    engine: StandIn, folder: Path
) -> None:
    model = load(folder)
    completion = await ask(model, temperature=0.5, top_p=0.9, top_k=7, min_p=0.1, seed=5)
    (request,) = engine.requests
    text = TOKENIZER.decode(request["prompt"]["prompt_token_ids"])
    assert text == model.template.render(HELLO, TOOLS, model.dialect)
    assert '"name": "check_lean"' in text
    params = request["sampling_params"]
    assert (params.temperature, params.top_p, params.top_k, params.min_p) == (0.5, 0.9, 7, 0.1)
    assert (params.seed, params.max_tokens) == (5, 4096 - len(says(text)))
    assert "<tool_response>" in params.stop
    assert (params.skip_special_tokens, params.spaces_between_special_tokens) == (False, False)
    assert completion.raw == SAID
    assert completion.message.tool_calls[0].arguments == {"code": "good"}
    assert (completion.finish_reason, completion.prompt_tokens) == ("tool_calls", len(says(text)))
    assert completion.completion_tokens == len(says(SAID)) + 1  # the end of the turn is one
    assert completion.logprobs is None


async def test_what_is_not_asked_for_is_not_sent(engine: StandIn, folder: Path) -> None:
    await load(folder).complete(HELLO, [], Sampling(max_tokens=9))
    params = engine.requests[0]["sampling_params"]
    assert (params.top_k, params.min_p, params.logprobs) == (0, 0.0, None)
    assert (params.stop, params.max_tokens) == ([], 9)
    assert engine.requests[0]["lora_request"] is None


async def test_the_text_is_shown_as_it_comes(engine: StandIn, folder: Path) -> None:
    thinking = load(folder, template_arguments={"enable_thinking": True})
    engine.answer = lambda ids, params: says("Ah.</think>\nNow ∀." + "x" * 40)  # noqa: ARG005
    shown: list[str] = []
    completion = await thinking.complete(HELLO, TOOLS, Sampling(), shown.append)
    assert "".join(shown) == completion.raw
    assert completion.raw.startswith("<think>\nAh.</think>\nNow ∀.")
    assert len(shown) > 5
    assert (await thinking.complete(HELLO, TOOLS, Sampling())).raw == completion.raw


@pytest.mark.parametrize("streamed", [True, False])
async def test_log_probabilities_of_the_tokens_drawn(
    engine: StandIn, folder: Path, streamed: bool
) -> None:
    show = [].append if streamed else None
    completion = await load(folder).complete(HELLO, TOOLS, Sampling(logprobs=True), show)
    assert engine.requests[0]["sampling_params"].logprobs == 0  # none but the drawn one's
    assert completion.logprobs is not None
    ids = [*says(SAID), TOKENIZER.eos_token_id]
    assert [entry.logprob for entry in completion.logprobs] == [-token / 8 for token in ids]
    assert [entry.token for entry in completion.logprobs] == [TOKENIZER.decode([t]) for t in ids]


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize("streamed", [True, False])
async def test_stop_strings_and_the_limit_end_an_answer(folder: Path, streamed: bool) -> None:
    model, show = load(folder), [].append if streamed else None
    stopped = await model.complete(HELLO, TOOLS, Sampling(stop=("check",)), show)
    assert (stopped.raw, stopped.finish_reason) == (SAID.partition("check")[0], "stop")
    cut = await model.complete(HELLO, TOOLS, Sampling(max_tokens=8), show)
    assert (cut.finish_reason, cut.completion_tokens) == ("length", 8)
    assert SAID.startswith(cut.raw)


async def test_all_that_ask_are_answered_in_one_batch(engine: StandIn, folder: Path) -> None:
    engine.answer = lambda ids, params: says(f"I am number {params.seed}.")  # noqa: ARG005
    model = load(folder)
    answers = await asyncio.gather(*(ask(model, seed=number) for number in range(200)))
    assert [answer.raw for answer in answers] == [f"I am number {n}." for n in range(200)]
    assert engine.widest == 200
    assert len({request["request_id"] for request in engine.requests}) == 200


async def test_who_cancels_leaves_the_batch_and_the_others_in_it(
    engine: StandIn, folder: Path
) -> None:
    engine.answer = lambda ids, params: says("x" * (500 if params.seed else 20))  # noqa: ARG005
    model = load(folder)
    begun = asyncio.Event()
    leaving = asyncio.create_task(
        model.complete(HELLO, TOOLS, Sampling(seed=1), lambda text: begun.set())  # noqa: ARG005
    )
    staying = asyncio.create_task(ask(model, seed=0))
    await begun.wait()
    leaving.cancel()
    assert (await staying).raw == "x" * 20
    with pytest.raises(asyncio.CancelledError):
        await leaving
    (left,) = engine.aborted
    assert left == engine.requests[0]["request_id"]
    assert not engine.live


async def test_an_answer_that_cannot_be_shown_is_not_generated_on(
    engine: StandIn, folder: Path
) -> None:
    def show(text: str) -> None:
        raise RuntimeError(f"no room for {text}")

    with pytest.raises(RuntimeError, match="no room"):
        await load(folder).complete(HELLO, TOOLS, Sampling(), show)
    assert len(engine.aborted) == 1


async def test_a_lora_adapter_is_used_with_every_request(
    engine: StandIn, folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "adapter_config.json").write_text(json.dumps({"r": 24}))
    model = load(folder, adapter=str(tmp_path))
    assert engine.engine_args["enable_lora"] is True
    assert engine.engine_args["max_lora_rank"] == 32  # the smallest that vLLM has above 24
    await ask(model)
    used = engine.requests[0]["lora_request"]
    assert (used.lora_int_id, used.lora_path) == (1, str(tmp_path))


async def test_a_dead_engine_answers_nobody(engine: StandIn, folder: Path) -> None:
    engine.answer = lambda ids, params: says("x" * 500)  # noqa: ARG005
    model = load(folder)
    asking = [asyncio.create_task(ask(model, seed=seed)) for seed in range(3)]
    for _ in range(20):
        await asyncio.sleep(0)
    assert len(engine.live) == 3
    engine.die()
    for task in [*asking, asyncio.create_task(ask(model))]:
        with pytest.raises(ModelUnavailable, match="the engine has died") as raised:
            await task
        assert not isinstance(raised.value, ModelInterrupted)


async def test_a_request_that_failed_may_be_made_again(engine: StandIn, folder: Path) -> None:
    def fails(ids: list[int], params: Any) -> list[int]:  # noqa: ARG001
        raise RuntimeError("a transfer was lost")

    model = load(folder)
    engine.answer = fails
    with pytest.raises(ModelInterrupted, match="a transfer was lost") as raised:
        await ask(model)
    assert raised.value.kind is InterruptionKind.SERVER_ERROR
    engine.answer, engine.gives_up = lambda ids, params: says(SAID), True  # noqa: ARG005
    with pytest.raises(ModelInterrupted, match=r"gave an answer up \(abort\)"):
        await ask(model)
    engine.gives_up = False
    assert (await ask(model)).raw == SAID


async def test_a_conversation_that_is_too_long_ends_its_episode(
    engine: StandIn, folder: Path
) -> None:
    model = load(folder, context_tokens=256)
    long = [Message(role="user", content="∀ " * 300)]
    with pytest.raises(ContextExceeded, match="context is 256"):
        await model.complete(long, TOOLS, Sampling())
    model.context_tokens = None  # the engine's own refusal
    with pytest.raises(ModelError, match="maximum context length is 256"):
        await model.complete(long, TOOLS, Sampling())
    assert not engine.live


async def test_a_sampling_that_it_refuses_is_the_users_matter(
    engine: StandIn, folder: Path
) -> None:
    with pytest.raises(ModelUnavailable, match=r"top_p must be in \(0, 1\]"):
        await ask(load(folder), top_p=0.0)
    assert not engine.requests


async def test_a_whole_episode(engine: StandIn, folder: Path) -> None:
    trace = await run_episode(
        AND_SWAP,
        load(folder),
        toolbox(Checker()),
        sample=0,
        sampling=Sampling(),
        limits=Limits(),
        versions={},
    )
    assert (trace.outcome, trace.proof) == (Outcome.PROVED, "good")
    assert trace.turns[0].raw == SAID
    assert len(engine.requests) == 1


def test_what_cannot_be_used_is_refused_at_once(
    engine: StandIn, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for path, settings, why in [
        (tmp_path / "none", {}, "no such folder"),
        (tmp_path / "model.gguf", {}, "transformers:PATH"),
        (folder, {"adapter": str(tmp_path)}, "no LoRA adapter"),
        (folder, {"interface": "native"}, "the interface is template"),
    ]:
        with pytest.raises(UserError, match=why):
            load(path, **settings)
    (tmp_path / "adapter_config.json").write_text('{"r": 1024}')
    with pytest.raises(UserError, match="has rank 1024; vLLM takes no more than 512"):
        load(folder, adapter=str(tmp_path))
    engine.fails_to_start = RuntimeError("Engine core initialization failed.")
    with pytest.raises(UserError, match=r"(?s)initialization failed.*gpu_memory higher"):
        load(folder)
    engine.device_type = ""
    install(monkeypatch, engine)
    with pytest.raises(UserError, match="finds no GPU here"):
        load(folder)


def test_without_vllm_we_say_what_to_install(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)  # noqa: ARG005
    with pytest.raises(UserError, match=r"pip install -e '\.\[vllm\]'"):
        load(folder)


@pytest.fixture(scope="module")
def adapter(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("peft")
    return add_lora(folder, tmp_path_factory.mktemp("adapter"))


@pytest.fixture
async def real(folder: Path) -> AsyncIterator[VllmModel]:
    pytest.importorskip("vllm")
    model = load(folder, gpu_memory=0.2, dtype="bfloat16")
    yield model
    await model.close()


@pytest.mark.gpu
async def test_the_real_engine(real: VllmModel) -> None:
    """Everything above, in one engine, since starting one takes a minute."""
    assert real.context_tokens == 4096
    shown: list[str] = []
    sampling = Sampling(max_tokens=40, seed=7, logprobs=True)
    first = await real.complete(HELLO, TOOLS, sampling, shown.append)
    assert "".join(shown) == first.raw
    assert first.logprobs is not None
    assert len(first.logprobs) == first.completion_tokens
    assert all(entry.logprob <= 0 for entry in first.logprobs)
    assert (await real.complete(HELLO, TOOLS, sampling)).raw == first.raw
    expected = real.template.render(HELLO, TOOLS, real.dialect)
    assert first.prompt_tokens == real.count_tokens(expected)

    stop = first.raw[4:6]
    stopped = await real.complete(HELLO, TOOLS, sampling.model_copy(update={"stop": (stop,)}))
    assert stopped.raw == first.raw.partition(stop)[0]

    together = await asyncio.gather(
        *(ask(real, seed=seed, max_tokens=40, temperature=0) for seed in range(64))
    )
    assert len({answer.raw for answer in together}) == 1

    begun = asyncio.Event()
    endless = Sampling(max_tokens=3000, temperature=0)
    leaving = asyncio.create_task(
        real.complete(HELLO, TOOLS, endless, lambda text: begun.set())  # noqa: ARG005
    )
    await begun.wait()
    leaving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await leaving
    with pytest.raises(ModelUnavailable, match="top_p"):
        await ask(real, top_p=0.0)
    assert (await ask(real, max_tokens=3)).completion_tokens


@pytest.mark.gpu
async def test_the_real_engine_with_an_adapter(folder: Path, adapter: Path) -> None:
    pytest.importorskip("vllm")
    adapted = load(folder, gpu_memory=0.2, dtype="bfloat16", adapter=str(adapter))
    with_it = await ask(adapted, seed=7, max_tokens=40)
    adapted._lora = None
    assert (await ask(adapted, seed=7, max_tokens=40)).raw != with_it.raw
    await adapted.close()
