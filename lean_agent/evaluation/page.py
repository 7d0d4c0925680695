"""The report page: the numbers of a run, and every trace one click away."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from lean_agent.evaluation.curve import draw_chart
from lean_agent.evaluation.figures import ABOUT_ERROR, error
from lean_agent.evaluation.page_data import MARKS, OUTCOME_WORDS
from lean_agent.evaluation.page_template import assets, render_template
from lean_agent.evaluation.page_traces import CarriedTraces, Room, carried_traces
from lean_agent.evaluation.summary import Report
from lean_agent.evaluation.tally import ProblemTally, Tally
from lean_agent.trace.store import RunFolder
from lean_agent.trace.trace import Outcome, episode_id

MAX_CELLS = 20_000


@dataclass(frozen=True)
class Cell:
    """One episode in the grid: None as outcome where it has not run, no link where not carried.

    `file` beside the page holds its trace, None where the page itself does.
    """

    sample: int
    outcome: Outcome | None
    mark: str
    words: str
    link: str | None
    file: str | None


@dataclass(frozen=True)
class Row:
    """One problem in the grid; a `broken` one was not played, since Lean rejects its statement."""

    problem: str
    about: str
    drawn: int
    proved: int
    broken: bool
    cells: tuple[Cell, ...]


@contextmanager
def rendered_page(
    path: Path,
    report: Report,
    tally: Tally,
    run: RunFolder,
    notes: Sequence[str] = (),
    room: Room | None = None,
) -> Iterator[str]:
    """The page as HTML text, to be written to `path` in the meantime.

    Where it does not hold all traces, a folder `NAME_traces` of files comes beside it. `notes` say
    what a reader must know of the denominators. Of a very big run it shows the first problems, and
    says so. Raises OSError where the folder cannot be written, UserError where a trace is damaged.
    """
    ids = dict.fromkeys((*run.settings.problem_ids, *report.broken))
    shown = tuple(ids)[: max(1, MAX_CELLS // report.samples)]
    folder = path.with_name(f"{path.stem}_traces")
    with carried_traces(run, tally, shown, folder, room) as carried:
        rows = [_row(problem, tally, report, carried) for problem in shown]
        yield render_template(
            "report.html.j2",
            report=report,
            run=run.path,
            notes=notes,
            headline=_headline(report),
            sampling_error=error,
            about_error=ABOUT_ERROR,
            chart=draw_chart([report.pass_at_k]),
            most_turns=max(report.turns.histogram.values()),
            rows=rows,
            carried=len(carried),
            marks=MARKS,
            outcome_words=OUTCOME_WORDS,
            traces=carried.first.script(),
            css=assets("report.css", "trace.css"),
            js=assets("trace.js", "report.js"),
        )


def _headline(report: Report) -> list[tuple[str, object]]:
    """pass@1 and the largest k."""
    ks = list(report.pass_at_k)
    return [(k, report.pass_at_k[k]) for k in dict.fromkeys([ks[0], ks[-1]])]


def _row(problem: str, tally: Tally, report: Report, carried: CarriedTraces) -> Row:
    counts = tally.problems.get(problem, ProblemTally(topic="", difficulty=None))
    about = [counts.topic, str(counts.difficulty or "")]
    broken = problem in report.broken
    return Row(
        problem=problem,
        about=" · ".join(part for part in about if part),
        drawn=counts.n,
        proved=counts.c,
        broken=broken,
        cells=()
        if broken
        else tuple(_cell(problem, sample, counts, carried) for sample in range(report.samples)),
    )


def _cell(problem: str, sample: int, tally: ProblemTally, carried: CarriedTraces) -> Cell:
    episode = episode_id(problem, sample)
    outcome = tally.outcomes.get(sample)
    mark = MARKS[outcome] if outcome else ""
    words = OUTCOME_WORDS[outcome] if outcome else "not run yet"
    if sample in tally.uncounted:
        mark, words = "f", "passed the fast check only, not counted"
    link = quote(episode, safe="") if episode in carried else None
    return Cell(sample, outcome, mark, words, link, carried.files.get(episode))
