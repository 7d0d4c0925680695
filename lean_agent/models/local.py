"""What backends that generate text in this process have in common: prompt in, raw text out."""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from lean_agent.chat import Completion, FinishReason, Message, Sampling, TokenLogprob, ToolSchema
from lean_agent.dialects import dialect_named
from lean_agent.dialects.base import THINK, Dialect
from lean_agent.errors import UserError
from lean_agent.models.base import ModelError, read_completion
from lean_agent.models.chat_template import ChatTemplate, cannot_load, is_hub_name, locate
from lean_agent.models.settings import BackendSettings


@dataclass(frozen=True)
class Prompt:
    """What is generated from: tokens, how many more there may be, and what ends them.

    `opening` is what the prompt says already of the answer.
    """

    ids: list[int]
    max_tokens: int
    stops: tuple[str, ...]
    opening: str


@dataclass(frozen=True)
class Generated:
    """What came of it: the text up to its end, without the end's mark, which `tokens` counts."""

    text: str
    tokens: int
    finish_reason: FinishReason
    logprobs: tuple[TokenLogprob, ...] | None = None


class LocalModel:
    """A model of a folder, a GGUF file or the Hugging Face Hub, with its own chat template.

    `name` is one of these and `lenient` how answers are read. Raises UserError, saying what to
    do, where the tokenizer, the configuration or the adapter is not there or cannot be read.
    """

    kind: ClassVar[str]

    def __init__(self, name: str, settings: BackendSettings, lenient: bool) -> None:
        if settings.interface == "native":
            raise UserError(
                f"{self.kind}: has no server that parses calls: the interface is template (the "
                "default) or prompt"
            )
        self.spec = f"{self.kind}:{name}"
        self.name = name
        self.settings = settings
        self.template = ChatTemplate.load(name, settings)
        self.tools_in_prompt = self.template.tools_in_prompt
        chosen = self.template.choose_dialect(settings.dialect)
        self.dialect: Dialect = dialect_named(chosen, lenient)
        self.context_tokens = settings.context_tokens or self._context()
        self.adapter = None if settings.adapter is None else _find_adapter(settings.adapter)

    def count_tokens(self, text: str) -> int:
        """By the model's own tokenizer."""
        return self.template.count(text)

    def prompt(
        self, messages: Sequence[Message], tools: Sequence[ToolSchema], sampling: Sampling
    ) -> Prompt:
        """What to generate from. Raises ModelError where no room is left for an answer."""
        text = self.template.render(messages, tools, self.dialect)
        ids = self.template.encode(text)
        room = sampling.max_tokens
        if self.context_tokens is not None:
            room = min(room, self.context_tokens - len(ids))
        if room < 1:
            raise ModelError(
                f"{self.spec}: the conversation has {len(ids):,} tokens, and the model's context "
                f"is {self.context_tokens:,}"
            )
        stops = dict.fromkeys((*sampling.stop, *(self.dialect.stops if tools else ())))
        opening = f"{THINK}\n" if self.template.opens_thinking(text) else ""
        return Prompt(ids, room, tuple(filter(None, stops)), opening)

    def completion(
        self, prompt: Prompt, tools: Sequence[ToolSchema], generated: Generated
    ) -> Completion:
        """The generated text, taken apart."""
        return read_completion(
            prompt.opening + generated.text,
            self.dialect,
            tools,
            finish_reason=generated.finish_reason,
            prompt_tokens=len(prompt.ids),
            completion_tokens=generated.tokens,
            logprobs=generated.logprobs,
        )

    def _context(self) -> int | None:
        from transformers import AutoConfig

        folder, options = locate(self.name, self.settings.gguf_file)
        try:
            config: Any = AutoConfig.from_pretrained(folder, **options)
        except Exception as error:  # a model's files can be wrong in any way
            raise cannot_load("the configuration", folder, error) from error
        longest: int | None = getattr(config.get_text_config(), "max_position_embeddings", None)
        return longest


def _find_adapter(name: str) -> str:
    """The folder of a LoRA adapter, or the name of one on the Hub."""
    path = Path(name).expanduser()
    if (path / "adapter_config.json").is_file():
        return str(path)
    if path.exists() or not is_hub_name(name):
        raise UserError(f"{name} is no LoRA adapter: there is no {path / 'adapter_config.json'}")
    return name


def need(package: str, why: str, install: str) -> None:
    """Raises UserError, saying what to install, where there is no such package."""
    if not importlib.util.find_spec(package):
        raise UserError(f"{why} needs the package {package}: {install}")
