"""Any server that speaks OpenAI's protocol: vLLM, SGLang, llama.cpp, Ollama, hosted ones."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from lean_agent.chat import Completion, Message, Sampling, ToolSchema
from lean_agent.dialects import dialect_named
from lean_agent.dialects.base import Dialect
from lean_agent.errors import UserError
from lean_agent.models.backends import split_address
from lean_agent.models.base import (
    ModelError,
    ModelInterrupted,
    ModelUnavailable,
    stop_strings,
)
from lean_agent.models.chat_template import ChatTemplate, cannot_load, text_hash
from lean_agent.models.openai_refusals import Refusals
from lean_agent.models.openai_server import Server
from lean_agent.models.openai_stream import Answer
from lean_agent.models.openai_wire import Interface, Native, Prompted, Templated
from lean_agent.models.settings import BackendSettings

_OPENAI = "https://api.openai.com/v1"
_DEFAULT = BackendSettings()


class OpenAIModel:
    """A model behind a server, named `MODEL` or `MODEL@URL`.

    Without a URL it is OPENAI_BASE_URL or OpenAI itself. The key comes from the environment
    variable that the settings name; local servers need none. `interface` of the settings is
    "native" unless given; then the server parses the calls and `dialect` has no say. The
    dialect of the other two is Hermes unless the settings or the model's template say otherwise.

    Answers are streamed. What a server cannot do (stream tool calls, count tokens in a stream)
    is left out of all requests once it has said so. Requests are not repeated here.
    """

    def __init__(
        self, name: str, settings: BackendSettings = _DEFAULT, lenient: bool = False
    ) -> None:
        self._model, url = split_address(name)
        self.spec = f"openai:{name}"
        self._interface = _interface(self._model, settings, lenient)
        self._context_tokens = settings.context_tokens
        self._published_context = settings.published_context
        self._url = (url or os.environ.get("OPENAI_BASE_URL") or _OPENAI).rstrip("/")
        key = _key(settings.transport.key_env)
        self._server = Server(self._url, self._model, key, settings.transport)
        self._opening = asyncio.Lock()
        self._opened = settings.context_tokens is not None
        self._missed = False
        self._refusals = Refusals(self._interface.path)

    @property
    def dialect(self) -> Dialect | None:
        """How the text is read; None where the server parses the calls."""
        return self._interface.dialect

    @property
    def tools_in_prompt(self) -> bool:
        """Whether our system prompt must describe the tools."""
        return self._interface.tools_in_prompt

    @property
    def context_tokens(self) -> int | None:
        """That of the settings, else what the server said when this was opened, else a preset's."""
        return self._context_tokens or self._published_context

    @property
    def facts(self) -> Mapping[str, str]:
        """See Model.facts; the server does not tell its own.

        `seed` is there where the server has refused to be told one.
        """
        known = {
            "context_tokens": self.context_tokens if self._opened else None,
            "dialect": self.dialect.name if self.dialect else None,
            "seed": "refused" if "seed" in self._refusals.left_out else None,
        }
        said = {name: str(fact) for name, fact in known.items() if fact is not None}
        return {**self._interface.facts, **said}

    async def open(self) -> None:
        """Ask the server how long its model's context is, unless the settings say so.

        Raises nothing: a server need not tell. Asks once, and once more after the first answer of
        a server that was not there yet.
        """
        async with self._opening:
            if not self._opened:
                try:
                    await self._ask_for_context()
                except ModelUnavailable:
                    self._missed = True
                else:
                    self._opened = True

    async def _ask_for_context(self) -> None:
        entry = _listed(await self._server.about("models"), self._model)
        if entry is None:
            return
        for name in ("max_model_len", "context_length"):  # vLLM and SGLang; OpenRouter
            self._context_tokens = self._context_tokens or _int_at(entry, name)
        if self._context_tokens is None:
            # llama.cpp lists what the model was trained with; what it was started with is here.
            properties = await self._server.about(self._url.removesuffix("/v1") + "/props")
            self._context_tokens = _int_at(properties, "default_generation_settings", "n_ctx")

    async def complete(
        self,
        messages: Sequence[Message],
        tools: Sequence[ToolSchema],
        sampling: Sampling,
        on_text: Callable[[str], None] | None = None,
    ) -> Completion:
        """The server's next message.

        Raises ModelError where the server refuses this conversation or makes no sense,
        ModelUnavailable where it cannot be had at all, ModelInterrupted where the request was
        lost.
        """
        conversation = self._interface.request(messages, tools)
        thinking = self._interface.opens_thinking(conversation)
        request = {"model": self._model, **conversation, **self._drawn(sampling, tools)}
        answer, body = await self._answer(request, on_text, thinking)
        if self._missed and not self._opened:
            await self.open()
            self._opened = True  # it is there now, so it will not say more another time
        self._interface.reasoning_field = answer.reasoning_field or self._interface.reasoning_field
        answer.leave_out(body.get("stop", ()))
        completion = self._interface.read(answer, tools)
        if "prompt" not in conversation:
            return completion
        rendered = {"prompt_hash": text_hash(conversation["prompt"])}
        return completion.model_copy(update=rendered)

    async def _answer(
        self, request: dict[str, Any], on_text: Callable[[str], None] | None, thinking: bool
    ) -> tuple[Answer, dict[str, Any]]:
        """The server's answer, and the form of the request that it took."""
        while True:
            body = self._refusals.fit(request)
            answer = Answer(self._server, on_text, thinking)
            try:
                await self._ask(body, answer)
            except (ModelError, ModelUnavailable) as error:
                said = str(error).removeprefix(self._server.where)
                if not self._refusals.learn(error, said, body):
                    raise
            else:
                self._refusals.took(body)
                return answer, body

    def count_tokens(self, text: str) -> int:
        """By the model's tokenizer where the settings name it, else an estimate."""
        return self._interface.count_tokens(text)

    async def close(self) -> None:
        """Close the connections."""
        await self._server.close()

    async def _ask(self, body: dict[str, Any], answer: Answer) -> None:
        try:
            whole = await self._server.ask(self._interface.path, body, answer.event)
        except ModelInterrupted:
            if not answer.whole:  # else only what follows the answer was lost
                raise
            return
        if whole is not None:
            answer.body(whole)
        answer.end()

    def _drawn(self, sampling: Sampling, tools: Sequence[ToolSchema]) -> dict[str, Any]:
        """The fields of a request that say how the answer is drawn, and that it be streamed."""
        drawn: dict[str, Any] = {
            "temperature": sampling.temperature,
            "top_p": sampling.top_p,
            "max_tokens": sampling.max_tokens,
            "seed": sampling.seed,
            "stream": True,
            "stream_options": {"include_usage": True},
        }
        stops = stop_strings(sampling, self.dialect, tools)
        if stops:
            drawn["stop"] = list(stops)
        if sampling.top_k is not None:
            drawn["top_k"] = sampling.top_k
        if sampling.min_p is not None:
            drawn["min_p"] = sampling.min_p
        if sampling.logprobs:
            # Of completions a number of alternatives is asked; llama.cpp gives nothing for 0.
            drawn["logprobs"] = True if self._interface.path.startswith("chat") else 1
        return drawn


