"""vLLM as our backend sees it, for machines without a GPU: its names, its signatures, its ways.

Signatures and field names are those of the wheels vllm 0.10.0 and 0.33.0 on PyPI, from
vllm/v1/engine/async_llm.py, vllm/engine/arg_utils.py (the fields that both have),
vllm/sampling_params.py, vllm/lora/request.py and vllm/outputs.py. A call that does not fit the
signature is a TypeError here as there.
"""

from __future__ import annotations

import asyncio
import inspect
import sys
from collections.abc import AsyncGenerator, Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from importlib.machinery import ModuleSpec
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

_ENGINE_FIELDS = """
model served_model_name tokenizer hf_config_path skip_tokenizer_init enable_prompt_embeds
tokenizer_mode trust_remote_code allowed_local_media_path download_dir load_format config_format
dtype kv_cache_dtype seed max_model_len distributed_executor_backend pipeline_parallel_size
tensor_parallel_size data_parallel_size data_parallel_rank data_parallel_start_rank
data_parallel_size_local data_parallel_address data_parallel_rpc_port data_parallel_hybrid_lb
data_parallel_backend enable_expert_parallel enable_eplb max_parallel_loading_workers block_size
enable_prefix_caching prefix_caching_hash_algo disable_sliding_window disable_cascade_attn
cpu_offload_gb gpu_memory_utilization max_num_batched_tokens long_prefill_token_threshold
max_num_seqs max_logprobs logprobs_mode disable_log_stats revision code_revision hf_token
hf_overrides tokenizer_revision quantization enforce_eager disable_custom_all_reduce
limit_mm_per_prompt interleave_mm_strings media_io_kwargs mm_processor_kwargs enable_lora max_loras
max_lora_rank default_mm_loras fully_sharded_loras max_cpu_loras lora_dtype
ray_workers_use_nsight num_gpu_blocks_override model_loader_extra_config ignore_patterns
enable_chunked_prefill disable_chunked_mm_input disable_hybrid_kv_cache_manager speculative_config
show_hidden_metrics_for_version otlp_traces_endpoint collect_detailed_traces scheduling_policy
scheduler_cls compilation_config worker_cls worker_extension_cls kv_transfer_config
kv_events_config generation_config enable_sleep_mode override_generation_config model_impl
additional_config reasoning_parser use_tqdm_on_load pt_load_map_location async_scheduling
"""
_SAMPLING_FIELDS = """
n presence_penalty frequency_penalty repetition_penalty temperature top_p top_k min_p seed stop
stop_token_ids ignore_eos max_tokens min_tokens logprobs prompt_logprobs detokenize
skip_special_tokens spaces_between_special_tokens include_stop_str_in_output output_kind
logit_bias allowed_token_ids extra_args bad_words
"""


def _fields(names: str) -> str:
    return f"(*, {', '.join(f'{name}=None' for name in names.split())})"


SIGNATURES: Mapping[str, Mapping[str, str]] = {
    "0.10.0": {
        "AsyncEngineArgs": _fields(_ENGINE_FIELDS + "disable_log_requests"),
        "SamplingParams": _fields(_SAMPLING_FIELDS + "best_of guided_decoding"),
        "LoRARequest": "(lora_name, lora_int_id, lora_path='', lora_local_path=None, "
        "long_lora_max_len=None, base_model_name=None, tensorizer_config_dict=None)",
        "AsyncLLM.from_engine_args": "(engine_args, start_engine_loop=True, usage_context=None, "
        "stat_loggers=None)",
        "AsyncLLM.generate": "(prompt, sampling_params, request_id, lora_request=None, "
        "trace_headers=None, priority=0, data_parallel_rank=None)",
        "AsyncLLM.shutdown": "()",
    },
    "0.33.0": {
        "AsyncEngineArgs": _fields(_ENGINE_FIELDS + "enable_log_requests"),
        "SamplingParams": _fields(_SAMPLING_FIELDS + "watermarking structured_outputs"),
        "LoRARequest": "(lora_name, lora_int_id, lora_path='', base_model_name=None, "
        "load_inplace=False, is_3d_lora_weight=False)",
        "AsyncLLM.from_engine_args": "(engine_args, start_engine_loop=True, usage_context=None, "
        "stat_loggers=None)",
        "AsyncLLM.generate": "(prompt, sampling_params, request_id, *, prompt_text=None, "
        "lora_request=None, tokenization_kwargs=None, trace_headers=None, priority=0, "
        "data_parallel_rank=None, session_id=None, kv_hints=None, reasoning_ended=None, "
        "reasoning_parser_kwargs=None)",
        "AsyncLLM.shutdown": "(timeout=None)",
    },
}


