"""The report of a run: what is counted, what is written, what is printed."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path

import pytest
from rich.console import Console
from synthetic_runs import PROVED, make_problem, make_run, make_trace

from lean_agent.chat import (
    CallError,
    CallErrorKind,
    Interruption,
    InterruptionKind,
    Message,
    Shortened,
    ToolCall,
)
from lean_agent.errors import UserError
from lean_agent.evaluation.ks import parse_ks
from lean_agent.evaluation.report import notes, print_report, write_report
from lean_agent.evaluation.summary import Report
from lean_agent.lean.verdict import Level, Reason
from lean_agent.trace.trace import Outcome, Turn

PROOF = "theorem t (a b : Prop) (h : a ∧ b) : b ∧ a := ⟨h.2, h.1⟩"
EASY = make_problem("easy", topic="logic", difficulty=1)
HARD = make_problem("hard", topic="sets", difficulty=4)


def test_report_json_has_the_shape_that_scripts_rely_on(tmp_path: Path):
    traces = [make_trace(EASY, 0, PROOF), make_trace(EASY, 1), make_trace(HARD, 0)]
    traces.append(make_trace(HARD, 1))
    write_report(make_run(tmp_path / "run", ["easy", "hard"], 2, traces))
    written = json.loads((tmp_path / "run" / "report.json").read_text())
    assert written["problems"] == 2
    assert written["solved"] == 1
    assert set(written["pass_at_k"]) == {"1", "2"}
    assert set(written["pass_at_k"]["1"]) == {
        "value",
        "low",
        "high",
        "sampling_error",
        "problems",
    }
    assert written["pass_at_k"]["1"]["value"] == 0.25
    assert written["pass_at_k"]["2"]["value"] == 0.5


def test_a_complete_run_is_called_complete(tmp_path: Path):
    report = write_report(make_run(tmp_path / "run", ["easy"], 1, [make_trace(EASY, 0, PROOF)]))
    assert report.complete
    assert report.solved_problems == ("easy",)
    assert (report.benchmark, report.split, report.model) == ("embedded", "test", "portfolio")
    assert (report.seed, report.samples, report.episodes) == (7, 1, 1)
    assert report.versions == {"lean": ("4.35.0",)}


def test_groups_have_their_own_denominators(tmp_path: Path):
    third = make_problem("third", topic="logic", difficulty=None)
    traces = [make_trace(EASY, 0, PROOF), make_trace(HARD, 0), make_trace(third, 0)]
    report = write_report(make_run(tmp_path / "run", ["easy", "hard", "third"], 1, traces))
    assert {name: (g.solved, g.problems) for name, g in report.by_topic.items()} == {
        "logic": (1, 2),
        "sets": (0, 1),
    }
    assert list(report.by_difficulty) == ["1", "4", ""]  # problems without one come last
    assert report.by_topic["logic"].pass_at_k["1"].value == 0.5


def test_a_proof_that_passed_the_fast_check_only_is_not_counted_and_that_is_said(tmp_path: Path):
    fast = PROVED.model_copy(update={"level": Level.FAST})
    traces = [make_trace(EASY, 0, PROOF, verdict=fast), make_trace(HARD, 0, PROOF)]
    run = make_run(tmp_path / "run", ["easy", "hard"], 1, traces)
    report = write_report(run)
    assert report.level is Level.STRICT
    assert report.solved_problems == ("hard",)
    assert (report.uncounted, report.tool_use.multi_turn) == (1, 1)
    assert "passed the fast check only, and are not counted: 1." in printed(report)
    page = (tmp_path / "run" / "report.html").read_text()
    assert "passed the fast check only, and are not counted: 1." in page
    assert "passed the fast check only, not counted" in page
    counted = write_report(run, Level.FAST)
    assert counted.solved_problems == ("easy", "hard")
    assert counted.warnings == ()


def test_a_proof_that_the_strict_check_refused_is_reported_loudly(tmp_path: Path):
    refused = PROVED.model_copy(
        update={"accepted": False, "reason": Reason.UNCONFIRMED, "detail": "a hole"}
    )
    trace = make_trace(EASY, 0, PROOF, verdict=refused, outcome=Outcome.TURN_LIMIT)
    report = write_report(make_run(tmp_path / "run", ["easy"], 1, [trace]))
    assert (report.solved, report.unconfirmed) == (0, 1)
    assert "failed the strict one, and are not counted: 1." in printed(report)


def printed(report: Report) -> str:
    console = Console(file=io.StringIO(), width=300)
    print_report(report, console)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_a_partial_run_says_what_is_missing_and_goes_up_to_the_smallest_n(tmp_path: Path):
    traces = [make_trace(EASY, sample) for sample in range(4)]
    traces += [make_trace(HARD, 0, PROOF), make_trace(HARD, 2)]
    report = write_report(make_run(tmp_path / "run", ["easy", "hard", "never"], 4, traces))
    assert not report.complete
    assert (report.episodes, report.expected_episodes) == (6, 12)
    assert (report.problems, report.expected_problems) == (2, 3)
    assert set(report.pass_at_k) == {"1", "2"}
    page = (tmp_path / "run" / "report.html").read_text()
    assert "Partial run" in page
    assert "6 missing" in page


def test_a_run_without_episodes_cannot_be_reported(tmp_path: Path):
    with pytest.raises(UserError, match="no finished episode"):
        write_report(make_run(tmp_path / "run", ["easy"], 1, []))


def test_an_episode_that_is_there_twice_is_refused(tmp_path: Path):
    run = make_run(tmp_path / "run", ["easy"], 2, [make_trace(EASY, 0), make_trace(EASY, 0)])
    with pytest.raises(UserError, match=r"easy#0 is in the run twice"):
        write_report(run)


@pytest.mark.parametrize("stranger", [make_trace(HARD, 0), make_trace(EASY, 2)])
def test_an_episode_that_the_run_did_not_ask_for_is_refused(tmp_path: Path, stranger):
    with pytest.raises(UserError, match="not one that this run's settings ask for"):
        write_report(make_run(tmp_path / "run", ["easy"], 2, [make_trace(EASY, 0), stranger]))


def test_turns_and_tools_are_counted(tmp_path: Path):
    traces = [
        make_trace(EASY, 0, PROOF, failed_attempts=0),  # one turn, no search
        make_trace(EASY, 1, PROOF, failed_attempts=2),  # three turns, both tools
        make_trace(EASY, 2, failed_attempts=3),
        make_trace(EASY, 3, failed_attempts=3, outcome=Outcome.GAVE_UP),
    ]
    report = write_report(make_run(tmp_path / "run", ["easy"], 4, traces))
    assert report.turns.histogram == {"1": 1, "3": 3}
    assert report.turns.mean == 2.5
    assert report.tool_use.calls == {"check_lean": 10, "search_mathlib": 8}
    assert report.tool_use.every_tool == 3
    assert report.tool_use.multi_turn == 1
    assert report.tool_use.multi_turn_every_tool == 1
    assert report.outcomes == {Outcome.PROVED: 2, Outcome.TURN_LIMIT: 1, Outcome.GAVE_UP: 1}
    assert report.seconds is not None
    assert report.seconds.episodes == 8.0
    assert report.seconds.model == 10.0
    assert report.seconds.lean == pytest.approx(2 * 0.2 + 8 * 0.3)


def test_a_spoilt_call_counts_once_among_those_that_were_tried(tmp_path: Path):
    unreadable = CallError(kind=CallErrorKind.NOT_JSON, text="{", detail="not JSON")
    trace = make_trace(EASY, 0, failed_attempts=1, errors=(unreadable,))  # and two good calls
    report = write_report(make_run(tmp_path / "run", ["easy"], 1, [trace]))
    assert report.tool_use.errors == {CallErrorKind.NOT_JSON: 1}
    assert report.tool_use.valid_call_rate == pytest.approx(2 / 3)


def test_a_readable_call_that_was_refused_is_not_a_valid_one(tmp_path: Path):
    trace = make_trace(EASY, 0, failed_attempts=1)
    refused = CallError(
        kind=CallErrorKind.UNKNOWN_TOOL, text="{}", detail="no tool 'prove'", call_id="1"
    )
    calls = (ToolCall(id="1", name="prove"), *trace.messages[2].tool_calls)
    messages = list(trace.messages)
    messages[2] = Message(role="assistant", content="", tool_calls=calls)
    turn = trace.turns[0].model_copy(update={"errors": (refused,)})
    trace = trace.model_copy(update={"messages": tuple(messages), "turns": (turn,)})
    report = write_report(make_run(tmp_path / "run", ["easy"], 1, [trace]))
    assert report.tool_use.valid_call_rate == pytest.approx(2 / 3)
    assert set(report.tool_use.calls) == {"check_lean", "search_mathlib"}


def test_the_collapse_is_counted_turn_by_turn(tmp_path: Path):
    silent = CallError(kind=CallErrorKind.NO_CALL, text="", detail="it calls no tool")
    answers = [Message(role="assistant", content="It is clear.")] * 2
    trace = make_trace(EASY, 1, failed_attempts=2)
    collapsed = trace.model_copy(
        update={
            "messages": (*trace.messages[:2], *answers),
            "turns": (Turn(raw="It is clear.", errors=(silent,)),) * 2,
            "outcome": Outcome.GAVE_UP,
        }
    )
    good = make_trace(EASY, 0, PROOF, failed_attempts=1)  # two calls, then one
    use = write_report(make_run(tmp_path / "run", ["easy"], 2, [good, collapsed])).tool_use
    assert use.errors == {CallErrorKind.NO_CALL: 2}
    assert [(at.answers, at.good, at.valid_calls) for at in use.by_turn] == [(2, 1, 2), (2, 1, 1)]
    assert use.valid_call_rate == pytest.approx(3 / 5)


def test_the_terminal_shows_calls_by_turn_the_late_turns_together(tmp_path: Path):
    silent = CallError(kind=CallErrorKind.NO_CALL, text="", detail="it calls no tool")
    trace = make_trace(EASY, 0, failed_attempts=9, errors=(silent,) * 2)  # in the first turn
    report = write_report(make_run(tmp_path / "run", ["easy"], 1, [trace]))
    console = Console(file=io.StringIO(), width=100)
    print_report(report, console)
    assert isinstance(console.file, io.StringIO)
    printed = console.file.getvalue()
    rows = {
        cells[0].strip(): [cell.strip() for cell in cells[1:]]
        for line in printed.splitlines()
        if len(cells := re.split("[│┃]", line)[1:-1]) == 10
    }
    assert rows[""] == ["1", "2", "3", "4", "5", "6", "7", "8–9", "all"]
    assert rows["answers"] == ["1"] * 7 + ["2", "9"]
    assert rows["valid calls"] == ["2"] * 7 + ["4", "18"]
    assert rows["no call"] == ["2"] + [""] * 7 + ["2"]
    assert rows["valid"] == ["50%"] + ["100%"] * 7 + ["90%"]


def test_calls_that_the_server_should_have_parsed_are_warned_of(tmp_path: Path):
    unread = CallError(kind=CallErrorKind.OTHER_DIALECT, text="", detail="in the hermes dialect")
    trace = make_trace(EASY, 0, errors=(unread,))
    assert trace.dialect is None
    report = write_report(make_run(tmp_path / "run", ["easy"], 1, [trace]))
    assert "did not parse: 1" in " ".join(report.warnings)


def test_modes_without_tools_have_no_rate_of_valid_calls(tmp_path: Path):
    empty = CallError(kind=CallErrorKind.NO_PROOF, text="", detail="no Lean code block")
    trace = make_trace(EASY, 0).model_copy(
        update={"tools": (), "turns": (Turn(raw="Hm.", errors=(empty,)),)}
    )
    report = write_report(make_run(tmp_path / "run", ["easy"], 1, [trace]))
    assert report.tool_use.valid_call_rate is None
    assert report.without_proof == {CallErrorKind.NO_PROOF: 1}


def test_lost_requests_and_limits_are_counted(tmp_path: Path):
    trace = make_trace(EASY, 0)
    lost = Interruption(kind=InterruptionKind.STALL, seconds=2.5)
    turn = trace.turns[0].model_copy(
        update={
            "interruptions": (lost, lost),
            "shortened": (Shortened(message=3, kept=200),),
            "finish_reason": "length",
        }
    )
    trace = trace.model_copy(update={"turns": (turn,), "interruptions": (lost,)})
    run = make_run(tmp_path / "run", ["easy"], 1, [trace])
    disturbed = write_report(run).disturbances
    assert disturbed.interruptions == {InterruptionKind.STALL: 3}
    assert (disturbed.seconds, disturbed.shortened, disturbed.cut_off) == (7.5, 1, 1)
    page = (run.path / "report.html").read_text()
    assert "requests lost and made again: stall" in page
    assert "a request was lost (stall) and made again after 2 s" in page


def test_tokens_are_summed_where_the_backend_counts_them(tmp_path: Path):
    counted, uncounted = make_trace(EASY, 0, tokens=100), make_trace(EASY, 1)
    tokens = write_report(make_run(tmp_path / "run", ["easy"], 2, [counted, uncounted])).tokens
    assert tokens is not None
    assert (tokens.episodes, tokens.prompt, tokens.completion) == (1, 100, 100)
    assert write_report(make_run(tmp_path / "no", ["easy"], 2, [uncounted])).tokens is None


def test_software_that_changed_during_the_run_is_shown(tmp_path: Path):
    newer = make_trace(EASY, 1).model_copy(update={"versions": {"lean": "4.36.0"}})
    report = write_report(make_run(tmp_path / "run", ["easy"], 2, [make_trace(EASY, 0), newer]))
    assert report.versions == {"lean": ("4.35.0", "4.36.0")}
    assert "changed during the run" in (tmp_path / "run" / "report.html").read_text()


def test_the_terminal_tables_state_the_denominator(tmp_path: Path):
    bracketed = make_problem("odd", topic="[red]sets")  # no markup, only an odd name
    traces = [make_trace(EASY, 0, PROOF), make_trace(EASY, 1), make_trace(bracketed, 0)]
    report = write_report(make_run(tmp_path / "run", ["easy", "odd"], 2, traces))
    console = Console(file=io.StringIO(), width=100)
    print_report(report, console)
    assert isinstance(console.file, io.StringIO)
    printed = console.file.getvalue()
    assert "1 of 2 problems solved" in printed
    assert "Partial run: 3 of 4 episodes" in printed
    assert "25.00%" in printed
    assert "[red]sets" in printed


# Which problems a number is over.


def test_problems_that_do_not_elaborate_count_as_unsolved_and_that_is_said(tmp_path: Path):
    ids = [f"p{i}" for i in range(7)]
    traces = [make_trace(make_problem(name), s, PROOF) for name in ids[:2] for s in range(2)]
    traces += [make_trace(make_problem(name), s) for name in ids[2:] for s in range(2)]
    run = make_run(tmp_path / "run", ids, 2, traces, broken=("bad", "worse", "worst"))
    report = write_report(run)
    assert report.complete
    assert (report.solved, report.problems, report.expected_problems) == (2, 10, 10)
    assert report.pass_at_k["2"].value == pytest.approx(2 / 10)
    assert report.pass_at_k_unbroken["2"].value == pytest.approx(2 / 7)
    assert report.by_topic[""].problems == 3, "they state no topic"
    assert (
        "10 problems, of which 3 do not elaborate with this Lean and count as unsolved; over the "
        "7 others pass@1 28.57%, pass@2 28.57%." in printed(report)
    )


def test_an_episode_of_a_problem_that_was_left_out_is_refused(tmp_path: Path):
    traces = [make_trace(EASY, 0), make_trace(HARD, 0)]
    run = make_run(tmp_path / "run", ["easy"], 1, traces, broken=("hard",))
    with pytest.raises(UserError, match="hard#0 is not one that this run's settings ask for"):
        write_report(run)


def test_a_partial_run_counts_broken_problems_beside_those_that_were_tried(tmp_path: Path):
    traces = [make_trace(EASY, 0, PROOF)]
    run = make_run(tmp_path / "run", ["easy", "hard"], 2, traces, broken=("bad",))
    report = write_report(run)
    assert (report.problems, report.expected_problems, report.complete) == (2, 3, False)
    assert (
        "Rates are over the 1 of 2 problems that have at least one, and the 1 that do not "
        "elaborate." in printed(report)
    )


def test_verdicts_that_were_taken_from_a_record_are_spoken_of_first(tmp_path: Path):
    traces = [make_trace(EASY, 0, PROOF)]
    run = make_run(tmp_path / "run", ["easy", "hard"], 1, traces, recorded="5ba7e")
    report = write_report(run)
    assert (report.recorded, report.seconds) == ("5ba7e", None)
    first, partial = notes(report)
    assert first == (
        "Verdicts were taken from a record; nothing was checked anew. The record has the SHA-256 "
        "5ba7e."
    )
    assert partial.startswith("Partial run")
    said = printed(report)
    assert said.index(first) < said.index(partial) < said.index("pass@k")
    assert " s on average" not in said, "neither time would be that of this run"
    page = (tmp_path / "run" / "report.html").read_text()
    assert re.findall(r'class="notice">(.*?)</p>', page)[:2] == [first, partial]
    assert "Time in episodes" not in page
    checked = write_report(make_run(tmp_path / "checked", ["easy"], 1, traces))
    assert (checked.recorded, notes(checked)) == (None, ())


# Which k.


def test_the_k_that_are_asked_for_are_shown(tmp_path: Path):
    traces = [make_trace(EASY, sample, PROOF if sample else None) for sample in range(4)]
    run = make_run(tmp_path / "run", ["easy"], 4, traces)
    assert list(write_report(run, ks=parse_ks("3, 1,3")).pass_at_k) == ["1", "3"]


def test_in_a_partial_run_a_large_k_is_over_the_problems_with_that_many_samples(tmp_path: Path):
    traces = [make_trace(EASY, sample) for sample in range(4)]
    traces += [make_trace(HARD, 0, PROOF)]
    run = make_run(tmp_path / "run", ["easy", "hard"], 4, traces)
    report = write_report(run, ks=(1, 4))
    assert {k: e.problems for k, e in report.pass_at_k.items()} == {"1": 2, "4": 1}
    assert set(report.by_topic["sets"].pass_at_k) == {"1"}
    rows = [line.split("│")[1:-1] for line in printed(report).splitlines()]
    assert [row[-1].strip() for row in rows if len(row) == 5] == ["2", "1"]


def test_where_no_sampling_error_can_be_told_a_dash_stands_and_the_words_say_why(tmp_path: Path):
    traces = [make_trace(EASY, sample, PROOF if sample else None) for sample in range(4)]
    report = write_report(make_run(tmp_path / "run", ["easy"], 4, traces))
    told = [e.sampling_error is not None for e in report.pass_at_k.values()]
    assert told == [True, True, False]
    rows = [line for line in printed(report).splitlines() if line.startswith("│")]
    assert ["±" in row for row in rows[:3]] == told
    assert "fewer than 2k samples" in printed(report)
    page = (tmp_path / "run" / "report.html").read_text()
    assert page.count('<td class="n dim">±') == 2
    assert page.count('<td class="n dim">—</td>') == 1
    assert "fewer than 2k samples" in page


def test_a_k_larger_than_n_is_refused_with_the_way_out(tmp_path: Path):
    run = make_run(tmp_path / "run", ["easy"], 2, [make_trace(EASY, 0)])
    with pytest.raises(UserError) as refusal:
        write_report(run, ks=(1, 32))
    assert str(refusal.value) == (
        f"pass@32 needs 32 samples of each problem, and {run.path} has 2: ask for k up to 2, or "
        "run it with --samples 32 into another folder"
    )
    with pytest.raises(UserError, match="no problem has the 2 samples of pass@2 yet, only 1 at"):
        write_report(run, ks=(2,))


@pytest.mark.parametrize("text", ["", "0", "1,,2", "eight", "-1", "1.5", "²"])
def test_a_list_of_k_that_is_none_is_refused(text: str):
    with pytest.raises(UserError, match="is not a list of numbers from 1 up: write it such as"):
        parse_ks(text)
