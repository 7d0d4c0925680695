"""Two runs problem by problem: paired differences and McNemar's exact test."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from lean_agent.evaluation.paired import exact_p_value, mcnemar, paired_differences
from lean_agent.evaluation.pass_at_k import pass_at_k

PAIRS = st.lists(
    st.tuples(st.just(6), st.integers(0, 6), st.just(8), st.integers(0, 8)), min_size=1, max_size=30
)


def test_differences_are_taken_problem_by_problem():
    hard_and_easy = [(4, 0, 4, 1), (4, 3, 4, 4)]
    (found,) = paired_differences(hard_and_easy, [(1, 1)])
    assert found is not None
    assert (found.value, found.low, found.high) == (0.25, 0.25, 0.25), "both are better by as much"
    (mixed,) = paired_differences([(4, 0, 4, 4), (4, 3, 4, 0)], [(1, 1)])
    assert mixed is not None
    assert (mixed.low, mixed.value, mixed.high) == (-0.75, 0.125, 1.0)
    assert paired_differences([], [(1, 1)]) == [None]


def test_a_difference_is_over_the_problems_with_samples_enough():
    found = paired_differences([(4, 0, 4, 4), (4, 0, 2, 2)], [(1, 1), (4, 4), (4, 2), (8, 8)])
    assert [None if one is None else one.problems for one in found] == [2, 1, 2, None]


@given(PAIRS)
def test_a_difference_and_its_opposite_mirror_each_other(pairs: list[tuple[int, int, int, int]]):
    back = [(other_n, other_c, n, c) for n, c, other_n, other_c in pairs]
    ks = [(1, 1), (2, 4), (6, 6)]
    for there, again in zip(
        paired_differences(pairs, ks),
        paired_differences(back, [(other, first) for first, other in ks]),
        strict=True,
    ):
        assert there is not None
        assert again is not None
        assert there.value == pytest.approx(-again.value)
        assert -1 <= there.low <= there.value + 1e-9
        assert there.value - 1e-9 <= there.high <= 1


@given(PAIRS)
def test_a_difference_is_that_of_the_two_means(pairs: list[tuple[int, int, int, int]]):
    n, c, other_n, other_c = zip(*pairs, strict=True)
    (found,) = paired_differences(pairs, [(3, 5)])
    assert found is not None
    means = pass_at_k(other_n, other_c, 5).mean() - pass_at_k(n, c, 3).mean()
    assert found.value == pytest.approx(means, abs=1e-12)


def test_the_interval_is_that_of_resampling_the_pairs_themselves():
    pairs = [(4, i % 5, 4, i % 3) for i in range(60)]
    (found,) = paired_differences(pairs, [(2, 2)])
    assert found is not None
    n, c, other_n, other_c = np.array(pairs).T
    each = pass_at_k(other_n, other_c, 2) - pass_at_k(n, c, 2)
    draws = np.random.default_rng(1).choice(each, size=(20_000, 60)).mean(axis=1)
    assert [found.low, found.high] == pytest.approx(np.quantile(draws, [0.025, 0.975]), abs=0.01)


def test_mcnemar_counts_by_which_of_the_two_a_problem_was_solved():
    solved = [(True, True)] * 3 + [(False, True)] * 5 + [(True, False)] + [(False, False)] * 7
    found = mcnemar(solved)
    assert (found.both, found.won, found.lost, found.neither) == (3, 5, 1, 7)
    assert found.p_value == pytest.approx(14 / 64)


@given(st.integers(0, 200), st.integers(0, 200))
def test_the_p_value_is_that_of_a_two_sided_binomial_test(won: int, lost: int):
    expected = binomtest(won, won + lost).pvalue if won + lost else 1.0
    assert exact_p_value(won, lost) == pytest.approx(expected, rel=1e-9)


def test_the_p_value_of_many_problems_is_no_trouble():
    assert exact_p_value(5000, 5000) == 1.0
    assert 0 <= exact_p_value(9000, 1000) < 1e-300
