"""Recorded runs: `--model replay:RUN --lean recorded` takes answers and verdicts from a record.

The record here is made with the embedded Lean and a scripted model: calls that are refused by the
loop and by the tool, a proof that is only written down, a problem that is not proved, and one
whose statement does not elaborate.
"""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from command import AND_SWAP, AND_SWAP_PROOF, OR_SWAP, write_problems
from rich.console import Console
from scripted import ScriptedModel, call
from synthetic_runs import make_trace
from typer.testing import CliRunner

from lean_agent import open_model
from lean_agent.adaptation import adapt_text
from lean_agent.benchmark_run import RunRequest, run_benchmark
from lean_agent.chat import Message, Sampling
from lean_agent.cli import app
from lean_agent.errors import UserError
from lean_agent.lean.library import Library
from lean_agent.models.backends import BACKENDS
from lean_agent.problem import Problem
from lean_agent.recorded import RecordedTools
from lean_agent.settings import Settings
from lean_agent.trace.clockless import without_clock
from lean_agent.trace.store import RunFolder, read_traces
from lean_agent.trace.trace import Limits, Outcome, Trace

pytestmark = pytest.mark.usefixtures("embedded_lean")

SWAP = {"id": "swap", "statement": AND_SWAP}
OR = {"id": "or", "statement": OR_SWAP}
BROKEN = {"id": "broken", "statement": "theorem broken : No.such"}
WRONG = AND_SWAP_PROOF.replace("⟨h.2, h.1⟩", "h")


def answer(messages: Sequence[Message], _: Sampling) -> str:
    turn = sum(message.role == "assistant" for message in messages)
    task = next(message.content for message in messages if message.role == "user")
    if AND_SWAP not in task:
        return call("search_mathlib", query="either of two", k=turn + 1)
    return [
        call("find_theorem") + call("search_mathlib", query=" "),
        f"```lean4\n{WRONG}\n```",
        call("search_mathlib", query="conjunction", k=2) + call("check_lean", code=AND_SWAP_PROOF),
    ][turn]


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A run folder; the benchmark's file lies beside it."""
    folder = tmp_path_factory.mktemp("record")
    problems = write_problems(folder / "problems.jsonl", SWAP, OR, BROKEN)
    settings = Settings(model="transformers:/models/scripted", limits=Limits(turns=3))
    asked = RunRequest(
        str(problems), settings, 1, folder / "run", lean="embedded", skip_broken=True
    )
    with pytest.MonkeyPatch.context() as patch:
        here = BACKENDS["transformers"].model_copy(update={"packages": ("json",)})
        patch.setitem(BACKENDS, "transformers", here)
        patch.setattr(open_model, "resolve", lambda *_: ScriptedModel(answer))
        asyncio.run(run_benchmark(asked, Console(file=io.StringIO())))
    yield folder / "run"


def play_back(
    record: Path, out: Path, *more: str, problems: Path | None = None, lean: str = "recorded"
) -> tuple[str, BaseException | None]:
    """What the command says, and what it raises."""
    benchmark = problems or record.parent / "problems.jsonl"
    asked = ["run", str(benchmark), "--samples", "1", "--skip-broken", "--out", str(out)]
    model = ["--model", f"replay:{record}", "--lean", lean]
    ran = CliRunner().invoke(app, [*asked, *model, *more])
    return ran.output, None if isinstance(ran.exception, SystemExit) else ran.exception


def by_id(traces: Iterator[Trace]) -> dict[str, Trace]:
    return {trace.episode_id: trace for trace in traces}


Json = dict[str, Any]


def edited_record(record: Path, path: Path, edit: Callable[[Json], object]) -> Path:
    """The traces of the record in a file, each changed; the file of their problems lies beside."""
    write_problems(path.parent / "problems.jsonl", SWAP, OR)
    lines = []
    for trace in read_traces(record):
        document = json.loads(trace.model_dump_json())
        edit(document)
        lines.append(json.dumps(document) + "\n")
    path.write_text("".join(lines), encoding="utf-8")
    return path