def _interface(model: str, settings: BackendSettings, lenient: bool) -> Interface:
    kind = settings.interface or "native"
    if kind == "template":
        forced = settings.model_copy(update={"interface": kind})
        template = ChatTemplate.load(model, forced)
        name = template.choose_dialect(settings.dialect)
        return Templated(dialect_named(name, lenient), template)
    if settings.chat_template is not None:
        raise UserError(
            f"with the interface {kind} the server uses a chat template of its own: give the "
            "chat_template to the server, or set interface to template"
        )
    tokenizer = _tokenizer(settings.tokenizer) if settings.tokenizer else None
    if kind == "native":
        return Native(settings.template_arguments, tokenizer)
    dialect = dialect_named(settings.dialect or "hermes", lenient)
    return Prompted(dialect, settings.template_arguments, tokenizer)


def _tokenizer(name: str) -> Any:
    from tokenizers import Tokenizer

    path = Path(name).expanduser()
    file = path / "tokenizer.json" if path.is_dir() else path
    try:
        if file.exists():
            return Tokenizer.from_file(str(file))
        return Tokenizer.from_pretrained(name)
    except Exception as error:  # tokenizers raises nothing more exact
        raise cannot_load("the tokenizer", name, error) from error


def _key(variable: str) -> str:
    key = os.environ.get(variable, "").strip() or "none"
    if not (key.isascii() and key.isprintable()):
        raise UserError(f"the environment variable {variable} does not hold an API key")
    return key


def _listed(models: Any, model: str) -> dict[str, Any] | None:
    """What a server's list of models says of `model`, or of the only one that it has."""
    entries = models.get("data") if isinstance(models, dict) else None
    known = [one for one in entries if isinstance(one, dict)] if isinstance(entries, list) else []
    named = [one for one in known if one.get("id") == model]
    return next(iter(named or (known if len(known) == 1 else ())), None)


def _int_at(value: Any, *path: str) -> int | None:
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value if isinstance(value, int) and value > 0 else None
