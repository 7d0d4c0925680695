"""A model's own chat template: a conversation as the text that the model goes on with.

Hugging Face tokenizers carry their template as a Jinja program
(https://huggingface.co/docs/transformers/en/chat_templating). What a template can do is found out
by asking it to render short conversations, since nothing declares it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

from lean_agent.chat import Message, ToolCall, ToolSchema
from lean_agent.dialects import DIALECTS
from lean_agent.dialects.base import THINK, Dialect
from lean_agent.errors import UserError
from lean_agent.models.base import ModelError
from lean_agent.models.chat_wires import (
    Wire,
    as_is,
    as_text,
    merged,
    tool_wires,
    with_system_in_question,
)
from lean_agent.models.settings import BackendSettings

_MARK = "probe-7f3a"
_TOOL = ToolSchema(
    name="probe_tool",
    description="A tool.",
    parameters={
        "type": "object",
        "properties": {"text": {"type": "string", "description": "Any text."}},
        "required": ["text"],
    },
)
_MARKED_TOOL = _TOOL.model_copy(update={"description": _MARK})
_CALL = ToolCall(id="call_1", name="probe_tool", arguments={"text": 'one "two"\n⟨three⟩'})
_QUESTION = Message(role="user", content="Question?")
_ANSWER = Message(role="assistant", content="", tool_calls=(_CALL,))
_WORDS = Message(role="assistant", content="Words.")
_RESULT = Message(role="tool", content="Result.", tool_call_id="call_1")
_CALLS = Message(
    role="assistant",
    content="",
    tool_calls=(_CALL, _CALL.model_copy(update={"id": "call_2"})),
)
_MARKED_RESULT = _RESULT.model_copy(update={"content": _MARK})


class ChatTemplate:
    """Renders conversations for one model, and counts their tokens.

    `tokenizer` is a Hugging Face tokenizer with a chat template; `interface`, `dialect` and
    `arguments` are those of BackendSettings. Without an interface it is "template" where the
    template takes tools, and we know how to read the calls it asks for. Raises UserError where it
    is "template" and they do not get through.
    """

    def __init__(
        self,
        tokenizer: Any,
        interface: str | None = None,
        dialect: str | None = None,
        arguments: dict[str, Any] | None = None,
        name: str = "this model",
    ) -> None:
        self.tokenizer = tokenizer
        self._arguments = dict(arguments or {})
        self._name = name
        self._text_arguments = False
        self._known: dict[tuple[str, bool], bool] = {}
        self.written_dialect = self._find_dialect()
        """The name of the dialect in which the template writes calls down, where we know it."""
        takes_tools = self._renders_mark([as_is([_QUESTION], False)], _MARKED_TOOL)
        readable = dialect is not None or self.written_dialect is not None
        if interface == "template":
            self._refuse_interface(takes_tools, readable)
        self.tools_in_prompt = interface == "prompt" or not (takes_tools and readable)
        """Whether the system prompt must describe the tools, for this template does not."""
        self._system_is_lost = not self._shows_system()
        self._takes_results = self._shows_results()
        self._takes_results_of_text = self._shows_results_of_text()

    @classmethod
    def load(cls, name: str, settings: BackendSettings) -> ChatTemplate:
        """The template of a folder, a `.gguf` file or a model of the Hugging Face Hub.

        `tokenizer`, `chat_template`, `gguf_file`, `interface`, `dialect` and `template_arguments`
        of the settings are heeded. Raises UserError, with what to do, where there is none.
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
        return cls(
            tokenizer, settings.interface, settings.dialect, settings.template_arguments, folder
        )

    def choose_dialect(self, named: str | None, default: str = "hermes") -> str:
        """The dialect to read with: the one named, else what the template itself writes.

        Raises UserError where the two are at odds, for then the model would be told of one
        notation and judged by another.
        """
        if named is None:
            return self.written_dialect or default
        if self.tools_in_prompt or self.written_dialect in (None, named):
            return named
        if named in DIALECTS and self._writes(DIALECTS[named]()):
            return named
        raise UserError(
            f"the chat template of {self._name} writes calls in the dialect "
            f"{self.written_dialect}, not {named}: leave the dialect out, or set interface to "
            "prompt, so that our own prompt asks for it"
        )

    def render(
        self,
        messages: Sequence[Message],
        tools: Sequence[ToolSchema],
        dialect: Dialect,
        *,
        prompt: bool = True,
    ) -> str:
        """The prompt for the assistant's next message, or without `prompt` what was said so far.

        The template is given tools, calls and results as such where it takes them. Calls that it
        refuses, as some do of several at once, or would write otherwise than in `dialect` are
        text to it. Raises ModelError where it refuses the conversation in every form.
        """
        described = () if self.tools_in_prompt else tools
        refusal: Exception | None = None
        for way in self._ways(messages, dialect):
            try:
                wires = way()
                if self._system_is_lost:
                    wires = with_system_in_question(wires)
                return self._apply(wires, described, prompt)
            except Exception as error:  # a template is a program, and fails in any way it likes
                refusal = refusal or error
        raise ModelError(f"the chat template of {self._name} refuses this conversation: {refusal}")

    @staticmethod
    def opens_thinking(prompt: str) -> bool:
        """Whether the prompt ends inside a think block, so that the answer begins in it."""
        return prompt.rstrip().endswith(THINK)

    @property
    def facts(self) -> dict[str, str]:
        """What decides the prompts beside the settings: see Model.facts."""
        return {
            "interface": "prompt" if self.tools_in_prompt else "template",
            "chat_template": text_hash(str(self.tokenizer.chat_template)),
            **package_versions("transformers"),
        }

    def encode(self, prompt: str) -> list[int]:
        """The tokens of a rendered prompt, which already holds its special ones."""
        ids: list[int] = self.tokenizer.encode(prompt, add_special_tokens=False)
        return ids

    def count(self, text: str) -> int:
        """How many tokens the text has."""
        return len(self.encode(text))

    def _ways(
        self, messages: Sequence[Message], dialect: Dialect
    ) -> Iterator[Callable[[], list[Wire]]]:
        """How the conversation may be put, what is nearest to the template's own ways first."""
        if not self.tools_in_prompt:
            if self._takes_results and self._writes(dialect):
                yield lambda: as_is(messages, self._text_arguments)
                yield lambda: merged(as_is(messages, self._text_arguments), after_tools=True)
            if self._takes_results_of_text:
                yield lambda: as_text(messages, dialect, results_as_tool=True)
        yield lambda: as_text(messages, dialect, results_as_tool=False)

    def _apply(
        self, wires: list[Wire], tools: Sequence[ToolSchema] = (), prompt: bool = True
    ) -> str:
        text: str = self.tokenizer.apply_chat_template(
            wires,
            tools=tool_wires(tools) or None,
            tokenize=False,
            add_generation_prompt=prompt,
            **self._arguments,
        )
        return text

    def _refuse_interface(self, takes_tools: bool, readable: bool) -> None:
        if not takes_tools:
            raise UserError(
                f"the chat template of {self._name} has no place for tools: set interface to "
                "prompt, which describes them in the system prompt, or give a chat_template that "
                "has"
            )
        if not readable:
            raise UserError(
                f"we do not know the notation in which the chat template of {self._name} writes "
                f"calls: set dialect, if it is one of {', '.join(DIALECTS)}, else interface to "
                "prompt"
            )

    def _renders_mark(
        self, conversations: Sequence[list[Wire]], tool: ToolSchema | None = _TOOL
    ) -> bool:
        """Whether the mark is in the text of every one of them that is rendered, and of one."""
        texts = []
        for wires in conversations:
            with suppress(Exception):  # templates raise what they like
                texts.append(self._apply(wires, [tool] if tool else []))
        return bool(texts) and all(_MARK in text for text in texts)

    def _shows_system(self) -> bool:
        """Whether a system message stays in sight, also while tools are called."""
        system = Message(role="system", content=_MARK)
        asked = [[system, _QUESTION], [system, _QUESTION, _WORDS, _QUESTION]]
        if not self.tools_in_prompt:
            asked.append([system, _QUESTION, _ANSWER, _RESULT])
        return self._renders_mark(
            [as_is(messages, self._text_arguments) for messages in asked],
            None if self.tools_in_prompt else _TOOL,
        )

    def _shows_results(self) -> bool:
        """Whether answers to calls are shown, also the second of two."""
        second = _MARKED_RESULT.model_copy(update={"tool_call_id": "call_2"})
        asked = [[_QUESTION, _ANSWER, _MARKED_RESULT], [_QUESTION, _CALLS, _RESULT, second]]
        return self._renders_mark([as_is(messages, self._text_arguments) for messages in asked])

    def _shows_results_of_text(self) -> bool:
        """Whether the answer to a call that is text, as far as the template knows, is shown."""
        said = as_is([_QUESTION, _WORDS], self._text_arguments)
        return self._renders_mark([[*said, {"role": "tool", "content": _MARK}]])

    def _find_dialect(self) -> str | None:
        """Also finds out whether the template wants a call's arguments as JSON text."""
        for text_arguments in (False, True):
            self._text_arguments = text_arguments
            for name, dialect in DIALECTS.items():
                if self._writes(dialect()):
                    return name
        self._text_arguments = False
        return None

    def _writes(self, dialect: Dialect) -> bool:
        """Whether a call in the template's own words is one in the dialect."""
        key = (dialect.name, self._text_arguments)
        if key not in self._known:
            said = self._words_of_call()
            reply = dialect.read(said, [_TOOL]) if said is not None else None
            self._known[key] = reply is not None and not reply.errors and reply.calls == (_CALL,)
        return self._known[key]

    def _words_of_call(self) -> str | None:
        """An answer that only calls, as the template has it in the past, without its frame."""
        try:
            bare = self._apply(as_is([_QUESTION], False), [_TOOL], prompt=False)
            question = self._apply(as_is([_QUESTION], False), [_TOOL])
            wires = as_is([_QUESTION, _ANSWER], self._text_arguments)
            text = self._apply(wires, [_TOOL], prompt=False)
        except Exception:  # templates raise what they like
            return None
        if text.startswith(question):
            said = text[len(question) :]
        elif text.startswith(bare):
            said = _after_header(question[len(bare) :], text[len(bare) :])
        else:
            said = text.partition(_QUESTION.content)[2]
        if self.tokenizer.eos_token:
            said = said.partition(self.tokenizer.eos_token)[0]
        return said.strip()


def _after_header(header: str, text: str) -> str:
    """The text without the lines that it begins with as `header` does: what a prompt for an
    answer goes on with, such as a think block, need not be in answers of the past."""
    for line in header.splitlines(keepends=True):
        if not text.startswith(line):
            break
        text = text[len(line) :]
    return text


def text_hash(text: str) -> str:
    """Its SHA-256, in hexadecimal digits."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def package_versions(*packages: str) -> dict[str, str]:
    """The version of each, without what it was built for: that may differ between machines."""
    return {name: import_module(name).__version__.partition("+")[0] for name in packages}


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


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"cannot read the chat template {path}: {error}") from error