class RequestOutputKind(Enum):
    CUMULATIVE = 0
    DELTA = 1
    FINAL_ONLY = 2


class EngineGenerateError(Exception):
    """One request failed."""


class EngineDeadError(Exception):
    """The process with the model is gone."""


class VLLMClientError(Exception):
    """What 0.33 raises of a request that it refuses, and no ValueError; 0.10 raises that."""


class VLLMValidationError(VLLMClientError):
    """The same of its length or its sampling."""


@dataclass
class Logprob:
    logprob: float
    rank: int | None = None
    decoded_token: str | None = None


@dataclass
class CompletionOutput:
    index: int
    text: str
    token_ids: list[int]
    cumulative_logprob: float | None
    logprobs: list[dict[int, Logprob]] | None
    finish_reason: str | None = None
    stop_reason: int | str | None = None


@dataclass
class RequestOutput:
    request_id: str
    outputs: list[CompletionOutput]
    finished: bool


Answer = Callable[[list[int], Any], list[int]]
"""The tokens said to a prompt, without the end of the turn."""


@dataclass
class _Live:
    """A request in the batch."""

    params: Any
    to_come: list[int]
    said: list[int] = field(default_factory=list)
    text: str = ""
    given: tuple[int, int] = (0, 0)  # tokens and characters that the caller has
    finish_reason: str | None = None
    error: BaseException | None = None
    changed: asyncio.Event = field(default_factory=asyncio.Event)


class StandIn:
    """What is behind the module: the engine's state, what it was asked, and what it answers."""

    def __init__(self, version: str, tokenizer: Any, answer: Answer) -> None:
        self.version = version
        self.tokenizer = tokenizer
        self.answer = answer
        self.device_type = "cuda"
        self.context = 4096
        self.fails_to_start: Exception | None = None
        self.gives_up = False
        self.engine_args: dict[str, Any] = {}
        self.requests: list[dict[str, Any]] = []
        self.aborted: list[str] = []
        self.live: dict[str, _Live] = {}
        self.widest = 0
        self.dead = False
        self.shut_down = False
        self._stepper: asyncio.Task[None] | None = None

    def bound(self, name: str, *args: Any, **options: Any) -> dict[str, Any]:
        """The arguments by name. Raises TypeError where they do not fit the version's."""
        namespace: dict[str, Any] = {}
        exec(f"def recorded{SIGNATURES[self.version][name]}: ...", namespace)
        return inspect.signature(namespace["recorded"]).bind(*args, **options).arguments

    def die(self) -> None:
        self.dead = True
        for request in self.live.values():
            request.error = EngineDeadError("EngineCore encountered an issue.")
            request.changed.set()

    def refusal(self, why: str) -> Exception:
        return ValueError(why) if self.version == "0.10.0" else VLLMValidationError(why)

    async def generate(self, *args: Any, **options: Any) -> AsyncGenerator[RequestOutput, None]:
        """As AsyncLLM.generate: outputs until one is finished; a caller who leaves aborts."""
        asked = self.bound("AsyncLLM.generate", *args, **options)
        if self.dead:
            raise EngineDeadError("EngineCore encountered an issue.")
        self.requests.append(asked)
        identity, params = asked["request_id"], asked["sampling_params"]
        ids = asked["prompt"]["prompt_token_ids"]
        if len(ids) + params.max_tokens > self.context:
            raise self.refusal(f"This model's maximum context length is {self.context} tokens.")
        try:
            request = _Live(params, [*self.answer(ids, params), self.tokenizer.eos_token_id])
        except Exception as error:
            raise EngineGenerateError from error
        self.live[identity] = request
        self.widest = max(self.widest, len(self.live))
        if self._stepper is None or self._stepper.done():
            self._stepper = asyncio.create_task(self._step())
        try:
            while request.finish_reason is None:
                await request.changed.wait()
                request.changed.clear()
                if request.error is not None:
                    raise request.error
                only_last = params.output_kind is RequestOutputKind.FINAL_ONLY
                if not only_last or request.finish_reason is not None:
                    yield self._output(identity, request)
        except (asyncio.CancelledError, GeneratorExit):
            self.aborted.append(identity)
            raise
        finally:
            self.live.pop(identity, None)

    async def _step(self) -> None:
        """A token for every live request, and again: what comes and goes does so in between."""
        while self.live:
            for request in list(self.live.values()):
                self._advance(request)
                request.changed.set()
            await asyncio.sleep(0)

    def _advance(self, request: _Live) -> None:
        if request.finish_reason is not None or not request.to_come:
            return
        token = request.to_come.pop(0)
        request.said.append(token)
        if self.gives_up:
            request.finish_reason = "abort"
        elif token == self.tokenizer.eos_token_id:
            request.finish_reason = "stop"
        else:
            request.text = self.tokenizer.decode(request.said).rstrip("\ufffd")
            found = [request.text.find(stop) for stop in request.params.stop or ()]
            ends = [at for at in found if at >= 0]
            if ends:
                request.text, request.finish_reason = request.text[: min(ends)], "stop"
            elif len(request.said) == request.params.max_tokens:
                request.finish_reason = "length"

    def _output(self, identity: str, request: _Live) -> RequestOutput:
        """What the caller does not have yet; while not finished, what may be a stop is kept."""
        tokens, characters = request.given
        held = max((len(stop) for stop in request.params.stop or ()), default=1) - 1
        end = len(request.text) if request.finish_reason else len(request.text) - held
        text, new = request.text[characters : max(end, characters)], request.said[tokens:]
        request.given = (len(request.said), max(end, characters))
        logprobs = None
        if request.params.logprobs is not None:
            logprobs = [
                {token: Logprob(-token / 8, 1, self.tokenizer.decode([token]))} for token in new
            ]
        output = CompletionOutput(0, text, new, None, logprobs, request.finish_reason)
        return RequestOutput(identity, [output], request.finish_reason is not None)


