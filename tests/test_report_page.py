"""The report page: self-contained, safe with hostile traces, and alive in a real browser."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path

import pytest
from chromium import Browser
from synthetic_runs import make_problem, make_run, make_trace

from lean_agent.chat import CallError, CallErrorKind
from lean_agent.evaluation.page import rendered_page
from lean_agent.evaluation.page_traces import Room
from lean_agent.evaluation.report import write_report
from lean_agent.evaluation.summary import summarise
from lean_agent.evaluation.tally import Tally
from lean_agent.trace.store import RunFolder

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
    assert list(embedded_data(page)["traces"]) == ["exercise_1#0", "exercise_1#2"]


def test_the_curve_is_told_in_words(tmp_path: Path):
    traces = [make_trace(PROBLEM, 0, PROOF), make_trace(PROBLEM, 1)]
    page = page_of(make_run(tmp_path / "run", ["exercise_1"], 2, traces))
    assert "pass@1 is 50.00%, 95% interval 50.00–50.00%. pass@2 is 100.00%" in page


def test_a_problem_that_was_left_out_has_a_row_that_says_so(tmp_path: Path):
    run = make_run(
        tmp_path / "run",
        ["exercise_1", "exercise_2"],
        1,
        [make_trace(PROBLEM, 0, PROOF)],
        broken=("exercise_2",),
    )
    page = page_of(run)
    assert "Statements that do not elaborate: 1" in page
    row = page[page.index('<tr id="problem:exercise_2">') :]
    assert "its statement does not elaborate: counted as unsolved" in row[: row.index("</tr>")]
    assert "cell" not in row[row.index("<small>") : row.index("</tr>")]


def test_cost_is_told_for_an_episode_and_for_a_solved_problem(tmp_path: Path):
    traces = [make_trace(PROBLEM, 0, PROOF, tokens=1000), make_trace(PROBLEM, 1, tokens=1000)]
    page = page_of(make_run(tmp_path / "run", ["exercise_1"], 2, traces))
    row = page[page.index("Completion tokens") :]
    # Three turns of a thousand tokens in two episodes, which solved one problem.
    assert re.findall(r">([\d,]+)<", row[: row.index("</tr>")]) == ["3,000", "1,500", "3,000"]


def test_each_verdict_stands_beside_the_code_it_is_about(tmp_path: Path):
    trace = make_trace(PROBLEM, 0, PROOF, failed_attempts=1)
    page = page_of(make_run(tmp_path / "run", ["exercise_1"], 1, [trace]))
    entry = embedded_data(page)["traces"]["exercise_1#0"]
    calls = [call for message in entry["messages"] for call in message.get("calls", [])]
    assert [
        (call["name"], call["attempt"] and call["attempt"]["verdict"]["reason"]) for call in calls
    ] == [("search_mathlib", None), ("check_lean", "errors"), ("check_lean", "proved")]


# A big run: the first traces are in the page, the others in files beside it.


def big_page(run: RunFolder, room: Room) -> str:
    tally = Tally.of(run.digests())
    path = run.path / "report.html"
    with rendered_page(path, summarise(tally, run.settings), tally, run, room=room) as page:
        path.write_text(page, encoding="utf-8")
    return page


def links(page: str) -> list[tuple[str, str]]:
    """Each square's outcome, and the file beside the page that holds its trace."""
    found = re.findall(
        r'<(?:a|span) class="cell (?:faded )?(\w+)"(?:[^>]*?data-file="([^"]+)")?', page
    )
    return [(outcome, file) for outcome, file in found]


def six_episodes(path: Path) -> RunFolder:
    traces = [make_trace(PROBLEM, i, PROOF if i in (3, 5) else None) for i in range(6)]
    return make_run(path, ["exercise_1"], 6, traces)


def test_what_does_not_fit_into_the_page_lies_in_files_beside_it(tmp_path: Path):
    page = big_page(six_episodes(tmp_path / "run"), Room(page=4_500, file=1_000))
    # Accepted ones are taken first.
    assert list(embedded_data(page)["traces"])[:2] == ["exercise_1#3", "exercise_1#5"]
    files = {file for _, file in links(page) if file}
    assert files == {
        f"report_traces/{file.name}" for file in (tmp_path / "run" / "report_traces").iterdir()
    }
    assert len(files) > 1
    assert "faded squares have none" not in page


