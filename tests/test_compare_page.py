"""The page of a comparison: curves, tables, and every problem in every run."""

from __future__ import annotations

import html
import re
from itertools import pairwise
from pathlib import Path

import pytest
from chromium import Browser
from synthetic_runs import make_problem, make_run, make_trace

from lean_agent.evaluation.compare import compare_runs
from lean_agent.evaluation.compare_files import write_comparison
from lean_agent.evaluation.curve import draw_chart
from lean_agent.evaluation.pass_at_k import Estimate
from lean_agent.evaluation.report import write_report
from lean_agent.trace.store import RunFolder

PROOF = "theorem t (a b : Prop) (h : a ∧ b) : b ∧ a := ⟨h.2, h.1⟩"
SOLVED = {"before": {"one": 2, "two": 0, "three": 1}, "after": {"one": 2, "two": 1, "three": 0}}


def make_runs(folder: Path) -> list[Path]:
    """Two runs of three problems, two samples each: one wins a problem, and loses one."""
    for name, solved in SOLVED.items():
        traces = [
            make_trace(make_problem(problem), sample, PROOF if sample < number else None)
            for problem, number in solved.items()
            for sample in range(2)
        ]
        make_run(folder / name, list(solved), 2, traces)
    return [folder / name for name in SOLVED]


def page_of(runs: list[Path], folder: Path) -> Path:
    """The page that a comparison of these runs writes into the folder."""
    return next(p for p in write_comparison(compare_runs(runs), folder) if p.suffix == ".html")


@pytest.fixture
def page(tmp_path: Path) -> Path:
    """The comparison's page, where only the first run has a report."""
    runs = make_runs(tmp_path)
    write_report(RunFolder.open(runs[0]))
    return page_of(runs, tmp_path / "compared")


def cells(markup: str) -> dict[str, list[str]]:
    """What stands in the grid, by problem."""
    rows = re.findall(r'<tr id="problem:(\w+)".*?</tr>', markup, re.S)
    blocks = re.findall(r'<tr id="problem:\w+".*?</tr>', markup, re.S)
    shown = re.compile(r'<td class="result">(.*?)</td>', re.S)
    return {
        name: [re.sub(r"<[^>]*>", "", cell).strip() for cell in shown.findall(block)]
        for name, block in zip(rows, blocks, strict=True)
    }


def test_each_problem_has_a_cell_for_each_run(page: Path):
    assert cells(page.read_text()) == {
        "one": ["2/2", "2/2"],
        "two": ["0/2", "1/2 ▲"],
        "three": ["1/2", "0/2 ▼"],
    }


def test_a_cell_leads_to_the_problem_in_the_runs_report(page: Path):
    links = re.findall(r'<td class="result"><a href="([^"]+)"', page.read_text())
    assert links == [f"../before/report.html#problem%3A{name}" for name in SOLVED["before"]]
    assert 'id="problem:two"' in (page.parent / "../before/report.html").read_text()
    assert "lean-agent report" in page.read_text()  # says how the other gets its report


def test_the_curves_are_told_apart_without_colour_and_told_in_words(page: Path):
    text = page.read_text()
    assert "before: pass@1 is 50.00%" in text and "after: pass@1 is 50.00%" in text
    chart = text[text.index("<svg") : text.index("</svg>")]
    assert '<circle class="dot"' in chart and '<rect class="dot"' in chart
    assert re.findall(r'class="letter"[^>]*>(\w)<', chart) == ["A", "B"]


def test_won_and_lost_problems_lead_to_their_rows(page: Path):
    text = page.read_text()
    assert '▲ won 1: <a href="#problem:two">two</a>' in text
    assert '▼ lost 1: <a href="#problem:three">three</a>' in text


def test_the_page_loads_nothing_from_anywhere(page: Path):
    text = page.read_text()
    assert re.findall(r'src="|url\(|https?://', text) == []
    assert "default-src 'none'" in text and "<script" not in text


@pytest.mark.slow
def test_the_page_opens_in_a_browser(page: Path, browser: Browser):
    dom, console = browser.open(page.as_uri() + "#problem:two")
    assert console == []
    assert cells(dom) == cells(page.read_text())


def test_names_of_runs_and_problems_stay_text(tmp_path: Path):
    problem = make_problem("<img src=x onerror=alert(1)>", topic="<script>")
    name = "<b>bold"
    make_run(tmp_path / name, [problem.id], 1, [make_trace(problem, 0, PROOF)])
    text = page_of([tmp_path / name], tmp_path).read_text()
    assert "<img" not in text and "<script" not in text and "<b>" not in text
    assert html.escape(problem.id) in text


def test_curves_that_end_alike_have_labels_beside_each_other():
    same = {"1": Estimate(value=0.5, low=0.4, high=0.6, sampling_error=0.1, problems=9)}
    labels = [curve.label_y for curve in draw_chart([same] * 4).curves]
    gaps = [one - other for one, other in pairwise(labels)]
    assert all(gap >= 12 for gap in gaps)


def test_the_axis_holds_the_k_of_all_curves():
    def curve(*ks: int) -> dict[str, Estimate]:
        value = Estimate(value=0.5, low=0.4, high=0.6, sampling_error=0.1, problems=9)
        return {str(k): value for k in ks}

    chart = draw_chart([curve(1, 2, 4), curve(8, 32)])
    assert [label for _, label in chart.x_ticks] == ["1", "2", "4", "8", "32"]
    places = [x for x, _ in chart.x_ticks]
    assert places == sorted(places)
    assert draw_chart([{}]).x_ticks == ()


def test_the_vertical_axis_goes_as_far_up_as_the_intervals():
    def chart(high: float) -> str:
        value = Estimate(value=high / 2, low=0, high=high, sampling_error=0.1, problems=9)
        return draw_chart([{"1": value}]).y_ticks[-1][1]

    assert [chart(high) for high in (0.1, 0.2742, 0.55, 0.99, 1.0)] == [
        "10%",
        "40%",
        "60%",
        "100%",
        "100%",
    ]
