"""pass@k: the unbiased estimator and its bootstrap interval."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations, pairwise
from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lean_agent.evaluation.pass_at_k import Estimate, estimate, ks_up_to, pass_at_k


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


def test_the_published_proofnet_counts_give_the_published_numbers():
    # ProofNet test, 186 problems: 40 solved before recovery and 48 after, at pass@32.
    for solved, published in ((40, 0.2151), (48, 0.2581)):
        correct = [1] * solved + [0] * (186 - solved)
        value = estimate([32] * 186, correct, (32,))[32]
        assert value.value == pytest.approx(published, abs=5e-5)
        assert value.low < value.value < value.high


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
    assert estimate(n, c, (1, 8), seed=4) != again


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
    assert estimate([4, 4], [4, 4], (2,)) == {2: Estimate(value=1.0, low=1.0, high=1.0)}


def test_no_problems_is_an_error():
    with pytest.raises(ValueError, match="no problems"):
        estimate([], [], (1,))
