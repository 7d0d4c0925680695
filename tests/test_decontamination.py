"""Decontamination: the same statement is recognised however it is spelt, and near ones are."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lean_agent.decontamination import EvaluationSets, OverlapKind, statement_hash
from lean_agent.errors import UserError
from lean_agent.problem import Problem

STATEMENT = """theorem sum_of_odd (n : ℕ) (f : ℕ → ℝ) (hf : ∀ k, f k = 2 * k + 1) (h₀ : 0 < n) :
  ∑ i ∈ Finset.range n, f i = (n : ℝ) ^ 2 ∧ ∃ m : ℕ, (m : ℝ) > f n"""


def problem(statement: str, informal: str = "", name: str = "p") -> Problem:
    return Problem(id=name, statement=statement, informal=informal)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("theorem a (x : ℝ) : x = x", "theorem b (y : ℝ) : y = y"),
        ("theorem a (x : ℝ) : x = x", "lemma a  (x:ℝ)\n  : x = x -- by symmetry"),
        ("theorem a (x : ℝ) : x = x", "/-- About x. -/\ntheorem a (x : Real) : x = x"),
        ("theorem a (x : ℕ) : x <= x → 0 ≤ x", "theorem a (x : Nat) : x ≤ x -> 0 <= x"),
        ("theorem a : (fun x => x + 1) = g", "theorem a : (λ y ↦ y + 1) = g"),
        ("theorem a : ∑ k in s, f k = 0", "theorem a : ∑ j ∈ s, f j = 0"),
        ("theorem a : ∀ p ∈ s, p.1 = 0", "theorem a : ∀ q ∈ s, q.1 = 0"),
        ("theorem a : {x : ℝ | 0 < x} = s", "theorem a : {r : ℝ | 0 < r} = s"),
        # Lean tells a bound name from one of the same spelling outside its parentheses.
        ("theorem a (x : ℕ) : (∃ x, x = 1) ∧ x = 2", "theorem a (x : ℕ) : (∃ y, y = 1) ∧ x = 2"),
        ("theorem a (x : ℕ) (h : ∀ x, f x) : f x", "theorem a (x : ℕ) (h : ∀ y, f y) : f x"),
        ("theorem a (h : p ∧ q) : g h.1", "theorem a (hpq : p ∧ q) : g hpq.1"),
        ("theorem a : ∃ ⟨x, y⟩ : ℕ × ℕ, x = y", "theorem a : ∃ ⟨u, v⟩ : ℕ × ℕ, u = v"),
    ],
)
def test_spelling_changes_nothing(one: str, other: str) -> None:
    assert statement_hash(one) == statement_hash(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("theorem a : 2 + 2 = 4", "theorem a : 2 + 2 = 5"),
        ("theorem a (x y : ℕ) : x ≤ y", "theorem a (x y : ℕ) : y ≤ x"),
        ("theorem a (x y : ℕ) : (x : ℝ) ≤ y", "theorem a (x y : ℕ) : (y : ℝ) ≤ x"),
        ("theorem a (x : ℕ) : ∃ y, y = x", "theorem a (x : ℕ) : ∃ y, y = y"),
        ('theorem a : c = "x"', 'theorem a : c = "y"'),
        ("theorem a : P sin", "theorem a : P cos"),
        ("theorem a (h : p) : q", "theorem a {h : p} : q"),
    ],
)
def test_what_is_said_otherwise_stays_different(one: str, other: str) -> None:
    assert statement_hash(one) != statement_hash(other)


NAMES = st.lists(
    st.from_regex(r"\A[a-zα-κ][a-z0-9₀-₉']{0,3}\Z").filter(
        lambda name: name not in {"in", "fun", "def", "let", "have", "at", "λ"}
    ),
    min_size=7,
    max_size=7,
    unique=True,
)


@given(names=NAMES)
def test_no_renaming_changes_the_hash(names: list[str]) -> None:
    n, f, hf, k, h, i, m = names
    renamed = (
        f"theorem other ({n} : ℕ) ({f} : ℕ → ℝ) ({hf} : ∀ {k}, {f} {k} = 2 * {k} + 1) "
        f"({h} : 0 < {n}) : ∑ {i} ∈ Finset.range {n}, {f} {i} = ({n} : ℝ) ^ 2 ∧ "
        f"∃ {m} : ℕ, ({m} : ℝ) > {f} {n}"
    )
    assert statement_hash(renamed) == statement_hash(STATEMENT)


SPACE = st.sampled_from([" ", "  ", "\n  ", "\n", " -- a note\n", " /- theorem x /- y -/ : -/ "])


@given(spaces=st.lists(SPACE, min_size=80, max_size=80))
def test_no_white_space_or_comment_changes_the_hash(spaces: list[str]) -> None:
    words = STATEMENT.split()
    spaced = "".join(word + space for word, space in zip(words, spaces, strict=False))
    assert statement_hash(spaced) == statement_hash(STATEMENT)


@given(text=st.text(alphabet="theorm a:()[]{}⟨⟩∀∃x,→«»\"'/-|∈ \n_.1λ"))
def test_any_text_has_a_hash(text: str) -> None:
    assert len(statement_hash(text)) == 64


def test_the_same_statement_is_found_under_any_name() -> None:
    sets = EvaluationSets({"mine": [problem(STATEMENT, name="odd"), problem("theorem b : 1 = 1")]})
    copied = STATEMENT.replace("sum_of_odd", "fresh").replace("hf", "a_fact").replace("∈", "in")
    [found] = sets.overlaps(problem(copied))
    assert (found.benchmark, found.problem_id, found.share) == ("mine", "odd", 1.0)
    assert found.kind is OverlapKind.SAME_STATEMENT
    assert "theorem sum_of_odd" in found.evidence


def test_a_statement_with_one_hypothesis_more_overlaps_and_says_where() -> None:
    sets = EvaluationSets({"mine": [problem(STATEMENT, name="odd")]})
    longer = STATEMENT.replace("(n : ℕ)", "(x y : ℝ) (n : ℕ)").replace("> f n", "> f n + x")
    [found] = sets.overlaps(problem(longer))
    assert found.kind is OverlapKind.N_GRAMS
    assert 0.6 <= found.share < 1
    assert "∑ ▪ ∈ Finset .range ▪" in found.evidence
    assert sets.overlaps(problem("theorem t (a b : ℕ) (h : a = b) : b + 1 = a + 1")) == ()


def test_the_words_of_the_informal_text_are_compared_too() -> None:
    told = "Prove that every finite integral domain in which one is not zero is a field."
    sets = EvaluationSets({"mine": [problem("theorem x : P a b", told, "field")]})
    [found] = sets.overlaps(problem("theorem y (c : ℕ) : Q c", f"Exercise 3. {told.upper()}"))
    assert found.kind is OverlapKind.INFORMAL
    assert "every finite integral domain" in found.evidence


def test_phrases_that_many_problems_share_prove_nothing() -> None:
    frame = "theorem t (a b c : ℝ) (ha : 0 < a) (hb : 0 < b) (hc : 0 < c) : {} a b c = {}"
    many = [problem(frame.format("foo", n), name=f"p{n}") for n in range(30)]
    assert EvaluationSets({"mine": many}).overlaps(problem(frame.format("bar", 1))) == ()


def test_sets_are_loaded_by_name_without_their_training_split(tmp_path: Path) -> None:
    path = tmp_path / "sets.jsonl"
    path.write_text(
        '{"id": "a", "statement": "theorem a : P 1", "split": "test"}\n'
        '{"id": "b", "statement": "theorem b : P 2", "split": "train"}\n'
    )
    sets = EvaluationSets.load([str(path)])
    assert len(sets) == 1
    assert [one.problem_id for one in sets.overlaps(problem("theorem z : P 1"))] == ["a"]
    with pytest.raises(UserError, match="unknown benchmark 'nonesuch'"):
        EvaluationSets.load(["nonesuch"])
