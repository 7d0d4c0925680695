"""The usual tactics are there: each line of the table is a theorem that its tactic proves."""

from __future__ import annotations

import pytest
from asking import Ask, asks_lean, errors

TACTICS = {
    "exact": "example (p : Prop) (h : p) : p := by exact h",
    "apply": "example (p q : Prop) (f : p → q) (h : p) : q := by apply f; exact h",
    "refine": "example (p q : Prop) (h : p) (k : q) : p ∧ q := by refine ⟨h, ?_⟩; exact k",
    "intro": "example (p q : Prop) : p → q → p := by intro h _; exact h",
    "intros": "example (p q : Prop) : p → q → p := by intros; assumption",
    "constructor": "example : True ∧ True := by constructor <;> trivial",
    "left": "example (p q : Prop) (h : p) : p ∨ q := by left; exact h",
    "right": "example (p q : Prop) (h : q) : p ∨ q := by right; exact h",
    "cases": """
example (p q : Prop) (h : p ∨ q) : q ∨ p := by
  cases h with
  | inl hp => exact Or.inr hp
  | inr hq => exact Or.inl hq""",
    "rcases": """
example (p q r : Prop) (h : p ∧ (q ∨ r)) : q ∨ (p ∧ r) := by
  rcases h with ⟨hp, hq | hr⟩
  · exact .inl hq
  · exact .inr ⟨hp, hr⟩""",
    "obtain": """
example (f : Nat → Nat) (h : ∃ n, f n = 0 ∧ 0 < n) : ∃ n, f n = 0 := by
  obtain ⟨n, hn, -⟩ := h
  exact ⟨n, hn⟩""",
    "rintro": "example (p q : Prop) : p ∧ q → q ∧ p := by rintro ⟨hp, hq⟩; exact ⟨hq, hp⟩",
    "induction": """
example (n : Nat) : 0 + n = n := by
  induction n with
  | zero => rfl
  | succ n ih => rw [← Nat.add_assoc, ih]""",
    "induction … generalizing": """
def count : Nat → Nat → Nat
  | 0, k => k
  | n + 1, k => count n (k + 1)
example (n k : Nat) : count n k = n + k := by
  induction n generalizing k with
  | zero => simp [count]
  | succ n ih => rw [count, ih]; omega""",
    "induction … using": """
example (n : Nat) (p : Nat → Prop) (h : ∀ n, (∀ m, m < n → p m) → p n) : p n := by
  induction n using Nat.strong_induction_on with
  | h n ih => exact h n ih""",
    "rfl": "example : 12 * 12 = 144 := by rfl",
    "rw": "example (a b c : Nat) (h : a = b) (k : b = c) : a = c := by rw [h, k]",
    "rw … at, backwards": """
example (a b : Nat) (h : a = b) (k : b = 3) : a = 3 := by
  rw [← h] at k; exact k""",
    "rwa": "example (a b : Nat) (h : a = b) (k : a = 3) : b = 3 := by rwa [h] at k",
    "erw": "example (a b : Nat) (h : a = b) : a + 1 = b + 1 := by erw [h]",
    "simp": "example (p : Prop) (n : Nat) : p ∧ True ∧ n + 0 = n ↔ p := by simp",
    "simp only": "example (a b : Nat) : a + b = b + a := by simp only [Nat.add_comm]",
    "simp at": "example (p : Prop) (h : p ∧ True) : p := by simp at h; exact h",
    "simp with hypotheses": "example (a b : Nat) (h : a = b) : b = a := by simp [h]",
    "simp_all": "example (p q : Prop) (h : p → q) (k : p) : q ∧ p := by simp_all",
    "simpa": "example (n : Nat) (h : n + 0 = 3) : n = 3 := by simpa using h",
    "dsimp": "example (n : Nat) : (n, 0).1 = n := by dsimp",
    "simp?": "example (n : Nat) : n + 0 = n := by simp?",
    "decide": "example : ∀ n < 5, n * n < 20 := by decide",
    "have": "example (p q : Prop) (h : p ∧ q) : q := by have k := h.2; exact k",
    "suffices": """
example (n : Nat) : n < n + 2 := by
  suffices h : n < n + 1 from Nat.lt_succ_of_lt h; omega""",
    "show": "example (n : Nat) : n + 0 = n := by show n = n; rfl",
    "change": "example (n : Nat) (h : n + 0 = 2) : n = 2 := by change n = 2 at h; exact h",
    "calc": """
example (a b c : Nat) (h : a < b) (k : b = c) : a ≤ c := by
  calc a ≤ b := Nat.le_of_lt h
    _ = c := k""",
    "exists": "example : ∃ n : Nat, n * n = 49 := by exists 7",
    "contradiction": "example (p q : Prop) (h : p) (k : ¬p) : q := by contradiction",
    "exfalso": "example (p q : Prop) (h : p) (k : ¬p) : q := by exfalso; exact k h",
    "absurd": "example (p q : Prop) (h : p) (k : ¬p) : q := by exact absurd h k",
    "assumption": "example (p q : Prop) (_ : p) (_ : q) : q := by assumption",
    "by_cases": "example (p : Prop) : p ∨ ¬p := by by_cases h : p; exact .inl h; exact .inr h",
    "unfold": """
def three := 3
example : three + 1 = 4 := by unfold three; rfl""",
    "delta": """
def three := 3
example : three = 3 := by delta three; rfl""",
    "subst": "example (a b : Nat) (h : a = b) (k : b < 3) : a < 3 := by subst h; exact k",
    "symm": "example (a b : Nat) (h : a = b) : b = a := by symm; exact h",
    "trans": """
example (a b c : Nat) (h : a = b) (k : b = c) : a = c := by
  trans b; exact h; exact k""",
    "congr": "example (f : Nat → Nat) (a b : Nat) (h : a = b) : f a = f b := by congr",
    "funext": "example : (fun n : Nat => n + 0) = id := by funext n; rfl",
    "ext": "example (s t : Set Nat) (h : ∀ x, x ∈ s ↔ x ∈ t) : s = t := by ext x; exact h x",
    "injection": "example (a b : Nat) (h : some a = some b) : a = b := by injection h",
    "nofun": "example : some 1 ≠ none := by nofun",
    "nomatch": "example (h : some 1 = none) : False := by nomatch h",
    "split": """
example (n : Nat) : (if n = 0 then 1 else n) ≠ 0 := by
  split
  · decide
  · assumption""",
    "specialize": "example (p : Nat → Prop) (h : ∀ n, p n) : p 2 := by specialize h 2; exact h",
    "generalize": "example (a b : Nat) : (a + b) * 0 = 0 := by generalize a + b = c; rfl",
    "revert": "example (n : Nat) (h : n = 1) : 1 = n := by revert h; exact Eq.symm",
    "rename_i": "example : ∀ n : Nat, n = n := by intro; rename_i n; exact Eq.refl n",
    "clear": "example (p q : Prop) (h : p) (k : q) : p := by clear k; assumption",
    "replace": "example (p q : Prop) (h : p ∧ q) : q := by replace h := h.2; exact h",
    "conv": """
example (a b c : Nat) : a + b + c = b + a + c := by
  conv => lhs; arg 1; rw [Nat.add_comm]""",
    "bullets ·": """
example : True ∧ True := by
  constructor
  · trivial
  · trivial""",
    "<;>": "example (b : Bool) : (b && b) = b := by cases b <;> rfl",
    "first": "example (p q : Prop) (h : q) : p ∨ q := by first | exact .inl h | exact .inr h",
    "repeat": "example : True ∧ True ∧ True := by repeat (first | trivial | constructor)",
    "try": """
example (n : Nat) : n = n := by
  try rw [Nat.add_comm]
  rfl""",
    "all_goals": "example : 1 = 1 ∧ 2 = 2 := by constructor; all_goals rfl",
    "any_goals": """
example (p : Prop) (h : p) : 1 = 1 ∧ p := by
  constructor
  any_goals rfl
  exact h""",
    "next": """
example (p q : Prop) (h : p ∨ q) : q ∨ p := by
  cases h
  next h => exact .inr h
  next h => exact .inl h""",
    "case": """
example (p q : Prop) (h : p) (k : q) : p ∧ q := by
  constructor
  case right => exact k
  case left => exact h""",
    "match": """
example (n : Nat) : n = 0 ∨ 0 < n := by
  match n with
  | 0 => exact .inl rfl
  | n + 1 => exact .inr (Nat.zero_lt_succ n)""",
    "exact?": "example (a b c : Nat) (h : a ≤ b) (k : b ≤ c) : a ≤ c := by exact?",
    "apply?": "example (a b : Nat) (h : a = b) : b = a := by apply?",
    "solve_by_elim": """
example (p q r : Prop) (f : p → q) (g : q → r) (h : p) : r := by
  solve_by_elim""",
    "ac_rfl": "example (a b c : Nat) : a + b + c = c + (b + a) := by ac_rfl",
    "infer_instance": "example : Decidable (2 < 3) := by infer_instance",
    "omega with equations": "example (a b : Nat) (h : 3 * a + 5 * b = 7) : False := by omega",
    "omega with orders": "example (a b c : Nat) (h : a < b) (k : b < c) : a + 1 < c := by omega",
    "omega with differences": "example (a b c : Nat) : a - b - c = a - (b + c) := by omega",
    "omega with quotients": "example (n : Nat) (h : n % 2 = 1) : n / 2 * 2 + 1 = n := by omega",
    "omega with powers": "example (n k : Nat) : n % 2 ^ k < 2 ^ k := by omega",
    "omega with shifts": "example (n : Nat) : n >>> 1 <<< 1 ≤ n := by omega",
    "omega with pairs": "example (m n : Nat) (h : (m, n).2 < 3) : n ≤ 2 := by omega",
    "omega with divisors": "example (n : Nat) (h : ¬2 ∣ n) : n % 2 = 1 := by omega",
    "omega with integers": "example (x y : Int) (h : 2 * x + 1 = 2 * y) : False := by omega",
    "omega with connectives": """
example (a b : Nat) (h : a < b ∧ (b < 3 ∨ b < 4)) : a < 3 := by
  omega""",
    "omega with min and max": "example (a b : Nat) : min a b + max a b = a + b := by omega",
}


@pytest.mark.parametrize("tactic", TACTICS)
@asks_lean
async def test_tactic(ask: Ask, tactic: str) -> None:
    assert errors(await ask(TACTICS[tactic])) == []
