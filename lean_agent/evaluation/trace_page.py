"""A page with a few traces, for reading and for sending to someone: one HTML file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote

from lean_agent.errors import UserError
from lean_agent.evaluation.page_data import MARKS, OUTCOME_WORDS, PageData
from lean_agent.evaluation.page_template import assets, render_template
from lean_agent.trace.narrate import story
from lean_agent.trace.trace import Outcome, Trace

# A page of this size still opens in a second or two.
MAX_BYTES = 50_000_000


@dataclass(frozen=True)
class Line:
    """One episode in the page's list."""

    episode: str
    link: str
    outcome: Outcome
    mark: str
    words: str
    story: str
    informal: str


def render_traces(traces: Iterable[Trace], title: str) -> str:
    """The page as HTML text; with a single trace it opens that.

    Raises UserError where there is no trace, or more than a page can carry.
    """
    data = PageData(MAX_BYTES)
    lines = []
    for trace in traces:
        if not data.add(trace):
            raise UserError(
                f"the first {len(data):,} episodes fill a page of {MAX_BYTES // 1_000_000} MB: "
                "name the episodes that it is to show"
            )
        lines.append(
            Line(
                episode=trace.episode_id,
                link=quote(trace.episode_id, safe=""),
                outcome=trace.outcome,
                mark=MARKS[trace.outcome],
                words=OUTCOME_WORDS[trace.outcome],
                story=story(trace),
                informal=trace.problem.informal,
            )
        )
    if not lines:
        raise UserError(f"{title} holds no such episode")
    return render_template(
        "traces.html.j2",
        title=title,
        lines=lines,
        marks=MARKS,
        outcome_words=OUTCOME_WORDS,
        traces=data.script(),
        css=assets("report.css", "trace.css"),
        js=assets("trace.js", "report.js"),
    )
