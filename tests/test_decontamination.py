"""Decontamination: the same statement is recognised however it is spelt, and near ones are."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rewritten import WAYS, rewritten

from lean_agent.benchmarks import load_benchmark
from lean_agent.decontamination import EvaluationSets, OverlapKind, statement_hash
from lean_agent.errors import UserError
from lean_agent.normal_form import normal_words
from lean_agent.problem import Problem
from lean_agent.statement_parts import statement_parts

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
        ("theorem a (x : ℝ) : x = x", "example (y : ℝ) : y = y"),
        (
            "theorem a (x : ℝ) : x = x",
            "@[simp, to_additive (attr := simp)] lemma b (x : ℝ) : x = x",
        ),
        ("theorem a (x : ℝ) : x = x", "@[simp]\nprivate theorem b (x : ℝ) : x = x"),
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
        ("theorem a : sqrt 4 = 2", "open Nat in theorem a : sqrt 4 = 2"),
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


@pytest.mark.parametrize(
    ("statement", "parts"),
    [
        (
            "theorem a (x y : ℝ) (h : 0 < x ∧ y > x) : (x ≠ y)",
            ["ℝ", "ℝ", "0 < ▪0", "▪0 < ▪1", "⊢ ▪0 ≠ ▪1"],
        ),
        (
            "theorem a : ∀ u : ℝ, 0 < u → ∀ v : ℝ, u < v → ¬(v = u)",
            ["ℝ", "ℝ", "0 < ▪0", "▪0 < ▪1", "⊢ ▪0 ≠ ▪1"],
        ),
        (
            "theorem a {G : Type*} [Group G] [i : Fintype G] {x : G} : ∀ y z ∈ s, P y",
            ["Type *", "Group ▪0", "Fintype ▪0", "▪0", "▪0 ∈ s", "▪0 ∈ s", "⊢ P ▪0"],
        ),
        # An implication under a quantifier, a disjunction and what `fun` reaches stay whole.
        ("theorem a (h : ∀ x, P x → Q x) : R", ["∀ ▪0 , P ▪0 → Q ▪0", "⊢ R"]),
        ("theorem a (h : p ∧ q ∨ r) : s ↔ t → u", ["p ∧ q ∨ r", "⊢ s ↔ t → u"]),
        ("theorem a : P ∧ ∃ x, Q x ∧ R x", ["⊢ P", "⊢ ∃ ▪0 , Q ▪0 ∧ R ▪0"]),
        ("theorem a (f := fun x => x ∧ x) : P", ["f := fun ▪0 ↦ ▪0 ∧ ▪0", "⊢ P"]),
        ("theorem a (n : ℕ := 3) (h : 0 < n := by simp) : P n", ["ℕ", "0 < ▪0", "⊢ P ▪0"]),
        ("theorem a.{u} (α : Type u) : P α", ["Type u", "⊢ P ▪0"]),
        ("theorem a : ¬ (x < y ∧ y < z)", ["⊢ ¬ x < y ∧ y < z"]),
        ("theorem a (h : 3 = n ∧ m = 3) : a - (b) > c", ["3 = n", "3 = m", "⊢ c < a - b"]),
        ("theorem a", []),
    ],
)
def test_a_statement_has_parts(statement: str, parts: list[str]) -> None:
    found = statement_parts(normal_words(statement))
    assert sorted(" ".join(part) for part in found.elements()) == sorted(parts)


@given(text=st.text(alphabet="x:()[]{}⟨⟩∀∃→∧∨↔¬=<>,∈P \n", max_size=80))
def test_any_text_has_parts(text: str) -> None:
    statement_parts(normal_words(f"theorem a {text}"))


@pytest.mark.parametrize("piece", ["P → ", "P ∧ ", "∀ x, P x → ", "(P → ", "¬ (", "("])
def test_very_long_statements_have_parts(piece: str) -> None:
    found = statement_parts(normal_words(f"theorem a : {piece * (90_000 // len(piece))} Q"))
    assert found.total() >= 1


MINIATURE = [
    "theorem t (b h v : ℝ) (h₀ : 0 < b ∧ 0 < h) (h₁ : v = 1 / 3 * (b * h)) (h₂ : b = 30) : v = 65",
    "theorem t (x y : ℕ) (hx : x % 2 = 1) (hy : y % 2 = 1) : (x + y) % 2 = 0",
    "theorem t {G : Type*} [Group G] (a b : G) (ha : a ^ 2 = 1) (hb : b ^ 3 = 1) "
    "(hab : Commute a b) : (a * b) ^ 6 = 1",
    "theorem t (f : ℕ → ℕ) (hf : ∀ n, f (n + 1) > f n) (h0 : f 0 ≥ 7) : ∀ n, f n ≥ n + 7",
    "theorem t (s : Set ℝ) (hs : IsClosed s) (hb : ∃ x, x ∈ s) (h : ∀ x ∈ s, x < 4) : sSup s ∈ s",
    "theorem t (a b c : ℤ) (hab : a ∣ b) (hbc : b ∣ c) (hne : a ≠ 0) : a ∣ c ↔ c % a = 0 ∨ a = 1",
    "theorem t (p : ℕ) (hp : p.Prime) (hp2 : p ≠ 2) : ∃ k, p = 4 * k + 1 ∨ p = 4 * k + 3",
]


@pytest.fixture(params=["a miniature", "proofnet", "minif2f", "putnambench"])
def evaluated(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> list[Problem]:
    """Problems of an evaluation set, without their informal texts."""
    if request.param == "a miniature":
        return [problem(one, name=f"p{number}") for number, one in enumerate(MINIATURE)]
    data = Path(os.environ.get("LEAN_AGENT_DATA", "../shared/data"))
    if not any((data / name).exists() for name in (request.param, f"{request.param}.jsonl")):
        pytest.skip(f"no {request.param}: set LEAN_AGENT_DATA to the folder that holds it")
    monkeypatch.setenv("LEAN_AGENT_DATA", str(data))
    every = load_benchmark(request.param, None)
    return [problem(one.statement, name=one.id) for one in every]


@pytest.mark.parametrize("way", WAYS)
def test_a_statement_is_found_however_it_is_put_together(
    evaluated: list[Problem], way: str
) -> None:
    sets = EvaluationSets({"mine": evaluated})
    tried, missed = 0, []
    for one in evaluated:
        if (changed := rewritten(one.statement, way)) is not None:
            tried += 1
            if one.id not in {found.problem_id for found in sets.overlaps(problem(changed))}:
                missed.append((one.id, changed))
    assert tried >= min(4, len(evaluated) // 4)
    assert missed == []


def test_reordered_hypotheses_are_told_as_parts() -> None:
    sets = EvaluationSets({"mine": [problem(MINIATURE[0], name="pyramid")]})
    turned = (
        "theorem q (d : ℝ) (hd : d = 30) (e : ℝ) (w : ℝ) : w = 1 / 3 * (d * e) → e > 0 → 0 < d "
        "→ 65 = w"
    )
    [found] = sets.overlaps(problem(turned))
    assert (found.kind, found.share) == (OverlapKind.PARTS, 1.0)
    assert found.evidence.startswith("all 8 parts, such as: 1 / 3 * ▪0 * ▪1 = ▪2; ")
    [found] = sets.overlaps(problem(turned.replace("e > 0", "e > 2")))
    assert found.kind is OverlapKind.PARTS
    assert found.share == pytest.approx(22 / 25)
    assert found.evidence.startswith("7 of 8 parts, such as: 1 / 3 * ▪0 * ▪1 = ▪2; ")
    assert sets.overlaps(problem(turned.replace("1 / 3", "1 / 4").replace("65", "60"))) == ()


def test_what_is_found_hangs_on_no_hash_seed() -> None:
    code = (
        "from test_decontamination import *\n"
        "own = [problem(one, name=f'p{n}') for n, one in enumerate(MINIATURE * 3)]\n"
        "sets = EvaluationSets({'one': own, 'other': own[::-1]})\n"
        "for one in MINIATURE:\n"
        "    for way in WAYS:\n"
        "        print(sets.overlaps(problem(rewritten(one, way) or one)))\n"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(Path(__file__).parent)},
            check=True,
            capture_output=True,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(outputs) == 1
    assert b"OverlapKind.PARTS" in outputs.pop()


def test_a_part_of_a_long_statement_is_not_that_statement() -> None:
    sets = EvaluationSets({"mine": [problem(MINIATURE[0])]})
    assert sets.overlaps(problem("theorem q (v : ℝ) (h : v = 3) : v = 65")) == ()


def test_parts_that_many_problems_share_prove_nothing() -> None:
    frame = "theorem t (a b c : ℝ) (h : a * b + b * c + c * a = a + b + c) : {} a {} b"
    many = [problem(frame.format(f"f{n} c", n), name=f"p{n}") for n in range(30)]
    sets = EvaluationSets({"mine": many})
    turned = "theorem u (x y z : ℝ) : x * y + y * z + z * x = x + y + z → g x y"
    assert sets.overlaps(problem(turned)) == ()
    # But a statement of such parts alone is found.
    alone = problem("theorem t (a b c : ℝ) : a * b + b * c + c * a = a + b + c → False", name="x")
    again = EvaluationSets({"mine": [*many, alone]}).overlaps(
        problem("theorem u (z : ℝ) (y : ℝ) (x : ℝ) (h : x * y + y * z + z * x = x + y + z) : False")
    )
    assert [found.problem_id for found in again] == ["x"]


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
