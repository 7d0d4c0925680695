"""An answer of an OpenAI-compatible server, put together from the chunks of a stream."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel, ValidationError

from lean_agent.chat import FinishReason, InterruptionKind, TokenLogprob
from lean_agent.dialects.base import END_THINK, THINK
from lean_agent.models.base import ModelError, ModelInterrupted
from lean_agent.models.openai_server import DONE, Server, words_of

_SHOWN = 200
_LEAST = -9999.0  # what vLLM says for minus infinity, which JSON does not have
_FINISH_REASONS: dict[str, FinishReason] = {
    "length": "length",
    "max_tokens": "length",
    "model_length": "length",  # Mistral: the context is full
    "tool_calls": "tool_calls",
    "function_call": "tool_calls",
}
# The server broke off, so that what is missing is not the model's fault: vLLM and SGLang (an engine
# that shuts down or sleeps), OpenRouter and Mistral, DeepSeek.
_ABORTED = {"abort", "error", "insufficient_system_resource"}
_FILTERED = "content_filter"


class _Function(BaseModel):
    name: str | None = None
    arguments: str | dict[str, Any] | None = None


class _Call(BaseModel):
    index: int | None = None
    id: str | None = None
    function: _Function | None = None


class _Part(BaseModel):
    """Of a content in parts: words, or Mistral's thinking, which is a list of such."""

    text: str = ""
    thinking: list[_Part] = []


class _Message(BaseModel):
    """A whole message, or what a chunk adds to one. The field of the reasoning has two names."""

    content: str | list[_Part] | None = None
    reasoning: str | None = None
    reasoning_content: str | None = None
    refusal: str | None = None
    tool_calls: list[_Call] | None = None


class _Token(BaseModel):
    token: str
    logprob: float


class _Logprobs(BaseModel):
    """In the shape of chat answers, or in that of completions: two lists."""

    content: list[_Token] | None = None
    tokens: list[str] | None = None
    token_logprobs: list[float | None] | None = None


class _Choice(BaseModel):
    delta: _Message | None = None
    message: _Message | None = None
    text: str | None = None
    finish_reason: str | None = None
    error: Any = None
    logprobs: _Logprobs | None = None


class Usage(BaseModel):
    """The server's counts."""

    prompt_tokens: int | None = None
    completion_tokens: int | None = None


class _Chunk(BaseModel):
    """Also an error, in the field of that name or, of older servers, in place of the answer."""

    choices: list[_Choice] = []
    usage: Usage | None = None
    error: Any = None
    object: Any = None
    message: Any = None
    code: Any = None


@dataclass
class WrittenCall:
    """A call as far as it has come; `arguments` is JSON as the server gives it."""

    id: str = ""
    name: str = ""
    arguments: str = ""


