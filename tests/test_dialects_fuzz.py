"""Spoilt answers by the thousand: each is classified, and none takes long to read."""

from __future__ import annotations

import multiprocessing
import os
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from timeit import Timer

import pytest
from dialect_fuzzer import TOOLS, fuzz, hostile

from lean_agent.chat import CallErrorKind
from lean_agent.dialects import DIALECTS, dialect_named

NOT_OF_THE_DIALECTS = {"proof_in_text", "no_proof"}  # kinds that the loop alone finds


def test_two_thousand_spoilt_answers_are_classified() -> None:
    kinds = fuzz(batch=0, size=2000)
    assert kinds["called"] > 100, "what is spoilt a little may still be a call"


@pytest.mark.slow
def test_two_hundred_thousand_spoilt_answers_are_classified() -> None:
    kinds: Counter[str] = Counter()
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(os.cpu_count(), mp_context=context) as processes:
        for counted in processes.map(partial(fuzz, size=2000), range(1, 101)):
            kinds += counted
    print(dict(kinds.most_common()))
    assert set(kinds) - {"called"} == {kind.value for kind in CallErrorKind} - NOT_OF_THE_DIALECTS


def seconds_to_read(text: str, name: str, tries: int = 1) -> float:
    """Of processor time, so that what else the machine does is not counted; the least of `tries`.

    Lenient reading does all that strict reading does, and then mends.
    """
    dialect = dialect_named(name, lenient=True)
    timer = Timer(lambda: dialect.read(text, TOOLS), timer=time.process_time)
    return min(timer.repeat(tries, number=1))


@pytest.mark.slow
@pytest.mark.parametrize("name", DIALECTS)
def test_the_time_grows_no_faster_than_the_text(name: str) -> None:
    for short, long in zip(hostile(name, 5_000), hostile(name, 40_000), strict=True):
        # Nothing is asked of a time too short to be measured well.
        if seconds_to_read(long, name) > 0.04:
            seconds, little = seconds_to_read(long, name, 3), seconds_to_read(short, name, 3)
            assert seconds < max(0.04, 24 * little), long[:200]


@pytest.mark.slow
@pytest.mark.parametrize("name", DIALECTS)
def test_a_megabyte_of_hostile_text_is_read_in_a_second(name: str) -> None:
    for text in hostile(name, 1_000_000):
        assert seconds_to_read(text, name) < 1, text[:200]
