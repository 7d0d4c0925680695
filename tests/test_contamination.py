"""Decontamination of a dataset: which sets were compared with, and what of them was not there."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from lean_agent.benchmarks import load_benchmark
from lean_agent.benchmarks.published import PUBLISHED
from lean_agent.errors import UserError
from lean_agent.problem import Problem
from lean_agent.trace.rules.contamination import Decontamination
from lean_agent.trace.rules.rule import Rule

LINE = '{{"name": "t{n}", "split": "test", "formal_statement": "theorem t{n} : {n} < 999 := by"}}'


def problem(statement: str) -> Problem:
    return Problem(id="p", statement=statement)


def test_what_overlaps_is_left_with_the_evidence(tmp_path: Path) -> None:
    path = tmp_path / "evaluated.jsonl"
    path.write_text('{"id": "a", "statement": "theorem a (h : P 1) (g : Q 2) : R 3"}\n')
    found = Decontamination([str(path)]).found(problem("theorem b : Q 2 → P 1 → R 3"))
    assert found is not None
    assert found.rule is Rule.CONTAMINATION
    assert found.why == "its problem overlaps with a of evaluated.jsonl (parts, 100%)"
    assert found.evidence == "all 3 parts, such as: ⊢ R 3; P 1; Q 2"


def test_nothing_is_evaluated_on_the_training_split(tmp_path: Path) -> None:
    path = tmp_path / "evaluated.jsonl"
    path.write_text(
        '{"id": "a", "statement": "theorem a : P 1", "split": "test"}\n'
        '{"id": "b", "statement": "theorem b : P 2", "split": "train"}\n'
    )
    compared = Decontamination([str(path)])
    assert compared.sets[0].splits == {"test": 1}
    assert compared.found(problem("theorem z : P 2")) is None
    assert compared.found(problem("theorem z : P 1")) is not None


def test_the_training_problems_of_embedded_are_those_of_no_evaluation_set() -> None:
    compared = Decontamination(["embedded"])
    assert "train" not in compared.sets[0].splits
    training = load_benchmark("embedded", "train")
    assert [one.id for one in training if compared.found(one) is not None] == []


def test_an_edition_with_fewer_problems_says_what_was_not_compared_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LEAN_AGENT_DATA", str(tmp_path))
    (tmp_path / "minif2f.jsonl").write_text(
        "\n".join(LINE.format(n=number) for number in range(244))
    )
    [found] = Decontamination(["minif2f"]).sets
    assert found.splits == {"test": 244}
    assert found.lacking == {"valid": 244}
    assert found.gap == (
        "Of the published problems of minif2f 244 of valid are not in the file at hand: nothing "
        "was compared with them."
    )
    assert found.edition.startswith("not the published file")


def test_a_set_of_ones_own_lacks_nothing(tmp_path: Path) -> None:
    path = tmp_path / "minif2f.jsonl"
    path.write_text('{"id": "a", "statement": "theorem a : P 1"}\n')
    [found] = Decontamination([str(path)]).sets
    assert (found.name, found.lacking, found.gap, found.edition) == ("minif2f.jsonl", {}, "", "")


def test_a_set_that_is_not_there_is_named() -> None:
    with pytest.raises(UserError, match="the evaluation set nonesuch is not to be had"):
        Decontamination(["nonesuch"])


def test_no_training_problem_of_embedded_is_in_a_published_set(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    data = Path(os.environ.get("LEAN_AGENT_DATA", "../shared/data"))
    files = {name: (data / name, data / one.file_name) for name, one in PUBLISHED.items()}
    there = [name for name, places in files.items() if any(one.exists() for one in places)]
    if len(there) < len(PUBLISHED):
        pytest.skip(f"only {there} there: set LEAN_AGENT_DATA to the folder of all three")
    monkeypatch.setenv("LEAN_AGENT_DATA", str(data))
    compared = Decontamination([*PUBLISHED, "embedded"])
    training = load_benchmark("embedded", "train")
    assert len(training) == 200
    assert [one.id for one in training if compared.found(one) is not None] == []
