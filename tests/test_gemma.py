"""A real language model takes part, and its failures are counted: Gemma 3 270M on CPU.

It is far too small to prove anything, or to call a tool reliably: the collapsed end of the scale
that the reports of real provers are read on. Minutes, so not in the default run:
`pytest -m slow tests/test_gemma.py`, with `-s` to see the table.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest
from command import lean_agent
from gemma import GemmaServer, Missing

from lean_agent.chat import CallErrorKind
from lean_agent.evaluation.report import JSON_FILE
from lean_agent.evaluation.summary import Report
from lean_agent.trace.store import RunFolder
from lean_agent.trace.trace import Trace

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def served() -> Iterator[GemmaServer]:
    try:
        with GemmaServer() as server:
            yield server
    except Missing as missing:
        pytest.skip(str(missing))


@pytest.fixture(scope="module")
def run(
    served: GemmaServer,
    embedded_lean: None,  # noqa: ARG001
    tmp_path_factory: pytest.TempPathFactory,
) -> RunFolder:
    """20 problems, each twice, with the tools described in the prompt."""
    out = tmp_path_factory.mktemp("runs") / "gemma"
    done = lean_agent(
        *("run", "embedded", "--split", "test", "--limit", 20, "--samples", 2, "--out", out),
        *("--model", served.spec, "--lean", "embedded", "--concurrency", 4),
        *("--set", "backend.interface=prompt", "--set", "backend.dialect=fenced"),
        *("--turns", 4, "--max-tokens", 160),
    )
    assert done.returncode == 0, done.stderr
    return RunFolder.open(out)


@pytest.fixture(scope="module")
def table(run: RunFolder) -> str:
    """What `lean-agent report` shows of it."""
    shown = lean_agent("report", run.path)
    assert shown.returncode == 0, shown.stderr
    print(shown.stdout)
    return shown.stdout


@pytest.fixture(scope="module")
def report(run: RunFolder, table: str) -> Report:  # noqa: ARG001
    return Report.model_validate_json((run.path / JSON_FILE).read_bytes())


def test_all_episodes_end_and_not_because_of_the_server(report: Report) -> None:
    assert report.complete
    assert report.episodes == 40
    assert "model_error" not in report.outcomes
    assert report.tokens is not None
    assert report.tokens.completion > 0


def test_every_answer_calls_a_tool_or_is_told_what_was_wrong(run: RunFolder) -> None:
    for trace in run.traces():
        assert trace.turns
        for number, turn in enumerate(trace.turns):
            called = bool(valid_calls(trace, number))
            assert called or turn.errors, f"{trace.episode_id} turn {number + 1}: {turn.raw}"


def test_the_report_counts_what_the_traces_show(run: RunFolder, report: Report) -> None:
    errors = Counter[CallErrorKind]()
    valid = answers = 0
    for trace in run.traces():
        for number, turn in enumerate(trace.turns):
            errors.update(error.kind for error in turn.errors)
            valid += valid_calls(trace, number)
            answers += 1

    assert report.tool_use.errors == errors
    assert report.tool_use.valid_calls == valid
    assert report.tool_use.valid_call_rate == valid / (valid + errors.total())
    assert sum(turn.answers for turn in report.tool_use.by_turn) == answers


def test_the_table_shows_the_collapse(report: Report, table: str) -> None:
    rate = report.tool_use.valid_call_rate
    assert rate is not None
    assert rate < 0.5
    for kind in report.tool_use.errors:
        assert kind.replace("_", " ") in table
    assert f"{rate:.1%} valid" in table


def valid_calls(trace: Trace, number: int) -> int:
    """The calls of one answer that were carried out."""
    answers = [message for message in trace.messages if message.role == "assistant"]
    refused = {error.call_id for error in trace.turns[number].errors if error.call_id is not None}
    return sum(call.id not in refused for call in answers[number].tool_calls)
