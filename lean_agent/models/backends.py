"""The backends: what each is called, what it needs, and which settings it has."""

from __future__ import annotations

import re
import sys
from importlib.util import find_spec

from lean_agent.chat import Frozen
from lean_agent.episode import Mode
from lean_agent.errors import UserError
from lean_agent.models.settings import BackendSettings

_ADDRESSED = re.compile(r"(?P<model>.+?)@(?P<url>https?://\S+)")
_READING = ("interface", "dialect", "tokenizer", "chat_template", "template_arguments")


class Backend(Frozen):
    """One way to reach a model.

    `form` is how a model is named, `packages` what must be importable, `install` how to get
    that; `settings` are the fields of BackendSettings that mean something to it, `modes` those
    in which its models can play.
    """

    name: str
    form: str
    about: str
    packages: tuple[str, ...] = ()
    install: str = ""
    settings: tuple[str, ...] = ()
    modes: tuple[Mode, ...] = tuple(Mode)

    @property
    def loads(self) -> bool:
        """Whether its models are loaded into this process, which may take minutes."""
        return bool(self.packages)

    @property
    def installed(self) -> bool:
        """Whether the packages are there. None of them is imported."""
        return all(name in sys.modules or find_spec(name) is not None for name in self.packages)


BACKENDS: dict[str, Backend] = {
    backend.name: backend
    for backend in (
        Backend(
            name="openai",
            form="openai:MODEL@URL",
            about="a server that speaks OpenAI's protocol: vLLM, SGLang, llama.cpp, hosted ones; "
            "without @URL that of OPENAI_BASE_URL, else OpenAI itself",
            settings=(*_READING, "context_tokens", "published_context", "transport"),
        ),
        Backend(
            name="vllm",
            form="vllm:PATH_OR_HUB_NAME",
            about="vLLM's engine in this process, for offline runs on GPUs",
            packages=("vllm",),
            install="pip install -e '.[vllm]'",
            settings=(
                *_READING,
                *("context_tokens", "dtype", "adapter", "tensor_parallel", "gpu_memory"),
            ),
        ),
        Backend(
            name="transformers",
            form="transformers:PATH_OR_HUB_NAME",
            about="a local model, on CPU or GPU; GGUF files too, named by backend.gguf_file",
            packages=("torch", "transformers"),
            install="pip install -e '.[transformers]'",
            settings=(*_READING, "context_tokens", "dtype", "device", "gguf_file", "adapter"),
        ),
        Backend(
            name="portfolio",
            form="portfolio",
            about="a baseline that needs no model: the usual tactics, one after another",
            modes=(Mode.AGENT,),
        ),
        Backend(
            name="replay",
            form="replay:RUN_OR_TRACE_FILE",
            about="plays a recorded run back, with the settings of the record",
        ),
    )
}

FORMS = ", ".join(backend.form for backend in BACKENDS.values())


def split_spec(spec: str) -> tuple[Backend, str]:
    """The backend that a model's name begins with, and the rest of the name.

    Raises UserError where there is no such backend.
    """
    kind, colon, rest = spec.partition(":")
    if kind in BACKENDS and bool(colon) == (":" in BACKENDS[kind].form):
        return BACKENDS[kind], rest
    raise UserError(f"unknown model {spec!r}: write one of {FORMS}")


def without_address(spec: str) -> str:
    """The model's name without the server that has it: `openai:MODEL` of `openai:MODEL@URL`."""
    named = _ADDRESSED.fullmatch(spec) if spec.startswith("openai:") else None
    return named["model"] if named else spec


def split_address(name: str) -> tuple[str, str]:
    """The model and the URL of `MODEL@URL`; the URL is empty where there is none.

    Raises UserError where what follows an @ is no URL.
    """
    named = _ADDRESSED.fullmatch(name)
    if named is not None:
        return named["model"], named["url"]
    if not name or "@" in name:
        raise UserError(
            f"cannot read model openai:{name}: write openai:MODEL or openai:MODEL@URL, "
            "for example openai:Qwen/Qwen3-8B@http://127.0.0.1:8000/v1"
        )
    return name, ""


def refuse_foreign_settings(backend: Backend, settings: BackendSettings) -> None:
    """Raise UserError where a setting was given that the backend does not have."""
    default = BackendSettings()
    for name in BackendSettings.model_fields:
        if name in backend.settings or getattr(settings, name) == getattr(default, name):
            continue
        owners = [other.name for other in BACKENDS.values() if name in other.settings]
        has = ", ".join(backend.settings) or "none"
        raise UserError(
            f"`{name}` is a setting of {' and '.join(owners)}; {backend.name} has: {has}"
        )
