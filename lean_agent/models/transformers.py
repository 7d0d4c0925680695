"""A local model through Hugging Face transformers, on the CPU or a GPU.

For small models, for trying things out and where nothing faster runs: it answers one request at
a time. The same seed gives the same text, whatever else the process does.
"""

from __future__ import annotations

import asyncio
import gc
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from lean_agent.chat import Completion, FinishReason, Message, Sampling, TokenLogprob, ToolSchema
from lean_agent.clock import not_counted
from lean_agent.errors import UserError
from lean_agent.models.base import ModelError, ModelUnavailable
from lean_agent.models.chat_template import cannot_load, locate
from lean_agent.models.local import Generated, LocalModel, Prompt, need
from lean_agent.models.settings import BackendSettings

_DTYPES = ("auto", "float32", "float16", "bfloat16")
_MOST_HELD_BACK = 8  # tokens: more cannot be waiting for the rest of one character


class TransformersModel(LocalModel):
    """Named by a folder, a GGUF file or a Hub name. Its weights are loaded at once.

    `device` is "auto" (a GPU where there is one), "cpu", "cuda", "cuda:1", "mps"; `dtype` is
    "auto" (the checkpoint's), "float32", "float16" or "bfloat16"; `adapter` a folder or Hub name
    of a LoRA adapter, for which peft must be installed. Whoever cancels a request stops it.
    """

    kind = "transformers"
    packages = ("torch",)

    def __init__(self, name: str, settings: BackendSettings, lenient: bool = False) -> None:
        need("torch", "a local model", "see https://pytorch.org/get-started/locally")
        self._device = _device(settings.device)
        if settings.dtype not in _DTYPES:
            raise UserError(f"no dtype {settings.dtype!r}: it is one of {', '.join(_DTYPES)}")
        if settings.adapter is not None:
            need("peft", "a LoRA adapter", "pip install peft")
        super().__init__(name, settings, lenient)
        self._model = self._load()
        self._ends = self._ending_tokens()
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="transformers")
        self._turn = asyncio.Lock()

    @property
    def dtype(self) -> str:
        """The type that its weights have in memory."""
        return str(self._model.dtype).removeprefix("torch.")

    async def open(self) -> None:
        """Nothing to learn: it is loaded."""

    async def complete(
        self,
        messages: Sequence[Message],
        tools: Sequence[ToolSchema],
        sampling: Sampling,
        on_text: Callable[[str], None] | None = None,
    ) -> Completion:
        """The assistant's next message, when those asked for earlier are there.

        Waiting for them is not the episode's time.
        """
        prompt = self.prompt(messages, tools, sampling)
        loop = asyncio.get_running_loop()

        def show(text: str) -> None:
            if on_text is not None:
                loop.call_soon_threadsafe(on_text, text)

        cancelled = threading.Event()
        with not_counted():
            await self._turn.acquire()
        try:
            generated = await loop.run_in_executor(
                self._worker, self._generate, prompt, sampling, show, cancelled
            )
        finally:
            cancelled.set()
            self._turn.release()
        return self.completion(prompt, tools, generated)

    async def close(self) -> None:
        """Give the memory back, after the request at work."""
        await asyncio.to_thread(self._worker.shutdown, cancel_futures=True)
        self._model = None
        gc.collect()
        if self._device.startswith("cuda"):
            import torch

            torch.cuda.empty_cache()

    def _generate(
        self,
        prompt: Prompt,
        sampling: Sampling,
        show: Callable[[str], None],
        cancelled: threading.Event,
    ) -> Generated:
        import torch
        from transformers import LogitsProcessorList, StoppingCriteriaList

        show(prompt.opening)
        writer = _Writer(self.template.tokenizer, prompt, self._ends, show)
        sampler = _Sampler(sampling, writer, cancelled)
        ids = torch.tensor([prompt.ids], device=self._device)
        try:
            with torch.inference_mode():
                self._model.generate(
                    input_ids=ids,
                    attention_mask=torch.ones_like(ids),
                    max_new_tokens=prompt.max_tokens,
                    do_sample=False,  # the sampler leaves one token to choose from
                    logits_processor=LogitsProcessorList([sampler]),
                    stopping_criteria=StoppingCriteriaList([sampler.is_over]),
                )
        except torch.OutOfMemoryError as error:
            raise ModelError(
                f"{self.spec}: not enough memory for an answer to {len(prompt.ids):,} tokens; "
                "set context_tokens lower"
            ) from error
        except RuntimeError as error:
            raise ModelUnavailable(f"{self.spec}: generation failed: {error}") from error
        return Generated(writer.finish(), len(writer.ids), writer.finish_reason, sampler.logprobs)

    def _load(self) -> Any:
        import torch
        from transformers import AutoModelForCausalLM

        folder, options = locate(self.name, self.settings.gguf_file)
        dtype = self.settings.dtype
        try:
            loaded: Any = AutoModelForCausalLM.from_pretrained(
                folder,
                dtype="auto" if dtype == "auto" else getattr(torch, dtype),
                output_loading_info=True,
                **options,
            )
            model, report = loaded
            random = [*report["missing_keys"], *(key for key, *_ in report["mismatched_keys"])]
            if random:  # transformers only warns
                raise ValueError(
                    f"{len(random)} of its weights are not there or of another shape, "
                    f"{random[0]} first"
                )
            if self.adapter is not None:
                from peft import PeftModel

                model = PeftModel.from_pretrained(model, self.adapter)
            return model.to(self._device).eval()
        except Exception as error:  # weights can be wrong in any way
            raise cannot_load("the model", folder, error) from error

    def _ending_tokens(self) -> list[int]:
        """The checkpoint's tokens that end a turn. Of what else it says of generation nothing is
        kept, for it would be mixed into our sampling unseen."""
        theirs = self._model.generation_config
        named = theirs.eos_token_id
        ends = [*(named if isinstance(named, list) else [named])]
        ends.append(self.template.tokenizer.eos_token_id)
        known = list(dict.fromkeys(end for end in ends if end is not None))
        self._model.generation_config = type(theirs)(pad_token_id=known[0] if known else 0)
        return known


