"""The queue in front of the pool: first in, first out within an owner, owners in turn."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from lean_agent.lean.fair_queue import FairQueue


def drained(queue: FairQueue[str]) -> list[str]:
    order = []
    while queue:
        owner, item = queue.first()
        queue.serve(owner, item)
        order.append(item)
    return order


def test_owners_take_turns_and_each_is_served_in_order() -> None:
    queue = FairQueue[str]()
    for item in ("a1", "a2", "a3", "a4", "b1", "b2", "c1"):
        queue.put(item[0], item)
    assert drained(queue) == ["a1", "b1", "c1", "a2", "b2", "a3", "a4"]


def test_one_item_is_not_kept_waiting_by_ten_thousand_of_another_owner() -> None:
    queue = FairQueue[str]()
    for number in range(10_000):
        queue.put("batch", f"batch {number}")
    queue.serve(*queue.first())
    queue.put("client", "single")
    queue.serve(*queue.first())
    assert queue.first() == ("client", "single")


def test_an_item_can_go_in_front_of_its_own_owner_only() -> None:
    queue = FairQueue[str]()
    for item in ("a1", "b1", "b2"):
        queue.put(item[0], item)
    queue.put("b", "b0", in_front=True)
    assert drained(queue) == ["a1", "b0", "b1", "b2"]


def test_looking_ahead_goes_owner_by_owner() -> None:
    queue = FairQueue[str]()
    for item in ("a1", "a2", "a3", "b1"):
        queue.put(item[0], item)
    assert list(queue.near(2)) == [("a", "a1"), ("a", "a2"), ("b", "b1")]


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("put"), st.sampled_from("abc")),
        st.tuples(st.just("serve"), st.just("")),
        st.tuples(st.just("discard"), st.sampled_from("abc")),
    )
)


@given(STEPS)
def test_it_does_what_a_list_of_lists_would(steps: list[tuple[str, str]]) -> None:
    queue = FairQueue[int]()
    model: list[tuple[str, list[int]]] = []  # owners in the order of their turns
    for number, (step, owner) in enumerate(steps):
        mine = next((items for name, items in model if name == owner), None)
        if step == "put":
            queue.put(owner, number)
            if mine is None:
                model.append((owner, [number]))
            else:
                mine.append(number)
        elif step == "discard":
            queue.discard(owner, mine[-1] if mine else number)
            if mine:
                mine.pop()
        elif model:
            name, items = model.pop(0)
            assert queue.first() == (name, items[0])
            queue.serve(name, items.pop(0))
            model.append((name, items))
        model = [(name, items) for name, items in model if items]
        assert len(queue) == sum(len(items) for _, items in model)
    assert list(queue.near(len(steps))) == [(name, i) for name, items in model for i in items]
