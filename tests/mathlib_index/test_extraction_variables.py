"""Which binders of `variable` commands stand in front of a signature: those that Lean includes."""

from __future__ import annotations

import pytest
from reading import read


def signature(source: str, name: str = "t") -> str:
    return read(source)[name].signature


VARIABLES = "variable {α β : Type u} [Group α] (f : α → β) {x y : α} [Fintype β]\n"


@pytest.mark.parametrize(
    ("statement", "included"),
    [
        (": True", ""),
        (": x = x", "{α : Type u} [Group α] {x : α}"),
        ("(h : y = x) : x = y", "{α : Type u} [Group α] {x y : α}"),
        (": f.Injective", "{α β : Type u} [Group α] (f : α → β) [Fintype β]"),
        (": Infinite β", "{β : Type u} [Fintype β]"),
    ],
)
def test_a_theorem_takes_what_it_mentions_what_that_needs_and_instances_on_these(
    statement: str, included: str
) -> None:
    found = signature(f"{VARIABLES}theorem t {statement} := sorry")
    assert found == f"{included} {statement}".strip()


@pytest.mark.parametrize(
    "statement",
    [
        ": ∀ x, P x",
        ": ∃ x y : ℕ, x < y",
        ": ∑ x ∈ range 3, x = 3",
        ": (fun x => x + 1) = succ",
        ": {x | P x} = {x : ℕ | P x}",
        ": ∀ ⟨x, y⟩, P (x, y)",
        ": let x := 1; x = 1",
        "(x : ℕ) {y} : x = y",
        ": (x : ℕ) → P x",
        ": g.x = .y",
        ": foo (x := 1) = 1",
        ": P xᵒᵖ.x' x₁",
    ],
)
def test_a_name_that_the_statement_binds_or_that_only_looks_alike_is_no_variable(
    statement: str,
) -> None:
    free = statement.replace("xᵒᵖ", "z")
    assert signature(f"variable {{x y : α}}\ntheorem t {free} := sorry") == free


def test_a_binder_holds_to_the_end_of_its_brackets() -> None:
    source = "variable {x : ℕ}\ntheorem t : (∀ x, P x) → P x := sorry"
    assert signature(source) == "{x : ℕ} : (∀ x, P x) → P x"


def test_superscripts_are_no_part_of_a_name() -> None:
    source = "variable (C : Type)\ntheorem t : Small Cᵒᵖ := sorry"
    assert signature(source) == "(C : Type) : Small Cᵒᵖ"


def test_a_proof_includes_nothing_but_the_value_of_a_definition_does() -> None:
    source = """
        variable (n m : ℕ)
        theorem t : True := by exact foo n
        def d : ℕ := m + 1
        def by_cases_on : ℕ → ℕ
          | 0 => m
          | n + 1 => n
        instance i : Add ℕ where
          add k l := k + l + n
    """
    assert signature(source, "t") == ": True"
    assert signature(source, "d") == "(m : ℕ) : ℕ"
    assert signature(source, "by_cases_on") == "(m : ℕ) : ℕ → ℕ"
    assert signature(source, "i") == "(n : ℕ) : Add ℕ"


def test_types_take_what_their_fields_and_constructors_mention() -> None:
    source = """
        variable (α β : Type) (r : α → α → Prop)
        structure Pair where
          first : α
          r : β
        inductive Path : ℕ → Prop
          | step {α : ℕ} (h : r a b) : Path α
    """
    assert signature(source, "Pair") == "(α β : Type)"
    assert signature(source, "Path") == "(α : Type) (r : α → α → Prop) : ℕ → Prop"


def test_variables_end_with_their_section_or_namespace() -> None:
    source = """
        variable {a : ℕ}
        section
        variable {b : ℕ}
        theorem inner : a = b := sorry
        end
        namespace N
        variable {c : ℕ}
        end N
        theorem outer : a = b + c := sorry
    """
    assert signature(source, "inner") == "{a b : ℕ} : a = b"
    assert signature(source, "outer") == "{a : ℕ} : a = b + c"


def test_brackets_are_changed_by_naming_the_variable_again() -> None:
    source = """
        variable {a b : ℕ}
        variable (b) in
        theorem once : a = b := sorry
        theorem before : a = b := sorry
        variable (a)
        theorem after : a = b := sorry
    """
    assert signature(source, "once") == "{a : ℕ} (b : ℕ) : a = b"
    assert signature(source, "before") == "{a b : ℕ} : a = b"
    assert signature(source, "after") == "(a : ℕ) {b : ℕ} : a = b"


def test_a_variable_hides_an_earlier_one_of_its_name() -> None:
    source = "variable {a : ℕ} (h : a = 0) {a : ℤ}\ntheorem t : a = 1 := sorry"
    assert signature(source) == "{a : ℤ} : a = 1"


def test_include_and_omit_are_respected() -> None:
    source = """
        variable {α : Type} [Ring α] [inst : Fintype α] (h : P) {x : α}
        include h
        theorem included : True := sorry
        omit h in
        theorem omitted : True := sorry
        omit [Ring α] inst in
        theorem bare : x = x := sorry
        omit h
        theorem later : True := sorry
        include x in
        theorem just_once : True := sorry
    """
    assert signature(source, "included") == "(h : P) : True"
    assert signature(source, "omitted") == ": True"
    assert signature(source, "bare") == "{α : Type} (h : P) {x : α} : x = x"
    assert signature(source, "later") == ": True"
    assert signature(source, "just_once") == (
        "{α : Type} [Ring α] [inst : Fintype α] {x : α} : True"
    )


def test_binders_may_span_lines_and_hold_comments_and_defaults() -> None:
    source = """
        variable
          {α : Type u} -- the first
          [∀ i, Group
            (G i)] (μ : Measure α := by volume_tac)
        theorem t : Finite μ := sorry
    """
    assert signature(source) == "{α : Type u} [∀ i, Group (G i)] (μ : Measure α) : Finite μ"