def test_where_there_is_no_room_the_page_names_the_command_that_shows_a_trace(tmp_path: Path):
    run = six_episodes(tmp_path / "run")
    page = big_page(run, Room(page=0, file=3_000, all=6_000))
    assert "accepted ones first; the faded squares have none" in page
    assert f"lean-agent traces view {run.path} EPISODE" in page
    assert "proved" in [outcome for outcome, file in links(page) if file]


def test_a_report_that_fits_into_its_page_leaves_no_files_of_an_earlier_one(tmp_path: Path):
    run = six_episodes(tmp_path / "run")
    big_page(run, Room(page=0))
    assert (run.path / "report_traces" / "000.js").exists()
    big_page(run, Room())
    assert not (run.path / "report_traces").exists()


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
    assert re.search(r'<main id="overview"[^>]* hidden="">', dom)
    text = visible_text(dom)
    for part in (
        PROBLEM.informal,
        PROBLEM.statement,
        "Accepted proof",
        PROOF,
        "Let me search first.",
        "1. And.comm : a ∧ b ↔ b ∧ a",
        "rejected: errors",
        "✗ not json",
        "It ends too early.",
    ):
        assert part in text
    assert '<span class="hl-keyword">theorem</span>' in dom


@pytest.mark.slow
def test_without_a_fragment_the_report_is_shown(tmp_path: Path, browser: Browser):
    run = make_run(tmp_path / "run", ["exercise_1"], 1, [make_trace(PROBLEM, 0, PROOF)])
    write_report(run)
    dom, console = browser.open(address(run.path))
    assert console == []
    assert re.search(r'<article id="trace"[^>]* hidden="">', dom)
    assert '<main id="overview" data-name="Report">' in dom


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


def test_a_trace_is_loaded_from_the_file_that_holds_it(tmp_path: Path, browser: Browser):
    run = six_episodes(tmp_path / "run")
    big_page(run, Room(page=0, file=3_000))
    dom, console = browser.open(address(run.path, "#exercise_1%234"))
    assert console == []
    assert PROBLEM.statement in visible_text(dom)
    assert "exercise_1 #4" in visible_text(dom)


@pytest.mark.slow
def test_hostile_text_in_such_a_file_stays_text(tmp_path: Path, browser: Browser):
    trace = make_trace(PROBLEM, 0, HOSTILE, words=HOSTILE, result=HOSTILE)
    run = make_run(tmp_path / "run", ["exercise_1"], 1, [trace])
    big_page(run, Room(page=0))
    dom, console = browser.open(address(run.path, "#exercise_1%230"))
    assert console == []
    assert "<title>taken over" not in dom
    assert HOSTILE in visible_text(dom)


def test_text_in_such_a_file_cannot_stand_in_another_order(tmp_path: Path):
    trace = make_trace(PROBLEM, 0, PROOF, words="turned \u202e back")
    run = make_run(tmp_path / "run", ["exercise_1"], 1, [trace])
    big_page(run, Room(page=0))
    assert "turned � back" in (run.path / "report_traces" / "000.js").read_text(encoding="utf-8")


@pytest.mark.slow
def test_a_page_that_was_moved_without_its_files_says_so(tmp_path: Path, browser: Browser):
    run = six_episodes(tmp_path / "run")
    big_page(run, Room(page=0))
    (run.path / "report.html").rename(tmp_path / "moved.html")
    dom, _ = browser.open((tmp_path / "moved.html").as_uri() + "#exercise_1%234")
    assert "report_traces/000.js cannot be loaded" in visible_text(dom)
    assert "lean-agent traces view RUN 'exercise_1#4'" in visible_text(dom)


def test_a_script_error_would_be_noticed(tmp_path: Path, browser: Browser):
    page = tmp_path / "broken.html"
    page.write_text("<script>no_such_function()</script>")
    _, console = browser.open(page.as_uri())
    assert any("no_such_function" in line for line in console)
