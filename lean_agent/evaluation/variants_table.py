"""The table of prompt variants: in the terminal, as JSON, as Markdown and as a page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from importlib.resources import files
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from rich.console import Console
from rich.text import Text

from lean_agent.chat import CallErrorKind
from lean_agent.episode import Mode
from lean_agent.errors import UserError
from lean_agent.evaluation.figures import NONE, points, rate
from lean_agent.evaluation.tables import Column, Kind, Table, to_markdown, to_rich
from lean_agent.evaluation.variants import Variant, Variants
from lean_agent.evaluation.whole_files import write_whole

JSON_FILE = "variants.json"
MARKDOWN_FILE = "variants.md"
PAGE_FILE = "variants.html"
TABLE_FILES = (JSON_FILE, MARKDOWN_FILE, PAGE_FILE)

_KINDS_SHOWN = 3


def write_variants(variants: Variants, folder: Path) -> tuple[Path, ...]:
    """Write the table as JSON, as Markdown and as a page; return the files' paths.

    Raises UserError where not all can be written, and then leaves earlier ones as they are.
    """
    texts = {
        folder / JSON_FILE: variants.model_dump_json(indent=2) + "\n",
        folder / MARKDOWN_FILE: _markdown(variants),
        folder / PAGE_FILE: _page(variants),
    }
    try:
        write_whole(texts)
    except OSError as error:
        raise UserError(f"cannot write the table into {folder}: {error.strerror}") from error
    return tuple(texts)


def print_variants(variants: Variants, console: Console) -> None:
    """The table in the terminal."""
    console.print(Text(_title(variants), "bold"))
    for note in _notes(variants):
        console.print(note, style="yellow", highlight=False, markup=False)
    console.print(to_rich(_table(variants)))


def _title(variants: Variants) -> str:
    return (
        f"{variants.benchmark}/{variants.split} · {variants.model} · {variants.mode} · "
        f"{variants.problems} problems × {variants.samples} samples · seed {variants.seed} · "
        f"proofs checked at level {variants.level}"
    )


def _notes(variants: Variants) -> list[str]:
    said = [
        f"{one.prompt}: only {one.episodes:,} of {one.expected_episodes:,} episodes are done"
        for one in variants.variants
        if one.episodes < one.expected_episodes
    ]
    return said + [f"{one.prompt}: {text}" for one in variants.variants for text in one.warnings]


def _table(variants: Variants) -> Table:
    """The table; columns that would say nothing are left out."""
    shown = variants.variants
    columns = [Column("Prompt", tuple(one.prompt for one in shown), Kind.NAME)]

    def add(heading: str, cells: Iterable[str], kind: Kind = Kind.NUMBER) -> None:
        column = Column(heading, tuple(cells), kind)
        if set(column.cells) - {"", NONE}:
            columns.append(column)

    if variants.mode is Mode.AGENT:
        add("Valid\ncalls", (_calls(one.valid_call_rate) for one in shown))
    add("pass@1", (rate(one.pass_at_1) for one in shown))
    if variants.samples > 1:
        add(f"pass@{variants.samples}", (rate(one.pass_at_n) for one in shown))
    if len(shown) > 1:
        against = (one.against_first for one in shown)
        add(f"pass@1 vs\n{variants.first}", (points(one) if one else NONE for one in against))
    add("Turns", (f"{one.turns:.1f}" for one in shown))
    add("Tokens", map(_tokens, shown))
    add("What was wrong", (_wrong(one.errors) for one in shown), Kind.WORDS)
    return Table("", tuple(columns))


def _calls(valid: float | None) -> str:
    return NONE if valid is None else f"{valid:.1%}"


def _tokens(one: Variant) -> str:
    if one.prompt_tokens is None or one.completion_tokens is None:
        return NONE
    return f"{one.prompt_tokens:,.0f}\n+ {one.completion_tokens:,.0f}"


def _wrong(errors: Mapping[CallErrorKind, int]) -> str:
    said = [f"{number:,} {kind.replace('_', ' ')}" for kind, number in errors.items()]
    more = len(said) - _KINDS_SHOWN
    return ", ".join(said[:_KINDS_SHOWN]) + (f" and {more} more kinds" if more > 0 else "")


def _markdown(variants: Variants) -> str:
    lines = [f"# {_title(variants)}", "", *(f"> {note}\n" for note in _notes(variants))]
    return "\n".join([*lines, to_markdown(_table(variants)), f"{_explanation(variants)}\n"])


def _explanation(variants: Variants) -> str:
    return (
        "Beside rates and differences are their 95% bootstrap intervals over problems. Differences "
        f"are in percentage points, problem by problem, to {variants.first}, the first that was "
        "named. Turns and tokens (of prompts + of answers) are means over episodes."
    )


def _page(variants: Variants) -> str:
    environment = Environment(
        loader=PackageLoader("lean_agent.evaluation"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    css = files("lean_agent.evaluation") / "templates" / "report.css"
    table = _table(variants)
    return environment.get_template("variants.html.j2").render(
        title=_title(variants),
        notes=_notes(variants),
        explanation=_explanation(variants),
        variants=variants.variants,
        calls=variants.mode is Mode.AGENT,
        headings=[column.heading for column in table.columns],
        rows=table.rows,
        css=Markup(css.read_text(encoding="utf-8")),  # our own, which needs no escaping
    )
