"""The worked example that few-shot templates show: an episode on a theorem of no benchmark."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from lean_agent.chat import Frozen, Message
from lean_agent.dialects.base import Dialect
from lean_agent.problem import Problem
from lean_agent.prompts.catalogue import PromptTemplate
from lean_agent.prompts.render import render


class Example(Frozen):
    """An episode as it went after its opening, up to the accepted proof."""

    problem: Problem
    messages: tuple[Message, ...]


@dataclass(frozen=True)
class ExampleTurn:
    """One message of the example as text; `written` where the model wrote it."""

    written: bool
    text: str


@lru_cache(maxsize=16)
def load_example(file: str) -> Example:
    """The example in that file of `templates/`."""
    path = files("lean_agent.prompts") / "templates" / file
    return Example.model_validate_json(path.read_text(encoding="utf-8"))


def example_turns(template: PromptTemplate, dialect: Dialect) -> tuple[ExampleTurn, ...]:
    """The template's example, its calls and their results written in the dialect."""
    return _turns(template, type(dialect))


@lru_cache(maxsize=256)
def _turns(template: PromptTemplate, kind: type[Dialect]) -> tuple[ExampleTurn, ...]:
    dialect, example = kind(), load_example(template.example)
    turns = [ExampleTurn(False, render(template, "task", problem=example.problem))]
    tools: dict[str | None, str] = {}
    for message in example.messages:
        tools |= {call.id: call.name for call in message.tool_calls}
        if message.role == "assistant":
            text = dialect.render(message.content, message.tool_calls)
            turns.append(ExampleTurn(True, text))
        else:
            text = dialect.render_result(message, tools[message.tool_call_id])
            turns.append(ExampleTurn(False, text))
    return tuple(turns)
