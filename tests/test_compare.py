"""Runs compared: pass@k side by side, problem by problem, at equal budgets, and what it cost."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import binom, binomtest
from synthetic_runs import PROVED, make_problem, make_run, make_trace

from lean_agent.chat import Sampling
from lean_agent.errors import UserError
from lean_agent.evaluation.compare import Comparison, compare_runs
from lean_agent.evaluation.counted import unique_names
from lean_agent.lean.verdict import Level
from lean_agent.problem import Problem
from lean_agent.trace.store import RunFolder
from lean_agent.trace.trace import Trace

PROOF = "theorem t (a b : Prop) (h : a ∧ b) : b ∧ a := ⟨h.2, h.1⟩"


def episodes(
    solved: Mapping[str, str], tokens: int | None = None, problems: Mapping[str, Problem] = {}
) -> Iterator[Trace]:
    """`1` for a sample that solves the problem, `0` for one that does not, `-` for none."""
    for name, samples in solved.items():
        problem = problems.get(name) or make_problem(name)
        for sample, mark in enumerate(samples):
            if mark != "-":
                yield make_trace(problem, sample, PROOF if mark == "1" else None, tokens=tokens)


def run(path: Path, solved: Mapping[str, str], tokens: int | None = None, **other: object) -> Path:
    samples = max(map(len, solved.values()))
    make_run(path, list(solved), samples, episodes(solved, tokens), **other)
    return path


# Problem by problem.


def test_a_run_is_held_against_the_first(tmp_path: Path):
    before = run(tmp_path / "before", {"a": "0010", "b": "0000", "c": "1111", "d": "0001"})
    after = run(tmp_path / "after", {"a": "1010", "b": "0110", "c": "1111", "d": "0000"})
    found = compare_runs([before, after])
    assert [one.name for one in found.runs] == ["before", "after"]
    assert [one.report.solved for one in found.runs] == [3, 3]
    assert found.ks == (1, 2, 4)
    (against,) = found.against_first
    assert (against.run, against.problems, against.samples) == ("after", 4, 4)
    assert (against.won, against.lost) == (("b",), ("d",))
    test = against.mcnemar
    assert (test.both, test.won, test.lost, test.neither, test.p_value) == (2, 1, 1, 0, 1.0)
    assert against.differences["1"].value == pytest.approx((1 + 2 + 0 - 1) / 16)
    assert against.differences["4"].value == 0.0
    assert found.warnings == ()


def test_three_runs_are_each_held_against_the_first(tmp_path: Path):
    marks = {"x": "00", "y": "01", "z": "11"}
    paths = [run(tmp_path / name, {"a": samples}) for name, samples in marks.items()]
    found = compare_runs(paths)
    assert [one.run for one in found.against_first] == ["y", "z"]
    assert [one.differences["1"].value for one in found.against_first] == [0.5, 1.0]


def test_one_run_alone_has_its_own_numbers(tmp_path: Path):
    found = compare_runs([run(tmp_path / "only", {"a": "01"})])
    assert found.runs[0].report.pass_at_k["1"].value == 0.5
    assert (found.against_first, found.differs) == ((), ())


def test_with_other_numbers_of_samples_the_first_samples_are_compared(tmp_path: Path):
    few = run(tmp_path / "few", {"a": "00", "b": "10"})
    many = run(tmp_path / "many", {"a": "00000100", "b": "01000000"})
    found = compare_runs([few, many])
    assert found.ks == (1, 2, 4, 8)
    assert set(found.runs[0].report.pass_at_k) == {"1", "2"}
    (against,) = found.against_first
    assert against.samples == 2
    assert (against.won, against.lost) == ((), ()), "a was solved by the sixth sample only"
    assert set(against.differences) == {"1", "2"}
    assert against.differences["2"].value == pytest.approx((2 / 8 + 2 / 8 - 1) / 2)


def test_a_partial_run_is_compared_over_what_both_have(tmp_path: Path):
    whole = run(tmp_path / "whole", {"a": "0001", "b": "0100", "c": "1111"})
    part = run(tmp_path / "part", {"a": "0-1-", "b": "1---", "c": "----"})
    found = compare_runs([whole, part])
    assert not found.runs[1].report.complete
    (against,) = found.against_first
    assert (against.problems, against.fewest_samples, against.samples) == (2, 1, 2)
    assert against.won == ("a", "b"), "of a the first two, and of b the first one, is compared"
    assert against.differences["1"].problems == 2
    assert any("part have 2 problems in common" in said for said in found.warnings)


def test_a_k_that_a_partial_run_has_no_samples_for_yet_is_left_out_of_it_alone(tmp_path: Path):
    whole = run(tmp_path / "whole", {"a": "0001", "b": "0100"})
    part = run(tmp_path / "part", {"a": "01--", "b": "1---"})
    found = compare_runs([whole, part], ks=(2, 4))
    assert [set(one.report.pass_at_k) for one in found.runs] == [{"2", "4"}, {"2"}]
    assert found.runs[1].report.pass_at_k["2"].problems == 1
    assert set(found.against_first[0].differences) == {"2"}
    none = compare_runs([whole, part], ks=(4,))
    assert [set(one.report.pass_at_k) for one in none.runs] == [{"4"}, set()]


def test_problems_that_do_not_elaborate_are_unsolved_in_both(tmp_path: Path):
    one = run(tmp_path / "one", {"a": "1", "b": "0"}, broken=("x",))
    two = run(tmp_path / "two", {"a": "1", "b": "1"}, broken=("x",))
    found = compare_runs([one, two])
    (against,) = found.against_first
    assert against.problems == 3
    assert against.mcnemar.neither == 1
    assert against.differences["1"].value == pytest.approx(1 / 3)
    assert found.runs[1].report.pass_at_k["1"].value == pytest.approx(2 / 3)


def test_the_level_decides_which_proofs_count(tmp_path: Path):
    fast = PROVED.model_copy(update={"level": Level.FAST})
    make_run(tmp_path / "x", ["a"], 1, [make_trace(make_problem("a"), 0, PROOF)])
    make_run(tmp_path / "y", ["a"], 1, [make_trace(make_problem("a"), 0, PROOF, verdict=fast)])
    paths = [tmp_path / "x", tmp_path / "y"]
    assert compare_runs(paths).against_first[0].lost == ("a",)
    assert compare_runs(paths, Level.FAST).against_first[0].lost == ()


def test_a_proof_that_does_not_count_solves_nothing_among_the_first_samples_either(tmp_path: Path):
    """A problem with fewer samples in one run is looked at sample by sample in the other."""
    fast = PROVED.model_copy(update={"level": Level.FAST})
    a = make_problem("a")
    make_run(tmp_path / "few", ["a"], 1, [make_trace(a, 0)])
    two = [make_trace(a, 0, PROOF, verdict=fast), make_trace(a, 1, PROOF)]
    make_run(tmp_path / "more", ["a"], 2, two)
    paths = [tmp_path / "few", tmp_path / "more"]
    assert compare_runs(paths).against_first[0].mcnemar.neither == 1
    assert compare_runs(paths, Level.FAST).against_first[0].won == ("a",)


# Which runs go together.


def test_what_differs_is_listed(tmp_path: Path):
    one = run(tmp_path / "one", {"a": "1"}, sampling=Sampling(seed=1, temperature=0.6))
    two = run(tmp_path / "two", {"a": "1"}, model="openai:prover", sampling=Sampling(seed=2))
    differs = {one.key: one.values for one in compare_runs([one, two]).differs}
    assert differs["model"] == ("portfolio", "openai:prover")
    assert differs["sampling.seed"] == ("1", "2")
    assert set(differs) == {"model", "sampling.seed", "sampling.temperature"}


def test_runs_without_a_problem_in_common_are_refused(tmp_path: Path):
    one, two = run(tmp_path / "one", {"a": "1"}), run(tmp_path / "two", {"b": "1"}, split="valid")
    with pytest.raises(UserError) as refusal:
        compare_runs([one, two])
    assert str(refusal.value) == (
        "one and two have no problem in common, by id and statement: one is embedded/test and "
        "two is embedded/valid"
    )


def test_the_same_id_with_another_statement_is_another_problem(tmp_path: Path):
    other = make_problem("a").model_copy(update={"statement": "theorem t : True"})
    solved = {"a": "01", "b": "01"}
    one = run(tmp_path / "one", solved)
    two = tmp_path / "two"
    make_run(two, ["a", "b"], 2, episodes(solved, problems={"a": other}), benchmark_checksum="1")
    found = compare_runs([one, two])
    assert found.against_first[0].problems == 1
    assert any(
        "another statement" in said and said.endswith("left out: a.") for said in found.warnings
    )


def test_runs_of_other_splits_with_problems_in_common_are_compared_with_a_warning(tmp_path: Path):
    one = run(tmp_path / "one", {"a": "1", "b": "0"})
    two = run(tmp_path / "two", {"a": "1", "c": "0"}, split="valid", benchmark_checksum="1")
    found = compare_runs([one, two])
    assert found.against_first[0].problems == 1
    assert "not the same problem sets: one is embedded/test, two is embedded/valid" in " ".join(
        found.warnings
    )


def test_a_copy_of_a_run_is_told_from_another_run(tmp_path: Path):
    one = run(tmp_path / "one", {"a": "01", "b": "10"})
    shutil.copytree(one, tmp_path / "copy")
    (warning,) = compare_runs([one, tmp_path / "copy"]).warnings
    assert warning.startswith("a#0 is the very same episode in one and copy, to its clock")
    traces = [
        trace.model_copy(update={"started": "2026-01-02T00:00:00+00:00"})
        for trace in RunFolder.open(one).traces()
    ]
    make_run(tmp_path / "again", ["a", "b"], 2, traces)
    assert compare_runs([one, tmp_path / "again"]).warnings == ()


def test_a_k_that_one_of_the_runs_cannot_have_is_refused_naming_the_run(tmp_path: Path):
    few, many = run(tmp_path / "few", {"a": "00"}), run(tmp_path / "many", {"a": "0000"})
    with pytest.raises(UserError, match=r"pass@4 needs 4 samples .* few has 2: ask for k up to 2"):
        compare_runs([few, many], ks=(1, 4))
    assert compare_runs([few, many], ks=(2,)).ks == (2,)


def test_a_run_that_cannot_be_counted_is_named(tmp_path: Path):
    good = run(tmp_path / "good", {"a": "0"})
    make_run(tmp_path / "empty", ["a"], 1, [])
    with pytest.raises(UserError, match=r"empty: the run holds no finished episode"):
        compare_runs([good, tmp_path / "empty"])
    make_run(tmp_path / "twice", ["a"], 1, [make_trace(make_problem("a"), 0)] * 2)
    with pytest.raises(UserError, match=r"twice: episode a#0 is in the run twice"):
        compare_runs([good, tmp_path / "twice"])
    with pytest.raises(UserError, match="is named twice: name each run folder once"):
        compare_runs([good, tmp_path / "." / "good"])


def test_runs_are_named_by_what_tells_their_folders_apart():
    assert unique_names([Path("/x/a"), Path("/x/b")]) == ["a", "b"]
    assert unique_names([Path("/x/1/run"), Path("/x/2/run")]) == ["1/run", "2/run"]


# What it cost.


def test_cost_is_stated_for_an_episode_and_for_a_solved_problem(tmp_path: Path):
    path = run(tmp_path / "run", {"a": "10", "b": "00"}, tokens=100)
    (found,) = compare_runs([path]).runs
    # One refused attempt an episode; the one that is proved takes a turn more.
    assert found.per_episode.completion_tokens == 125.0
    assert found.per_episode.checks == 1.25
    assert found.per_episode.model_seconds == 1.25
    assert found.per_episode.lean_seconds == pytest.approx((4 * 0.3 + 0.2) / 4)
    assert found.per_solved is not None
    assert found.per_solved.completion_tokens == 500.0
    (unsolved,) = compare_runs([run(tmp_path / "none", {"a": "0"})]).runs
    assert unsolved.per_solved is None
    assert unsolved.per_episode.prompt_tokens is None


def test_tokens_are_averaged_over_the_episodes_that_count_them(tmp_path: Path):
    a = make_problem("a")
    traces = [make_trace(a, 0, PROOF, tokens=100), make_trace(a, 1, tokens=None)]
    make_run(tmp_path / "run", ["a"], 2, traces)
    (found,) = compare_runs([tmp_path / "run"]).runs
    assert found.per_episode.prompt_tokens == found.per_episode.completion_tokens == 200.0
    assert found.per_solved is not None
    assert found.per_solved.prompt_tokens == 400.0, "the other episode is taken to be alike"


def test_at_equal_tokens_the_cheaper_run_may_have_more_samples(tmp_path: Path):
    dear = run(tmp_path / "dear", {"a": "0000", "b": "1000"}, tokens=300)  # 1300 + 1200 + … of 8
    cheap = run(tmp_path / "cheap", {"a": "0001", "b": "0000"}, tokens=100)
    (against,) = compare_runs([dear, cheap]).against_first
    at = against.equal_tokens
    assert at is not None
    assert at.tokens == 4 * 112.5, "all four samples of the cheaper run"
    assert (at.first_k, at.other_k) == (1, 4)
    assert (at.first, at.other) == (1 / 8, 1 / 2)
    assert at.difference.value == pytest.approx(3 / 8)


def test_without_tokens_of_both_nothing_is_compared_at_equal_tokens(tmp_path: Path):
    one, two = run(tmp_path / "one", {"a": "0"}), run(tmp_path / "two", {"a": "0"}, tokens=9)
    assert compare_runs([one, two]).against_first[0].equal_tokens is None


def test_a_run_whose_one_episode_costs_more_than_all_of_the_other_is_not_compared(tmp_path: Path):
    one = run(tmp_path / "one", {"a": "00"}, tokens=1000)
    two = run(tmp_path / "two", {"a": "00"}, tokens=1)
    assert compare_runs([one, two]).against_first[0].equal_tokens is None


# The numbers that the tool was made to be held against: ProofNet test, 186 problems, pass@32.


PROBLEMS, SAMPLES, BEFORE, AFTER, BOTH = 186, 32, 40, 48, 36


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> Comparison:
    """40 solved before and 48 after, 36 of them the same; each by one of 32 samples."""
    folder = tmp_path_factory.mktemp("reference")
    ids = [f"p{i}" for i in range(PROBLEMS)]
    solved = {"before": ids[:BEFORE], "after": ids[BEFORE - BOTH :][:AFTER]}
    for name, done in solved.items():
        traces = (trace for problem in ids for trace in _samples(problem, problem in set(done)))
        make_run(folder / name, ids, SAMPLES, traces)
    return compare_runs([folder / "before", folder / "after"], ks=(1, 32))


def _samples(name: str, solved: bool) -> Iterator[Trace]:
    failed = make_trace(make_problem(name), 0, failed_attempts=0)
    proved = make_trace(make_problem(name), 0, PROOF, failed_attempts=0)
    last = SAMPLES - 1
    for sample in range(SAMPLES):
        kind = proved if solved and sample == last else failed
        yield kind.model_copy(update={"sample": sample})


def test_the_reference_runs_have_their_rates_and_intervals_to_the_digit(reference: Comparison):
    found = [one.report for one in reference.runs]
    assert [(one.solved, one.problems) for one in found] == [(40, 186), (48, 186)]
    rates = [one.pass_at_k["32"] for one in found]
    shown = [f"{e.value:.2%} [{e.low:.2%}, {e.high:.2%}]" for e in rates]
    assert shown == ["21.51% [15.59%, 27.42%]", "25.81% [19.89%, 32.26%]"]
    for solved, e in zip((40, 48), rates, strict=True):
        exact = binom.ppf([0.025, 0.975], 186, solved / 186) / 186
        assert [e.low, e.high] == pytest.approx(exact, abs=1e-12)


def test_the_reference_runs_differ_by_what_the_pairing_says(reference: Comparison):
    (against,) = reference.against_first
    test = against.mcnemar
    assert (test.both, test.won, test.lost, test.neither) == (36, 12, 4, 134)
    assert test.p_value == pytest.approx(binomtest(4, 16).pvalue)
    assert f"{test.p_value:.4f}" == "0.0768"
    difference = against.differences["32"]
    shown = (difference.value, difference.low, difference.high)
    assert [f"{100 * x:+.2f}" for x in shown] == ["+4.30", "+0.00", "+8.60"]
    # Resampling 186 pairs draws how many are won, and of the rest how many are lost.
    chances = np.zeros(2 * 186 + 1)
    for won in range(187):
        lost = np.arange(187 - won)
        rest = binom.pmf(lost, 186 - won, 4 / (186 - 12))
        chances[186 + won - lost] += binom.pmf(won, 186, 12 / 186) * rest
    exact = (np.searchsorted(np.cumsum(chances), [0.025, 0.975]) - 186) / 186
    assert [difference.low, difference.high] == pytest.approx(exact, abs=1e-12)
    assert len(against.won) == 12
    assert against.lost == ("p0", "p1", "p2", "p3")
