"""Any server that speaks the OpenAI chat-completions protocol: vLLM, SGLang, llama.cpp, hosted.

Tools are sent in the request's `tools` field; the server renders them into the
model's own template and parses the calls.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from lean_agent.chat import (
    CallError,
    CallErrorKind,
    Completion,
    FinishReason,
    Message,
    Sampling,
    ToolCall,
    ToolSchema,
)
from lean_agent.dialects.base import strict_json
from lean_agent.errors import UserError
from lean_agent.models.base import ModelError, ModelUnavailable, estimated_tokens

_NAME = re.compile(r"(?P<model>.+?)(?:@(?P<url>https?://\S+))?")
_FINISH_REASONS: dict[str, FinishReason] = {
    "length": "length",
    "tool_calls": "tool_calls",
    "function_call": "tool_calls",
}
# What a server says of a request that another request might not share.
_REFUSES_THIS_CONVERSATION = {400, 413, 422}


class OpenAIModel:
    """A model behind a server, named `MODEL` or `MODEL@URL`.

    Without a URL it is OPENAI_BASE_URL or OpenAI itself. The key comes from
    OPENAI_API_KEY; local servers need none. Lost connections, 429 and 5xx are
    tried again by the client, with growing pauses, `retries` times.
    """

    dialect = None
    tools_in_prompt = False
    context_tokens = None

    def __init__(self, name: str, retries: int = 4) -> None:
        from openai import AsyncOpenAI

        named = _NAME.fullmatch(name)
        if named is None or ("@" in named["model"] and named["url"] is None):
            raise UserError(
                f"cannot read model openai:{name}: write openai:MODEL or openai:MODEL@URL, "
                "for example openai:Qwen/Qwen3-8B@http://127.0.0.1:8000/v1"
            )
        self.spec = f"openai:{name}"
        self._model: str = named["model"]
        self._client = AsyncOpenAI(
            base_url=named["url"],
            api_key=os.environ.get("OPENAI_API_KEY") or "none",
            max_retries=retries,
        )

    async def complete(
        self,
        messages: Sequence[Message],
        tools: Sequence[ToolSchema],
        sampling: Sampling,
        on_text: Callable[[str], None] | None = None,  # noqa: ARG002
    ) -> Completion:
        """The server's next message.

        Raises ModelError where the server refuses this conversation or makes no
        sense, ModelUnavailable where it cannot be had at all.
        """
        import openai

        functions: Any = [{"type": "function", "function": tool.model_dump()} for tool in tools]
        wire: Any = [_to_wire(message) for message in messages]
        try:
            answer = await self._client.chat.completions.with_raw_response.create(
                model=self._model,
                messages=wire,
                tools=functions or openai.omit,
                temperature=sampling.temperature,
                top_p=sampling.top_p,
                max_tokens=sampling.max_tokens,
                seed=sampling.seed,
            )
        except openai.APIStatusError as error:
            kind = (
                ModelError if error.status_code in _REFUSES_THIS_CONVERSATION else ModelUnavailable
            )
            raise kind(f"{self._where}: {error.message}") from error
        except openai.APIConnectionError as error:
            why = f"{error.message} {error.__cause__ or ''}".strip()
            raise ModelUnavailable(f"{self._where}: {why}") from error
        return self._read(answer.content)

    def count_tokens(self, text: str) -> int:
        """An estimate."""
        return estimated_tokens(text)

    async def close(self) -> None:
        """Close the connections."""
        await self._client.close()

    @property
    def _where(self) -> str:
        return f"{self._model} at {self._client.base_url}"

    def _read(self, body: bytes) -> Completion:
        try:
            answer = _Answer.model_validate_json(body)
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            where = ".".join(map(str, first["loc"])) or "it"
            raise ModelError(
                f"{self._where}: the answer makes no sense ({where}: {first['msg']}), "
                f"it begins {body[:200]!r}"
            ) from error
        choice, usage = answer.choices[0], answer.usage or _Usage()
        calls, errors = _read_calls(choice.message)
        words = [choice.message.content or "", *(error.text for error in errors)]
        return Completion(
            raw=choice.message.model_dump_json(exclude_unset=True),
            message=Message(
                role="assistant", content="\n".join(filter(None, words)), tool_calls=tuple(calls)
            ),
            errors=tuple(errors),
            finish_reason=_FINISH_REASONS.get(choice.finish_reason or "", "stop"),
            prompt_tokens=usage.prompt_tokens,
            completion_tokens=usage.completion_tokens,
        )


class _Wire(BaseModel):
    """As much of an answer as we read. What else a server adds, such as its reasoning, is kept."""

    model_config = ConfigDict(extra="allow")


class _Function(_Wire):
    name: str | None = None
    arguments: str | None = None


class _Call(_Wire):
    id: str | None = None
    function: _Function | None = None


class _Message(_Wire):
    content: str | None = None
    tool_calls: list[_Call] | None = None


class _Choice(_Wire):
    message: _Message
    finish_reason: str | None = None


class _Usage(_Wire):
    prompt_tokens: int | None = None
    completion_tokens: int | None = None


class _Answer(_Wire):
    choices: list[_Choice] = Field(min_length=1)
    usage: _Usage | None = None


def _read_calls(message: _Message) -> tuple[list[ToolCall], list[CallError]]:
    calls: list[ToolCall] = []
    errors: list[CallError] = []
    for number, call in enumerate(message.tool_calls or [], start=1):
        function = call.function or _Function()
        name, written = function.name or "", function.arguments or "{}"
        try:
            arguments = strict_json(written)
        except ValueError as error:
            kind, detail = CallErrorKind.NOT_JSON, f"the arguments of {name} are not JSON: {error}"
        else:
            if name and isinstance(arguments, dict):
                identity = call.id or f"call_{number}"
                calls.append(ToolCall(id=identity, name=name, arguments=arguments))
                continue
            if name:
                kind, detail = CallErrorKind.NOT_AN_OBJECT, f"the arguments of {name} are no object"
            else:
                kind, detail = CallErrorKind.MISSING_NAME, "the call does not name a tool"
        errors.append(CallError(kind=kind, text=f"{name}({written})", detail=detail))
    return calls, errors


def _to_wire(message: Message) -> dict[str, Any]:
    wire: dict[str, Any] = {"role": message.role, "content": message.content}
    if message.tool_call_id is not None:
        wire["tool_call_id"] = message.tool_call_id
    if message.tool_calls:
        wire["tool_calls"] = [
            {
                "id": call.id,
                "type": "function",
                "function": {
                    "name": call.name,
                    "arguments": json.dumps(call.arguments, ensure_ascii=False),
                },
            }
            for call in message.tool_calls
        ]
    return wire