def test_the_playback_is_the_record(tmp_path: Path, record: Path) -> None:
    said, error = play_back(record, tmp_path / "out")
    assert error is None
    assert "2 of 2 episodes done, 1 proved" in said
    recorded, played = by_id(read_traces(record)), by_id(read_traces(tmp_path / "out"))
    swap = recorded["swap#0"]
    assert [error.kind.value for error in swap.turns[0].errors] == ["unknown_tool", "bad_arguments"]
    assert swap.turns[1].verdicts, "a proof that was only written down is checked"
    assert recorded.keys() == played.keys() == {"swap#0", "or#0"}
    for name, then in recorded.items():
        now = without_clock(played[name])
        as_recorded = without_clock(then).model_copy(update={"model": now.model})
        assert now == as_recorded


def test_it_is_told_from_a_run_that_asked_lean(tmp_path: Path, record: Path) -> None:
    said, _ = play_back(record, tmp_path / "out")
    assert said.startswith(
        f"Verdicts and search results are taken from the record {record}; nothing is checked anew."
    )
    then, now = RunFolder.open(record).settings, RunFolder.open(tmp_path / "out").settings
    assert then.recorded is None
    assert now.recorded is not None
    assert (now.toolchain, now.index_checksum) == (then.toolchain, then.index_checksum)
    assert now.broken == then.broken == ("broken",)
    assert now.benchmark_checksum == then.benchmark_checksum


@pytest.mark.parametrize("first", ["recorded", "embedded"])
def test_one_run_is_not_both(tmp_path: Path, record: Path, first: str) -> None:
    """Recorded verdicts and new ones are not put into one folder, whichever came first."""
    other = {"recorded": "embedded", "embedded": "recorded"}[first]
    assert play_back(record, tmp_path / "out", lean=first)[1] is None
    _, error = play_back(record, tmp_path / "out", lean=other)
    assert isinstance(error, UserError)
    assert "holds a run with other settings: recorded is " in str(error)


def test_a_run_goes_on_with_its_own_record_alone(tmp_path: Path, record: Path) -> None:
    one = edited_record(record, tmp_path / "one.jsonl", lambda _: None)
    assert play_back(one, tmp_path / "out")[1] is None
    assert play_back(one, tmp_path / "out")[1] is None
    edited_record(record, one, lambda t: t["turns"][0].update(tool_seconds=0.001))
    _, error = play_back(one, tmp_path / "out")
    assert isinstance(error, UserError)


def test_a_record_of_other_statements_is_refused(tmp_path: Path, record: Path) -> None:
    other = SWAP | {"statement": AND_SWAP.replace("b ∧ a", "a ∧ a")}
    problems = write_problems(tmp_path / "problems.jsonl", other, OR, BROKEN)
    _, error = play_back(record, tmp_path / "out", problems=problems)
    assert isinstance(error, UserError)
    assert f"its swap is `{AND_SWAP}`, here it is `{other['statement']}`" in str(error)
    assert not (tmp_path / "out").exists()


def test_a_record_of_other_theorems_is_refused(tmp_path: Path, record: Path) -> None:
    other = SWAP | {"statement": AND_SWAP.replace("and_swap'", "my_swap")}
    problems = write_problems(tmp_path / "problems.jsonl", other, OR, BROKEN)
    _, error = play_back(record, tmp_path / "out", problems=problems)
    assert isinstance(error, UserError)
    assert "its swap is the theorem and_swap', here it is my_swap" in str(error)


def test_a_problem_that_the_record_does_not_have_is_named(tmp_path: Path, record: Path) -> None:
    more = {"id": "more", "statement": "theorem more : True"}
    problems = write_problems(tmp_path / "problems.jsonl", SWAP, OR, BROKEN, more)
    _, error = play_back(record, tmp_path / "out", problems=problems)
    assert isinstance(error, UserError)
    assert "holds no episode of more" in str(error)


@pytest.mark.parametrize(
    "published", ["∑ i in s, i = 0 /\\ True", "∑ i : ℕ in s, i = 0 -> True", "True <-> True"]
)
@pytest.mark.parametrize("respelt", [False, True])
def test_a_statement_that_was_adapted_to_lean_is_the_same(published: str, respelt: bool) -> None:
    """The header may have lost what the record's Lean did not know."""
    header = "import Mathlib\nopen Nat"
    ours = Problem(id="t", statement=f"theorem t : {published}", header=f"{header} Gone")
    theirs = adapt_text(ours, Library("embedded")).problem.model_copy(update={"header": header})
    if respelt:
        spelt = theirs.statement.replace("/\\", "∧").replace("<->", "↔").replace("->", "→")
        theirs = theirs.model_copy(update={"statement": spelt.replace(" : ", " :\n  ", 1)})
    ready = RecordedTools(Path("record"), [make_trace(theirs, 0)]).ready([ours])
    assert ready.all == (theirs,)


