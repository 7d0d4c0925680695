"""`lean-agent models`: which models can be used, and with which settings."""

from __future__ import annotations

import re
from collections.abc import Iterable

from rich import box
from rich.console import Console, Group
from rich.table import Table
from rich.text import Text

from lean_agent.chat import Frozen, Sampling, ToolCall
from lean_agent.dialects import DIALECTS
from lean_agent.dialects.base import Dialect
from lean_agent.episode import Mode
from lean_agent.models.backends import BACKENDS
from lean_agent.options import Json
from lean_agent.presets import load_preset, preset_names
from lean_agent.prompts.catalogue import DEFAULTS, TEMPLATES
from lean_agent.settings import preset_settings

console = Console(highlight=False)

EXAMPLE = ToolCall(id="call_1", name="search_mathlib", arguments={"query": "sum of odd numbers"})
"""What each dialect is shown by."""

_PINNED_FILE = re.compile(r"https://(github\.com/[^/]+/[^/]+)/blob/([0-9a-f]{7})[0-9a-f]*/(.+)")


class BackendFacts(Frozen):
    """One backend: how its models are named, what it needs, and whether that is here."""

    name: str
    form: str
    about: str
    packages: tuple[str, ...]
    installed: bool
    install: str
    settings: tuple[str, ...]
    modes: tuple[Mode, ...]


class PresetFacts(Frozen):
    """One preset and what it sets; `source` says where that was published."""

    name: str
    about: str
    model: str
    source: tuple[str, ...]
    mode: Mode
    prompt: str
    sampling: Sampling
    context_tokens: int | None


class DialectFacts(Frozen):
    """One dialect, by an example: the text that calls a tool in it."""

    name: str
    example: str


class PromptFacts(Frozen):
    """One prompt, the modes it is made for, and those whose default it is."""

    name: str
    modes: tuple[Mode, ...]
    default_of: tuple[Mode, ...]


class ModelsFacts(Frozen):
    """All that `--model`, `--preset`, `--prompt` and `backend.dialect` can name."""

    backends: tuple[BackendFacts, ...]
    presets: tuple[PresetFacts, ...]
    dialects: tuple[DialectFacts, ...]
    prompts: tuple[PromptFacts, ...]


def models(json: Json = False) -> None:
    """List the model backends, presets, tool-call dialects and prompts there are.

    Each preset comes with the places where its settings were published.

    Example: `lean-agent run embedded --preset qwen3-8b --model openai:@http://127.0.0.1:8000/v1
    --samples 4 --out runs/qwen3`
    """
    facts = gather_facts()
    if json:
        print(facts.model_dump_json(indent=2))
    else:
        _print(facts)


def gather_facts() -> ModelsFacts:
    """Everything, without importing any heavy package."""
    return ModelsFacts(
        backends=tuple(
            BackendFacts(**backend.model_dump(), installed=backend.installed)
            for backend in BACKENDS.values()
        ),
        presets=tuple(map(_preset_facts, preset_names())),
        dialects=tuple(_dialect_facts(name, dialect) for name, dialect in DIALECTS.items()),
        prompts=tuple(
            PromptFacts(
                name=one.full_name,
                modes=tuple(mode for mode in Mode if mode in one.modes),
                default_of=tuple(mode for mode in Mode if DEFAULTS[mode] == one.full_name),
            )
            for one in TEMPLATES
        ),
    )


def _dialect_facts(name: str, dialect: type[Dialect]) -> DialectFacts:
    return DialectFacts(name=name, example=dialect().render("", [EXAMPLE]))


def _preset_facts(name: str) -> PresetFacts:
    preset, settings = load_preset(name), preset_settings(name)
    return PresetFacts(
        name=name,
        about=preset.about,
        model=preset.model,
        source=preset.source,
        mode=settings.episode.mode,
        prompt=settings.episode.prompt,
        sampling=settings.sampling,
        context_tokens=settings.backend.context_tokens,
    )


def _print(facts: ModelsFacts) -> None:
    table = _table("Backends: `--model SPEC`", "spec", "here", "what it is, and its settings")
    for backend in facts.backends:
        here = Text("yes", "green") if backend.installed else Text("no", "yellow")
        lines = [backend.about]
        if not backend.installed:
            lines.append(f"needs {' and '.join(backend.packages)}: {backend.install}")
        if backend.settings:
            lines.append(f"backend settings: {', '.join(backend.settings)}")
        if len(backend.modes) < len(Mode):
            lines.append(f"only with --mode {' or '.join(backend.modes)}")
        table.add_row(Text(backend.form), here, _lines(lines))
    console.print(table)

    table = _table("Presets: `--preset NAME`", "name", "what it sets, and where that was published")
    for preset in facts.presets:
        drawn = preset.sampling.model_dump(include={"temperature", "top_p", "top_k", "min_p"})
        values = ", ".join(f"{key} {value:g}" for key, value in drawn.items() if value is not None)
        asked = f"{preset.mode}{f' with {preset.prompt}' if preset.prompt else ''}"
        lines = [
            f"{preset.about} ({preset.model})",
            f"{asked}; {values}; {preset.sampling.max_tokens} tokens an answer, "
            f"context {preset.context_tokens}",
        ]
        table.add_row(Text(preset.name), _lines(lines, _short_links(preset.source)))
    console.print(table)

    table = _table("Dialects: `--set backend.dialect=NAME`", "name", "how it writes a tool call")
    for dialect in facts.dialects:
        table.add_row(Text(dialect.name), Text(dialect.example.strip()))
    console.print(table)

    table = _table("Prompts: `--prompt NAME@VERSION`", "name", "for the mode")
    for prompt in facts.prompts:
        modes = [f"{mode}{' (default)' * (mode in prompt.default_of)}" for mode in prompt.modes]
        table.add_row(Text(prompt.name), Text(", ".join(modes)))
    console.print(table)


def _table(title: str, *columns: str) -> Table:
    table = Table(title=Text(title, "bold"), title_justify="left", box=box.SIMPLE_HEAD)
    for column in columns:
        table.add_column(column, overflow="fold", no_wrap=column in ("name", "spec"))
    return table


def _short_links(urls: Iterable[str]) -> list[str]:
    """The same with the files of one commit in one line. The whole URLs are in `--json`."""
    lines: dict[str, list[str]] = {}
    for url in urls:
        file = _PINNED_FILE.fullmatch(url)
        if file is None:
            lines[url.removeprefix("https://")] = []
        else:
            lines.setdefault(f"{file[1]}@{file[2]}:", []).append(file[3])
    return [" ".join([place, *files]) for place, files in lines.items()]


def _lines(lines: Iterable[str], faint: Iterable[str] = ()) -> Group:
    return Group(*map(Text, lines), *(Text(line, "dim") for line in faint))
