"""The report page: one self-contained HTML file with the numbers and the traces."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from importlib.resources import files
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from lean_agent.evaluation.curve import draw_curve
from lean_agent.evaluation.page_data import OUTCOME_WORDS, PageData
from lean_agent.evaluation.summary import Report
from lean_agent.evaluation.tally import ProblemTally, Tally
from lean_agent.trace.trace import Outcome, Trace, episode_id

# Told apart without colour.
MARKS = {
    Outcome.PROVED: "✓",
    Outcome.TURN_LIMIT: "T",
    Outcome.TOKEN_LIMIT: "K",
    Outcome.TIME_LIMIT: "S",
    Outcome.CONTEXT_LIMIT: "C",
    Outcome.GAVE_UP: "–",
    Outcome.MODEL_ERROR: "!",
}
MAX_CELLS = 20_000


@dataclass(frozen=True)
class Cell:
    """One episode in the grid: None as outcome where it has not run, no link where not carried."""

    sample: int
    outcome: Outcome | None
    mark: str
    words: str
    link: str | None


@dataclass(frozen=True)
class Row:
    """One problem in the grid."""

    problem: str
    about: str
    drawn: int
    proved: int
    cells: tuple[Cell, ...]


def render_page(
    report: Report,
    tally: Tally,
    problem_ids: Sequence[str],
    traces: Callable[[], Iterable[Trace]],
    carried: PageData | None = None,
) -> str:
    """The page as HTML text.

    `problem_ids` gives the order of the grid; `traces` opens the run's traces anew
    each time it is called. A big run is carried in part (see PageData), and the
    page says so.
    """
    data = PageData() if carried is None else carried
    data.fill(traces)
    not_run = ProblemTally(topic="", difficulty=None)
    shown = problem_ids[: max(1, MAX_CELLS // report.samples)]
    order = (episode_id(problem, i) for problem in problem_ids for i in range(report.samples))
    return (
        _environment()
        .get_template("report.html.j2")
        .render(
            report=report,
            headline=_headline(report),
            curve=draw_curve(report.pass_at_k),
            most_turns=max(report.turns.histogram.values()),
            rows=[_row(p, tally.problems.get(p, not_run), report.samples, data) for p in shown],
            embedded=len(data),
            marks=MARKS,
            outcome_words=OUTCOME_WORDS,
            traces=data.script(order),
            css=_asset("report.css"),
            js=_asset("report.js"),
        )
    )


def _headline(report: Report) -> list[tuple[str, object]]:
    """pass@1 and the largest k."""
    ks = list(report.pass_at_k)
    return [(k, report.pass_at_k[k]) for k in dict.fromkeys([ks[0], ks[-1]])]


def _row(problem: str, tally: ProblemTally, samples: int, data: PageData) -> Row:
    about = [tally.topic, str(tally.difficulty or "")]
    return Row(
        problem=problem,
        about=" · ".join(part for part in about if part),
        drawn=tally.n,
        proved=tally.c,
        cells=tuple(_cell(problem, s, tally, data) for s in range(samples)),
    )


def _cell(problem: str, sample: int, tally: ProblemTally, data: PageData) -> Cell:
    episode = episode_id(problem, sample)
    outcome = tally.outcomes.get(sample)
    mark = MARKS[outcome] if outcome else ""
    words = OUTCOME_WORDS[outcome] if outcome else "not run yet"
    if sample in tally.uncounted:
        mark, words = "f", "passed the fast check only, not counted"
    link = quote(episode, safe="") if episode in data else None
    return Cell(sample, outcome, mark, words, link)


def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("lean_agent.evaluation"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _asset(name: str) -> Markup:
    """Our own style sheet or script, which needs no escaping."""
    return Markup((files("lean_agent.evaluation") / "templates" / name).read_text(encoding="utf-8"))
