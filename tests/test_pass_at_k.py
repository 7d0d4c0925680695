"""pass@k: the unbiased estimator and its bootstrap interval."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations, pairwise, product
from math import comb

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.stats import binom

from lean_agent.evaluation.pass_at_k import (
    Estimate,
    estimate,
    ks_up_to,
    pass_at_k,
    sampling_variance,
)


@st.composite
def counts(draw: st.DrawFn, largest: int) -> tuple[int, int, int]:
    """Samples drawn, how many of them are correct, and a k."""
    n = draw(st.integers(1, largest))
    return n, draw(st.integers(0, n)), draw(st.integers(1, n))


@given(counts(largest=9))
def test_it_is_the_share_of_k_subsets_that_hold_a_correct_sample(case: tuple[int, int, int]):
    n, c, k = case
    subsets = list(combinations([True] * c + [False] * (n - c), k))
    assert pass_at_k(n, c, k) == pytest.approx(sum(map(any, subsets)) / len(subsets), abs=1e-12)


@given(counts(largest=500))
def test_it_agrees_with_exact_fractions_where_binomials_are_huge(case: tuple[int, int, int]):
    n, c, k = case
    exact = 1 - Fraction(comb(n - c, k), comb(n, k))
    assert pass_at_k(n, c, k) == pytest.approx(float(exact), rel=1e-9, abs=1e-13)


def test_it_takes_arrays_with_one_entry_a_problem():
    values = pass_at_k([8, 8, 4], [0, 1, 4], 2)
    assert values == pytest.approx([0.0, 0.25, 1.0])


@pytest.mark.parametrize(
    ("n", "c", "k", "complaint"),
    [
        (4, 1, 5, "needs 5 samples"),
        ([8, 3], [1, 1], 4, "one has 3"),
        (4, 5, 1, "between 0 and n"),
        (4, -1, 1, "between 0 and n"),
        (4, 1, 0, "at least 1"),
        (4.5, 1, 1, "whole numbers"),
    ],
)
def test_counts_that_make_no_sense_are_refused(n: object, c: object, k: int, complaint: str):
    with pytest.raises(ValueError, match=complaint):
        pass_at_k(n, c, k)


def test_the_ks_reported_are_the_powers_of_two_and_n():
    assert ks_up_to(1) == (1,)
    assert ks_up_to(8) == (1, 2, 4, 8)
    assert ks_up_to(12) == (1, 2, 4, 8, 12)
    assert ks_up_to(0) == ()


def test_the_interval_is_that_of_resampling_the_problems_themselves():
    n, c = np.full(60, 8), np.arange(60) % 9
    found = estimate(n, c, (4,))[4]
    values = pass_at_k(n, c, 4)
    draws = np.random.default_rng(1).choice(values, size=(20_000, 60)).mean(axis=1)
    assert found.value == pytest.approx(values.mean())
    assert [found.low, found.high] == pytest.approx(np.quantile(draws, [0.025, 0.975]), abs=0.01)


def test_the_interval_does_not_change_from_call_to_call_or_with_the_order_of_problems():
    n, c = [8] * 30, [i % 5 for i in range(30)]
    again = estimate(n, c, (1, 8), seed=3)
    assert estimate(n, c, (1, 8), seed=3) == again
    assert estimate(n, c[::-1], (1, 8), seed=3) == again
    assert estimate(n, c, (3,), seed=4) != estimate(n, c, (3,), seed=3)


@given(st.lists(st.integers(0, 8), min_size=1, max_size=40))
def test_the_interval_lies_between_0_and_1_and_grows_with_k(correct: list[int]):
    found = list(estimate([8] * len(correct), correct, (1, 2, 4, 8)).values())
    for e in found:
        assert -1e-12 <= e.low <= e.high <= 1 + 1e-12
    assert all(a.value <= b.value + 1e-12 for a, b in pairwise(found))


def test_problems_with_different_n_are_averaged_as_they_stand():
    found = estimate([4, 8], [4, 0], (1,))
    assert found[1].value == 0.5


def test_where_all_problems_come_out_alike_the_interval_has_no_width():
    alike = Estimate(value=1.0, low=1.0, high=1.0, sampling_error=0.0, problems=2)
    assert estimate([4, 4], [4, 4], (2,)) == {2: alike}


def test_no_problems_is_an_error():
    with pytest.raises(ValueError, match="no problems"):
        estimate([], [], (1,))


# How far to trust it: the problems that were asked.

REFERENCE = {40: (0.215054, 0.155914, 0.274194), 48: (0.258065, 0.198925, 0.322581)}
"""Solved of ProofNet test's 186 problems at pass@32: the rate and its interval, to six digits."""


