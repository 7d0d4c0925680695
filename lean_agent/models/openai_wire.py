"""The ways in which tools reach a model behind a server, and its calls come back.

Each gives what a request says of the conversation, and reads the answer.
"""

from __future__ import annotations

import json
import re
from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any

from lean_agent.chat import CallError, CallErrorKind, Completion, Message, ToolCall, ToolSchema
from lean_agent.dialects.base import Dialect, strict_json
from lean_agent.models.base import estimated_tokens, read_completion
from lean_agent.models.chat_template import ChatTemplate
from lean_agent.models.openai_stream import Answer

_SEPARATE_REASONING = re.compile(r"<think>\n(.*?)\n</think>\n*(.*)", re.DOTALL)

Wire = dict[str, Any]
"""A message or a request as the protocol has it."""


class Interface(ABC):
    """One of the ways.

    `path` is where requests go, `dialect` how text is read, and `stops` end the answer.
    `reasoning_field` is the name under which the server keeps reasoning apart, once it has.
    """

    path: str
    tools_in_prompt = False
    reasoning_field: str | None = None

    def __init__(self, dialect: Dialect | None) -> None:
        self.dialect = dialect
        self.stops = dialect.stops if dialect is not None else ()

    @abstractmethod
    def request(self, messages: Sequence[Message], tools: Sequence[ToolSchema]) -> Wire:
        """The fields of a request that hold the conversation."""

    @abstractmethod
    def opens_thinking(self, request: Wire) -> bool:
        """Whether that prompt ends inside a think block."""

    @abstractmethod
    def read(self, answer: Answer, tools: Sequence[ToolSchema]) -> Completion:
        """The completion in a whole answer."""

    @abstractmethod
    def count_tokens(self, text: str) -> int:
        """By the model's tokenizer where it is here, else an estimate."""


class _Chat(Interface):
    """What the two ways through chat completions share."""

    path = "chat/completions"

    def __init__(
        self, dialect: Dialect | None, template_arguments: dict[str, Any], tokenizer: Any
    ) -> None:
        super().__init__(dialect)
        self._tokenizer = tokenizer
        # vLLM, SGLang and llama.cpp hand these to the template.
        self._extra = {"chat_template_kwargs": template_arguments} if template_arguments else {}

    def opens_thinking(self, request: Wire) -> bool:  # noqa: ARG002
        """The server knows and we do not; a stray `</think>` will tell."""
        return False

    def count_tokens(self, text: str) -> int:
        """By the tokenizer in the settings, else an estimate."""
        if self._tokenizer is None:
            return estimated_tokens(text)
        return len(self._tokenizer.encode(text, add_special_tokens=False))

    def _assistant(self, text: str) -> Wire:
        """Reasoning that the server kept apart goes back apart: templates place it as they will."""
        wire: Wire = {"role": "assistant", "content": text}
        apart = _SEPARATE_REASONING.fullmatch(text) if self.reasoning_field else None
        if apart is not None and self.reasoning_field is not None:
            wire |= {"content": apart[2], self.reasoning_field: apart[1]}
        return wire


class Native(_Chat):
    """The server is sent the tools, puts them before the model and parses its calls."""

    def __init__(self, template_arguments: dict[str, Any], tokenizer: Any) -> None:
        super().__init__(None, template_arguments, tokenizer)

    def request(self, messages: Sequence[Message], tools: Sequence[ToolSchema]) -> Wire:
        wires = []
        for message in messages:
            wire: Wire = {"role": message.role, "content": message.content}
            if message.role == "assistant":
                wire = self._assistant(message.content)
            if message.tool_call_id is not None:
                wire["tool_call_id"] = message.tool_call_id
            if message.tool_calls:
                wire["tool_calls"] = [_wire_call(call) for call in message.tool_calls]
            wires.append(wire)
        functions = [{"type": "function", "function": tool.model_dump()} for tool in tools]
        offered = {"tools": functions} if functions else {}
        return {"messages": wires, **offered, **self._extra}

    def read(self, answer: Answer, tools: Sequence[ToolSchema]) -> Completion:  # noqa: ARG002
        calls, errors = _read_calls(answer)
        words = [answer.text, *(error.text for error in errors)]
        return Completion(
            raw=_raw_message(answer),
            message=Message(
                role="assistant", content="\n".join(filter(None, words)), tool_calls=tuple(calls)
            ),
            errors=tuple(errors),
            finish_reason=answer.finish_reason,
            prompt_tokens=answer.usage.prompt_tokens,
            completion_tokens=answer.usage.completion_tokens,
            logprobs=answer.logprobs,
        )


