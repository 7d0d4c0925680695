"""A local model through transformers: a real Qwen3 architecture, small and untaught."""

from __future__ import annotations

import asyncio
import importlib.util
import json
import shutil
import threading
from collections.abc import AsyncIterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import torch
import transformers
from scripted import AND_SWAP, Checker, toolbox
from tiny_model import CHATML, add_lora, make_tiny_model, to_gguf

from lean_agent.agent import run_episode
from lean_agent.chat import Completion, Message, Sampling, ToolSchema
from lean_agent.clock import keeping_time
from lean_agent.errors import UserError
from lean_agent.models.base import ContextExceeded
from lean_agent.models.local import Prompt
from lean_agent.models.settings import BackendSettings
from lean_agent.models.transformers import TransformersModel, _Sampler, _Writer
from lean_agent.trace.trace import Limits, Trace

HELLO = [Message(role="system", content="You prove."), Message(role="user", content="∀ x?")]
TOOLS = [Checker.schema]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_tiny_model(tmp_path_factory.mktemp("tiny"))


@pytest.fixture
async def model(folder: Path) -> AsyncIterator[TransformersModel]:
    model = load(folder)
    yield model
    await model.close()


def load(path: Path, **settings: Any) -> TransformersModel:
    return TransformersModel(str(path), BackendSettings(**{"device": "cpu", **settings}), False)


async def ask(
    model: TransformersModel, tools: list[ToolSchema] | None = None, **sampling: Any
) -> Completion:
    chosen = Sampling(**{"max_tokens": 24, **sampling})
    return await model.complete(HELLO, TOOLS if tools is None else tools, chosen)


def words(completion: Completion) -> list[str]:
    assert completion.logprobs is not None
    return [entry.token for entry in completion.logprobs]


async def test_equal_seeds_give_equal_texts(model: TransformersModel) -> None:
    first = await ask(model, seed=7)
    torch.manual_seed(0)  # what others do with torch's own generator does not matter
    assert await ask(model, seed=7) == first
    assert (await ask(model, seed=8)).raw != first.raw
    assert (await ask(model, seed=2**31 - 1)).raw != first.raw
    prompt = model.template.render(HELLO, TOOLS, model.dialect)
    assert first.prompt_tokens == model.count_tokens(prompt)
    assert '"name": "check_lean"' in prompt


async def test_without_chance_the_likeliest_token_is_taken(model: TransformersModel) -> None:
    greedy = await ask(model, temperature=0, seed=1)
    for narrow in ({"temperature": 0}, {"top_k": 1}, {"top_p": 1e-9}, {"min_p": 1.0}):
        assert (await ask(model, seed=2, **narrow)).raw == greedy.raw


def test_tokens_are_drawn_with_their_probabilities(model: TransformersModel) -> None:
    chances = torch.tensor([[0.5, 0.25, 0.125, 0.1, 0.025]])
    prompt = Prompt(ids=[], max_tokens=10_000, stops=(), opening="", hash="")

    def draw(number: int, **sampling: Any) -> list[float]:
        writer = _Writer(model.template.tokenizer, prompt, [], [].append)
        sampler = _Sampler(Sampling(seed=5, **sampling), writer, threading.Event())
        for _ in range(number):
            sampler(torch.zeros(1, 1), chances.log())
        return [writer.ids.count(token) / number for token in range(5)]

    # Five standard deviations of a share are at most 5 · √(¼ / 2000) < 0.06.
    assert draw(2000) == pytest.approx(chances[0].tolist(), abs=0.06)
    sharper = (chances.log() / 0.5).softmax(-1)
    assert draw(2000, temperature=0.5) == pytest.approx(sharper[0].tolist(), abs=0.06)
    assert draw(2000, top_k=2) == pytest.approx([2 / 3, 1 / 3, 0, 0, 0], abs=0.06)


