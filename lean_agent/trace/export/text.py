"""Plain text: each episode through a chat template, for training on all of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

from lean_agent.dialects import dialect_named
from lean_agent.errors import UserError
from lean_agent.models.base import ModelError
from lean_agent.models.chat_template import ChatTemplate
from lean_agent.models.settings import BackendSettings
from lean_agent.trace.export.conversation import Conversation, Unfit
from lean_agent.trace.export.formats import Lines
from lean_agent.trace.export.wires import Row
from lean_agent.trace.trace import Trace

JINJA = (".jinja", ".jinja2", ".j2")


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
            self._template = ChatTemplate(_bare_tokenizer(path), interface, name=str(path))
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
        try:
            text = self._template.render(told.messages, told.tools, self._dialect, prompt=False)
        except ModelError as error:
            raise Unfit(str(error)) from error
        return {"text": text}


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
