"""The report page: self-contained, safe with hostile traces, and alive in a real browser."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path

from chromium import Browser
from synthetic_runs import make_problem, make_run, make_trace

from lean_agent.chat import CallError, CallErrorKind
from lean_agent.evaluation.page import render_page
from lean_agent.evaluation.page_data import PageData
from lean_agent.evaluation.report import write_report
from lean_agent.evaluation.summary import summarise
from lean_agent.evaluation.tally import Tally
from lean_agent.trace.store import RunFolder
from lean_agent.trace.trace import Trace

PROBLEM = make_problem("exercise_1")
PROOF = "theorem t (a b : Prop) (h : a ∧ b) : b ∧ a := by\n  exact ⟨h.2, h.1⟩"
HOSTILE = (
    "-- </script><script>document.title = 'taken over'</script>\n"
    "-- <!-- <img src=x onerror=\"document.title = 'taken over'\"> {{ 7 * 7 }} \u2028 &lt;"
)


def page_of(run: RunFolder) -> str:
    write_report(run)
    return (run.path / "report.html").read_text(encoding="utf-8")


def embedded_data(page: str) -> dict:
    found = re.search(r'<script id="traces" type="application/json">(.*?)</script>', page, re.S)
    assert found is not None
    return json.loads(found[1])


def test_the_page_loads_nothing_from_anywhere(tmp_path: Path):
    page = page_of(make_run(tmp_path / "run", ["exercise_1"], 1, [make_trace(PROBLEM, 0, PROOF)]))
    assert re.findall(r'(?:src|href)="(?!#|data:)[^"]*"', page) == []
    assert "url(" not in page
    assert "default-src 'none'" in page  # a browser would refuse to load more, too


def test_every_finished_episode_has_a_square_that_leads_to_its_trace(tmp_path: Path):
    traces = [make_trace(PROBLEM, 0, PROOF), make_trace(PROBLEM, 2)]
    page = page_of(make_run(tmp_path / "run", ["exercise_1"], 3, traces))
    assert re.findall(r'class="cell (\w+)" href="#([^"]+)"', page) == [
        ("proved", "exercise_1%230"),
        ("turn_limit", "exercise_1%232"),
    ]
    assert "sample 1: not run yet" in page
    assert [trace["id"] for trace in embedded_data(page)["traces"]] == [
        "exercise_1#0",
        "exercise_1#2",
    ]


def test_the_curve_is_told_in_words(tmp_path: Path):
    traces = [make_trace(PROBLEM, 0, PROOF), make_trace(PROBLEM, 1)]
    page = page_of(make_run(tmp_path / "run", ["exercise_1"], 2, traces))
    assert "pass@1 is 50.0%, 95% interval 50.0–50.0%. pass@2 is 100.0%" in page


def test_each_verdict_stands_beside_the_answer_it_belongs_to(tmp_path: Path):
    trace = make_trace(PROBLEM, 0, PROOF, failed_attempts=1)
    page = page_of(make_run(tmp_path / "run", ["exercise_1"], 1, [trace]))
    (entry,) = embedded_data(page)["traces"]
    answers = [message for message in entry["messages"] if message["role"] == "tool"]
    assert [(a["tool"], a.get("verdict", {}).get("reason")) for a in answers] == [
        ("search_mathlib", None),
        ("check_lean", "errors"),
        ("check_lean", "proved"),
    ]


def carried_in_part(tmp_path: Path, traces: list[Trace], data: PageData) -> str:
    run = make_run(tmp_path / "run", ["exercise_1"], len(traces), traces)
    tally = Tally.of(run.digests())
    report = summarise(tally, run.settings)
    return render_page(report, tally, run.settings.problem_ids, run.traces, data)


def test_a_big_run_carries_accepted_traces_first_and_says_so(tmp_path: Path):
    traces = [make_trace(PROBLEM, i, PROOF if i in (3, 5) else None) for i in range(6)]
    page = carried_in_part(tmp_path, traces, PageData(max_traces=3))
    assert [trace["sample"] for trace in embedded_data(page)["traces"]] == [0, 3, 5]
    assert "This page carries 3 of 6 traces (accepted ones first)" in page


def test_a_page_stays_within_its_bytes(tmp_path: Path):
    traces = [make_trace(PROBLEM, i, words=f"{i} " * 5000) for i in range(6)]
    page = carried_in_part(tmp_path, traces, PageData(max_bytes=35_000))
    assert 0 < len(embedded_data(page)["traces"]) < 6
    assert len(page.encode()) < 100_000


def test_texts_that_many_traces_share_are_carried_once(tmp_path: Path):
    traces = [make_trace(PROBLEM, i, result="a long search result " * 100) for i in range(8)]
    page = page_of(make_run(tmp_path / "run", ["exercise_1"], 8, traces))
    assert page.count("a long search result " * 100) == 1


def test_a_hostile_trace_cannot_end_the_script_that_carries_it(tmp_path: Path):
    problem = make_problem("x</script><b>", topic="<script>alert(1)</script>")
    trace = make_trace(problem, 0, HOSTILE, words=HOSTILE, result=HOSTILE)
    page = page_of(make_run(tmp_path / "run", [problem.id], 1, [trace]))
    assert page.count("<script") == page.count("</script>") == 2
    assert HOSTILE in embedded_data(page)["strings"]


# From here on the page is opened in a real browser.


def address(run: Path, fragment: str = "") -> str:
    return f"{(run / 'report.html').as_uri()}{fragment}"


def visible_text(dom: str) -> str:
    """The text of the trace view, without its markup."""
    article = re.search(r"<article.*?</article>", dom, re.S)
    assert article is not None
    return html.unescape(re.sub(r"<[^>]*>", "", article[0]))


def test_a_fragment_opens_a_trace(tmp_path: Path, browser: Browser):
    error = CallError(kind=CallErrorKind.NOT_JSON, text='{"name": ', detail="It ends too early.")
    trace = make_trace(PROBLEM, 0, PROOF, errors=(error,))
    write_report(make_run(tmp_path / "run", ["exercise_1"], 1, [trace]))
    dom, console = browser.open(address(tmp_path / "run", "#exercise_1%230"))
    assert console == []
    assert re.search(r'<main id="overview" hidden="">', dom)
    text = visible_text(dom)
    for part in (
        PROBLEM.informal,
        PROBLEM.statement,
        "Accepted proof",
        PROOF,
        "Let me search first.",
        "1. And.comm : a ∧ b ↔ b ∧ a",
        "rejected: errors",
        "wrong: not json",
        "It ends too early.",
    ):
        assert part in text
    assert '<span class="hl-keyword">theorem</span>' in dom


def test_without_a_fragment_the_report_is_shown(tmp_path: Path, browser: Browser):
    run = make_run(tmp_path / "run", ["exercise_1"], 1, [make_trace(PROBLEM, 0, PROOF)])
    write_report(run)
    dom, console = browser.open(address(run.path))
    assert console == []
    assert re.search(r'<article id="trace"[^>]* hidden="">', dom)
    assert '<main id="overview">' in dom


def test_a_hostile_trace_stays_text_in_the_browser(tmp_path: Path, browser: Browser):
    problem = make_problem("</title><script>1", topic="<img src=x onerror=alert(1)>")
    trace = make_trace(problem, 0, HOSTILE, words=HOSTILE, result=HOSTILE)
    run = make_run(tmp_path / "run", [problem.id], 1, [trace])
    link = re.search(r'class="cell proved" href="#([^"]+)"', page_of(run))
    assert link is not None
    dom, console = browser.open(address(run.path, f"#{link[1]}"))
    assert console == []
    assert "<img" not in dom.split('<script id="traces"')[0]
    assert "<title>taken over" not in dom
    assert HOSTILE in visible_text(dom)


def test_squares_and_arrow_keys_lead_from_trace_to_trace(tmp_path: Path, browser: Browser):
    traces = [make_trace(PROBLEM, 0, PROOF, words="first"), make_trace(PROBLEM, 1, words="second")]
    page = page_of(make_run(tmp_path / "run", ["exercise_1"], 2, traces))
    user = """<script>
      const shown = () => document.getElementById("trace").hidden
        ? "[report]" : "[" + document.querySelector("#trace .words").textContent + "]";
      const press = (key) => dispatchEvent(new KeyboardEvent("keydown", { key }));
      const steps = [() => document.querySelector("a.cell").click(), () => press("ArrowRight"),
        () => { press("ArrowRight"); press("ArrowLeft"); }, () => press("Escape")];
      addEventListener("hashchange", () => { document.body.append(shown()); steps.shift()?.(); });
      steps.shift()();
    </script></body>"""
    played = tmp_path / "played.html"
    played.write_text(page.replace("</body>", user), encoding="utf-8")
    dom, console = browser.open(played.as_uri())
    assert console == []
    seen = re.findall(r"\[(\w+)\]", dom.rpartition("</script>")[2])
    assert seen == ["first", "second", "first", "report"]


def test_a_script_error_would_be_noticed(tmp_path: Path, browser: Browser):
    page = tmp_path / "broken.html"
    page.write_text("<script>no_such_function()</script>")
    _, console = browser.open(page.as_uri())
    assert any("no_such_function" in line for line in console)