async def test_log_probabilities_are_those_of_the_network(model: TransformersModel) -> None:
    from transformers import AutoModelForCausalLM

    # Byte by byte, so that the text says which tokens it was made of.
    completion = await ask(model, seed=3, logprobs=True, temperature=0.5, max_tokens=12)
    assert len(words(completion)) == completion.completion_tokens
    ids = model.template.encode(model.template.render(HELLO, TOOLS, model.dialect))
    network = AutoModelForCausalLM.from_pretrained(model.name)
    for entry in completion.logprobs or ():
        with torch.inference_mode():
            logprobs = network(torch.tensor([ids])).logits[0, -1].log_softmax(-1)
        likely = [
            token
            for token in range(len(logprobs))
            if model.template.tokenizer.decode([token]) == entry.token
            and abs(float(logprobs[token]) - entry.logprob) < 1e-3
        ]
        assert likely, f"no token {entry.token!r} has the log-probability {entry.logprob}"
        ids.append(likely[0])
    assert (await ask(model, seed=3)).logprobs is None


async def test_an_answer_is_cut_at_the_limit_of_tokens(model: TransformersModel) -> None:
    for limit in (1, 2, 9):
        completion = await ask(model, max_tokens=limit, seed=1)
        assert (completion.finish_reason, completion.completion_tokens) == ("length", limit)


async def test_the_context_bounds_prompt_and_answer_together(folder: Path) -> None:
    assert load(folder).context_tokens == 4096
    model = load(folder, context_tokens=400)
    long = [Message(role="user", content="x " * 330)]
    for seed in range(20):
        completion = await model.complete(long, [], Sampling(max_tokens=4096, seed=seed))
        if completion.finish_reason == "length":
            break
    assert (completion.prompt_tokens or 0) + (completion.completion_tokens or 0) == 400
    with pytest.raises(ContextExceeded, match="context is 400"):
        await model.complete([Message(role="user", content="x " * 800)], [], Sampling())
    await model.close()


def plain_word(model: TransformersModel, said: list[str]) -> tuple[int, str]:
    """A later word of the answer, not said before, that is one token and no half character."""
    for at in range(len(said) - 2, 2, -1):
        word = said[at]
        if word not in said[:at] and len(model.template.encode(word)) == 1 and word.isascii():
            return at, word
    raise AssertionError("no such word")


async def test_the_end_of_a_turn_ends_the_answer_and_is_no_part_of_it(
    model: TransformersModel, folder: Path, tmp_path: Path
) -> None:
    free = await ask(model, seed=1, logprobs=True)
    at, word = plain_word(model, words(free))
    ending = shutil.copytree(folder, tmp_path / "ending")
    configuration = ending / "generation_config.json"
    also = [*model.template.encode("<|im_end|>"), *model.template.encode(word)]
    facts = json.loads(configuration.read_text())
    configuration.write_text(json.dumps({**facts, "eos_token_id": also, "repetition_penalty": 9.0}))
    other = load(ending)
    ended = await ask(other, seed=1, logprobs=True)
    assert words(ended) == words(free)[: at + 1]
    assert ended.finish_reason == "stop"
    assert free.raw.startswith(ended.raw + word)
    last = await ask(other, seed=1, max_tokens=at + 1)
    assert (last.finish_reason, last.raw) == ("stop", ended.raw)
    await other.close()


async def test_a_stop_string_ends_the_answer_and_is_no_part_of_it(model: TransformersModel) -> None:
    free = await ask(model, seed=1)
    for at in (4, 9, len(free.raw) - 2):
        stop = free.raw[at : at + 2]
        shown: list[str] = []
        sampling = Sampling(max_tokens=24, seed=1, stop=("never said", stop))
        completion = await model.complete(HELLO, TOOLS, sampling, shown.append)
        assert completion.raw == free.raw[: free.raw.index(stop)] == "".join(shown)
        assert completion.finish_reason == "stop"


async def test_the_text_is_shown_as_it_comes(model: TransformersModel) -> None:
    for seed in range(4):
        shown: list[str] = []
        sampling = Sampling(max_tokens=24, seed=seed)
        completion = await model.complete(HELLO, TOOLS, sampling, shown.append)
        assert "".join(shown) == completion.raw
        assert len(shown) > 1 or (completion.completion_tokens or 0) < 9


