"""Any server that speaks OpenAI's protocol: vLLM, SGLang, llama.cpp, Ollama, hosted ones."""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from lean_agent.chat import Completion, InterruptionKind, Message, Sampling, ToolSchema
from lean_agent.dialects import dialect_named
from lean_agent.dialects.base import Dialect
from lean_agent.errors import UserError
from lean_agent.models.base import (
    ModelError,
    ModelInterrupted,
    ModelUnavailable,
    stop_strings,
)
from lean_agent.models.chat_template import ChatTemplate, cannot_load, text_hash
from lean_agent.models.openai_server import Server
from lean_agent.models.openai_stream import Answer
from lean_agent.models.openai_wire import Interface, Native, Prompted, Templated
from lean_agent.models.settings import BackendSettings

_NAME = re.compile(r"(?P<model>.+?)(?:@(?P<url>https?://\S+))?")
_OPENAI = "https://api.openai.com/v1"
_DEFAULT = BackendSettings()

# What a request can do without, and the words in which servers refuse it. In this order, for the
# last stands in the first as well.
_DISPENSABLE = {
    "stream_options": re.compile("stream_options"),
    "skip_special_tokens": re.compile("skip_special_tokens"),
    "add_special_tokens": re.compile("add_special_tokens"),
    "max_tokens": re.compile("max_completion_tokens"),  # OpenAI's newer name for it
    "stream": re.compile(
        r"\bstream.*(support|allow|implement|tool)|(support|allow|implement|tool).*\bstream",
        re.IGNORECASE | re.DOTALL,
    ),
}


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
        named = _NAME.fullmatch(name)
        if named is None or ("@" in named["model"] and named["url"] is None):
            raise UserError(
                f"cannot read model openai:{name}: write openai:MODEL or openai:MODEL@URL, "
                "for example openai:Qwen/Qwen3-8B@http://127.0.0.1:8000/v1"
            )
        self.spec = f"openai:{name}"
        self._model: str = named["model"]
        self._interface = _interface(self._model, settings, lenient)
        self._context_tokens = settings.context_tokens
        self._url = (named["url"] or os.environ.get("OPENAI_BASE_URL") or _OPENAI).rstrip("/")
        key = _key(settings.transport.key_env)
        self._server = Server(self._url, self._model, key, settings.transport)
        self._opening = asyncio.Lock()
        self._opened = settings.context_tokens is not None
        self._refused: set[str] = set()
        self._taken: set[str] = set()

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
        """That of the settings, else what the server said when this was opened."""
        return self._context_tokens

    @property
    def facts(self) -> Mapping[str, str]:
        """See Model.facts; the server does not tell its own."""
        known = {
            "context_tokens": self.context_tokens,
            "dialect": self.dialect.name if self.dialect else None,
        }
        said = {name: str(fact) for name, fact in known.items() if fact is not None}
        return {**self._interface.facts, **said}

    async def open(self) -> None:
        """Ask the server how long its model's context is, unless the settings say so.

        Does nothing the second time, and raises nothing: a server need not tell.
        """
        async with self._opening:
            if not self._opened:
                await self._ask_for_context()
                self._opened = True

    async def _ask_for_context(self) -> None:
        models = await self._server.about("models")
        self._context_tokens = _context_listed(models, self._model)
        if self._context_tokens is None and models is not None:
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
        while True:
            body = self._without_what_is_refused(request)
            answer = Answer(self._server, on_text, thinking)
            try:
                await self._ask(body, answer)
            except (ModelError, ModelUnavailable) as error:
                refused = self._refused_field(error, body)
                if refused is None:
                    raise
                self._refused.add(refused)
            else:
                self._taken |= body.keys()
                self._interface.reasoning_field = (
                    answer.reasoning_field or self._interface.reasoning_field
                )
                answer.leave_out(body.get("stop", ()))
                completion = self._interface.read(answer, tools)
                if "prompt" not in conversation:
                    return completion
                rendered = {"prompt_hash": text_hash(conversation["prompt"])}
                return completion.model_copy(update=rendered)

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

    def _without_what_is_refused(self, request: dict[str, Any]) -> dict[str, Any]:
        body = {name: value for name, value in request.items() if name not in self._refused}
        if "stream" in self._refused:
            body.pop("stream_options", None)
        if "max_tokens" in self._refused:
            body["max_completion_tokens"] = request["max_tokens"]
        return body

    def _refused_field(self, error: Exception, body: dict[str, Any]) -> str | None:
        """What the request can do without and the server has no use for, if it says so.

        A field with which it has answered before is not what it refuses.
        """
        if isinstance(error, ModelInterrupted) and error.kind is not InterruptionKind.SERVER_ERROR:
            return None  # nothing was refused
        said = str(error).removeprefix(self._server.where)
        for name, words in _DISPENSABLE.items():
            if name in body and name not in self._taken and words.search(said):
                return name
        return None


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


def _context_listed(models: Any, model: str) -> int | None:
    """The context of `model` in a server's list; field names of vLLM, SGLang and OpenRouter."""
    entries = models.get("data") if isinstance(models, dict) else None
    known = [one for one in entries if isinstance(one, dict)] if isinstance(entries, list) else []
    for entry in [one for one in known if one.get("id") == model] or known[:1]:
        for name in ("max_model_len", "context_length"):
            found = _int_at(entry, name)
            if found is not None:
                return found
    return None


def _int_at(value: Any, *path: str) -> int | None:
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value if isinstance(value, int) and value > 0 else None
