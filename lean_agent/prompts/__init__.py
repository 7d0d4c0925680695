"""What we say to a model: the words of a named and versioned template.

The words are in `templates/`, a Jinja2 file each, which `catalogue.py` lists; here is what goes
into them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from lean_agent.chat import CallError, Message, ToolSchema
from lean_agent.dialects.base import Dialect
from lean_agent.episode import EpisodeSettings
from lean_agent.lean.verdict import Verdict
from lean_agent.problem import Problem
from lean_agent.prompts.catalogue import PromptTemplate, find_template, prompts_for, resolve_prompt
from lean_agent.prompts.example import example_turns
from lean_agent.prompts.render import render

__all__ = [
    "RefusedProof",
    "complaint",
    "complaints",
    "feedback",
    "opening",
    "prompts_for",
    "reminder",
    "resolve_prompt",
]

MOST_COMPLAINTS = 3
DEFAULT = EpisodeSettings()


@dataclass(frozen=True)
class RefusedProof:
    """A proof that a model wrote down and Lean did not accept; `before` counts those before it."""

    code: str
    verdict: Verdict
    before: int = 0


def opening(
    problem: Problem,
    tools: Sequence[ToolSchema],
    settings: EpisodeSettings,
    dialect: Dialect | None,
) -> list[Message]:
    """The messages an episode begins with: a system message, where the template has one, and the
    user message with the theorem.

    The system message describes the tools, and how `dialect` calls them, unless that is None:
    then the tools are sent beside the messages. Raises UserError where the template cannot do
    without describing them.
    """
    template = find_template(settings.prompt, settings.mode)
    if tools and dialect is None:
        template.refuse_tools_beside()
    return list(_opening(template, problem, tuple(tools) if dialect is not None else (), dialect))


@lru_cache(maxsize=1024)  # the samples of a problem open alike
def _opening(
    template: PromptTemplate,
    problem: Problem,
    described: tuple[ToolSchema, ...],
    dialect: Dialect | None,
) -> tuple[Message, ...]:
    system, task = _system(template, described, dialect), render(template, "task", problem=problem)
    said = [Message(role="system", content=system), Message(role="user", content=task)]
    return tuple(message for message in said if message.content)


@lru_cache(maxsize=64)
def _system(
    template: PromptTemplate, described: tuple[ToolSchema, ...], dialect: Dialect | None
) -> str:
    return render(
        template,
        "system",
        tools=described,
        instructions=dialect.instructions() if dialect is not None else "",
        example=example_turns(template, dialect) if template.example and dialect else (),
    )


def reminder(settings: EpisodeSettings, missing: CallError, cut_off: bool = False) -> str:
    """What the model reads after an answer that did nothing, which is what `missing` says.

    `cut_off` says that a limit on tokens ended the answer.
    """
    template = find_template(settings.prompt, settings.mode)
    return render(template, "reminder", cut_off=cut_off, missing=missing)


def feedback(verdict: str, settings: EpisodeSettings, refused: RefusedProof | None = None) -> str:
    """What the model reads of a proof that it wrote down and that Lean did not accept.

    `verdict` is Lean's verdict in words. Some provers were trained to read the errors in a form
    of their own, which is made from `refused`.
    """
    template = find_template(settings.prompt, settings.mode)
    return render(template, "feedback", verdict=verdict, refused=refused)


def complaint(error: CallError, settings: EpisodeSettings = DEFAULT) -> str:
    """What the model reads of a call that could not be carried out."""
    return complaints([error], settings)


def complaints(errors: Sequence[CallError], settings: EpisodeSettings = DEFAULT) -> str:
    """The same of several calls. The first few tell enough, and a model can spoil thousands."""
    template = find_template(settings.prompt, settings.mode)
    more = max(0, len(errors) - MOST_COMPLAINTS)
    return render(template, "complaints", errors=errors[:MOST_COMPLAINTS], more=more)
