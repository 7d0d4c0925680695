"""A model's own chat template: a conversation as the text that the model goes on with.

Hugging Face tokenizers carry their template as a Jinja program
(https://huggingface.co/docs/transformers/en/chat_templating). What a template can do is found out
by asking it to render a short conversation, since nothing declares it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from lean_agent.chat import Message, ToolCall, ToolSchema
from lean_agent.dialects import DIALECTS
from lean_agent.dialects.base import THINK, Dialect
from lean_agent.errors import UserError
from lean_agent.models.base import ModelError
from lean_agent.models.settings import BackendSettings

Wire = dict[str, Any]
"""A message, a call or a tool as templates take them: the field names of the OpenAI protocol."""

_MARK = "probe-7f3a"
_PROBE_TOOL = ToolSchema(
    name="probe_tool",
    description=_MARK,
    parameters={"type": "object", "properties": {"text": {"type": "string"}}, "required": ["text"]},
)
_PROBE_CALL = ToolCall(id="call_1", name="probe_tool", arguments={"text": 'one "two"\n⟨three⟩'})
_PROBE_QUESTION = Message(role="user", content="Question?")


class ChatTemplate:
    """Renders conversations for one model, and counts their tokens.

    `tokenizer` is a Hugging Face tokenizer with a chat template. `interface` and `arguments` are
    those of BackendSettings; without an interface it is "template" where the template takes
    tools. Raises UserError where it is told to and the template does not.
    """

    def __init__(
        self,
        tokenizer: Any,
        interface: str | None = None,
        arguments: dict[str, Any] | None = None,
        name: str = "this model",
    ) -> None:
        self.tokenizer = tokenizer
        self._arguments = dict(arguments or {})
        self._name = name
        self._text_arguments = False
        self._folds_system = False
        self._folds_system = not self._shows_system()
        takes_tools = self._takes_tools()
        if interface == "template" and not takes_tools:
            raise UserError(
                f"the chat template of {name} has no place for tools: set interface to prompt, "
                "which describes them in the system prompt, or give a chat_template that has"
            )
        self.tools_in_prompt = interface == "prompt" or not takes_tools
        """Whether the system prompt must describe the tools, for this template does not."""
        self.written_dialect = None if self.tools_in_prompt else self._find_dialect()
        """The name of the dialect in which the template writes calls down, where we know it."""

    @classmethod
    def load(cls, name: str, settings: BackendSettings) -> ChatTemplate:
        """The template of a folder, a `.gguf` file or a model of the Hugging Face Hub.

        `tokenizer`, `chat_template`, `gguf_file`, `interface` and `template_arguments` of the
        settings are heeded. Raises UserError, with what to do, where there is none.
        """
        try:
            from transformers import AutoTokenizer, PreTrainedTokenizerBase
        except ImportError as error:
            raise UserError(
                f"chat templates need the package {error.name}: pip install transformers"
            ) from error
        own = settings.tokenizer is None
        folder, options = locate(settings.tokenizer or name, settings.gguf_file if own else None)
        try:
            tokenizer: Any = AutoTokenizer.from_pretrained(folder, **options)  # type: ignore[no-untyped-call, unused-ignore]
        except Exception as error:  # a tokenizer's files can be wrong in any way
            raise cannot_load("the tokenizer", folder, error) from error
        if not isinstance(tokenizer, PreTrainedTokenizerBase):
            raise UserError(f"cannot load the tokenizer of {folder}: it is none of transformers'")
        if settings.chat_template is not None:
            tokenizer.chat_template = _read(Path(settings.chat_template))
        if not tokenizer.chat_template:
            raise UserError(
                f"{folder} has no chat template (is it a base model?): "
                "name a Jinja file that has one with the setting chat_template"
            )
        return cls(tokenizer, settings.interface, settings.template_arguments, folder)

    def choose_dialect(self, named: str | None, default: str = "hermes") -> str:
        """The dialect to read with: the one named, else what the template itself writes.

        Raises UserError where the two are at odds, for then the model would be told of one
        notation and judged by another.
        """
        if named is None:
            return self.written_dialect or default
        if self.written_dialect is None or named == self.written_dialect:
            return named
        if named in DIALECTS and self._writes(DIALECTS[named]()):
            return named
        raise UserError(
            f"the chat template of {self._name} writes calls in the dialect "
            f"{self.written_dialect}, not {named}: leave the dialect out, or set interface to "
            "prompt, so that our own prompt asks for it"
        )

    def render(
        self, messages: Sequence[Message], tools: Sequence[ToolSchema], dialect: Dialect
    ) -> str:
        """The prompt for the assistant's next message.

        The template is given tools, calls and results as such where it takes them. What it
        refuses of that, such as several calls at once, is written as text in `dialect`. Raises
        ModelError where it refuses the conversation in every form.
        """
        described = () if self.tools_in_prompt else tools
        ways: list[Callable[[], list[Wire]]] = [
            lambda: self._as_is(messages),
            lambda: _merged(self._as_is(messages), after_tools=True),
            lambda: self._as_text(messages, dialect, results_as_tool=True),
            lambda: self._as_text(messages, dialect, results_as_tool=False),
        ]
        refusal: Exception | None = None
        for way in ways[-1:] if self.tools_in_prompt else ways:
            try:
                return self._apply(way(), described)
            except Exception as error:  # a template is a program, and fails in any way it likes
                refusal = refusal or error
        raise ModelError(f"the chat template of {self._name} refuses this conversation: {refusal}")

    @staticmethod
    def opens_thinking(prompt: str) -> bool:
        """Whether the prompt ends inside a think block, so that the answer begins in it."""
        return prompt.rstrip().endswith(THINK)

    def encode(self, prompt: str) -> list[int]:
        """The tokens of a rendered prompt, which already holds its special ones."""
        ids: list[int] = self.tokenizer.encode(prompt, add_special_tokens=False)
        return ids

    def count(self, text: str) -> int:
        """How many tokens the text has."""
        return len(self.encode(text))

    def _as_is(self, messages: Sequence[Message]) -> list[Wire]:
        """Calls and results as such, each call with an id that is its own.

        Mistral's templates take only ids of nine letters and digits.
        """
        wires: list[Wire] = []
        named: dict[str, tuple[str, str]] = {}
        number = 0
        for message in messages:
            wire: Wire = {"role": message.role, "content": message.content}
            if message.role == "assistant":
                named = {}
            for call in message.tool_calls:
                number += 1
                named[call.id] = (f"call{number:05}", call.name)
            if message.tool_calls:
                wire["tool_calls"] = [
                    self._wire_call(call, named[call.id][0]) for call in message.tool_calls
                ]
            if message.tool_call_id is not None:
                identity, tool = named.get(message.tool_call_id, ("call00000", ""))
                wire |= {"tool_call_id": identity, "name": tool}
            wires.append(wire)
        return self._with_system(wires)

    def _wire_call(self, call: ToolCall, identity: str) -> Wire:
        arguments: Any = call.arguments
        if self._text_arguments:
            arguments = call.model_dump_json(include={"arguments"})[len('{"arguments":') : -1]
        function = {"name": call.name, "arguments": arguments}
        return {"id": identity, "type": "function", "function": function}

    def _as_text(
        self, messages: Sequence[Message], dialect: Dialect, *, results_as_tool: bool
    ) -> list[Wire]:
        """Calls, and results too where the template has no role for them, as plain text."""
        wires: list[Wire] = []
        names: dict[str, str] = {}
        for message in messages:
            role, content = message.role, message.content
            if role == "assistant":
                names = {call.id: call.name for call in message.tool_calls}
                content = dialect.render(content, message.tool_calls)
            elif role == "tool" and not results_as_tool:
                tool = names.get(message.tool_call_id or "", "")
                role, content = "user", dialect.render_result(message, tool)
            wires.append({"role": role, "content": content})
        return _merged(self._with_system(wires), after_tools=results_as_tool)

    def _with_system(self, wires: list[Wire]) -> list[Wire]:
        """The same with the system message at the head of the first question, where it must be."""
        if not self._folds_system or len(wires) < 2 or wires[0]["role"] != "system":
            return wires
        system, first, *rest = wires
        return [{**first, "content": f"{system['content']}\n\n{first['content']}"}, *rest]

    def _apply(
        self, wires: list[Wire], tools: Sequence[ToolSchema] = (), prompt: bool = True
    ) -> str:
        functions = [{"type": "function", "function": tool.model_dump()} for tool in tools]
        text: str = self.tokenizer.apply_chat_template(
            wires,
            tools=functions or None,
            tokenize=False,
            add_generation_prompt=prompt,
            **self._arguments,
        )
        return text

    def _shows_system(self) -> bool:
        try:
            wires = [
                {"role": "system", "content": _MARK},
                {"role": "user", "content": _PROBE_QUESTION.content},
            ]
            return _MARK in self._apply(wires)
        except Exception:  # such templates raise what they like
            return False

    def _takes_tools(self) -> bool:
        """Whether tools get into the prompt."""
        with suppress(Exception):
            return _MARK in self._apply(self._as_is([_PROBE_QUESTION]), [_PROBE_TOOL])
        return False

    def _find_dialect(self) -> str | None:
        """Also finds out whether the template wants a call's arguments as JSON text."""
        for as_text in (False, True):
            self._text_arguments = as_text
            for name, dialect in DIALECTS.items():
                if self._writes(dialect()):
                    return name
        self._text_arguments = False
        return None

    def _writes(self, dialect: Dialect) -> bool:
        """Whether a call in the template's own words is one in the dialect."""
        answer = Message(role="assistant", content="", tool_calls=(_PROBE_CALL,))
        try:
            question = self._apply(self._as_is([_PROBE_QUESTION]), [_PROBE_TOOL])
            wires = self._as_is([_PROBE_QUESTION, answer])
            text = self._apply(wires, [_PROBE_TOOL], prompt=False)
        except Exception:  # such templates raise what they like
            return False
        if text.startswith(question):
            said = text[len(question) :]
        else:  # the prompt for an answer is not how an answer in the past begins
            said = text.partition(_PROBE_QUESTION.content)[2]
        if self.tokenizer.eos_token:
            said = said.partition(self.tokenizer.eos_token)[0]
        reply = dialect.read(said.strip(), [_PROBE_TOOL])
        return not reply.errors and reply.calls == (_PROBE_CALL,)


