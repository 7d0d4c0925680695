"""`lean-agent traces view` in the terminal: Lean's errors on their lines, changes, spoilt calls."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from synthetic_runs import ERRORS, make_problem, make_run, make_trace
from typer import Typer
from typer.testing import CliRunner

from lean_agent.chat import CallError, CallErrorKind, Message
from lean_agent.errors import UserError
from lean_agent.lean.protocol import LeanMessage, Position, Sorry
from lean_agent.lean.verdict import Verdict
from lean_agent.progress import EpisodeProgress
from lean_agent.trace.attempts import attempts, changes
from lean_agent.trace.narrate import Narrator
from lean_agent.trace.trace import Trace
from lean_agent.trace.viewer import episodes, find_episodes
from lean_agent.view_command import view

PROBLEM = make_problem("and_swap")
PROOF = "theorem t (a b : Prop) (h : a ∧ b) : b ∧ a := by\n  exact ⟨h.2, h.1⟩"
WRONG = "theorem t (a b : Prop) (h : a ∧ b) : b ∧ a := by\n  have x := h.1\n  exact ⟨x, h.2⟩"


# Shown backwards from the first code on; the others end it, or do the like.
TURNED = "turned\u202eback\u202c\u2066\u2069\u200e\u200f\u061c\u2028"


def said(line: int, column: int, end: int, text: str, severity: str = "error") -> LeanMessage:
    """A message about some characters of a line."""
    return LeanMessage(
        severity=severity,
        pos=Position(line=line, column=column),
        end_pos=Position(line=line, column=end),
        data=text,
    )


def rejected(*messages: LeanMessage, sorries: tuple[Sorry, ...] = ()) -> Verdict:
    return ERRORS.model_copy(update={"messages": messages, "sorries": sorries})


def failed(code: str, verdict: Verdict, **other: object) -> Trace:
    """An episode whose last attempt is `code`, which Lean rejected with `verdict`."""
    trace = make_trace(PROBLEM, 0, code, verdict=verdict, outcome="turn_limit", **other)
    return trace.model_copy(update={"proof": None})


def told(trace: Trace, *, width: int = 90, whole: bool = True) -> str:
    console = Console(file=io.StringIO(), width=width)
    Narrator(console, whole=whole).tell(trace)
    assert isinstance(console.file, io.StringIO)
    return "\n".join(line.rstrip() for line in console.file.getvalue().splitlines())


def test_an_error_stands_under_the_line_it_is_about_and_points_at_its_place():
    trace = failed(WRONG, rejected(said(3, 9, 10, "type mismatch\n  x : a")), failed_attempts=0)
    assert (
        "    1 │ theorem t (a b : Prop) (h : a ∧ b) : b ∧ a := by\n"
        "    2 │   have x := h.1\n"
        "  ✗ 3 │   exact ⟨x, h.2⟩\n"
        "      │          ^\n"
        "      │ error: type mismatch\n"
        "      │   x : a\n"
        "  Rejected (errors): Lean reports errors."
    ) in told(trace)


def test_of_a_line_that_is_wider_than_the_terminal_the_column_is_named():
    code = f"theorem t : True := by\n  exact {'x' * 100}"
    text = told(failed(code, rejected(said(2, 8, 9, "unknown")), failed_attempts=0), width=60)
    assert "│ column 9, error: unknown" in text
    assert "^" not in text


def test_warnings_and_the_goals_of_sorries_are_marked_too():
    verdict = rejected(
        said(2, 2, 6, "unused variable", "warning"),
        sorries=(Sorry(pos=Position(line=3, column=2), goal="⊢ b ∧ a"),),
    )
    text = told(failed(WRONG, verdict, failed_attempts=0))
    assert "  ! 2 │   have x := h.1\n      │   ^^^^\n      │ warning: unused variable" in text
    assert "  ✗ 3 │" in text
    assert "      │ sorry: stands for:\n      │ ⊢ b ∧ a" in text


def test_a_message_about_no_line_of_the_code_is_not_lost():
    text = told(failed(WRONG, rejected(said(9, 0, 1, "the file ends here")), failed_attempts=0))
    assert "      │ error: the file ends here\n  Rejected" in text


def test_what_changed_since_the_attempt_before_is_shown_line_by_line():
    text = told(make_trace(PROBLEM, 0, PROOF))
    assert "→ check_lean()  attempt 2\n  changed since attempt 1:" in text
    assert "  - 2 │   exact h -- 0\n  + 2 │   exact ⟨h.2, h.1⟩\n" in text
    # The demo and a live episode are told without.
    assert "changed since" not in told(make_trace(PROBLEM, 0, PROOF), whole=False)


def test_an_attempt_that_changed_nothing_says_so():
    trace = make_trace(PROBLEM, 0, PROBLEM.statement + " := by\n  exact h -- 0")
    assert "the same code as attempt 1" in told(trace)


texts = st.lists(st.sampled_from(["a", "b", "", "  exact h"]), max_size=12).map("\n".join)


@given(texts, texts)
def test_changes_lead_from_the_one_text_to_the_other(before: str, after: str):
    found = changes(before, after)
    gone = {change.number for change in found if change.mark == "-"}
    new = {change.number: change.line for change in found if change.mark == "+"}
    kept = iter(line for n, line in enumerate(before.split("\n"), 1) if n not in gone)
    length = len(before.split("\n")) - len(gone) + len(new)
    built = [new[n] if n in new else next(kept) for n in range(1, length + 1)]
    assert "\n".join(built) == after
    assert next(kept, None) is None
    assert (before == after) == (not found)


def test_two_long_texts_that_have_nothing_in_common_are_compared_at_once():
    before = "\n".join(f"old {n % 7}" for n in range(20_000))
    after = "\n".join(f"new {n % 7}" for n in range(20_000))
    assert len(changes(before, after)) == 40_000


def test_a_call_that_was_spoilt_is_shown_with_what_was_wrong():
    error = CallError(kind=CallErrorKind.NOT_JSON, text='{"name": ', detail="It ends too early.")
    trace = make_trace(PROBLEM, 0, PROOF, errors=(error,))
    first = trace.turns[0].model_copy(update={"raw": '<tool_call>{"name": </tool_call>'})
    text = told(trace.model_copy(update={"turns": (first, *trace.turns[1:])}))
    assert "✗ not json: It ends too early." in text
    assert 'The model\'s text as generated:\n  <tool_call>{"name": </tool_call>' in text


def test_a_proof_that_was_only_written_down_is_an_attempt_too():
    wrote = Message(role="assistant", content=f"Here.\n```lean4\n{PROOF}\n```")
    trace = make_trace(PROBLEM, 0, PROOF)
    trace = trace.model_copy(
        update={"messages": (*trace.messages[:2], wrote), "turns": trace.turns[1:]}
    )
    (judged,) = attempts(trace)
    assert judged[""].code == PROOF
    text = told(trace)
    assert "The proof it wrote down: attempt 1" in text
    assert "Accepted: The theorem is proved." in text


def test_the_end_says_what_it_cost():
    trace = make_trace(PROBLEM, 0, PROOF, tokens=1200)
    assert told(trace, width=200).endswith(
        "proved in 2 turns, 2.0 s (model 2.0, tools 1.0; Lean worked 0.5), "
        "2,400 prompt and 2,400 completion tokens"
    )
    no_clock = trace.model_copy(update={"seconds": 0.0})
    assert "proved in 2 turns, 2,400 prompt" in told(no_clock)


def test_what_a_model_wrote_cannot_steer_the_terminal():
    trace = make_trace(PROBLEM, 0, PROOF + " -- \x1b[2J\x9b", words="\x1b]0;taken over\x07")
    text = told(trace)
    assert "\x1b" not in text and "\x9b" not in text and "\x07" not in text
    assert "␛]0;taken over␇" in text


def test_nor_can_it_while_the_run_goes_on():
    console = Console(file=io.StringIO(), width=90)
    with EpisodeProgress(console, 1, 0, 0) as progress:
        progress.episode_ended(make_trace(make_problem("a\x1b[2Jb"), 0, PROOF))
    assert isinstance(console.file, io.StringIO)
    assert "proved a␛[2Jb: search" in console.file.getvalue()
    assert "\x1b" not in console.file.getvalue()


def test_what_a_model_wrote_cannot_stand_in_another_order():
    trace = make_trace(PROBLEM, 0, f"{PROOF} -- {TURNED}", words=TURNED, result=TURNED)
    text = told(trace)
    assert not set(TURNED) & set(text) - set("turnedback")
    assert "turned�back�" in text


# The command.

app = Typer()
app.command()(view)


def viewed(*arguments: object) -> str:
    """What the command prints. What cannot be used is raised."""
    result = CliRunner().invoke(app, [str(a) for a in arguments], catch_exceptions=False)
    return result.output


@pytest.fixture
def run(tmp_path: Path) -> Path:
    traces = [make_trace(PROBLEM, 0, PROOF), make_trace(PROBLEM, 1)]
    traces.append(make_trace(make_problem("or_swap"), 0))
    make_run(tmp_path / "run", ["and_swap", "or_swap"], 2, traces)
    return tmp_path / "run"


def test_without_an_episode_all_are_listed_a_line_each(run: Path):
    assert viewed(run).splitlines() == [
        "✓ and_swap#0  proved         search → check ✗✓ (2 turns)",
        "✗ and_swap#1  turn_limit     search → check ✗ (1 turn)",
        "✗ or_swap#0   turn_limit     search → check ✗ (1 turn)",
    ]


def test_the_list_can_be_of_the_proved_or_of_the_failed(run: Path):
    assert [line.split()[1] for line in viewed(run, "--proved").splitlines()] == ["and_swap#0"]
    assert [trace.episode_id for trace in episodes(run, False)] == ["and_swap#1", "or_swap#0"]


def test_a_file_of_traces_is_as_good_as_a_run(run: Path, tmp_path: Path):
    file = tmp_path / "traces.jsonl"
    file.write_text("".join(trace.model_dump_json() + "\n" for trace in episodes(run)))
    assert viewed(file, "--failed") == viewed(run, "--failed")
    assert viewed(file, "and_swap#0") == viewed(run, "and_swap#0")
    assert "attempt 2" in viewed(file, "and_swap#0")


def test_of_a_file_of_several_runs_every_episode_of_the_id_is_told(tmp_path: Path):
    both = [make_trace(PROBLEM, 0, words=words) for words in ("of one run", "of another")]
    file = tmp_path / "traces.jsonl"
    file.write_text("".join(trace.model_dump_json() + "\n" for trace in both))
    assert find_episodes(file, ["and_swap#0"]) == both


def test_several_episodes_are_told_in_the_order_asked_for(run: Path):
    text = viewed(run, "or_swap#0", "and_swap#0")
    assert text.index("or_swap#0 ─") < text.index("and_swap#0 ─")


@pytest.mark.parametrize(
    ("asked", "hint"),
    [
        ("and_swop#1", r"did you mean and_swap#1\?"),
        ("and_swap#7", "of and_swap there are and_swap#0, and_swap#1"),
        ("and_swap", "of and_swap there are and_swap#0, and_swap#1"),
        ("nonsense", "an id is problem#sample, such as and_swap#0"),
    ],
)
def test_for_an_episode_that_is_not_there_another_is_suggested(run: Path, asked: str, hint: str):
    with pytest.raises(UserError, match=f"has no episode {asked}.*{hint}"):
        find_episodes(run, [asked])


def test_where_there_is_nothing_to_show_that_is_said(tmp_path: Path, run: Path):
    with pytest.raises(UserError, match="no such run folder"):
        viewed(tmp_path / "nowhere")
    with pytest.raises(UserError, match="leave EPISODE out"):
        viewed(run, "and_swap#0", "--proved")
    proved = make_run(tmp_path / "all", ["and_swap"], 1, [make_trace(PROBLEM, 0, PROOF)])
    with pytest.raises(UserError, match="holds no failed episode"):
        viewed(proved.path, "--failed")
    with pytest.raises(UserError, match="cannot write"):
        viewed(run, "and_swap#0", "--page", tmp_path / "no" / "page.html")


@pytest.mark.parametrize("name", ["run.json", "episodes/00000.jsonl", "episodes/00001.jsonl", "x"])
def test_a_page_is_not_written_over_what_is_none(run: Path, name: str):
    before = {file: file.read_bytes() for file in run.rglob("*") if file.is_file()}
    with pytest.raises(UserError, match=r"choose a name that ends in \.html"):
        viewed(run, "and_swap#0", "--page", run / name)
    assert {file: file.read_bytes() for file in run.rglob("*") if file.is_file()} == before
