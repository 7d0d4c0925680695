"""Templates filled in. What is filled in is text and stays text: it is never read as a template."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Literal

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from lean_agent.prompts.catalogue import PromptTemplate
from lean_agent.prompts.error_excerpts import marked_errors, numbered_errors
from lean_agent.prompts.tool_formats import as_json, as_python, as_xml

Part = Literal["system", "task", "reminder", "feedback", "complaints"]
"""What a template may define: the system message, the user message that opens the episode, and
what the model reads after an answer that did nothing, whose proof was refused, or whose calls
were spoilt."""


def render(template: PromptTemplate, part: Part, **facts: Any) -> str:
    """That part of the template, filled in; empty where the template has none.

    The line break before `{% endblock %}` is not part of the text.
    """
    return _load(template.full_name).render(part=part, **facts).removesuffix("\n")


@lru_cache(maxsize=64)
def _load(full_name: str) -> Template:
    return environment().get_template(f"{full_name}.j2")


@lru_cache(maxsize=1)
def environment() -> Environment:
    """Where templates are read from, and the filters they have."""
    made = Environment(
        loader=PackageLoader("lean_agent.prompts"),
        autoescape=False,  # models read text, not HTML
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )
    made.filters |= {
        "as_json": as_json,
        "as_python": as_python,
        "as_xml": as_xml,
        "marked_errors": marked_errors,
        "numbered_errors": numbered_errors,
    }
    return made
