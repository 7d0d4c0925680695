"""Moves that lose nothing: what they leave is told beforehand, just as Lean then shows it."""

from __future__ import annotations

import random

import pytest
from formulas import Formula, formulas
from hypothesis import given, settings
from hypothesis import strategies as st
from lean_answers import Check, asks_lean

from lean_agent.models.portfolio.goal import Goal, Hypothesis, Lemma, parse_notes
from lean_agent.models.portfolio.moves import forced_move, moves
from lean_agent.models.portfolio.sketch import Node, read_answer, render_scout
from lean_agent.models.portfolio.tactics import closers

P = "(α : Type) (p q : α → Prop) (r : α → α → Prop)"


async def goals_shown(check: Check, statement: str, root: Node) -> list[Goal]:
    """Lean's own words on the goals of a sketch that closes none."""
    result = await check(statement, render_scout(statement, root))
    assert read_answer(root, parse_notes(result.text))
    leaves = list(root.leaves())
    assert not any(leaf.closed for leaf in leaves)
    return [leaf.goal for leaf in leaves if leaf.goal is not None]


@asks_lean
@pytest.mark.parametrize(
    ("statement", "tactic"),
    [
        ("(a b : Prop) : a → ¬b", "intro h h1"),
        ("(h : Nat → Nat) : ∀ a, h a = 0 → h 1 ≠ a", "intro a h1 h2"),
        (f"{P} (x : α) : ∀ x y, r x y → r y x", "intro x1 y h"),
        (f"{P} (l : List α) : ∀ x ∈ l, ∀ y ∈ l, r x y → p y", "intro x h y h1 h2"),
        (f"{P} : ¬∃ x, p x ∧ q x", "intro h"),
        (f"{P} : ¬∀ x, p x → q x", "intro h"),
        ("(a b c : Prop) : (a → b) ∧ (b ∨ c)", "refine ⟨?_, ?_⟩"),
        ("(a b c d : Prop) : a ∧ b ∧ (c → d)", "refine ⟨?_, ?_⟩"),
        ("(a b c : Prop) (h : (a ∧ b) ∧ ¬c) : a", "obtain ⟨hl, hr⟩ := h"),
        ("(a b c : Prop) (h : a ∧ b ∨ (c → a)) (k : b) : a", "rcases h with h | h"),
        (f"{P} (f : α → Nat) (h : p = q ∧ ∀ x y, f x = f y) : f = f", "obtain ⟨hl, hr⟩ := h"),
    ],
)
async def test_the_goals_of_a_forced_move_are_told_beforehand(
    check: Check, statement: str, tactic: str
) -> None:
    statement = f"theorem t {statement}"
    root = Node()
    (goal,) = await goals_shown(check, statement, root)
    move = forced_move(goal)
    assert move is not None
    assert move.tactic == tactic
    root.make(move)
    told = [child.goal for child in root.children]
    assert await goals_shown(check, statement, root) == told


@asks_lean
async def test_an_equivalence_becomes_two_implications(check: Check) -> None:
    statement = "theorem t (a b c : Prop) : (a → b) ↔ c ∨ a"
    root = Node()
    (goal,) = await goals_shown(check, statement, root)
    for node in [root, *root.children]:
        move = forced_move(node.goal or goal)
        assert move is not None
        node.make(move)
    for child in root.children:
        assert child.goal is not None
        intro = forced_move(child.goal)
        assert intro is not None
        child.make(intro)
    told = [leaf.goal for leaf in root.leaves()]
    assert [g.target for g in told if g] == ["c ∨ a", "b"]
    assert await goals_shown(check, statement, root) == told


@asks_lean
@pytest.mark.parametrize(
    ("bound", "tactic"),
    [
        ("x", "obtain ⟨x, hx⟩ := h"),
        ("y", "obtain ⟨y1, hy⟩ := h"),  # there is a y already
        ("_z", "obtain ⟨_z, h_z⟩ := h"),
    ],
)
async def test_what_exists_is_named_and_its_property_known(
    check: Check, bound: str, tactic: str
) -> None:
    statement = f"theorem t {P} (y : α) (h : ∃ {bound}, p {bound} ∧ q {bound}) : False"
    root = Node()
    (goal,) = await goals_shown(check, statement, root)
    move = forced_move(goal)
    assert move is not None
    assert move.tactic == tactic
    root.make(move)
    (after,) = await goals_shown(check, statement, root)
    (told,) = move.goals
    assert after.names == told.names
    # Lean shows the type of the value, which the formula does not tell.
    assert [h.type for h in told.hypotheses if h.type] == [
        h.type for h in after.hypotheses if h.name != told.hypotheses[-2].name
    ]


@pytest.mark.parametrize("bound", ["x ∈ s", "x y", "x > 0"])
def test_what_more_than_one_thing_exists_is_left_for_lean_to_show(bound: str) -> None:
    move = forced_move(Goal("p", (Hypothesis("h", f"∃ {bound}, q"),)))
    assert move is not None
    assert move.goals == ()


@pytest.mark.parametrize("target", ["p", "a ∨ b", "∃ x, p x", "x = y", "Nat.Even n", ""])
def test_no_move_is_forced_where_something_could_be_lost(target: str) -> None:
    assert forced_move(Goal(target, (Hypothesis("h", "a ↔ b"), Hypothesis("n", "Nat")))) is None


def test_what_cannot_be_named_is_not_taken_apart() -> None:
    assert forced_move(Goal("p", (Hypothesis("h✝", "a ∧ b"),))) is None


@settings(deadline=None)
@given(formulas(), st.lists(formulas(), max_size=3), st.integers())
def test_moves_and_closers_for_any_goal(target: Formula, facts: list[Formula], seed: int) -> None:
    known = (Hypothesis("n", "Nat"), Hypothesis("l", "List α"), Hypothesis("s", "Set α"))
    given = (Hypothesis(f"h{i}", fact.text) for i, fact in enumerate(facts))
    goal = Goal(target.text, (*known, Hypothesis("x", ""), *given))
    lemmas = [Lemma(f"Some.lemma{i}", fact.text) for i, fact in enumerate(facts)]
    found = closers(goal, lemmas, random.Random(seed))
    assert len(set(found)) == len(found) > 0
    assert found == closers(goal, lemmas, random.Random(seed)), "drawn by the seed alone"
    for move in [forced_move(goal), *moves(goal, lemmas, random.Random(seed))]:
        assert move is None or len(move.goals) in (0, len(move.labels))
    assert not any("\n" in tactic for tactic in found), "one line each, for errors name lines"