async def test_thinking_that_the_template_opens_is_part_of_the_answer(folder: Path) -> None:
    model = load(folder, template_arguments={"enable_thinking": True})
    shown: list[str] = []
    completion = await model.complete(HELLO, TOOLS, Sampling(max_tokens=4), shown.append)
    assert completion.raw.startswith("<think>\n")
    assert "".join(shown) == completion.raw
    await model.close()


async def test_our_own_prompt_describes_the_tools_on_demand(folder: Path) -> None:
    model = load(folder, interface="prompt", dialect="hermes")
    assert model.tools_in_prompt
    assert "# Tools" not in model.template.render(HELLO, TOOLS, model.dialect)
    assert (await ask(model)).completion_tokens
    await model.close()


async def test_a_cancelled_request_stops_and_lets_the_next_begin(model: TransformersModel) -> None:
    begun, shown = asyncio.Event(), list[str]()

    def show(text: str) -> None:
        shown.append(text)
        begun.set()

    endless = Sampling(max_tokens=3500, seed=1, top_k=1, temperature=0)
    first = asyncio.create_task(model.complete(HELLO, TOOLS, endless, show))
    waiting = asyncio.create_task(model.complete(HELLO, TOOLS, endless))
    await begun.wait()
    first.cancel()
    waiting.cancel()
    assert (await ask(model, max_tokens=3)).completion_tokens
    for task in (first, waiting):
        with pytest.raises(asyncio.CancelledError):
            await task
    before = len(shown)
    await ask(model, max_tokens=3)
    assert len(shown) == before < 3000


async def test_requests_of_many_episodes_are_answered_each_with_its_own(
    model: TransformersModel,
) -> None:
    together = await asyncio.gather(*(ask(model, seed=seed) for seed in range(4)))
    assert list(together) == [await ask(model, seed=seed) for seed in range(4)]


async def test_the_time_until_its_turn_is_not_the_episodes(model: TransformersModel) -> None:
    begun = [asyncio.Event(), asyncio.Event()]

    def start(number: int) -> asyncio.Task[Completion]:
        some = Sampling(max_tokens=50)
        shown = lambda _: begun[number].set()  # noqa: E731
        return asyncio.create_task(model.complete(HELLO, TOOLS, some, shown))

    first = start(0)
    await begun[0].wait()
    async with asyncio.timeout(600) as deadline:
        with keeping_time(deadline):
            second = start(1)
        await asyncio.sleep(0)
        assert deadline.when() is None
        await begun[1].wait()
        assert first.done()
        assert deadline.when() is not None, "its own answer takes its time"
        await second


async def test_what_decides_its_answers_is_told(
    model: TransformersModel, folder: Path, tmp_path: Path
) -> None:
    facts = dict(model.facts)
    assert (facts["interface"], facts["dialect"], facts["dtype"]) == (
        "template",
        "hermes",
        "float32",
    )
    assert (facts["context_tokens"], facts["transformers"]) == ("4096", transformers.__version__)
    other = tmp_path / "other.jinja"
    other.write_text(CHATML + " ")
    edited = dict(load(folder, chat_template=str(other), context_tokens=1024).facts)
    assert {name for name in facts if facts[name] != edited[name]} == {
        "chat_template",
        "context_tokens",
    }


async def test_the_prompt_is_told_by_its_checksum(model: TransformersModel) -> None:
    rendered = model.template.render(HELLO, TOOLS, model.dialect)
    assert (await ask(model)).prompt_hash == sha256(rendered.encode()).hexdigest()


async def test_a_whole_episode(model: TransformersModel) -> None:
    trace = await run_episode(
        AND_SWAP,
        model,
        toolbox(Checker()),
        sample=0,
        sampling=Sampling(max_tokens=16, logprobs=True),
        limits=Limits(turns=3),
        versions={},
    )
    assert trace.outcome
    assert (trace.model, trace.dialect) == (model.spec, "hermes")
    assert "# Tools" not in trace.messages[0].content  # the chat template describes them
    assert trace.turns[0].errors, "an untaught model makes no call"
    assert trace.turns[0].logprobs
    assert trace.turns[0].max_tokens == 16
    assert trace.turns[0].prompt_hash
    assert trace.versions["model.context_tokens"] == "4096"
    assert Trace.model_validate_json(trace.model_dump_json()) == trace