def install(monkeypatch: pytest.MonkeyPatch, stand_in: StandIn) -> None:
    """Make `import vllm` find the stand-in."""

    class AsyncEngineArgs(SimpleNamespace):
        def __init__(self, *args: Any, **options: Any) -> None:
            super().__init__(**stand_in.bound("AsyncEngineArgs", *args, **options))

    class LoRARequest(SimpleNamespace):
        def __init__(self, *args: Any, **options: Any) -> None:
            super().__init__(**stand_in.bound("LoRARequest", *args, **options))

    class SamplingParams(SimpleNamespace):
        def __init__(self, *args: Any, **options: Any) -> None:
            super().__init__(**stand_in.bound("SamplingParams", *args, **options))
            if not 0.0 < self.top_p <= 1.0:
                raise stand_in.refusal(f"top_p must be in (0, 1], got {self.top_p}.")

    class AsyncLLM:
        generate = staticmethod(stand_in.generate)

        @classmethod
        def from_engine_args(cls, *args: Any, **options: Any) -> AsyncLLM:
            given = stand_in.bound("AsyncLLM.from_engine_args", *args, **options)
            stand_in.engine_args = vars(given["engine_args"])
            if stand_in.fails_to_start is not None:
                raise stand_in.fails_to_start
            return cls()

        def __init__(self) -> None:
            context = stand_in.engine_args.get("max_model_len") or stand_in.context
            stand_in.context = context
            self.vllm_config = SimpleNamespace(
                model_config=SimpleNamespace(max_model_len=context, dtype="torch.bfloat16")
            )

        def shutdown(self, *args: Any, **options: Any) -> None:
            stand_in.bound("AsyncLLM.shutdown", *args, **options)
            stand_in.shut_down = True

    exceptions = {"EngineDeadError": EngineDeadError, "EngineGenerateError": EngineGenerateError}
    platform = SimpleNamespace(device_type=stand_in.device_type)
    modules: dict[str, dict[str, Any]] = {
        "vllm": {
            "__version__": stand_in.version,
            "AsyncEngineArgs": AsyncEngineArgs,
            "SamplingParams": SamplingParams,
        },
        "vllm.sampling_params": {"RequestOutputKind": RequestOutputKind},
        "vllm.lora": {},
        "vllm.lora.request": {"LoRARequest": LoRARequest},
        "vllm.platforms": {"current_platform": platform},
        "vllm.v1": {},
        "vllm.v1.engine": {},
        "vllm.v1.engine.async_llm": {"AsyncLLM": AsyncLLM},
        "vllm.v1.engine.exceptions": exceptions,
    }
    if stand_in.version != "0.10.0":
        modules["vllm.exceptions"] = {"VLLMClientError": VLLMClientError}
    for name, contents in modules.items():
        module = ModuleType(name)
        module.__spec__ = ModuleSpec(name, None)
        vars(module).update(contents)
        monkeypatch.setitem(sys.modules, name, module)
