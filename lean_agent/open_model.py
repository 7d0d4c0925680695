"""A model opened by its settings, and closed again."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from rich.console import Console

from lean_agent.models import resolve
from lean_agent.models.backends import split_spec
from lean_agent.models.base import Model
from lean_agent.settings import Settings


@asynccontextmanager
async def open_model(settings: Settings, console: Console) -> AsyncIterator[Model]:
    """The model that the settings name, ready to be asked.

    `console` says so first where it is loaded into this process, which may take minutes, and
    where its context is too short for what is asked. Raises UserError where it cannot be had.
    """
    backend, _ = split_spec(settings.model)
    if backend.loads:
        console.print(f"Loading {settings.model} …", highlight=False, markup=False, soft_wrap=True)
    model = resolve(settings.model, settings.backend, settings.episode.lenient)
    try:
        await model.open()
        _warn_of_a_short_context(model, settings, console)
        yield model
    finally:
        await model.close()


def _warn_of_a_short_context(model: Model, settings: Settings, console: Console) -> None:
    most = min(settings.sampling.max_tokens, settings.limits.tokens)
    if model.context_tokens is None or most < model.context_tokens:
        return
    console.print(
        f"[yellow]Answers will be shorter than you ask for:[/] max_tokens is {most:,}, and the "
        f"model's context is {model.context_tokens:,} for the conversation and the answer together",
        highlight=False,
        soft_wrap=True,
    )