async def test_a_lora_adapter_changes_what_is_said(
    model: TransformersModel, folder: Path, tmp_path: Path
) -> None:
    pytest.importorskip("peft")
    adapted = load(folder, adapter=str(add_lora(folder, tmp_path / "adapter")))
    assert (await ask(adapted, seed=1)).raw != (await ask(model, seed=1)).raw
    assert len(adapted.facts["adapter"]) == 64
    assert "adapter" not in model.facts
    assert await ask(adapted, seed=1) == await ask(adapted, seed=1)
    await adapted.close()


async def test_a_gguf_file_is_a_model_too(
    model: TransformersModel, folder: Path, tmp_path: Path
) -> None:
    pytest.importorskip("gguf")
    pytest.importorskip("accelerate")
    path = to_gguf(folder, tmp_path / "tiny.gguf")
    packed = load(path)
    assert (packed.context_tokens, packed.dialect.name) == (4096, "hermes")
    render = packed.template.render(HELLO, TOOLS, packed.dialect)
    assert packed.template.encode(render) == model.template.encode(render)
    # 8 bits a weight change probabilities a little.
    here, there = [await ask(one, logprobs=True, temperature=0) for one in (model, packed)]
    assert here.logprobs and there.logprobs
    assert there.logprobs[0].token == here.logprobs[0].token
    assert there.logprobs[0].logprob == pytest.approx(here.logprobs[0].logprob, abs=0.1)
    same = load(path.parent, gguf_file=path.name, tokenizer=str(folder))
    assert (await ask(same, temperature=0)).raw == there.raw
    await packed.close()
    await same.close()


async def test_weights_are_read_in_the_type_asked_for(folder: Path) -> None:
    model = load(folder, dtype="bfloat16")
    assert (await ask(model, seed=1)).completion_tokens
    assert model._model.dtype is torch.bfloat16
    await model.close()
    assert model._model is None


def test_what_cannot_be_used_is_refused_at_once(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "tokenizer only").mkdir()
    for name in ("tokenizer.json", "tokenizer_config.json", "chat_template.jinja"):
        shutil.copy(folder / name, tmp_path / "tokenizer only")
    for path, settings, why in [
        (tmp_path / "none", {}, "no such folder"),
        (tmp_path / "tokenizer only", {}, "cannot load the configuration"),
        (folder, {"device": "toaster"}, "cannot use the device 'toaster'"),
        (folder, {"dtype": "float7"}, "no dtype 'float7'.*bfloat16"),
        (folder, {"interface": "native"}, "the interface is template"),
        (folder, {"dialect": "llama"}, "writes calls in the dialect hermes"),
        (folder, {"adapter": str(tmp_path)}, "no LoRA adapter"),
    ]:
        with pytest.raises(UserError, match=why):
            load(path, **settings)
    found = importlib.util.find_spec
    monkeypatch.setattr("importlib.util.find_spec", lambda name: name != "peft" and found(name))
    with pytest.raises(UserError, match="pip install peft"):
        load(folder, adapter=str(tmp_path))


def test_spoilt_or_missing_weights_are_never_made_up(folder: Path, tmp_path: Path) -> None:
    from safetensors.torch import load_file, save_file

    spoilt = shutil.copytree(folder, tmp_path / "spoilt")
    weights = load_file(folder / "model.safetensors")
    del weights["model.norm.weight"]
    save_file(weights, spoilt / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(UserError, match=r"1 of its weights .* model\.norm\.weight"):
        load(spoilt)
    (spoilt / "model.safetensors").write_bytes(b"not weights")
    with pytest.raises(UserError, match="cannot load the model"):
        load(spoilt)


@pytest.mark.gpu
async def test_the_same_text_on_a_gpu(model: TransformersModel, folder: Path) -> None:
    if not torch.cuda.is_available():
        pytest.skip("no CUDA device")
    there = load(folder, device="cuda")
    first = await ask(there, seed=1)
    assert await ask(there, seed=1) == first
    here = await ask(model, seed=1)
    assert first.raw[:4] == here.raw[:4]  # later tokens may part on rounding
    await there.close()