def locate(name: str, gguf_file: str | None = None) -> tuple[str, dict[str, str]]:
    """What `from_pretrained` is to be given: a folder or Hub name, and options.

    A path of a GGUF file is taken apart into its folder and itself.
    """
    path = Path(name).expanduser()
    if path.suffix == ".gguf" and path.is_file():
        return str(path.parent), {"gguf_file": path.name}
    folder = str(path) if path.exists() else name
    return folder, {"gguf_file": gguf_file} if gguf_file else {}


def is_hub_name(name: str) -> bool:
    """Whether this may be a name on the Hugging Face Hub, and is no path."""
    return name.count("/") == 1 and not name.startswith(("/", ".", "~"))


def cannot_load(what: str, name: str, error: Exception) -> UserError:
    """Why `what` of the model `name` was not to be had, and what to do."""
    reason = " ".join(str(error).split()) or type(error).__name__
    if isinstance(error, ImportError) or "gguf" in reason.lower():
        hint = "a GGUF file needs the package gguf: pip install gguf"
        hint = hint if "gguf" in reason.lower() else "install what it names"
    elif Path(name).exists():
        hint = "is it the folder of a model, with its config.json and tokenizer?"
    elif not is_hub_name(name):
        hint = "there is no such folder; write the path of one, or a Hub name such as Qwen/Qwen3-8B"
    else:
        hint = (
            "it is no folder here and could not be had from the Hugging Face Hub; mind the "
            "spelling and the network (and the licence, where it asks for one), or download it "
            f"elsewhere with `hf download {name}` and give the folder"
        )
    return UserError(f"cannot load {what} of {name}: {hint}\n({reason[:300]})")


def _merged(wires: list[Wire], *, after_tools: bool) -> list[Wire]:
    """Neighbouring user messages made one, for templates in which the sides must alternate.

    With `after_tools` a user message after a tool's answer joins it too.
    """
    merged: list[Wire] = []
    for wire in wires:
        before = merged[-1]["role"] if merged else None
        if wire["role"] == "user" and (before == "user" or (after_tools and before == "tool")):
            both = f"{merged[-1]['content']}\n{wire['content']}"
            merged[-1] = {**merged[-1], "content": both}
        else:
            merged.append(wire)
    return merged


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"cannot read the chat template {path}: {error}") from error
