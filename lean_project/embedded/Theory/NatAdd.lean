prelude
import Core
/-!
# Addition of natural numbers

The numbers 0, `n + 1` and sums: order and grouping of summands do not matter, and equal summands
can be cancelled.
-/

/-! ## Zero and successors -/

/-- A successor `n + 1` is never zero. -/
@[simp] theorem Nat.succ_ne_zero (n : Nat) : n + 1 ≠ 0 := fun h => Nat.noConfusion h

/-- Zero is not the successor of any number. -/
@[simp] theorem Nat.zero_ne_add_one (n : Nat) : 0 ≠ n + 1 := fun h => Nat.noConfusion h

/-- The successor function is injective: if `n + 1 = m + 1` then `n = m`. -/
theorem Nat.succ_inj {n m : Nat} (h : n + 1 = m + 1) : n = m := Nat.succ.inj h

/-- Two successors are equal exactly when the numbers are equal. -/
theorem Nat.add_one_inj {n m : Nat} : n + 1 = m + 1 ↔ n = m := ⟨Nat.succ.inj, fun h => h ▸ rfl⟩

/-- No number equals its own successor. -/
theorem Nat.ne_add_one (n : Nat) : n ≠ n + 1 := by
  induction n with
  | zero => exact Nat.zero_ne_add_one 0
  | succ n ih => exact fun h => ih (Nat.succ.inj h)

/-- Every natural number is zero or the successor of another one. -/
theorem Nat.eq_zero_or_eq_succ_pred (n : Nat) : n = 0 ∨ n = Nat.pred n + 1 := by
  cases n with
  | zero => exact Or.inl rfl
  | succ n => exact Or.inr rfl

/-- A number that is not zero is the successor of some number. -/
theorem Nat.exists_eq_succ_of_ne_zero {n : Nat} (h : n ≠ 0) : ∃ k, n = k + 1 := by
  cases n with
  | zero => exact absurd rfl h
  | succ n => exact ⟨n, rfl⟩

/-- The predecessor of zero is zero. -/
@[simp] theorem Nat.pred_zero : Nat.pred 0 = 0 := rfl

/-- The predecessor of a successor `n + 1` is `n`. -/
@[simp] theorem Nat.pred_succ (n : Nat) : Nat.pred (n + 1) = n := rfl

/-! ## The laws of addition -/

/-- Zero plus any number is that number: zero is neutral on the left for addition. -/
@[simp] theorem Nat.zero_add (n : Nat) : 0 + n = n := by
  induction n with
  | zero => rfl
  | succ n ih => exact congrArg Nat.succ ih

/-- A successor in the left summand moves out of the sum: `(n + 1) + m = (n + m) + 1`. -/
theorem Nat.succ_add (n m : Nat) : n + 1 + m = n + m + 1 := by
  induction m with
  | zero => rfl
  | succ m ih => exact congrArg Nat.succ ih

/-- Addition of natural numbers is commutative: the order of two summands does not matter. -/
theorem Nat.add_comm (n m : Nat) : n + m = m + n := by
  induction m with
  | zero => exact (Nat.zero_add n).symm
  | succ m ih => exact (congrArg Nat.succ ih).trans (Nat.succ_add m n).symm

/-- Addition of natural numbers is associative: the grouping of summands does not matter. -/
theorem Nat.add_assoc (n m k : Nat) : n + m + k = n + (m + k) := by
  induction k with
  | zero => rfl
  | succ k ih => exact congrArg Nat.succ ih

/-- The first two summands of `n + (m + k)` can be exchanged. -/
theorem Nat.add_left_comm (n m k : Nat) : n + (m + k) = m + (n + k) := by
  rw [← Nat.add_assoc, Nat.add_comm n m, Nat.add_assoc]

/-- The last two summands of `n + m + k` can be exchanged. -/
theorem Nat.add_right_comm (n m k : Nat) : n + m + k = n + k + m := by
  rw [Nat.add_assoc, Nat.add_comm m k, Nat.add_assoc]

