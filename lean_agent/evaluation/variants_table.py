"""The table of prompt variants: in the terminal, as JSON, as Markdown and as a page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.resources import files
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from rich import box
from rich.console import Console, JustifyMethod
from rich.table import Table
from rich.text import Text

from lean_agent.chat import CallErrorKind
from lean_agent.episode import Mode
from lean_agent.errors import UserError
from lean_agent.evaluation.pass_at_k import Estimate
from lean_agent.evaluation.variants import Difference, Variant, Variants

JSON_FILE = "variants.json"
MARKDOWN_FILE = "variants.md"
PAGE_FILE = "variants.html"
TABLE_FILES = (JSON_FILE, MARKDOWN_FILE, PAGE_FILE)

_KINDS_SHOWN = 3


def write_variants(variants: Variants, folder: Path) -> tuple[Path, ...]:
    """Write the table as JSON, as Markdown and as a page; return the files' paths.

    Raises UserError where they cannot be written.
    """
    texts = {
        JSON_FILE: variants.model_dump_json(indent=2) + "\n",
        MARKDOWN_FILE: _markdown(variants),
        PAGE_FILE: _page(variants),
    }
    try:
        for name, text in texts.items():
            (folder / name).write_text(text, encoding="utf-8")
    except OSError as error:
        raise UserError(f"cannot write the table into {folder}: {error.strerror}") from error
    return tuple(folder / name for name in texts)


def print_variants(variants: Variants, console: Console) -> None:
    """The table in the terminal."""
    console.print(Text(_title(variants), "bold"))
    for note in _notes(variants):
        console.print(note, style="yellow", highlight=False, markup=False)
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False)
    headings, rows = _table(variants)
    for number, heading in enumerate(headings):
        words = number in (0, len(headings) - 1)
        side: JustifyMethod = "left" if words else "right"
        table.add_column(heading, justify=side, overflow="fold", no_wrap=number == 0)
    for row in rows:
        table.add_row(*map(Text, row))
    console.print(table)


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


def _table(variants: Variants) -> tuple[list[str], list[list[str]]]:
    """Headings and rows of text; columns that would say nothing are left out.

    Below the first line of a cell stands what belongs to it, such as an interval.
    """
    shown = variants.variants
    columns = [("Prompt", [one.prompt for one in shown])]
    if variants.mode is Mode.AGENT:
        columns.append(("Valid\ncalls", [_percent(one.valid_call_rate) for one in shown]))
    columns.append(("pass@1", [_estimate(one.pass_at_1) for one in shown]))
    if variants.samples > 1:
        n = f"pass@{variants.samples}"
        columns.append((n, [_estimate(one.pass_at_n) for one in shown]))
    if len(shown) > 1:
        against = f"pass@1 vs\n{variants.first}"
        columns.append((against, [_difference(one.against_first) for one in shown]))
    columns += [
        ("Turns", [f"{one.turns:.1f}" for one in shown]),
        ("Tokens", [_tokens(one) for one in shown]),
        ("What was wrong", [_wrong(one.errors) for one in shown]),
    ]
    columns = [column for column in columns if any(cell not in ("", "—") for cell in column[1])]
    headings = [heading for heading, _ in columns]
    return headings, [list(row) for row in zip(*(cells for _, cells in columns), strict=True)]


def _percent(rate: float | None) -> str:
    return "—" if rate is None else f"{rate:.1%}"


def _estimate(value: Estimate | None) -> str:
    if value is None:
        return "—"
    return f"{value.value:.1%}\n{100 * value.low:.1f}–{100 * value.high:.1f}"


def _difference(value: Difference | None) -> str:
    if value is None:
        return "—"
    return f"{100 * value.value:+.1f}\n{100 * value.low:+.1f} to\n{100 * value.high:+.1f}"


def _tokens(one: Variant) -> str:
    if one.prompt_tokens is None or one.completion_tokens is None:
        return "—"
    return f"{one.prompt_tokens:,.0f}\n+ {one.completion_tokens:,.0f}"


def _wrong(errors: Mapping[CallErrorKind, int]) -> str:
    said = [f"{number:,} {kind.replace('_', ' ')}" for kind, number in errors.items()]
    more = len(said) - _KINDS_SHOWN
    return ", ".join(said[:_KINDS_SHOWN]) + (f" and {more} more kinds" if more > 0 else "")


def _markdown(variants: Variants) -> str:
    headings, rows = _table(variants)
    lines = [f"# {_title(variants)}", "", *(f"> {note}\n" for note in _notes(variants))]
    lines += [
        _markdown_row([one.replace("\n", " ") for one in headings]),
        _markdown_row(["---"] * len(headings)),
    ]
    lines += [_markdown_row(row) for row in rows]
    lines += ["", f"{_explanation(variants)}", ""]
    return "\n".join(lines)


def _markdown_row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(_markdown_cell(cell) for cell in cells)} |"


def _markdown_cell(cell: str) -> str:
    first, *below = cell.replace("|", r"\|").split("\n")
    return f"{first} ({' '.join(below)})" if below else first


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
    headings, rows = _table(variants)
    return environment.get_template("variants.html.j2").render(
        title=_title(variants),
        notes=_notes(variants),
        explanation=_explanation(variants),
        variants=variants.variants,
        calls=variants.mode is Mode.AGENT,
        headings=headings,
        rows=rows,
        css=Markup(css.read_text(encoding="utf-8")),  # our own, which needs no escaping
    )
