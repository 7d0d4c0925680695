"""What the pages have in common: their templates, and the style and scripts within them."""

from __future__ import annotations

from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from lean_agent.harmless import straight


def render_template(template: str, **values: object) -> str:
    """A page of the folder `templates` as HTML text; all values but markup are escaped.

    Codes in it that would show text in another order are shown themselves.
    """
    environment = Environment(
        loader=PackageLoader("lean_agent.evaluation"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return straight(environment.get_template(template).render(values))


def assets(*names: str) -> Markup:
    """Our own style sheets or scripts, which need no escaping, one after the other."""
    folder = files("lean_agent.evaluation") / "templates"
    return Markup("".join((folder / name).read_text(encoding="utf-8") for name in names))