def test_versions_are_those_of_each_episode(tmp_path: Path, record: Path) -> None:
    def edit(trace: Json) -> None:
        trace["versions"]["model.weights"] = "those of then"
        if trace["problem"]["id"] == "or":
            trace["versions"]["lean"] = "Lean 4.1.0"

    play_back(edited_record(record, tmp_path / "record.jsonl", edit), tmp_path / "out")
    played, lean = by_id(read_traces(tmp_path / "out")), RunFolder.open(record).settings.toolchain
    assert played["or#0"].versions["lean"] == "Lean 4.1.0"
    assert played["swap#0"].versions["lean"] == lean
    assert "model.weights" not in played["or#0"].versions, "no model was asked"
    assert RunFolder.open(tmp_path / "out").settings.toolchain == f"Lean 4.1.0; {lean}"


def test_a_dataset_is_a_record_too(tmp_path: Path, record: Path) -> None:
    traces = edited_record(record, tmp_path / "traces.jsonl", lambda _: None)
    (tmp_path / "dataset").mkdir()
    traces.rename(tmp_path / "dataset" / "traces.jsonl")
    said, error = play_back(tmp_path / "dataset", tmp_path / "out")
    assert error is None
    assert "2 of 2 episodes done, 1 proved" in said


def test_an_episode_that_ran_out_of_time_in_a_check_ends_there(
    tmp_path: Path, record: Path
) -> None:
    def edit(trace: Json) -> None:
        if trace["problem"]["id"] == "swap":
            del trace["messages"][-1]  # the result of the last check
            trace["turns"][-1]["verdicts"] = []
            trace.update(outcome="time_limit", proof=None)

    said, error = play_back(
        edited_record(record, tmp_path / "record.jsonl", edit), tmp_path / "out"
    )
    assert error is None
    assert "2 of 2 episodes done, 0 proved" in said
    ended = by_id(read_traces(tmp_path / "out"))["swap#0"]
    assert (ended.outcome, len(ended.turns)) == (Outcome.MODEL_ERROR, 3)
    assert "the record ends here, with the outcome time_limit" in ended.detail


@pytest.mark.parametrize("last", ["verdict", "written proof"])
def test_what_the_record_does_not_have_is_no_outcome(
    tmp_path: Path, record: Path, last: str
) -> None:
    """A verdict that was taken out of a record does not become a failed attempt."""

    def edit(trace: Json) -> None:
        if trace["problem"]["id"] == "swap":
            if last == "verdict":
                trace["messages"][-1]["tool_call_id"] = "another"
            else:
                trace["turns"][1]["verdicts"] = []

    said, _ = play_back(edited_record(record, tmp_path / "record.jsonl", edit), tmp_path / "out")
    assert "swap#0 did not end: swap#0: the record has no" in said
    assert "1 of 2 episodes done, 0 proved" in said


RUN = ["run", "embedded", "--samples", "1", "--out", "o", "--model", "portfolio"]


@pytest.mark.parametrize(
    "command",
    [
        ["traces", "replay", "run"],
        ["verify", "--traces", "run"],
        ["prove", "--statement", AND_SWAP, "--model", "portfolio"],
        RUN,
        [*RUN, "--variants", "json,xml"],
    ],
)
def test_only_a_playback_takes_recorded_verdicts(command: list[str]) -> None:
    ran = CliRunner().invoke(app, [*command, "--lean", "recorded"])
    assert isinstance(ran.exception, UserError)
    assert "--lean recorded" in str(ran.exception)
    assert "--model replay:RUN" in str(ran.exception)


@pytest.mark.parametrize("option", ["--cluster", "--index"])
def test_a_playback_needs_no_cluster_and_no_index(
    tmp_path: Path, record: Path, option: str
) -> None:
    _, error = play_back(record, tmp_path / "out", option, "auto")
    assert isinstance(error, UserError)
    assert "neither --index nor --cluster" in str(error)
