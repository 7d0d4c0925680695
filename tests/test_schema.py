"""Records of other versions: read, migrated, or refused with the way."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from synthetic_runs import make_problem, make_run, make_trace

from lean_agent.errors import UserError
from lean_agent.trace.run_settings import RUN_SCHEMA_VERSION
from lean_agent.trace.schema import MIGRATIONS
from lean_agent.trace.store import RunFolder, read_traces
from lean_agent.trace.trace import SCHEMA_VERSION, Trace

TRACE = make_trace(make_problem(), 0)


@pytest.fixture
def run(tmp_path: Path) -> Path:
    return make_run(tmp_path / "run", ["and_swap"], 1, [TRACE]).path


def rewrite(file: Path, without: tuple[str, ...] = (), **changes: Any) -> None:
    fields = {**json.loads(file.read_text()), **changes}
    for name in without:
        del fields[name]
    file.write_text(json.dumps(fields) + "\n")


def test_a_trace_of_a_newer_version_is_refused_with_the_way(run: Path) -> None:
    file = run / "episodes" / "00000.jsonl"
    # It may say things that this version knows nothing of, and is not damaged for that.
    for new in ({}, {"mood": "good"}):
        rewrite(file, schema_version=SCHEMA_VERSION + 1, **new)
        for read in (read_traces(run), read_traces(file), RunFolder.open(run).digests()):
            with pytest.raises(UserError) as refusal:
                list(read)
            assert str(refusal.value) == (
                f"{file}, line 1 is of schema version {SCHEMA_VERSION + 1}, and this lean-agent "
                f"reads up to {SCHEMA_VERSION}: upgrade lean-agent"
            )


def test_a_run_of_a_newer_version_is_refused_with_the_way(run: Path) -> None:
    settings = RunFolder.open(run).settings
    rewrite(run / "run.json", schema_version=9)
    for act in (RunFolder.open, lambda path: RunFolder.create_or_resume(path, settings)):
        with pytest.raises(UserError, match=r"run\.json is of schema version 9, .*: upgrade"):
            act(run)


def test_a_run_of_the_first_version_is_migrated_when_it_is_gone_on_with(run: Path) -> None:
    settings = RunFolder.open(run).settings
    file = run / "run.json"
    rewrite(file, without=("schema_version", "broken"))
    before = file.read_bytes()
    assert RunFolder.open(run).settings == settings
    assert file.read_bytes() == before, "reading changes nothing"
    RunFolder.create_or_resume(run, settings).close()
    assert json.loads(file.read_text())["schema_version"] == RUN_SCHEMA_VERSION


def test_damage_in_a_run_of_the_first_version_is_named(run: Path) -> None:
    rewrite(run / "run.json", without=("schema_version", "broken", "samples"))
    with pytest.raises(UserError, match=r"run\.json is damaged \(field `samples`"):
        RunFolder.open(run)


def test_a_trace_of_an_older_version_is_migrated_as_it_is_read(
    run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Say that version 0 called the samples tries."""
    fields = TRACE.model_dump(mode="json")
    old = {**fields, "schema_version": 0, "tries": fields["sample"]}
    del old["sample"]
    file = run / "episodes" / "00000.jsonl"
    file.write_text(json.dumps(old) + "\n")
    with pytest.raises(UserError, match="version 0, which this lean-agent does not read any more"):
        list(read_traces(run))

    def rename(fields: dict[str, Any]) -> dict[str, Any]:
        return {"sample": fields.pop("tries"), **fields}

    monkeypatch.setitem(MIGRATIONS, (Trace, 0), rename)
    assert list(read_traces(run)) == [TRACE]
    file.write_text(json.dumps({**old, "outcome": "won"}) + "\n")
    with pytest.raises(UserError, match=r"line 1 is damaged .*outcome"):
        list(read_traces(run))


@pytest.mark.parametrize("version", ["two", None, 1.5])
def test_a_version_that_is_none_is_damage(run: Path, version: object) -> None:
    file = run / "episodes" / "00000.jsonl"
    file.write_text(json.dumps({**TRACE.model_dump(mode="json"), "schema_version": version}) + "\n")
    with pytest.raises(UserError, match=r"line 1 is damaged .*schema_version"):
        list(read_traces(run))
