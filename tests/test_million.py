"""The benchmark of a million episodes, smaller: what it makes is counted as its traces say."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from rich.console import Console

from lean_agent.evaluation.report import write_report
from lean_agent.evaluation.summary import summarise
from lean_agent.evaluation.tally import Tally
from lean_agent.trace.digest import Digest
from lean_agent.trace.store import RunFolder


@pytest.mark.slow
def test_the_report_of_many_shards_is_that_of_all_their_traces(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(Path(__file__).parents[1] / "benchmarks"))
    monkeypatch.delitem(sys.modules, "million", raising=False)
    million = __import__("million")
    episodes = million.Episodes(problems=200, samples=100)
    million.make_run(tmp_path, episodes, 4 << 20, Console(quiet=True))
    run = RunFolder.open(tmp_path)
    assert len(list((tmp_path / "episodes").glob("*.jsonl.zst"))) > 20

    written = million.Episodes(problems=200, samples=100)  # the same again
    expected = Tally.of(map(Digest.of, written))
    assert Tally.of(run.digests()) == expected
    assert Tally.of(map(Digest.of, run.traces())) == expected
    assert write_report(run) == summarise(expected, run.settings)
    assert len(run.done()) == 20_000
    assert [t.episode_id for t in run.fetch({"made_up_7#99", "made_up_0#0"})] == [
        "made_up_0#0",
        "made_up_7#99",
    ]
