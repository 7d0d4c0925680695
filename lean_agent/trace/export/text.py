"""Plain text: each episode through a chat template, for training on all of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from lean_agent.chat import Message, ToolSchema
from lean_agent.dialects import dialect_named
from lean_agent.dialects.base import THINKING
from lean_agent.dialects.thinking import without_thinking
from lean_agent.errors import UserError
from lean_agent.models.base import ModelError
from lean_agent.models.chat_template import ChatTemplate
from lean_agent.models.settings import BackendSettings
from lean_agent.trace.export.conversation import Conversation, Unfit
from lean_agent.trace.export.formats import Lines
from lean_agent.trace.export.wires import Row
from lean_agent.trace.trace import Trace

JINJA = (".jinja", ".jinja2", ".j2")
_MARK = "MARK4e1d"


class Text(Lines):
    """A line has one field, `text`: the prompts and answers as a model with this template has them.

    `template` is a model's folder or name on the Hugging Face Hub, or a Jinja file; the latter
    knows no special tokens, so `bos_token` and `eos_token` are empty in it. Raises UserError
    where there is no such template.
    """

    name: ClassVar[str] = "text"
    use: ClassVar[str] = (
        'load_dataset("json", data_files=PATH); it holds the special tokens already'
    )

    def __init__(self, template: str, in_prompt: bool = False) -> None:
        self._named = template
        interface = "prompt" if in_prompt else None
        path = Path(template).expanduser()
        if path.suffix in JINJA:
            no_signs = {"bos_token": "", "eos_token": ""}
            self._template = ChatTemplate(
                _bare_tokenizer(path), interface, arguments=no_signs, name=str(path)
            )
        else:
            settings = BackendSettings(interface="prompt" if in_prompt else None)
            self._template = ChatTemplate.load(template, settings)
        self._dialect = dialect_named(self._template.choose_dialect(None))

    def row(self, trace: Trace, told: Conversation) -> Row:  # noqa: ARG002
        """Raises UserError where the template has no place for the tools."""
        if told.tools and self._template.tools_in_prompt:
            raise UserError(
                f"the chat template of {self._named} has no place for tools, or writes calls in "
                "no dialect that we know: take --tools prompt, with the --dialect to teach"
            )
        return {"text": self._render(told.messages, told.tools)}

    def unheard(self, told: Conversation) -> int:
        """How many answers lose words or thinking in the template.

        They are searched for by marks, for the same words may stand in several answers. Raises
        Unfit where an answer loses a call, or all that it says: that would be learnt too.
        """
        marked = [_marked(message, number) for number, message in enumerate(told.messages)]
        text = self._render([one.message for one in marked], told.tools)
        for one in marked:
            lost_words = one.words is not None and one.words not in text
            if any(call not in text for call in one.calls) or (lost_words and not one.calls):
                instead = (
                    "take --tools prompt, or another template" if one.calls else "take another"
                )
                raise Unfit(
                    f"the chat template of {self._named} leaves out an answer or a call: {instead}"
                )
        return sum(
            any(mark is not None and mark not in text for mark in (one.words, one.thinking))
            for one in marked
        )

    def _render(self, messages: Sequence[Message], tools: Sequence[ToolSchema]) -> str:
        try:
            return self._template.render(messages, tools, self._dialect, prompt=False)
        except ModelError as error:
            raise Unfit(str(error)) from error


@dataclass(frozen=True)
class _Marked:
    """A message with marks in it: of its words and its thinking, None where it has none, and of
    each call."""

    message: Message
    words: str | None = None
    thinking: str | None = None
    calls: tuple[str, ...] = ()


def _marked(message: Message, number: int) -> _Marked:
    """Only answers are marked."""
    if message.role != "assistant":
        return _Marked(message)
    content = message.content
    said = without_thinking(content)
    words = f"{_MARK}w{number}x" if said.strip() else None
    thinking = f"{_MARK}t{number}x" if said != content else None
    calls = tuple(f"{_MARK}c{number}n{n}x" for n in range(len(message.tool_calls)))
    if thinking is not None:
        # At the end of the first thought, or of one that never ends.
        ends = [content.find(tag) for tag in THINKING.values() if tag in content]
        at = min(ends, default=len(content))
        content = f"{content[:at].rstrip()} {thinking}\n{content[at:]}"
    if words is not None:
        content = f"{content.rstrip()} {words}"
    changed = {
        "content": content,
        "tool_calls": tuple(
            call.model_copy(update={"arguments": call.arguments | {"mark": mark}})
            for call, mark in zip(message.tool_calls, calls, strict=True)
        ),
    }
    return _Marked(message.model_copy(update=changed), words, thinking, calls)


def _bare_tokenizer(path: Path) -> Any:
    """What renders a chat template and has no words of its own."""
    try:
        template = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"cannot read the chat template {path}: {error}") from error
    try:
        from tokenizers import Tokenizer, models
        from transformers import PreTrainedTokenizerFast
    except ImportError as error:
        raise UserError(
            f"chat templates need the package {error.name}: pip install 'lean-agent[transformers]'"
        ) from error
    words = models.WordLevel({"?": 0}, unk_token="?")
    tokenizer: Any = PreTrainedTokenizerFast(  # type: ignore[no-untyped-call, unused-ignore]
        tokenizer_object=Tokenizer(words)
    )
    tokenizer.chat_template = template
    return tokenizer