@pytest.mark.parametrize(("solved", "expected"), REFERENCE.items())
def test_the_reference_numbers_have_their_intervals_to_the_digit(
    solved: int, expected: tuple[float, float, float]
):
    found = estimate([32] * 186, [1] * solved + [0] * (186 - solved), (32,))[32]
    assert (found.value, found.low, found.high) == pytest.approx(expected, abs=5e-7)
    # At k = n a problem is solved or not, so that resampling problems is drawing from a binomial.
    exact = binom.ppf([0.025, 0.975], 186, solved / 186) / 186
    assert [found.low, found.high] == pytest.approx(exact, abs=1e-12)


@given(st.integers(1, 400).flatmap(lambda asked: st.tuples(st.just(asked), st.integers(0, asked))))
def test_at_k_equal_to_n_the_interval_is_that_of_the_binomial(case: tuple[int, int]):
    asked, solved = case
    found = estimate([1] * asked, [1] * solved + [0] * (asked - solved), (1,))[1]
    chances = binom.cdf(range(asked + 1), asked, solved / asked)
    assume(np.min(np.abs(chances[:, None] - [0.025, 0.975])) > 1e-9)  # no tie
    expected = binom.ppf([0.025, 0.975], asked, solved / asked) / asked
    assert [found.low, found.high] == pytest.approx(expected, abs=1e-12)


def test_problems_with_fewer_samples_than_k_are_left_out_and_that_is_stated():
    found = estimate([8, 8, 4], [0, 4, 4], (1, 4, 8))
    assert {k: e.problems for k, e in found.items()} == {1: 3, 4: 3, 8: 2}
    assert found[8].value == 0.5
    with pytest.raises(ValueError, match="pass@9 needs 9 samples of each problem; one has 8"):
        estimate([8, 8, 4], [0, 4, 4], (1, 9))


# How far to trust it: the samples that were drawn.


def mean_and_variance(n: int, k: int, chance: Fraction) -> tuple[Fraction, Fraction]:
    """Of the estimate over all 2^n outcomes of n samples, by enumeration."""
    mean = square = Fraction(0)
    for outcome in product((0, 1), repeat=n):
        c = sum(outcome)
        weight = chance**c * (1 - chance) ** (n - c)
        value = 1 - Fraction(comb(n - c, k), comb(n, k))
        mean += weight * value
        square += weight * value**2
    return mean, square - mean**2


@given(counts(largest=40))
def test_with_fewer_than_2k_samples_no_error_is_stated(case: tuple[int, int, int]):
    n, c, k = case
    found = estimate(n, c, (k,))[k]
    assert (found.sampling_error is None) is (n < 2 * k)
    if n < 2 * k:
        with pytest.raises(ValueError, match=f"needs {2 * k} samples of each problem"):
            sampling_variance(n, c, k)


def test_one_problem_with_too_few_samples_leaves_the_mean_without_an_error():
    whole, partial = [8, 8, 8], [8, 8, 3]
    assert estimate(whole, [1, 2, 3], (2,))[2].sampling_error is not None
    assert estimate(partial, [1, 2, 3], (2,))[2].sampling_error is None
    assert estimate(partial, [1, 2, 3], (4,))[4].sampling_error is not None, "over the two others"


@given(st.integers(1, 3), st.integers(0, 4), st.fractions(0, 1, max_denominator=20))
def test_with_2k_samples_or_more_the_variance_is_right_on_average(
    k: int, more: int, chance: Fraction
):
    n = 2 * k + more
    mean, exact = mean_and_variance(n, k, chance)
    assert mean == 1 - (1 - chance) ** k, "the estimator is unbiased"
    chances = [comb(n, c) * chance**c * (1 - chance) ** (n - c) for c in range(n + 1)]
    on_average = np.array(chances, dtype=float) @ sampling_variance(n, range(n + 1), k)
    assert on_average == pytest.approx(float(exact), abs=1e-12)


@given(counts(largest=300))
def test_the_variance_is_one_of_a_number_between_0_and_1(case: tuple[int, int, int]):
    n, c, k = case
    assume(n >= 2 * k)
    assert 0 <= sampling_variance(n, c, k) <= 0.25 * n / max(1, n - 1) + 1e-12


def test_the_sampling_error_is_what_drawing_all_samples_again_would_show():
    n, k, problems = 16, 4, 200
    random = np.random.default_rng(5)
    chances = random.beta(0.3, 2.0, size=problems)
    runs = random.binomial(n, chances, size=(3000, problems))
    means = pass_at_k(n, runs, k).mean(axis=1)
    claimed = [estimate([n] * problems, run, (k,))[k].sampling_error for run in runs[:20]]
    assert np.mean(claimed) == pytest.approx(means.std(), rel=0.05)


def test_ten_thousand_problems_with_many_counts_are_no_trouble():
    n = np.full(10_000, 100)
    found = estimate(n, np.arange(10_000) % 101, ks_up_to(100))
    assert found[1].value == pytest.approx(0.5, abs=0.01)
    assert found[100].problems == 10_000