class Prompted(_Chat):
    """The server sees plain messages: our system prompt describes the tools, we read the calls."""

    tools_in_prompt = True

    def __init__(
        self, dialect: Dialect, template_arguments: dict[str, Any], tokenizer: Any
    ) -> None:
        super().__init__(dialect, template_arguments, tokenizer)
        self._reads = dialect

    def request(self, messages: Sequence[Message], tools: Sequence[ToolSchema]) -> Wire:  # noqa: ARG002
        wires: list[Wire] = []
        names: dict[str, str] = {}
        for message in messages:
            if message.role == "assistant":
                names = {call.id: call.name for call in message.tool_calls}
                text = self._reads.render(message.content, message.tool_calls)
                wires.append(self._assistant(text))
                continue
            text, role = message.content, message.role
            if message.tool_call_id is not None:
                tool = names.get(message.tool_call_id, "")
                text, role = self._reads.render_result(message, tool), "user"
            if role == "user" and wires and wires[-1]["role"] == "user":
                wires[-1]["content"] += f"\n{text}"  # in some templates the sides must alternate
            else:
                wires.append({"role": role, "content": text})
        return {"messages": wires, **self._extra, **_KEEP_TOKENS}

    def read(self, answer: Answer, tools: Sequence[ToolSchema]) -> Completion:
        return _read_text(answer, self._reads, tools)


class Templated(Interface):
    """We render the prompt by the model's chat template and ask for what follows it."""

    path = "completions"

    def __init__(self, dialect: Dialect, template: ChatTemplate) -> None:
        super().__init__(dialect)
        self._reads = dialect
        self._template = template

    def request(self, messages: Sequence[Message], tools: Sequence[ToolSchema]) -> Wire:
        prompt = self._template.render(messages, tools, self._reads)
        # The template has written the token that begins a prompt; it must not stand there twice.
        return {"prompt": prompt, "add_special_tokens": False, **_KEEP_TOKENS}

    def opens_thinking(self, request: Wire) -> bool:
        return self._template.opens_thinking(request["prompt"])

    def read(self, answer: Answer, tools: Sequence[ToolSchema]) -> Completion:
        return _read_text(answer, self._reads, tools)

    def count_tokens(self, text: str) -> int:
        return self._template.count(text)


# The marks of calls are special tokens in some models, which vLLM and SGLang leave out of text.
_KEEP_TOKENS: Wire = {"skip_special_tokens": False}


def _read_text(answer: Answer, dialect: Dialect, tools: Sequence[ToolSchema]) -> Completion:
    return read_completion(
        answer.text,
        dialect,
        tools,
        finish_reason="length" if answer.finish_reason == "length" else "stop",
        prompt_tokens=answer.usage.prompt_tokens,
        completion_tokens=answer.usage.completion_tokens,
        logprobs=answer.logprobs,
    )


def _read_calls(answer: Answer) -> tuple[list[ToolCall], list[CallError]]:
    calls: list[ToolCall] = []
    errors: list[CallError] = []
    taken: set[str] = set()
    for number, call in enumerate(answer.calls, start=1):
        cut_off = answer.finish_reason == "length" and call is answer.calls[-1]
        name, written = call.name, call.arguments or ("" if cut_off else "{}")
        try:
            arguments = strict_json(written)
        except ValueError as error:
            kind = CallErrorKind.TRUNCATED if cut_off else CallErrorKind.NOT_JSON
            detail = f"the arguments of {name} are not JSON: {error}"
        else:
            if name and isinstance(arguments, dict):
                identity = call.id if call.id and call.id not in taken else f"call_{number}"
                taken.add(identity)
                calls.append(ToolCall(id=identity, name=name, arguments=arguments))
                continue
            if name:
                kind, detail = CallErrorKind.NOT_AN_OBJECT, f"the arguments of {name} are no object"
            else:
                kind, detail = CallErrorKind.MISSING_NAME, "the call does not name a tool"
        errors.append(CallError(kind=kind, text=f"{name}({written})", detail=detail))
    return calls, errors


def _raw_message(answer: Answer) -> str:
    """The server's message as JSON, in its own field names."""
    message: Wire = {"role": "assistant", "content": answer.content}
    if answer.reasoning_field is not None:
        message[answer.reasoning_field] = answer.reasoning
    if answer.calls:
        message["tool_calls"] = [
            {
                "id": call.id,
                "type": "function",
                "function": {"name": call.name, "arguments": call.arguments},
            }
            for call in answer.calls
        ]
    return json.dumps(message, ensure_ascii=False)


def _wire_call(call: ToolCall) -> Wire:
    arguments = json.dumps(call.arguments, ensure_ascii=False)
    return {
        "id": call.id,
        "type": "function",
        "function": {"name": call.name, "arguments": arguments},
    }
