prelude
import Theory.NatOrderAlgebra
/-!
# Induction principles for natural numbers
-/

/-- Strong induction: a property holds of all numbers when it holds of each number of which all
smaller numbers have it. -/
@[elab_as_elim] theorem Nat.strong_induction_on {p : Nat → Prop} (n : Nat)
    (h : ∀ n, (∀ m, m < n → p m) → p n) : p n := by
  have below : ∀ k m, m < k → p m := by
    intro k
    induction k with
    | zero => exact fun m hm => absurd hm (Nat.not_lt_zero m)
    | succ k ih =>
      intro m hm
      exact h m fun l hl => ih l (Nat.lt_of_lt_of_le hl (Nat.le_of_lt_succ hm))
  exact below (n + 1) n (Nat.lt_add_one n)

/-- Induction in steps of two: from `p 0`, `p 1` and "`p n` implies `p (n + 2)`" follows `p n`. -/
@[elab_as_elim] theorem Nat.two_step_induction {p : Nat → Prop} (zero : p 0) (one : p 1)
    (step : ∀ n, p n → p (n + 2)) (n : Nat) : p n := by
  have both : p n ∧ p (n + 1) := by
    induction n with
    | zero => exact ⟨zero, one⟩
    | succ n ih => exact ⟨ih.2, step n ih.1⟩
  exact both.1

/-- Induction that starts at `m`: a property of `m` that passes on from `n` to `n + 1` for `n ≥ m`
holds of all `n ≥ m`. -/
theorem Nat.le_induction {m : Nat} {p : Nat → Prop} (base : p m)
    (succ : ∀ n, m ≤ n → p n → p (n + 1)) (n : Nat) (h : m ≤ n) : p n := by
  induction h with
  | refl => exact base
  | step h ih => exact succ _ h ih

/-- Well-ordering: a property that holds of some natural number holds of a least one. -/
theorem Nat.exists_least {p : Nat → Prop} (h : ∃ n, p n) : ∃ n, p n ∧ ∀ m, p m → n ≤ m := by
  rcases h with ⟨n, hn⟩
  induction n using Nat.strong_induction_on with
  | h n ih =>
    by_cases smaller : ∃ m, m < n ∧ p m
    · rcases smaller with ⟨m, hm, pm⟩
      exact ih m hm pm
    · exact ⟨n, hn, fun m pm => Nat.le_of_not_lt fun hm => smaller ⟨m, hm, pm⟩⟩

/-- Infinite descent: if every number with a property has a smaller one below it, none has it. -/
theorem Nat.infinite_descent {p : Nat → Prop} (h : ∀ n, p n → ∃ m, m < n ∧ p m) (n : Nat) :
    ¬p n := by
  induction n using Nat.strong_induction_on with
  | h n ih =>
    intro hn
    rcases h n hn with ⟨m, hm, pm⟩
    exact ih m hm pm

/-- A sequence with `f n ≤ f (n + 1)` for all `n` is monotone: `m ≤ n` implies `f m ≤ f n`. -/
theorem Nat.monotone_of_le_succ {f : Nat → Nat} (hf : ∀ n, f n ≤ f (n + 1)) {m n : Nat}
    (h : m ≤ n) : f m ≤ f n := by
  induction h with
  | refl => exact Nat.le_refl _
  | step _ ih => exact Nat.le_trans ih (hf _)

/-- A sequence with `f n < f (n + 1)` for all `n` is strictly increasing. -/
theorem Nat.strictMono_of_lt_succ {f : Nat → Nat} (hf : ∀ n, f n < f (n + 1)) {m n : Nat}
    (h : m < n) : f m < f n := by
  induction h with
  | refl => exact hf m
  | step _ ih => exact Nat.lt_trans ih (hf _)

/-- A strictly increasing sequence of natural numbers grows at least as fast as the index. -/
theorem Nat.le_of_lt_succ_apply {f : Nat → Nat} (hf : ∀ n, f n < f (n + 1)) (n : Nat) :
    n ≤ f n := by
  induction n with
  | zero => exact Nat.zero_le _
  | succ n ih => exact Nat.lt_of_le_of_lt ih (hf n)
