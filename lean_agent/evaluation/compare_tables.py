"""The tables of a comparison: in the terminal, as Markdown and as LaTeX."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from rich.console import Console

from lean_agent import __version__
from lean_agent.evaluation.compare import Against, Comparison, Cost
from lean_agent.evaluation.figures import ABOUT_ERROR, NONE, error, percent, points, rate, some
from lean_agent.evaluation.paired import Difference
from lean_agent.evaluation.pass_at_k import Estimate
from lean_agent.evaluation.report import notes
from lean_agent.evaluation.tables import Column, Kind, Table, to_latex, to_markdown, to_rich

_NAMES_IN_TERMINAL = 12
_ALL = 10**9


def print_comparison(comparison: Comparison, console: Console) -> None:
    """The tables in the terminal, with the first names of the problems won and lost."""
    for note in all_notes(comparison):
        console.print(note, style="yellow", highlight=False, markup=False)
    for warning in comparison.warnings:
        console.print(warning, style="bold red", highlight=False, markup=False)
    for _, table in tables(comparison, _NAMES_IN_TERMINAL):
        console.print(to_rich(table))
        console.print()


def as_markdown(comparison: Comparison) -> str:
    """All tables, under a heading that names the runs."""
    said = [*all_notes(comparison), *comparison.warnings]
    parts = [f"# {_title(comparison)}\n", *(f"> {line}\n" for line in said)]
    parts += [to_markdown(table) for _, table in tables(comparison, _ALL)]
    return "\n".join(parts)


def as_latex(comparison: Comparison, name: str) -> str:
    r"""All tables as floats, to be read with `\input` where booktabs is loaded.

    `name` is in their labels, so that two comparisons of one paper can be told apart.
    """
    prefix = re.sub(r"[^A-Za-z0-9.-]+", "-", name).strip("-") or "comparison"
    lines = [
        f"% {_title(comparison)}: written by lean-agent {__version__}.",
        r"% Needs \usepackage{booktabs}. Names in other letters than Latin ones need LuaLaTeX.",
        *(f"% {line}" for line in (*all_notes(comparison), *comparison.warnings)),
        "",
    ]
    parts = [to_latex(table, f"tab:{prefix}-{kind}") for kind, table in tables(comparison, _ALL)]
    return "\n".join([*lines, *parts])


def all_notes(comparison: Comparison) -> list[str]:
    """What each run's own report says of it first, with the run's name."""
    return [
        f"{run.name}: {said}"
        for run in comparison.runs
        for said in (*notes(run.report), *run.report.warnings)
    ]


def tables(comparison: Comparison, names: int) -> list[tuple[str, Table]]:
    """All tables that say something, each with a short name; of problems, so many `names`."""
    made = [("pass-at-k", _pass_at_k(comparison))]
    against = comparison.against_first
    if against:
        made.append(("difference", _differences(comparison)))
        made.append(("mcnemar", _mcnemar(comparison)))
    if any(one.equal_tokens for one in against):
        made.append(("equal-tokens", _equal_tokens(comparison)))
    made.append(("cost", _cost(comparison)))
    if any(one.won or one.lost for one in against):
        made.append(("won-lost", _won_and_lost(comparison, names)))
    if comparison.differs:
        made.append(("settings", _settings(comparison)))
    return made


def _title(comparison: Comparison) -> str:
    return "Comparison of " + ", ".join(run.name for run in comparison.runs)


def _pass_at_k(comparison: Comparison) -> Table:
    runs = comparison.runs
    reports = [run.report for run in runs]
    columns = [
        _names(run.name for run in runs),
        Column(
            "solved", tuple(f"{run.report.solved:,}\nof {run.report.problems:,}" for run in runs)
        ),
    ]
    partial = not all(one.complete for one in reports)
    for k in comparison.ks:
        found = [one.pass_at_k.get(str(k)) for one in reports]
        columns.append(Column(f"pass@{k}", tuple(_estimate(one, partial) for one in found)))
    return Table(
        "pass@k",
        tuple(columns),
        f"Below each rate are its 95% bootstrap interval over problems and {ABOUT_ERROR}. "
        + "Last comes the number of problems that have k samples in a run, which the rate is over. "
        * partial
        + f"No rate ({NONE}): not all problems of that run have k samples. "
        * any(str(k) not in one.pass_at_k for k in comparison.ks for one in reports)
        + f"Proofs count that were accepted at level {comparison.level}."
        + "".join(
            f" Verdicts of {run.name} were taken from a record; nothing was checked anew."
            for run in runs
            if run.report.recorded
        ),
    )


def _differences(comparison: Comparison) -> Table:
    found = comparison.against_first
    columns = [
        _names(one.run for one in found),
        Column("problems", tuple(f"{one.problems:,}" for one in found)),
    ]
    for k in comparison.ks:
        cells = tuple(_difference(one.differences.get(str(k))) for one in found)
        if set(cells) != {NONE}:
            columns.append(Column(f"pass@{k}", cells))
    return Table(
        f"Difference of pass@k to {comparison.runs[0].name}",
        tuple(columns),
        "In percentage points, over the problems that both have, at as many samples; below, the "
        "95% bootstrap interval over problems, each with its pair of results.",
    )


def _mcnemar(comparison: Comparison) -> Table:
    found = comparison.against_first
    tests = [one.mcnemar for one in found]
    counts: list[tuple[str, Callable[[Against], int]]] = [
        ("problems", lambda one: one.problems),
        ("both", lambda one: one.mcnemar.both),
        ("won", lambda one: one.mcnemar.won),
        ("lost", lambda one: one.mcnemar.lost),
        ("neither", lambda one: one.mcnemar.neither),
    ]
    return Table(
        f"Problems solved, against {comparison.runs[0].name}",
        (
            _names(one.run for one in found),
            Column("samples", tuple(map(_samples, found))),
            *(Column(name, tuple(f"{count(one):,}" for one in found)) for name, count in counts),
            Column("p", tuple(_p_value(test.p_value) for test in tests)),
        ),
        "Solved by the first samples of each run, as many as both have"
        + " of that problem, since one is a partial run"
        * any(one.fewest_samples < one.samples for one in found)
        + ". Won: by this run only; "
        f"lost: by {comparison.runs[0].name} only. p is that of McNemar's exact test, two-sided.",
    )


def _equal_tokens(comparison: Comparison) -> Table:
    first = comparison.runs[0].name
    found = [(one.run, one.equal_tokens) for one in comparison.against_first if one.equal_tokens]
    ours = tuple(f"{percent(at.other)}\nk = {at.other_k:,}" for _, at in found)
    theirs = tuple(f"{percent(at.first)}\nk = {at.first_k:,}" for _, at in found)
    return Table(
        f"pass@k at equal tokens, against {first}",
        (
            _names(run for run, _ in found),
            Column("tokens", tuple(f"{at.tokens:,.0f}" for _, at in found)),
            Column("pass@k", ours),
            Column(f"of {first}", theirs),
            Column("difference", tuple(_difference(at.difference) for _, at in found)),
        ),
        "Completion tokens a problem: what the cheaper run used in all its samples. k is how many "
        "samples they pay for, at the mean price of the run's episodes.",
    )


def _cost(comparison: Comparison) -> Table:
    costs: list[tuple[str, str, Cost | None]] = []
    for run in comparison.runs:
        costs.append((run.name, "an episode", run.per_episode))
        costs.append(("", "a solved problem", run.per_solved))
    fields: list[tuple[str, Callable[[Cost], float | None], int]] = [
        ("prompt\ntokens", lambda cost: cost.prompt_tokens, 0),
        ("completion\ntokens", lambda cost: cost.completion_tokens, 0),
        ("model\nseconds", lambda cost: cost.model_seconds, 1),
        ("Lean\nseconds", lambda cost: cost.lean_seconds, 1),
        ("Lean\nchecks", lambda cost: cost.checks, 1),
    ]
    shown = [
        tuple(_number(value(cost) if cost else None, places) for *_, cost in costs)
        for _, value, places in fields
    ]
    return Table(
        "Cost",
        (
            _names(name for name, _, _ in costs),
            Column("for", tuple(what for _, what, _ in costs), Kind.NAME),
            *(Column(heading, cells) for (heading, *_), cells in zip(fields, shown, strict=True)),
        ),
        "Means over episodes; for a solved problem, all episodes over the problems solved. Lean's "
        "seconds are those that its processes worked, without waiting; a verdict that was known "
        "already counts what it took at first."
        + f" {NONE}: none solved, not counted, or taken from a record."
        * any(NONE in cells for cells in shown),
    )


def _won_and_lost(comparison: Comparison, names: int) -> Table:
    found = comparison.against_first
    return Table(
        f"Problems won and lost against {comparison.runs[0].name}",
        (
            _names(one.run for one in found),
            Column("won", tuple(some(one.won, names) or NONE for one in found), Kind.WORDS),
            Column("lost", tuple(some(one.lost, names) or NONE for one in found), Kind.WORDS),
        ),
    )


def _settings(comparison: Comparison) -> Table:
    found = comparison.differs
    return Table(
        "Settings that differ",
        (
            _names(one.key for one in found),
            *(
                Column(run.name, tuple(one.values[number] for one in found), Kind.WORDS)
                for number, run in enumerate(comparison.runs)
            ),
        ),
    )


def _names(names: Iterable[str]) -> Column:
    return Column("", tuple(names), Kind.NAME)


def _estimate(value: Estimate | None, partial: bool) -> str:
    """Of partial runs with what it is over, which may be another number in each."""
    if value is None:
        return NONE
    over = f"\nover {value.problems:,}" if partial else ""
    return f"{rate(value)}\n{error(value)}{over}"


def _difference(value: Difference | None) -> str:
    return NONE if value is None else points(value)


def _samples(one: Against) -> str:
    fewest = f"{one.fewest_samples:,}–" if one.fewest_samples < one.samples else ""
    return f"{fewest}{one.samples:,}"


def _p_value(value: float) -> str:
    return f"{value:.4f}" if value >= 0.0001 else "< 0.0001"


def _number(value: float | None, places: int) -> str:
    return NONE if value is None else f"{value:,.{places}f}"
