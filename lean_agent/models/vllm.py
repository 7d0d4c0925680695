"""vLLM's engine in this process, for offline runs on GPUs.

Every live episode awaits the one engine, which batches whatever is asked of it at the moment
(continuous batching) and keeps what it has read of each conversation for its next turn (prefix
caching). Written for vLLM 0.10 to 0.33, whose `AsyncLLM` takes what is used here alike:
https://docs.vllm.ai/en/v0.32.0/api/vllm/v1/engine/async_llm/.
"""

from __future__ import annotations

import json
import os
import uuid
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from pathlib import Path
from typing import Any

from lean_agent.chat import (
    Completion,
    FinishReason,
    InterruptionKind,
    Message,
    Sampling,
    TokenLogprob,
    ToolSchema,
)
from lean_agent.errors import UserError
from lean_agent.models.base import ModelError, ModelInterrupted, ModelUnavailable
from lean_agent.models.chat_template import cannot_load, locate
from lean_agent.models.local import Generated, LocalModel, Prompt, need
from lean_agent.models.settings import BackendSettings

_RANKS = (8, 16, 32, 64, 128, 256, 320, 512)  # of LoRA adapters, as vLLM has them
_ENDS: dict[str | None, FinishReason] = {"stop": "stop", "length": "length"}


class VllmModel(LocalModel):
    """Named by a folder or a Hub name. The engine is started at once, which takes minutes.

    `tensor_parallel` GPUs share the model, `gpu_memory` is the share of each that it may take,
    `adapter` a LoRA adapter. Each request draws with its own seed; what it is batched with can
    still change the rounding of a logit, and with it a text.
    """

    kind = "vllm"
    packages = ("vllm",)

    def __init__(self, name: str, settings: BackendSettings, lenient: bool = False) -> None:
        need("vllm", "an engine in this process", "pip install -e '.[vllm]'")
        if settings.gguf_file is not None or name.endswith(".gguf"):
            raise UserError("vllm: does not read GGUF files here; name it transformers:PATH")
        _need_device()
        super().__init__(name, settings, lenient)
        self._lora = None if self.adapter is None else _lora_request(self.adapter)
        self._engine = self._start()
        self.context_tokens = self._engine.vllm_config.model_config.max_model_len

    @property
    def dtype(self) -> str:
        """The type that its weights have in memory."""
        return str(self._engine.vllm_config.model_config.dtype).removeprefix("torch.")

    async def open(self) -> None:
        """Nothing to learn: it is loaded."""

    async def complete(
        self,
        messages: Sequence[Message],
        tools: Sequence[ToolSchema],
        sampling: Sampling,
        on_text: Callable[[str], None] | None = None,
    ) -> Completion:
        """The assistant's next message. Whoever cancels it frees its place in the batch."""
        prompt = self.prompt(messages, tools, sampling)
        how = self._sampling(prompt, sampling, on_text is not None)
        if on_text is not None and prompt.opening:
            on_text(prompt.opening)
        generated = await self._read(self._generate(prompt, how), sampling.logprobs, on_text)
        return self.completion(prompt, tools, generated)

    async def close(self) -> None:
        """End the engine's processes, which frees the GPUs."""
        self._engine.shutdown()

    async def _generate(self, prompt: Prompt, how: Any) -> AsyncGenerator[Any, None]:
        """The engine's outputs, and its errors as ours. Closing it early aborts the request."""
        from vllm.v1.engine.exceptions import EngineDeadError, EngineGenerateError

        asked = {"prompt_token_ids": prompt.ids}
        name = uuid.uuid4().hex
        try:
            outputs = self._engine.generate(asked, how, name, lora_request=self._lora)
            async with aclosing(outputs):
                async for output in outputs:
                    yield output
        except EngineDeadError as error:
            raise ModelUnavailable(f"{self.spec}: the engine has died: {error}") from error
        except Exception as error:
            cause = (error.__cause__ if isinstance(error, EngineGenerateError) else None) or error
            if isinstance(cause, _refusals()):
                raise ModelError(f"{self.spec} refuses this conversation: {cause}") from error
            why = f"{self.spec}: a request failed: {cause}"
            raise ModelInterrupted(why, InterruptionKind.SERVER_ERROR) from error

    async def _read(
        self,
        outputs: AsyncGenerator[Any, None],
        with_logprobs: bool,
        on_text: Callable[[str], None] | None,
    ) -> Generated:
        text: list[str] = []
        tokens = 0
        logprobs: list[TokenLogprob] = []
        reason: str | None = None
        async with aclosing(outputs):
            async for output in outputs:
                (new,) = output.outputs
                text.append(new.text)
                tokens += len(new.token_ids)
                if with_logprobs:
                    logprobs += _logprobs(new)
                reason = new.finish_reason
                if on_text is not None and new.text:
                    on_text(new.text)
        if reason not in _ENDS:
            raise ModelInterrupted(
                f"{self.spec}: the engine gave an answer up ({reason})",
                InterruptionKind.HALF_ANSWER,
            )
        kept = tuple(logprobs) if with_logprobs else None
        return Generated("".join(text), tokens, _ENDS[reason], kept)

    def _sampling(self, prompt: Prompt, sampling: Sampling, streamed: bool) -> Any:
        from vllm import SamplingParams
        from vllm.sampling_params import RequestOutputKind

        try:
            return SamplingParams(
                temperature=sampling.temperature,
                top_p=sampling.top_p,
                top_k=sampling.top_k or 0,
                min_p=sampling.min_p or 0.0,
                max_tokens=prompt.max_tokens,
                seed=sampling.seed,
                stop=list(prompt.stops),
                logprobs=0 if sampling.logprobs else None,
                # Some families write calls with special tokens.
                skip_special_tokens=False,
                spaces_between_special_tokens=False,
                output_kind=(RequestOutputKind.DELTA if streamed else RequestOutputKind.FINAL_ONLY),
            )
        except _refusals() as error:
            raise ModelUnavailable(f"{self.spec} refuses this sampling: {error}") from error

    def _start(self) -> Any:
        from vllm import AsyncEngineArgs
        from vllm.v1.engine.async_llm import AsyncLLM

        settings = self.settings
        folder, _ = locate(self.name)
        tokenizer, _ = locate(settings.tokenizer or self.name)
        lora: dict[str, Any] = {}
        if self.adapter is not None:
            lora = {"enable_lora": True, "max_lora_rank": _rank(self.adapter)}
        try:
            return AsyncLLM.from_engine_args(
                AsyncEngineArgs(
                    model=folder,
                    tokenizer=tokenizer,
                    dtype=settings.dtype,
                    max_model_len=settings.context_tokens,
                    tensor_parallel_size=settings.tensor_parallel,
                    gpu_memory_utilization=settings.gpu_memory,
                    enable_prefix_caching=True,
                    disable_log_stats=True,
                    **lora,
                )
            )
        except Exception as error:  # whatever the driver, the memory or the model does not like
            raise UserError(
                f"vLLM cannot start {self.name}: {error}\nWhat it wrote above says more. Where "
                "memory is short, set context_tokens lower, gpu_memory higher or tensor_parallel "
                "to the number of GPUs"
            ) from error