@dataclass
class Answer:
    """What has come of an answer.

    `on_text` is given its text, with reasoning as a think block. `thinking` says that the prompt
    has opened such a block. `reasoning_field` is the name under which the server gives reasoning.
    """

    server: Server
    on_text: Callable[[str], None] | None = None
    thinking: bool = False
    calls: list[WrittenCall] = field(default_factory=list)
    usage: Usage = field(default_factory=Usage)
    finish_reason: FinishReason = "stop"
    reasoning_field: str | None = None
    whole: bool = False
    _begun: bool = False
    _content: list[str] = field(default_factory=list)
    _reasoning: list[str] = field(default_factory=list)
    _logprobs: list[TokenLogprob] = field(default_factory=list)
    _places: dict[int, WrittenCall] = field(default_factory=dict)

    def event(self, data: bytes) -> None:
        """The next event of a stream. Raises as the error in it demands, where it is one."""
        if data == DONE:
            self.whole = self._begun
            return
        chunk = self._read(data)
        if chunk.error is not None:
            raise self._error(chunk.error)
        if chunk.object == "error":
            raise self._error({"message": chunk.message, "code": chunk.code})
        if chunk.usage is not None:
            self.usage = chunk.usage
        for choice in chunk.choices[:1]:
            self._take(choice)

    def body(self, data: bytes) -> None:
        """The answer of a server that does not stream it. Raises ModelError where it is none."""
        self.event(data)
        if not self._begun:
            raise self._senseless("there is no message in it", data)
        self.whole = True

    def end(self) -> None:
        """Nothing more comes. Raises ModelInterrupted where the answer is not whole."""
        if not self.whole:
            raise self._half("")

    def leave_out(self, stops: Sequence[str]) -> None:
        """A stop string at the end, which servers leave out, but for `transformers serve`."""
        text = "".join(self._content)
        stop = next((stop for stop in stops if text.endswith(stop)), "")
        self._content = [text.removesuffix(stop)]

    @property
    def content(self) -> str:
        """The words, without reasoning that the server keeps apart."""
        return ("<think>\n" if self.thinking else "") + "".join(self._content)

    @property
    def reasoning(self) -> str:
        """The reasoning that the server keeps apart."""
        return "".join(self._reasoning)

    @property
    def text(self) -> str:
        """Reasoning, as a think block, and words."""
        if not self._reasoning:
            return self.content
        return f"{THINK}\n{self.reasoning}\n{END_THINK}\n\n{self.content}"

    @property
    def logprobs(self) -> tuple[TokenLogprob, ...] | None:
        """Those of all generated tokens, None where the server gives none."""
        return tuple(self._logprobs) or None

    def _take(self, choice: _Choice) -> None:
        if choice.error:
            raise self._error(choice.error)
        message = choice.delta or choice.message
        if message is not None:
            self._begun = True
            self._take_message(message, grows=choice.delta is not None)
        elif choice.text is not None:
            self._begun = True
            self._say(choice.text, self._content)
        if choice.logprobs is not None:
            self._take_logprobs(choice.logprobs)
        if choice.finish_reason is not None:
            self._finish(choice.finish_reason)

    def _finish(self, reason: str) -> None:
        if reason in _ABORTED:
            raise self._half(f", the server says: {reason}")
        if reason == _FILTERED:
            raise ModelError(f"{self.server.where}: the server's filter cut the answer ({reason})")
        self.whole = self._begun = True
        self.finish_reason = _FINISH_REASONS.get(reason, "stop")

    def _half(self, why: str) -> ModelInterrupted:
        got = sum(map(len, self._content)) + sum(map(len, self._reasoning))
        return ModelInterrupted(
            f"{self.server.where}: the answer breaks off after {got} characters{why}",
            InterruptionKind.HALF_ANSWER,
        )

    def _take_message(self, message: _Message, grows: bool) -> None:
        for name in ("reasoning", "reasoning_content"):
            said = getattr(message, name)
            if said:
                self.reasoning_field = name
                self._say(said, self._reasoning)
                break  # some servers give it under both names
        if isinstance(message.content, str):
            if message.content:
                self._say(message.content, self._content)
        elif message.content is not None:
            self._take_parts(message.content)
        if message.refusal:  # OpenAI's word for an answer that refuses to answer
            self._say(message.refusal, self._content)
        for call in message.tool_calls or ():
            self._take_call(call, grows)

    def _take_parts(self, parts: list[_Part]) -> None:
        for part in parts:
            if thought := "".join(one.text for one in part.thinking):
                self._say(thought, self._reasoning)
            if part.text:
                self._say(part.text, self._content)

    def _take_call(self, call: _Call, grows: bool) -> None:
        """A chunk continues the call at its place, unless it begins another.

        Some servers give every call the same place and id, or none, and then each whole.
        """
        function = call.function or _Function()
        place = call.index if call.index is not None else len(self.calls) - 1
        written = self._places.get(place) if grows else None
        begins = bool(function.name) and (call.index is None or bool(call.id))
        if (
            written is None
            or (begins and call.id != written.id)
            or (function.name and _is_whole(written) and (function.arguments or not call.id))
        ):
            written = WrittenCall()
            self.calls.append(written)
            self._places[place if call.index is not None else len(self.calls) - 1] = written
        written.id = written.id or call.id or ""
        written.name = written.name or function.name or ""
        arguments = function.arguments
        if isinstance(arguments, dict):
            arguments = json.dumps(arguments, ensure_ascii=False)
        written.arguments += arguments or ""

    def _take_logprobs(self, given: _Logprobs) -> None:
        tokens = [(one.token, one.logprob) for one in given.content or ()]
        if given.tokens is not None and given.token_logprobs is not None:
            pairs = zip(given.tokens, given.token_logprobs, strict=False)
            tokens += [(token, _LEAST if p is None else p) for token, p in pairs]
        self._logprobs += (
            TokenLogprob(token=token, logprob=p if math.isfinite(p) else _LEAST)
            for token, p in tokens
        )

    def _say(self, text: str, where: list[str]) -> None:
        if self.on_text is not None:
            inside = where is self._reasoning
            if (inside and not self._reasoning) or (self.thinking and not self._content):
                self.on_text(f"{THINK}\n")
            if not inside and self._reasoning and not self._content:
                self.on_text(f"\n{END_THINK}\n\n")
            self.on_text(text)
        where.append(text)

    def _read(self, data: bytes) -> _Chunk:
        try:
            return _Chunk.model_validate_json(data)
        except ValidationError:
            pass
        try:  # half a surrogate pair is no text, and all the rest is
            mended = json.dumps(json.loads(data), ensure_ascii=False).encode(errors="replace")
        except (ValueError, RecursionError) as error:
            raise ModelInterrupted(
                f"{self.server.where}: the answer breaks off, or is none: {data[:_SHOWN]!r}",
                InterruptionKind.HALF_ANSWER,
            ) from error
        try:
            return _Chunk.model_validate_json(mended)
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            where = ".".join(map(str, first["loc"])) or "it"
            raise self._senseless(f"{where}: {first['msg']}", data) from error

    def _senseless(self, why: str, data: bytes) -> ModelError:
        return ModelError(
            f"{self.server.where}: the answer makes no sense ({why}), it begins {data[:_SHOWN]!r}"
        )

    def _error(self, error: Any) -> Exception:
        """Some servers say in the midst of an answer, or with status 200, that they failed."""
        code = str(error.get("code")) if isinstance(error, dict) else ""
        status = int(code) if re.fullmatch(r"[45]\d\d", code) else 500
        return self.server.refusal(status, words_of(error) or str(error)[:_SHOWN])


def _is_whole(call: WrittenCall) -> bool:
    """Whether nothing can be added to its arguments."""
    if not call.arguments.rstrip().endswith("}"):
        return False
    try:
        json.loads(call.arguments)
    except (ValueError, RecursionError):
        return False
    return True
