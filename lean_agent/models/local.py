"""What backends that generate text in this process have in common: prompt in, raw text out."""

from __future__ import annotations

import hashlib
import importlib.util
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from lean_agent.chat import Completion, FinishReason, Message, Sampling, TokenLogprob, ToolSchema
from lean_agent.dialects import dialect_named
from lean_agent.dialects.base import THINK, Dialect
from lean_agent.errors import UserError
from lean_agent.models.base import ContextExceeded, read_completion, stop_strings
from lean_agent.models.chat_template import (
    ChatTemplate,
    cannot_load,
    is_hub_name,
    locate,
    package_versions,
    text_hash,
)
from lean_agent.models.settings import BackendSettings


@dataclass(frozen=True)
class Prompt:
    """What is generated from: tokens, how many more there may be, and what ends them.

    `opening` is what the prompt says already of the answer, `hash` the SHA-256 of its text.
    """

    ids: list[int]
    max_tokens: int
    stops: tuple[str, ...]
    opening: str
    hash: str


@dataclass(frozen=True)
class Generated:
    """What came of it: the text up to its end, without the end's mark, which `tokens` counts."""

    text: str
    tokens: int
    finish_reason: FinishReason
    logprobs: tuple[TokenLogprob, ...] | None = None


class LocalModel(ABC):
    """A model of a folder, a GGUF file or the Hugging Face Hub, with its own chat template.

    `name` is one of these and `lenient` how answers are read. Raises UserError, saying what to
    do, where the tokenizer, the configuration or the adapter is not there or cannot be read.
    """

    kind: ClassVar[str]
    packages: ClassVar[tuple[str, ...]]
    """Those whose versions decide its answers."""

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
        config = self._configuration()
        longest: int | None = getattr(config.get_text_config(), "max_position_embeddings", None)
        self.context_tokens = settings.context_tokens or longest
        self._revision: str | None = getattr(config, "_commit_hash", None)
        self.adapter = None if settings.adapter is None else _find_adapter(settings.adapter)
        self._adapter_hash = None if self.adapter is None else _hash_adapter(self.adapter)

    @property
    @abstractmethod
    def dtype(self) -> str:
        """The type that its weights have in memory."""

    @property
    def facts(self) -> dict[str, str]:
        """See Model.facts."""
        known = {
            "context_tokens": self.context_tokens,
            "dialect": self.dialect.name,
            "dtype": self.dtype,
            "revision": self._revision,
            "gguf_file": self.settings.gguf_file,
            "adapter": self._adapter_hash or self.adapter,
        }
        said = {name: str(fact) for name, fact in known.items() if fact is not None}
        return {**self.template.facts, **package_versions(*self.packages), **said}

    def count_tokens(self, text: str) -> int:
        """By the model's own tokenizer."""
        return self.template.count(text)

    def prompt(
        self, messages: Sequence[Message], tools: Sequence[ToolSchema], sampling: Sampling
    ) -> Prompt:
        """What to generate from. Raises ContextExceeded where no room is left for an answer."""
        text = self.template.render(messages, tools, self.dialect)
        ids = self.template.encode(text)
        room = sampling.max_tokens
        if self.context_tokens is not None:
            room = min(room, self.context_tokens - len(ids))
        if room < 1:
            raise ContextExceeded(
                f"{self.spec}: the conversation has {len(ids):,} tokens, and the model's context "
                f"is {self.context_tokens:,}"
            )
        stops = stop_strings(sampling, self.dialect, tools)
        opening = f"{THINK}\n" if self.template.opens_thinking(text) else ""
        return Prompt(ids, room, stops, opening, text_hash(text))

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
            prompt_hash=prompt.hash,
        )

    def _configuration(self) -> Any:
        from transformers import AutoConfig

        folder, options = locate(self.name, self.settings.gguf_file)
        try:
            return AutoConfig.from_pretrained(folder, **options)
        except Exception as error:  # a model's files can be wrong in any way
            raise cannot_load("the configuration", folder, error) from error


def _find_adapter(name: str) -> str:
    """The folder of a LoRA adapter, or the name of one on the Hub."""
    path = Path(name).expanduser()
    if (path / "adapter_config.json").is_file():
        return str(path)
    if path.exists() or not is_hub_name(name):
        raise UserError(f"{name} is no LoRA adapter: there is no {path / 'adapter_config.json'}")
    return name


def _hash_adapter(name: str) -> str | None:
    """The SHA-256 over an adapter's files; None for one of the Hub."""
    digest = hashlib.sha256()
    files = sorted(Path(name).glob("adapter_*"))
    for path in files:
        with path.open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest() if files else None


def need(package: str, why: str, install: str) -> None:
    """Raises UserError, saying what to install, where there is no such package."""
    if not importlib.util.find_spec(package):
        raise UserError(f"{why} needs the package {package}: {install}")
