"""A trace as a page shows it, in a real browser: errors on their lines, changes, hostile text."""

from __future__ import annotations

import html
import re
from pathlib import Path
from urllib.parse import quote

import pytest
from chromium import Browser
from synthetic_runs import make_problem, make_trace
from test_viewer import PROBLEM, PROOF, TURNED, WRONG, failed, rejected, said

from lean_agent.chat import CallError, CallErrorKind
from lean_agent.errors import UserError
from lean_agent.evaluation import trace_page
from lean_agent.evaluation.trace_page import render_traces
from lean_agent.trace.trace import Trace

HOSTILE = "</script><script>document.title = 'taken over'</script><img src=x onerror=alert(1)>"


def opened(tmp_path: Path, browser: Browser, *traces: Trace, fragment: str = "") -> str:
    """The page as it stands in the browser, which complained of nothing."""
    page = tmp_path / "page.html"
    page.write_text(render_traces(traces, "my run"), encoding="utf-8")
    dom, console = browser.open(page.as_uri() + fragment)
    assert console == []
    return dom.partition('<script id="traces"')[0]


def text(markup: str) -> str:
    """Without tags."""
    return html.unescape(re.sub(r"<[^>]*>", "", markup))


def lines(dom: str, kind: str = "listing") -> list[tuple[str, str]]:
    """The rows of the first listing or diff: class and number, and text."""
    block = re.search(rf'<pre class="lean {kind}">(.*?)</pre>', dom, re.S)
    assert block is not None
    found = re.findall(r'<(?:span|del|ins) class="(line|line noted|remark \w+)"', block[1])
    parts = re.split(r'<(?:span|del|ins) class="(?:line|line noted|remark \w+)"', block[1])[1:]
    return [(c, text("<" + part).rstrip("\n")) for c, part in zip(found, parts, strict=True)]


def test_a_page_with_one_episode_opens_it(tmp_path: Path, browser: Browser):
    dom = opened(tmp_path, browser, make_trace(PROBLEM, 0, PROOF))
    assert re.search(r'<main id="overview"[^>]* hidden="">', dom)
    assert "Accepted proof" in text(dom)
    assert "2 turns, 2.0 s (model 2.0, tools 1.0; Lean worked 0.5)" in text(dom)


@pytest.mark.slow
def test_a_page_with_several_lists_them(tmp_path: Path, browser: Browser):
    two = [make_trace(PROBLEM, n, PROOF) for n in range(2)]
    dom = opened(tmp_path, browser, *two)
    assert re.search(r'<article id="trace"[^>]* hidden="">', dom)
    assert "2 episodes, 2 proved." in text(dom)
    assert "search → check ✗✓ (2 turns)" in text(dom)


def test_an_error_stands_under_its_line_with_its_place_marked(tmp_path: Path, browser: Browser):
    # An astral letter is one column of Lean's and two of JavaScript's.
    code = WRONG.replace(" x", " 𝔵").replace("⟨x", "⟨𝔵")
    trace = failed(code, rejected(said(3, 9, 10, "type mismatch\n  𝔵 : a")), failed_attempts=0)
    dom = opened(tmp_path, browser, trace)
    assert lines(dom) == [
        ("line", "theorem t (a b : Prop) (h : a ∧ b) : b ∧ a := by"),
        ("line", "  have 𝔵 := h.1"),
        ("line noted", "  exact ⟨𝔵, h.2⟩"),
        ("remark error", "✗ error, column 10: type mismatch\n  𝔵 : a"),
    ]
    assert re.search(r'<span class="[^"]*at error[^"]*">𝔵</span>', dom)


@pytest.mark.slow
def test_what_changed_since_the_attempt_before_is_shown(tmp_path: Path, browser: Browser):
    dom = opened(tmp_path, browser, make_trace(PROBLEM, 0, PROOF))
    assert "Changed since attempt 1: 1 line out, 1 in" in text(dom)
    assert [line for _, line in lines(dom, "diff")] == ["  exact h -- 0", "  exact ⟨h.2, h.1⟩"]
    assert re.search(
        r'<del class="line" data-n="2">.*?</del><ins class="line" data-n="2">', dom, re.S
    )


@pytest.mark.slow
def test_a_spoilt_call_is_shown_with_the_text_as_generated(tmp_path: Path, browser: Browser):
    error = CallError(kind=CallErrorKind.NOT_JSON, text='{"name": ', detail="It ends too early.")
    dom = opened(tmp_path, browser, make_trace(PROBLEM, 0, PROOF, errors=(error,)))
    assert "✗ not json" in text(dom) and "It ends too early." in text(dom)
    assert "The model's text as generated" in text(dom)


def test_hostile_text_stays_text(tmp_path: Path, browser: Browser):
    code = f"{WRONG}\n-- {HOSTILE}"
    trace = failed(code, rejected(said(3, 0, 4, HOSTILE)), words=HOSTILE, result=HOSTILE)
    trace = trace.model_copy(update={"problem": make_problem(HOSTILE, topic=HOSTILE)})
    dom = opened(tmp_path, browser, trace)
    assert "<img" not in dom
    assert "<title>taken over" not in dom
    assert text(dom).count(HOSTILE) > 3


def test_text_cannot_stand_in_another_order(tmp_path: Path, browser: Browser):
    problem = make_problem(TURNED, topic=TURNED)
    trace = failed(f"{WRONG}\n-- {TURNED}", rejected(said(3, 0, 4, TURNED)), words=TURNED)
    other = make_trace(make_problem("other"), 0, PROOF)
    traces = [trace.model_copy(update={"problem": problem}), other]
    page = render_traces(traces, TURNED)
    assert not set(TURNED) & set(page) - set("turnedback\u2028")
    dom = opened(tmp_path, browser, *traces, fragment=f"#{quote(traces[0].episode_id)}")
    assert re.search(r'<main id="overview"[^>]* hidden="">', dom), "its link still leads to it"
    assert text(dom).count("turned�back�") > 3


def test_the_page_is_one_file():
    page = render_traces([make_trace(PROBLEM, 0, PROOF)], "my run")
    assert re.findall(r'(?:src|href)="(?!#|data:)[^"]*"', page) == []
    assert "default-src 'none'" in page


def test_more_than_a_page_can_carry_is_refused(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(trace_page, "MAX_BYTES", 6_000)
    traces = [make_trace(PROBLEM, n, PROOF, words="x" * 1000 * n) for n in range(9)]
    with pytest.raises(UserError, match="name the episodes that it is to show"):
        render_traces(traces, "my run")
    with pytest.raises(UserError, match="holds no such episode"):
        render_traces([], "my run")
