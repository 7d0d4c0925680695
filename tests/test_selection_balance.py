"""Choosing: balanced, one for each problem, none alike, a share of recoveries, by seed alone."""

from __future__ import annotations

import hashlib
import random
from collections import Counter
from collections.abc import Sequence
from itertools import combinations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from lean_agent.trace.balance import Candidate, Features, choose
from lean_agent.trace.rules.likeness import THRESHOLD, Fingerprint
from lean_agent.trace.rules.rule import Rule

NOTHING = np.array([], dtype=np.uint64)


def candidate(
    number: int,
    features: Features = ("logic", "1", "2", "search × 1"),
    *,
    problem: int | None = None,
    recovers: bool = False,
    uses: bool = True,
    grams: Sequence[int] = (),
) -> Candidate:
    """The `number`-th candidate; of a problem of its own, unless one is named."""
    return Candidate(
        identity=hashlib.sha256(str(number).encode()).hexdigest(),
        name=f"number {number}",
        statement=f"problem {number if problem is None else problem}",
        features=features,
        recovers=recovers,
        uses=uses,
        fingerprint=Fingerprint(NOTHING, np.array(sorted(grams), dtype=np.uint64)),
    )


def of_topic(number: int, topic: str, **more: bool) -> Candidate:
    return candidate(number, (topic, "1", "2", "search × 1"), **more)


def identities(taken: Sequence[Candidate]) -> list[str]:
    return [one.identity for one in taken]


@st.composite
def candidate_lists(draw: st.DrawFn) -> list[Candidate]:
    """Some candidates, with problems in common and some that are alike."""
    count = draw(st.integers(0, 40))
    word = st.sampled_from("abc")
    return [
        candidate(
            number,
            (draw(word), draw(word), draw(word), draw(word)),
            problem=draw(st.integers(0, 25)),
            recovers=draw(st.booleans()),
            grams=draw(st.frozensets(st.integers(0, 5))),
        )
        for number in range(count)
    ]


some = candidate_lists()
sizes = st.integers(1, 30)
seeds = st.integers(0, 3)
shares = st.sampled_from([0.0, 0.25, 0.5, 1.0])


@given(some, sizes, seeds, shares)
@settings(max_examples=200, deadline=None)
def test_every_candidate_is_taken_or_left_for_a_reason(
    candidates: list[Candidate], size: int, seed: int, share: float
):
    choice = choose(candidates, size, seed, share)
    taken = identities(choice.taken)
    assert len(taken) == len(set(taken)) <= size
    assert set(taken).isdisjoint(choice.left)
    assert {*taken, *choice.left} == set(identities(candidates))
    assert all(left.why for left in choice.left.values())


@given(some, sizes, seeds, shares)
@settings(max_examples=200, deadline=None)
def test_no_two_are_of_one_problem_or_alike(
    candidates: list[Candidate], size: int, seed: int, share: float
):
    taken = choose(candidates, size, seed, share).taken
    assert len({one.statement for one in taken}) == len(taken)
    for one, other in combinations(taken, 2):
        assert one.fingerprint.likeness(other.fingerprint).share < THRESHOLD


@given(some, sizes, seeds, shares)
@settings(max_examples=200, deadline=None)
def test_nothing_is_left_over_while_there_is_room(
    candidates: list[Candidate], size: int, seed: int, share: float
):
    choice = choose(candidates, size, seed, share)
    full = any(left.rule is Rule.BALANCE for left in choice.left.values())
    assert not full or len(choice.taken) == size


@given(some, sizes, seeds, shares, st.randoms(use_true_random=False))
@settings(max_examples=100, deadline=None)
def test_the_order_of_candidates_is_of_no_account(
    candidates: list[Candidate], size: int, seed: int, share: float, luck: random.Random
):
    shuffled = list(candidates)
    luck.shuffle(shuffled)
    there, here = (choose(several, size, seed, share) for several in (candidates, shuffled))
    assert identities(there.taken) == identities(here.taken)
    assert there.left == here.left


@given(
    st.lists(st.sampled_from("abcdef"), min_size=1, max_size=60),
    st.integers(1, 40),
    seeds,
)
@settings(max_examples=200, deadline=None)
def test_topics_are_filled_like_water(topics: list[str], size: int, seed: int):
    candidates = [of_topic(number, topic) for number, topic in enumerate(topics)]
    there = Counter(topics)
    taken = Counter(one.features[0] for one in choose(candidates, size, seed, 0.0).taken)
    deepest = max(taken.values())
    for topic, count in there.items():
        assert taken[topic] >= min(count, deepest - 1), "a thinner topic had more to give"


@given(st.integers(0, 30), st.integers(0, 30), st.integers(1, 30), shares, seeds)
@settings(max_examples=200, deadline=None)
def test_the_share_of_recoveries_is_as_near_as_can_be(
    clean: int, recovering: int, size: int, share: float, seed: int
):
    candidates = [candidate(n, recovers=n < recovering) for n in range(clean + recovering)]
    taken = choose(candidates, size, seed, share).taken
    assert len(taken) == min(size, clean + recovering)
    nearest = min(
        abs(many - share * len(taken))
        for many in range(max(0, len(taken) - clean), min(recovering, len(taken)) + 1)
    )
    assert abs(sum(one.recovers for one in taken) - share * len(taken)) <= max(nearest, 0.5)


def test_a_problem_with_both_kinds_goes_to_the_kind_that_would_run_out():
    # Problems 0 to 4 have only recoveries, 5 to 9 both kinds: those five must be the clean ones.
    recovering = [candidate(n, problem=n, recovers=True) for n in range(10)]
    clean = [candidate(100 + n, problem=n) for n in range(5, 10)]
    for seed in range(20):
        taken = choose([*recovering, *clean], 10, seed, 0.5).taken
        assert sum(one.recovers for one in taken) == 5


def test_a_near_duplicate_is_named_with_what_it_resembles():
    one, other = (candidate(n, grams=range(10 - n)) for n in range(2))
    choice = choose([one, other], 2, seed=0, recovery_share=0.0)
    (taken,) = choice.taken
    (left,) = choice.left.values()
    assert left.rule is Rule.NEAR_DUPLICATE
    assert left.why == f"its conversation resembles that of {taken.name}, which was taken"
    assert left.evidence == "likeness 0.900, and the threshold is 0.6"


def test_one_of_a_problem_is_left_with_the_other_named():
    choice = choose([candidate(n, problem=0) for n in range(2)], 2, seed=0, recovery_share=0.0)
    (left,) = choice.left.values()
    assert left.rule is Rule.ONE_PER_PROBLEM
    assert choice.taken[0].name in left.why


def test_another_seed_breaks_ties_otherwise():
    candidates = [candidate(number) for number in range(30)]
    chosen = {tuple(identities(choose(candidates, 5, seed, 0.0).taken)) for seed in range(8)}
    assert len(chosen) == 8


def test_those_whose_proof_uses_a_result_come_first_and_the_others_fill_up():
    common = [of_topic(number, "logic") for number in range(3)]
    rare = [of_topic(number, "sets", uses=False) for number in range(3, 6)]
    taken = choose([*rare, *common], 4, seed=0, recovery_share=0.0).taken
    assert [one.uses for one in taken] == [True, True, True, False]


def test_use_does_not_cost_the_share_of_recoveries():
    steered = [candidate(number, recovers=True, uses=False) for number in range(3)]
    using = [candidate(number) for number in range(3, 9)]
    taken = choose([*using, *steered], 6, seed=0, recovery_share=0.5).taken
    assert sum(one.recovers for one in taken) == 3
