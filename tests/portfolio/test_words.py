"""Formulas in plain English: what to ask a search tool about a goal."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lean_agent.models.portfolio.goal import Goal, Hypothesis
from lean_agent.models.portfolio.words import constants, describe, questions


@pytest.mark.parametrize(
    ("formula", "words"),
    [
        ("(l ++ m).length = m.length + l.length", "append length equals addition"),
        ("d ∣ a * x", "divides multiplication"),
        ("x ∈ s ∩ tᶜ", "member intersection complement"),
        ("n % 2 = 0 ∨ n % 2 = 1", "remainder modulo two equals zero or one"),
        ("Function.Injective (g ∘ f)", "injective composition"),
        ("Nat.Even n → n ≠ 37", "even implies not equal number"),
        ("f '' s ⊆ t", "image subset"),
        ("fun x => x + 1", "addition one"),
        ("∃! x, p x", "there exists exactly one"),
        ("x", ""),
    ],
)
def test_the_notions_of_a_formula(formula: str, words: str) -> None:
    assert describe(formula) == words


@pytest.mark.parametrize(
    ("formula", "names"),
    [
        ("Function.Injective f ∧ Nat.Even n", ["Function.Injective", "Nat.Even"]),
        ("Symmetric r → Symmetric r", ["Symmetric"]),
        ("List Nat → Option Bool", []),
        ("A → l.Nodup", []),
    ],
)
def test_constants_are_the_names_written_out_in_full(formula: str, names: list[str]) -> None:
    assert constants(formula) == names


def test_a_goal_is_asked_about_in_words_and_as_it_stands() -> None:
    goal = Goal("n + 0 = n", (Hypothesis("h", "Nat.Even n"),))
    assert questions(goal) == ["addition zero equals even", "n + 0 = n"]


def test_a_goal_about_sets_is_also_asked_about_membership() -> None:
    asked = questions(Goal("x ∈ s ∪ t"))
    assert asked[2:] == ["an element is in the union exactly when"]


@settings(deadline=None)
@given(st.text(), st.text())
def test_there_are_never_more_than_four_questions_and_none_is_empty(a: str, b: str) -> None:
    asked = questions(Goal(a, (Hypothesis("h", b),)))
    assert len(asked) <= 4
    assert all(asked)
