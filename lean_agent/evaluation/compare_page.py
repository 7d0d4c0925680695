"""The comparison's page: all curves in one chart, the tables, and every problem in every run."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from urllib.parse import quote

from lean_agent.chat import CallErrorKind
from lean_agent.evaluation.compare import ComparedRun, Comparison
from lean_agent.evaluation.compare_tables import all_notes, tables
from lean_agent.evaluation.curve import Curve, draw_chart
from lean_agent.evaluation.page import MAX_CELLS
from lean_agent.evaluation.page_data import MARKS, OUTCOME_WORDS
from lean_agent.evaluation.page_template import assets, render_template
from lean_agent.evaluation.report import PAGE_FILE as REPORT_FILE
from lean_agent.evaluation.tally import ProblemTally, Tally
from lean_agent.trace.store import RunFolder
from lean_agent.trace.trace import Outcome

_SERIES = 6
"""Colours, dashes and shapes; a seventh run begins again, and has a letter of its own."""


@dataclass(frozen=True)
class Series:
    """One run in the chart and in the grid: `letter` and `style` tell it from the others."""

    letter: str
    style: int
    run: ComparedRun
    curve: Curve
    report: str | None


@dataclass(frozen=True)
class Cell:
    """One problem in one run: `solved` of `drawn` samples, None where it was not drawn.

    `against` says how that compares with the first run: won, lost, or nothing.
    """

    solved: int
    drawn: int
    against: str
    link: str | None

    @property
    def share(self) -> int:
        """Percent of the samples that solved it."""
        return round(100 * self.solved / self.drawn) if self.drawn else 0


@dataclass(frozen=True)
class Row:
    """One problem in all runs; `differs` where one won or lost it."""

    problem: str
    about: str
    differs: bool
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Share:
    """How often something happened in a run, and what share of all that is."""

    number: int
    share: float


def render_comparison(comparison: Comparison, folder: Path) -> str:
    """The page as HTML text, as it is to lie in `folder`.

    From there its cells link to the reports of the runs, where these are written.
    """
    chart = draw_chart([run.report.pass_at_k for run in comparison.runs])
    series = [
        Series(_letter(n), n % _SERIES, run, curve, _report(run.path, folder))
        for n, run, curve in zip(count(), comparison.runs, chart.curves, strict=False)
    ]
    tallies = [_problems(run, comparison) for run in comparison.runs]
    problems = list(dict.fromkeys(name for tally in tallies for name in tally))
    shown = problems[: max(1, MAX_CELLS // len(series))]
    return render_template(
        "compare.html.j2",
        comparison=comparison,
        notes=(*all_notes(comparison), *comparison.warnings),
        chart=chart,
        series=series,
        tables=[table for name, table in tables(comparison, 0) if name != "won-lost"],
        kinds=_taxonomy(comparison),
        outcomes=_outcomes(comparison),
        marks=MARKS,
        outcome_words=OUTCOME_WORDS,
        rows=_rows(shown, comparison, series, tallies),
        problems=len(problems),
        listed=set(shown),
        css=assets("report.css", "compare.css"),
    )


def _letter(number: int) -> str:
    return chr(ord("A") + number) if number < 26 else str(number + 1)


def _report(run: Path, folder: Path) -> str | None:
    """The address of a run's report as seen from the folder."""
    report = run / REPORT_FILE
    if not report.is_file():
        return None
    return quote(Path(os.path.relpath(report.resolve(), folder.resolve())).as_posix())


def _problems(run: ComparedRun, comparison: Comparison) -> dict[str, ProblemTally]:
    """The run's problems in the benchmark's order; broken ones have no sample that counts."""
    folder = RunFolder.open(run.path)
    tally = Tally.of(folder.digests(), comparison.level).problems
    broken = set(run.report.broken)
    ids = dict.fromkeys((*folder.settings.problem_ids, *run.report.broken))
    return {id: tally.get(id, ProblemTally("", None)) for id in ids if id in tally or id in broken}


def _rows(
    problems: Sequence[str],
    comparison: Comparison,
    series: Sequence[Series],
    tallies: Sequence[Mapping[str, ProblemTally]],
) -> list[Row]:
    against: list[dict[str, str]] = [{}]
    for one in comparison.against_first:
        against.append(dict.fromkeys(one.won, "won") | dict.fromkeys(one.lost, "lost"))
    none = ProblemTally("", None)
    rows = []
    for problem in problems:
        found = [tally.get(problem, none) for tally in tallies]
        about = next((one for one in found if one.topic or one.difficulty), none)
        link = quote(f"problem:{problem}", safe="")
        cells = tuple(
            Cell(
                solved=one.c,
                drawn=one.n,
                against=results.get(problem, ""),
                link=f"{run.report}#{link}" if run.report else None,
            )
            for one, results, run in zip(found, against, series, strict=True)
        )
        rows.append(
            Row(
                problem=problem,
                about=" · ".join(p for p in (about.topic, str(about.difficulty or "")) if p),
                differs=any(cell.against for cell in cells),
                cells=cells,
            )
        )
    return rows


def _taxonomy(comparison: Comparison) -> list[tuple[CallErrorKind, list[Share]]]:
    """What was wrong with answers, by kind, in each run: the share is of all calls tried."""
    uses = [run.report.tool_use for run in comparison.runs]
    tried = [use.valid_calls + sum(use.errors.values()) for use in uses]
    return [
        (
            kind,
            [
                Share(use.errors.get(kind, 0), use.errors.get(kind, 0) / all if all else 0.0)
                for use, all in zip(uses, tried, strict=True)
            ],
        )
        for kind in CallErrorKind
        if any(kind in use.errors for use in uses)
    ]


def _outcomes(comparison: Comparison) -> list[tuple[Outcome, list[Share]]]:
    """How episodes ended in each run."""
    reports = [run.report for run in comparison.runs]
    return [
        (
            outcome,
            [
                Share(one.outcomes.get(outcome, 0), one.outcomes.get(outcome, 0) / one.episodes)
                for one in reports
            ],
        )
        for outcome in Outcome
        if any(outcome in one.outcomes for one in reports)
    ]
