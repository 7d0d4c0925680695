"""What a user is told of a model when it is opened."""

from __future__ import annotations

import io

import pytest
from rich.console import Console
from scripted import ScriptedModel

from lean_agent import open_model as module
from lean_agent.chat import Sampling
from lean_agent.open_model import open_model
from lean_agent.settings import Settings


@pytest.mark.parametrize(
    ("context", "warned"), [(8192, True), (32768, True), (40960, False), (None, False)]
)
async def test_a_context_that_cannot_hold_the_budget_is_told_of(
    monkeypatch: pytest.MonkeyPatch, context: int | None, warned: bool
) -> None:
    model = ScriptedModel([])
    model.context_tokens = context
    monkeypatch.setattr(module, "resolve", lambda *_: model)
    said = io.StringIO()
    settings = Settings(model="openai:m", sampling=Sampling(max_tokens=32768))
    async with open_model(settings, Console(file=said, width=200)):
        pass
    expected = f"max_tokens is 32,768, and the model's context is {context:,}" if warned else ""
    assert expected in said.getvalue()
    assert bool(said.getvalue()) == warned