def _need_device() -> None:
    # Its log must not get into a command's output, nor name every request.
    os.environ.setdefault("VLLM_LOGGING_STREAM", "ext://sys.stderr")
    os.environ.setdefault("VLLM_LOGGING_LEVEL", "WARNING")
    from vllm.platforms import current_platform

    if not current_platform.device_type:
        raise UserError(
            "vLLM finds no GPU here (`nvidia-smi` shows what the driver sees): use a machine that "
            "has one, a server elsewhere with openai:MODEL@URL, or transformers:PATH for a small "
            "model on the CPU"
        )


def _refusals() -> tuple[type[Exception], ...]:
    """What it raises of a request that can never succeed: in 0.10 ValueError, later its own."""
    try:
        from vllm.exceptions import VLLMClientError
    except ImportError:
        return (ValueError,)
    return (ValueError, VLLMClientError)


def _lora_request(adapter: str) -> Any:
    from vllm.lora.request import LoRARequest

    return LoRARequest("adapter", 1, adapter)


def _rank(adapter: str) -> int:
    """The smallest rank of vLLM's that holds the adapter's."""
    from huggingface_hub import hf_hub_download

    file = Path(adapter) / "adapter_config.json"
    try:
        if not file.is_file():
            file = Path(hf_hub_download(adapter, file.name))
        rank = int(json.loads(file.read_text())["r"])
    except Exception as error:  # not there, or not written as it should be
        raise cannot_load("the adapter", adapter, error) from error
    for size in _RANKS:
        if size >= rank:
            return size
    raise UserError(f"{adapter} has rank {rank}; vLLM takes no more than {_RANKS[-1]}")


def _logprobs(output: Any) -> list[TokenLogprob]:
    """Those of the tokens that were drawn; `output` has one dictionary by token for each."""
    drawn = [
        position[token] for token, position in zip(output.token_ids, output.logprobs, strict=False)
    ]
    return [TokenLogprob(token=entry.decoded_token or "", logprob=entry.logprob) for entry in drawn]