class _Sampler:
    """Chooses each token; to `generate` it is a logits processor that leaves no choice.

    Noise comes from a generator of its own, on the CPU, so that it depends on the seed alone.
    Adding Gumbel noise and taking the largest draws from the softmax (Gumbel, 1954;
    https://arxiv.org/abs/1611.00712, appendix).
    """

    def __init__(self, sampling: Sampling, writer: _Writer, cancelled: threading.Event) -> None:
        import torch

        self._writer = writer
        self._cancelled = cancelled
        self._warpers = _warpers(sampling)
        self._noise = torch.Generator().manual_seed(sampling.seed) if sampling.temperature else None
        self._logprobs: list[TokenLogprob] | None = [] if sampling.logprobs else None

    def __call__(self, ids: Any, logits: Any) -> Any:
        """The scores (1 × vocabulary) of the chosen token alone."""
        import torch

        scores = self._warpers(ids, logits)
        if self._noise is not None:
            noise = torch.empty(scores.shape).exponential_(generator=self._noise)
            scores = scores - noise.clamp_min_(1e-30).log_().to(scores.device)
        token = int(scores.argmax())
        if not self._writer.finished:
            if self._logprobs is not None:
                logprob = float(logits[0].log_softmax(-1)[token])
                word = self._writer.tokenizer.decode([token])
                self._logprobs.append(TokenLogprob(token=word, logprob=logprob))
            self._writer.add(token)
        only = torch.full_like(logits, -torch.inf)
        only[0, token] = 0
        return only

    def is_over(self, ids: Any, scores: Any, **_: Any) -> Any:  # noqa: ARG002
        """A stopping criterion: nothing more is needed."""
        import torch

        over = self._writer.finished or self._cancelled.is_set()
        return torch.full((ids.shape[0],), over, device=ids.device, dtype=torch.bool)

    @property
    def logprobs(self) -> tuple[TokenLogprob, ...] | None:
        return None if self._logprobs is None else tuple(self._logprobs)


