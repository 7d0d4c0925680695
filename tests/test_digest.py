"""Digests: kept in the index of a shard, and given back exactly as they were."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from synthetic_runs import make_problem, make_trace

from lean_agent.chat import CallErrorKind, InterruptionKind
from lean_agent.lean.verdict import Level
from lean_agent.trace.digest import Digest, TurnDigest
from lean_agent.trace.index import Frame, Index, Unusable
from lean_agent.trace.shard_end import ShardEnd
from lean_agent.trace.trace import Outcome

counts = st.integers(0, 5)
kinds = st.sampled_from(CallErrorKind)
digests = st.builds(
    Digest,
    problem=st.sampled_from(["a", "b#1", "∀"]),
    topic=st.sampled_from(["", "algebra"]),
    difficulty=st.none() | st.integers(1, 5),
    sample=st.integers(0, 1000),
    outcome=st.sampled_from(Outcome),
    level=st.none() | st.sampled_from(Level),
    unconfirmed=counts,
    offered=st.booleans(),
    every_tool=st.booleans(),
    calls=st.dictionaries(st.sampled_from(["search_mathlib", "check_lean"]), counts),
    turns=st.lists(
        st.builds(
            TurnDigest,
            calls=counts,
            valid=counts,
            errors=st.lists(kinds, max_size=3).map(tuple),
            repairs=st.lists(kinds, max_size=3).map(tuple),
        ),
        max_size=4,
    ).map(tuple),
    unparsed=counts,
    cut_off=counts,
    shortened=counts,
    checks=counts,
    lost=st.dictionaries(st.sampled_from(InterruptionKind), counts),
    lost_seconds=st.floats(0, 1e6),
    prompt_tokens=st.none() | counts,
    completion_tokens=st.none() | counts,
    seconds=st.floats(0, 1e6),
    model_seconds=st.floats(0, 1e6),
    tool_seconds=st.floats(0, 1e6),
    lean_seconds=st.floats(0, 1e6),
    versions=st.dictionaries(st.sampled_from(["lean", "index"]), st.text()),
)


@given(st.lists(digests, max_size=6))
def test_an_index_gives_back_every_digest_exactly(rows: list[Digest]) -> None:
    lengths = [100 + number for number in range(len(rows))]
    end = ShardEnd(321, 0xFFFFFFFF)
    data = Index.encode(rows, lengths, [Frame(len(rows), 321)], end)
    read = Index.decode(data)
    back = list(read.digests())
    assert back == rows
    assert [type(one.outcome) for one in back] == [Outcome] * len(rows)
    assert [(one.problem, one.sample, one.outcome) for one in rows] == list(read.keys())
    assert read.end == end


@given(st.data())
def test_an_index_that_breaks_off_is_noticed(data: st.DataObject) -> None:
    digest = Digest.of(make_trace(make_problem(), 0))
    whole = Index.encode([digest], [10], [Frame(1, 10)], ShardEnd(10, 0))
    torn = whole[: data.draw(st.integers(0, len(whole) - 1))]
    with pytest.raises(Unusable):
        list(Index.decode(torn).digests())