/-- In a sum of two sums the inner summands can be exchanged:
`(a + b) + (c + d) = (a + c) + (b + d)`. -/
theorem Nat.add_add_add_comm (a b c d : Nat) : a + b + (c + d) = a + c + (b + d) := by
  rw [Nat.add_assoc, Nat.add_assoc, Nat.add_left_comm b c d]

/-- One plus a number is its successor. -/
theorem Nat.one_add (n : Nat) : 1 + n = n + 1 := Nat.add_comm 1 n

/-! ## Cancellation -/

/-- Cancellation on the right: if `n + k = m + k` then `n = m`. -/
theorem Nat.add_right_cancel {n m k : Nat} (h : n + k = m + k) : n = m := by
  induction k with
  | zero => exact h
  | succ k ih => exact ih (Nat.succ.inj h)

/-- Cancellation on the left: if `n + m = n + k` then `m = k`. -/
theorem Nat.add_left_cancel {n m k : Nat} (h : n + m = n + k) : m = k := by
  rw [Nat.add_comm n m, Nat.add_comm n k] at h
  exact Nat.add_right_cancel h

/-- Sums with the same right summand are equal exactly when the left summands are equal. -/
theorem Nat.add_right_cancel_iff {n m k : Nat} : n + k = m + k ↔ n = m :=
  ⟨Nat.add_right_cancel, fun h => h ▸ rfl⟩

/-- Sums with the same left summand are equal exactly when the right summands are equal. -/
theorem Nat.add_left_cancel_iff {n m k : Nat} : n + m = n + k ↔ m = k :=
  ⟨Nat.add_left_cancel, fun h => h ▸ rfl⟩

/-- If a sum equals its left summand, the right summand is zero. -/
theorem Nat.eq_zero_of_add_eq_self {n m : Nat} (h : n + m = n) : m = 0 :=
  Nat.add_left_cancel (n := n) h

/-- A sum equals its left summand exactly when the right summand is zero. -/
theorem Nat.add_eq_left {n m : Nat} : n + m = n ↔ m = 0 :=
  ⟨Nat.eq_zero_of_add_eq_self, fun h => h ▸ rfl⟩

/-- A sum equals its right summand exactly when the left summand is zero. -/
theorem Nat.add_eq_right {n m : Nat} : n + m = m ↔ n = 0 := by
  rw [Nat.add_comm]
  exact Nat.add_eq_left

/-- If a sum is zero, its left summand is zero. -/
theorem Nat.eq_zero_of_add_eq_zero_right {n m : Nat} (h : n + m = 0) : n = 0 := by
  cases m with
  | zero => exact h
  | succ m => exact absurd h (Nat.succ_ne_zero _)

/-- If a sum is zero, its right summand is zero. -/
theorem Nat.eq_zero_of_add_eq_zero_left {n m : Nat} (h : n + m = 0) : m = 0 :=
  Nat.eq_zero_of_add_eq_zero_right ((Nat.add_comm m n).trans h)

/-- A sum of two natural numbers is zero exactly when both summands are zero. -/
theorem Nat.add_eq_zero_iff {n m : Nat} : n + m = 0 ↔ n = 0 ∧ m = 0 :=
  ⟨fun h => ⟨Nat.eq_zero_of_add_eq_zero_right h, Nat.eq_zero_of_add_eq_zero_left h⟩,
    fun ⟨h₁, h₂⟩ => by rw [h₁, h₂]⟩

/-- A sum of two natural numbers is one exactly when one summand is 1 and the other is 0. -/
theorem Nat.add_eq_one_iff {n m : Nat} : n + m = 1 ↔ n = 0 ∧ m = 1 ∨ n = 1 ∧ m = 0 := by
  constructor
  · intro h
    cases m with
    | zero => exact Or.inr ⟨h, rfl⟩
    | succ m =>
      have h' := Nat.add_eq_zero_iff.1 (Nat.succ.inj h)
      exact Or.inl ⟨h'.1, congrArg Nat.succ h'.2⟩
  · intro h
    rcases h with ⟨h₁, h₂⟩ | ⟨h₁, h₂⟩ <;> rw [h₁, h₂]
