"""Prompt variants side by side: what of a model's results hangs on how it is asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.resources import files
from pathlib import Path

import numpy as np
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from rich import box
from rich.console import Console, JustifyMethod
from rich.table import Table
from rich.text import Text

from lean_agent.chat import CallErrorKind, Frozen
from lean_agent.episode import Mode
from lean_agent.errors import UserError
from lean_agent.evaluation.pass_at_k import CONFIDENCE, RESAMPLES, Estimate
from lean_agent.evaluation.summary import Report, summarise
from lean_agent.evaluation.tally import Tally
from lean_agent.lean.verdict import Level
from lean_agent.trace.store import RunFolder

JSON_FILE = "variants.json"
MARKDOWN_FILE = "variants.md"
PAGE_FILE = "variants.html"

_KINDS_SHOWN = 3


class Difference(Frozen):
    """A mean difference over problems and the bounds of its 95% interval, from -1 to 1."""

    value: float
    low: float
    high: float


class Variant(Frozen):
    """One variant's run in numbers.

    `prompt` is the template's full name. `valid_call_rate` is None where no tools are offered;
    `errors` counts what was wrong with answers, by kind, most first. `pass_at_n` is None where
    some problem has not all its samples. `against_first` is the difference of pass@1 to the
    variant that was named first, problem by problem, None for that one itself. `turns` and the
    tokens are means over episodes; a backend that does not count tokens leaves them None.
    """

    prompt: str
    episodes: int
    expected_episodes: int
    solved: int
    valid_call_rate: float | None
    errors: dict[CallErrorKind, int]
    pass_at_1: Estimate
    pass_at_n: Estimate | None
    against_first: Difference | None
    turns: float
    prompt_tokens: float | None
    completion_tokens: float | None
    warnings: tuple[str, ...]


class Variants(Frozen):
    """The variants of one benchmark, model and seed, best first.

    `first` is the one that the others are held against. Proofs count that were checked at
    `level` or better.
    """

    benchmark: str
    split: str
    model: str
    mode: Mode
    seed: int
    problems: int
    samples: int
    level: Level
    first: str
    variants: tuple[Variant, ...]


def compare_variants(folders: Mapping[str, Path], level: Level) -> Variants:
    """The runs in `folders`, by the full names of their prompts, in numbers.

    Sorted by pass@1, then by the rate of valid calls. Raises UserError where one of them holds
    no finished episode, or a damaged one.
    """
    runs = {prompt: RunFolder.open(path) for prompt, path in folders.items()}
    tallies = {prompt: Tally.of(run.traces(), level) for prompt, run in runs.items()}
    reports = {prompt: summarise(tallies[prompt], run.settings) for prompt, run in runs.items()}
    first, about = next(iter(reports.items()))
    found = [
        _variant(report, paired_difference(tallies[first], tallies[prompt]) if n else None)
        for n, (prompt, report) in enumerate(reports.items())
    ]
    found.sort(key=lambda one: (-one.pass_at_1.value, -(one.valid_call_rate or 0)))
    return Variants(
        benchmark=about.benchmark,
        split=about.split,
        model=about.model,
        mode=about.episode.mode,
        seed=about.seed,
        problems=about.expected_problems,
        samples=about.samples,
        level=level,
        first=first,
        variants=tuple(found),
    )


def _variant(report: Report, against_first: Difference | None) -> Variant:
    wrong = report.tool_use.errors or report.without_proof
    tokens = report.tokens
    return Variant(
        prompt=report.episode.prompt,
        episodes=report.episodes,
        expected_episodes=report.expected_episodes,
        solved=report.solved,
        valid_call_rate=report.tool_use.valid_call_rate,
        errors=dict(sorted(wrong.items(), key=lambda one: -one[1])),
        pass_at_1=report.pass_at_k["1"],
        pass_at_n=report.pass_at_k.get(str(report.samples)),
        against_first=against_first,
        turns=report.turns.mean,
        prompt_tokens=tokens.prompt / tokens.episodes if tokens else None,
        completion_tokens=tokens.completion / tokens.episodes if tokens else None,
        warnings=report.warnings,
    )


def paired_difference(first: Tally, other: Tally, seed: int = 0) -> Difference | None:
    """Mean over the problems that both have of the other's pass@1 less the first's.

    The interval is a 95% percentile bootstrap (Efron 1979) over problems, each of which keeps
    its pair of results: what makes a problem hard for both does not widen it. None without a
    problem in common.
    """
    each = [
        (counts.c / counts.n) - (first.problems[problem].c / first.problems[problem].n)
        for problem, counts in other.problems.items()
        if problem in first.problems
    ]
    if not each:
        return None
    # Problems with equal differences are interchangeable, as in pass_at_k.estimate.
    values, sizes = np.unique(np.asarray(each), return_counts=True)
    draws = np.random.default_rng(seed).multinomial(len(each), sizes / len(each), size=RESAMPLES)
    tail = (1 - CONFIDENCE) / 2
    low, high = np.quantile(draws @ values / len(each), [tail, 1 - tail])
    return Difference(value=float(np.mean(each)), low=float(low), high=float(high))


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
