"""The ways in which tools reach a model behind a server, and its calls come back.

Each gives what a request says of the conversation, and reads the answer.
"""

from __future__ import annotations

import json
import re
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any

from lean_agent.chat import CallError, CallErrorKind, Completion, Message, ToolCall, ToolSchema
from lean_agent.dialects.base import Dialect, strict_json
from lean_agent.models.base import estimated_tokens, read_completion
from lean_agent.models.chat_template import ChatTemplate
from lean_agent.models.chat_wires import Wire, as_is, as_text, tool_wires
from lean_agent.models.openai_stream import Answer

_SEPARATE_REASONING = re.compile(r"<think>\n(.*?)\n</think>\n*(.*)", re.DOTALL)


class Interface(ABC):
    """One of the ways.

    `path` is where requests go, `dialect` how text is read; `facts` are as in Model.
    `reasoning_field` is the name under which the server keeps reasoning apart, once it has.
    """

    path: str
    tools_in_prompt = False
    reasoning_field: str | None = None

    def __init__(self, dialect: Dialect | None) -> None:
        self.dialect = dialect
        self.facts: Mapping[str, str] = {}

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

    def _reasoning_apart(self, wires: list[Wire]) -> list[Wire]:
        """Reasoning that the server kept apart goes back apart: templates place it as they will."""
        if self.reasoning_field is None:
            return wires
        return [_apart(wire, self.reasoning_field) for wire in wires]


class Native(_Chat):
    """The server is sent the tools, puts them before the model and parses its calls."""

    def __init__(self, template_arguments: dict[str, Any], tokenizer: Any) -> None:
        super().__init__(None, template_arguments, tokenizer)
        self.facts = {"interface": "native"}

    def request(self, messages: Sequence[Message], tools: Sequence[ToolSchema]) -> Wire:
        wires = self._reasoning_apart(as_is(messages, text_arguments=True, own_ids=True))
        offered = {"tools": tool_wires(tools)} if tools else {}
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

    dialect: Dialect
    tools_in_prompt = True

    def __init__(
        self, dialect: Dialect, template_arguments: dict[str, Any], tokenizer: Any
    ) -> None:
        super().__init__(dialect, template_arguments, tokenizer)
        self.facts = {"interface": "prompt"}

    def request(self, messages: Sequence[Message], tools: Sequence[ToolSchema]) -> Wire:  # noqa: ARG002
        wires = self._reasoning_apart(as_text(messages, self.dialect, results_as_tool=False))
        return {"messages": wires, **self._extra, **_KEEP_TOKENS}

    def read(self, answer: Answer, tools: Sequence[ToolSchema]) -> Completion:
        return _read_text(answer, self.dialect, tools)


class Templated(Interface):
    """We render the prompt by the model's chat template and ask for what follows it."""

    dialect: Dialect
    path = "completions"

    def __init__(self, dialect: Dialect, template: ChatTemplate) -> None:
        super().__init__(dialect)
        self.facts = template.facts
        self._template = template

    def request(self, messages: Sequence[Message], tools: Sequence[ToolSchema]) -> Wire:
        prompt = self._template.render(messages, tools, self.dialect)
        # The template has written the token that begins a prompt; it must not stand there twice.
        return {"prompt": prompt, "add_special_tokens": False, **_KEEP_TOKENS}

    def opens_thinking(self, request: Wire) -> bool:
        return self._template.opens_thinking(request["prompt"])

    def read(self, answer: Answer, tools: Sequence[ToolSchema]) -> Completion:
        return _read_text(answer, self.dialect, tools)

    def count_tokens(self, text: str) -> int:
        return self._template.count(text)


def _apart(wire: Wire, field: str) -> Wire:
    apart = _SEPARATE_REASONING.fullmatch(wire["content"]) if wire["role"] == "assistant" else None
    return {**wire, "content": apart[2], field: apart[1]} if apart is not None else wire


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
                identity = call.id if call.id and call.id not in taken else f"call{number:05}"
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
    if answer.reasoning:
        message[answer.reasoning_field or "reasoning"] = answer.reasoning
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
