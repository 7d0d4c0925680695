"""Reading a formula from its text: what is its outermost symbol, and what is below it."""

from __future__ import annotations

import pytest
from formulas import Formula, formulas
from hypothesis import given, settings
from hypothesis import strategies as st

from lean_agent.models.portfolio.formula import Shape, head, introduced, shape


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("a ∧ b", Shape("∧", "a", "b")),
        ("a ∨ b ∧ c", Shape("∨", "a", "b ∧ c")),
        ("a ∧ b ∧ c", Shape("∧", "a", "b ∧ c")),
        ("(a ∧ b) ∧ c", Shape("∧", "a ∧ b", "c")),
        ("a → b → c", Shape("→", "a", "b → c")),
        ("(a → b) → c ∨ d", Shape("→", "a → b", "c ∨ d")),
        ("a → b ↔ c", Shape("↔", "a → b", "c")),
        ("(a ∧ b)", Shape("∧", "a", "b")),
        ("¬a", Shape("¬", "", "a")),
        ("¬(a ∧ b)", Shape("¬", "", "a ∧ b")),
        ("¬a ∧ b", Shape("∧", "¬a", "b")),
        ("¬x = y", Shape("¬", "", "x = y")),
        ("¬∃ x, p x ∧ q x", Shape("¬", "", "∃ x, p x ∧ q x")),
        ("¬∀ (x : α), p x → q x", Shape("¬", "", "∀ (x : α), p x → q x")),
        ("∀ (x : α), p x → q x", Shape("∀", "(x : α)", "p x → q x")),
        ("∃ x, p x ∧ q x", Shape("∃", "x", "p x ∧ q x")),
        ("∃! x, p x", Shape("∃!", "x", "p x")),
        ("∀ x ∈ l, p x", Shape("∀", "x ∈ l", "p x")),
        ("(∃ x, p x) ∧ q", Shape("∧", "∃ x, p x", "q")),
        ("a ∧ ∃ x, p x → q x", Shape("∧", "a", "∃ x, p x → q x")),
        ("(l ++ m).length = m.length", Shape("=", "(l ++ m).length", "m.length")),
        ("x ∈ s ∩ t", Shape("∈", "x", "s ∩ t")),
        ("d ∣ a * b", Shape("∣", "d", "a * b")),
        ("n = if a ∧ b then 1 else 2", Shape("=", "n", "if a ∧ b then 1 else 2")),
        ("s ⊆ {x | p x ∧ q x}", Shape("⊆", "s", "{x | p x ∧ q x}")),
        ("if p then a ∧ b else c", Shape("")),
        ("Function.Injective f", Shape("")),
        ("", Shape("")),
    ],
)  # fmt: skip
def test_the_outermost_symbol_and_what_stands_on_both_sides(formula: str, expected: Shape) -> None:
    assert shape(formula) == expected


@settings(deadline=None)
@given(formulas())
def test_the_shape_of_a_formula_gives_back_how_it_was_built(formula: Formula) -> None:
    expected = Shape(formula.symbol, formula.left, formula.right)
    assert shape(formula.text) == expected
    assert shape(f"(({formula.text}))") == expected


@pytest.mark.parametrize(
    ("formula", "names_and_types", "left"),
    [
        ("∀ x, p x", [("x", "")], "p x"),
        ("∀ x y : α, r x y", [("x", "α"), ("y", "α")], "r x y"),
        ("∀ (x : α) (l : List α), q", [("x", "α"), ("l", "List α")], "q"),
        ("∀ ⦃a b : α⦄, f a = f b → a = b", [("a", "α"), ("b", "α")], "f a = f b → a = b"),
        ("∀ [Decidable p] {n : Nat}, q", [("", "Decidable p"), ("n", "Nat")], "q"),
        ("∀ (h : a = b), q", [("h", "a = b")], "q"),
        ("∀ x ∈ l, p x", [("x", ""), ("", "x ∈ l")], "p x"),
        ("∀ x > 0, p x", [("x", ""), ("", "x > 0")], "p x"),
        ("a ∧ b → c", [("", "a ∧ b")], "c"),
        ("¬(a ∧ b)", [("", "a ∧ b")], "False"),
        ("x + 1 ≠ y", [("", "x + 1 = y")], "False"),
    ],
)
def test_what_intro_takes_off_a_formula(
    formula: str, names_and_types: list[tuple[str, str]], left: str
) -> None:
    assert introduced(formula) == (names_and_types, left)


@pytest.mark.parametrize("formula", ["a ∧ b", "∃ x, p x", "Function.Injective f", "x = y", ""])
def test_where_there_is_nothing_to_introduce(formula: str) -> None:
    assert introduced(formula) is None


@pytest.mark.parametrize(
    ("formula", "expected"),
    [("Nat.Even (n * n)", "Even"), ("(Symmetric r)", "Symmetric"), ("p", "p"), ("", "")],
)
def test_the_head_is_the_predicate_without_its_namespace(formula: str, expected: str) -> None:
    assert head(formula) == expected


@settings(deadline=None)
@given(st.one_of(st.text(), st.text("∀∃!¬∧∨→↔=∈(){}[]⟨⟩⦃⦄,:. xyhpα")))
def test_any_text_has_a_shape_made_of_its_own_parts(text: str) -> None:
    outer = shape(text)
    assert outer.left in text
    assert outer.right in text
    head(text)
    step = introduced(text)
    assert step is None or step[1] == "False" or len(step[1]) < len(text)