class _Writer:
    """Turns tokens into text as they come, and sees where it ends."""

    def __init__(
        self, tokenizer: Any, prompt: Prompt, ends: list[int], show: Callable[[str], None]
    ) -> None:
        self.tokenizer = tokenizer
        self.ids: list[int] = []
        self.finished = False
        self.finish_reason: FinishReason = "length"
        self._room = prompt.max_tokens
        self._stops = prompt.stops
        self._held_back = max(map(len, prompt.stops), default=1) - 1
        self._ends = frozenset(ends)
        self._show = show
        self._text = ""
        self._shown = 0
        # Tokens before `_read` are in the text; decoding from `_from` gives them their neighbours.
        self._from = self._read = 0

    def add(self, token: int) -> None:
        self.ids.append(token)
        if token in self._ends:
            self.finished, self.finish_reason = True, "stop"
            return
        self._write(self._decode())
        if not self.finished:
            self._reveal(len(self._text) - self._held_back)
            self.finished = len(self.ids) >= self._room

    def finish(self) -> str:
        """The whole text; the rest of it is shown."""
        if self.ids and self.ids[-1] in self._ends:
            self._write(self._decode(len(self.ids) - 1, final=True))
        elif self.finish_reason == "length":
            self._write(self._decode(final=True))
        self._reveal(len(self._text))
        return self._text

    def _decode(self, end: int | None = None, final: bool = False) -> str:
        """The text that is certain with the tokens before `end`, and was not before."""
        known = self._say(self.ids[self._from : self._read])
        text = self._say(self.ids[self._from : end])
        end = len(self.ids) if end is None else end
        whole = not text.endswith("\ufffd") or end - self._read > _MOST_HELD_BACK
        if not final and (not whole or len(text) <= len(known)):
            return ""
        self._from, self._read = self._read, end
        return text[len(known) :]

    def _say(self, ids: list[int]) -> str:
        text: str = self.tokenizer.decode(
            ids, skip_special_tokens=False, clean_up_tokenization_spaces=False
        )
        return text

    def _write(self, text: str) -> None:
        """Add to the text, up to the first stop string."""
        since = max(0, len(self._text) - self._held_back)
        self._text += text
        found = [at for stop in self._stops if (at := self._text.find(stop, since)) >= 0]
        if found:
            self._text = self._text[: min(found)]
            self.finished, self.finish_reason = True, "stop"

    def _reveal(self, end: int) -> None:
        if end > self._shown:
            self._show(self._text[self._shown : end])
            self._shown = end


def _warpers(sampling: Sampling) -> Any:
    """What temperature, top-k, top-p and min-p make of logits."""
    from transformers import (
        LogitsProcessorList,
        MinPLogitsWarper,
        TemperatureLogitsWarper,
        TopKLogitsWarper,
        TopPLogitsWarper,
    )

    warpers = LogitsProcessorList()
    if not sampling.temperature:
        return warpers
    if sampling.temperature != 1:
        warpers.append(TemperatureLogitsWarper(float(sampling.temperature)))
    if sampling.top_k:
        warpers.append(TopKLogitsWarper(sampling.top_k))
    if sampling.top_p < 1:
        warpers.append(TopPLogitsWarper(float(sampling.top_p)))
    if sampling.min_p:
        warpers.append(MinPLogitsWarper(sampling.min_p))
    return warpers


def _device(name: str) -> str:
    import torch

    if name == "auto":
        if torch.cuda.is_available():
            return "cuda"
        return "mps" if torch.backends.mps.is_available() else "cpu"
    try:
        torch.empty(0, device=name)
    except (RuntimeError, AssertionError, NotImplementedError) as error:
        why = str(error).splitlines()[0]
        raise UserError(
            f"cannot use the device {name!r}: {why}; auto and cpu always work"
        ) from error
    return name
