"""Any server that speaks the OpenAI chat-completions protocol: vLLM, SGLang, llama.cpp, hosted.

Tools are sent in the request's `tools` field; the server renders them into the
model's own template and parses the calls.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

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
from lean_agent.models.base import ModelError, ModelUnavailable

if TYPE_CHECKING:
    from openai.types.chat import ChatCompletion, ChatCompletionMessage

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
        self, messages: Sequence[Message], tools: Sequence[ToolSchema], sampling: Sampling
    ) -> Completion:
        """The server's next message.

        Raises ModelError where the server refuses this conversation or makes no
        sense, ModelUnavailable where it cannot be had at all.
        """
        import openai

        functions: Any = [{"type": "function", "function": tool.model_dump()} for tool in tools]
        wire: Any = [_to_wire(message) for message in messages]
        try:
            answer = await self._client.chat.completions.create(
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
        except (openai.OpenAIError, ValueError) as error:
            raise ModelError(f"{self._where}: {error}") from error
        return self._read(answer)

    async def close(self) -> None:
        """Close the connections."""
        await self._client.close()

    @property
    def _where(self) -> str:
        return f"{self._model} at {self._client.base_url}"

    def _read(self, answer: ChatCompletion) -> Completion:
        # The client does not validate what a server sends; a broken one may leave anything out.
        choices = getattr(answer, "choices", None)
        if not choices or choices[0].message is None:
            raise ModelError(f"{self._where}: the answer holds no message")
        message = choices[0].message
        calls, errors = _read_calls(message)
        spoilt = [error.text for error in errors]
        usage = answer.usage
        return Completion(
            raw=_utf8(json.dumps(message.to_dict(), ensure_ascii=False)),
            message=Message(
                role="assistant",
                content="\n".join(filter(None, [_utf8(message.content or ""), *spoilt])),
                tool_calls=tuple(calls),
            ),
            errors=tuple(errors),
            finish_reason=_FINISH_REASONS.get(choices[0].finish_reason, "stop"),
            prompt_tokens=usage.prompt_tokens if usage else None,
            completion_tokens=usage.completion_tokens if usage else None,
        )


def _read_calls(message: ChatCompletionMessage) -> tuple[list[ToolCall], list[CallError]]:
    calls: list[ToolCall] = []
    errors: list[CallError] = []
    for number, call in enumerate(message.tool_calls or [], start=1):
        function: Any = getattr(call, "function", None)
        name = _utf8(getattr(function, "name", None) or "")
        written = getattr(function, "arguments", None) or "{}"
        text = _utf8(f"{name}({written})")
        try:
            arguments = strict_json(written)
        except ValueError as error:
            detail = f"the arguments of {name} are not JSON: {error}"
            errors.append(CallError(kind=CallErrorKind.NOT_JSON, text=text, detail=detail))
            continue
        if not name:
            detail = "the call does not name a tool"
            errors.append(CallError(kind=CallErrorKind.MISSING_NAME, text=text, detail=detail))
        elif not isinstance(arguments, dict):
            detail = f"the arguments of {name} are no JSON object"
            errors.append(CallError(kind=CallErrorKind.NOT_AN_OBJECT, text=text, detail=detail))
        else:
            calls.append(ToolCall(id=call.id or f"call_{number}", name=name, arguments=arguments))
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


def _utf8(text: str) -> str:
    """The text without halves of surrogate pairs, which JSON can carry but UTF-8 cannot."""
    return text.encode(errors="replace").decode()
