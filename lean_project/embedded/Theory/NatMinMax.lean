prelude
import Theory.NatOrderAlgebra
/-!
# Minimum and maximum of two natural numbers
-/

/-- The minimum of a number with itself is that number. -/
@[simp] theorem Nat.min_self (n : Nat) : min n n = n := if_pos (Nat.le_refl n)

/-- The maximum of a number with itself is that number. -/
@[simp] theorem Nat.max_self (n : Nat) : max n n = n := if_pos (Nat.le_refl n)

/-- The minimum is the left number when that one is at most the right one. -/
theorem Nat.min_eq_left {n m : Nat} (h : n ≤ m) : min n m = n := if_pos h

/-- The minimum is the right number when that one is at most the left one. -/
theorem Nat.min_eq_right {n m : Nat} (h : m ≤ n) : min n m = m := by
  rcases Nat.eq_or_lt_of_le h with e | h'
  · exact e ▸ Nat.min_self m
  · exact if_neg (Nat.not_le_of_lt h')

/-- The maximum is the right number when the left one is at most it. -/
theorem Nat.max_eq_right {n m : Nat} (h : n ≤ m) : max n m = m := if_pos h

/-- The maximum is the left number when the right one is at most it. -/
theorem Nat.max_eq_left {n m : Nat} (h : m ≤ n) : max n m = n := by
  rcases Nat.eq_or_lt_of_le h with e | h'
  · exact e ▸ Nat.max_self m
  · exact if_neg (Nat.not_le_of_lt h')

/-- The minimum of two numbers is one of them. -/
theorem Nat.min_eq_or_eq (n m : Nat) : min n m = n ∨ min n m = m :=
  (Nat.le_total n m).elim (fun h => Or.inl (Nat.min_eq_left h)) fun h => Or.inr (Nat.min_eq_right h)

/-- The maximum of two numbers is one of them. -/
theorem Nat.max_eq_or_eq (n m : Nat) : max n m = n ∨ max n m = m :=
  (Nat.le_total n m).elim (fun h => Or.inr (Nat.max_eq_right h)) fun h => Or.inl (Nat.max_eq_left h)

/-- The minimum is at most the left number. -/
theorem Nat.min_le_left (n m : Nat) : min n m ≤ n := by
  rcases Nat.le_total n m with h | h
  · exact Nat.le_of_eq (Nat.min_eq_left h)
  · rw [Nat.min_eq_right h]
    exact h

/-- The minimum is at most the right number. -/
theorem Nat.min_le_right (n m : Nat) : min n m ≤ m := by
  rcases Nat.le_total n m with h | h
  · rw [Nat.min_eq_left h]
    exact h
  · exact Nat.le_of_eq (Nat.min_eq_right h)

/-- The left number is at most the maximum. -/
theorem Nat.le_max_left (n m : Nat) : n ≤ max n m := by
  rcases Nat.le_total n m with h | h
  · rw [Nat.max_eq_right h]
    exact h
  · exact Nat.le_of_eq (Nat.max_eq_left h).symm

/-- The right number is at most the maximum. -/
theorem Nat.le_max_right (n m : Nat) : m ≤ max n m := by
  rcases Nat.le_total n m with h | h
  · exact Nat.le_of_eq (Nat.max_eq_right h).symm
  · rw [Nat.max_eq_left h]
    exact h

/-- A number is at most the minimum exactly when it is at most both numbers
(greatest lower bound). -/
theorem Nat.le_min {k n m : Nat} : k ≤ min n m ↔ k ≤ n ∧ k ≤ m := by
  constructor
  · intro h
    exact ⟨Nat.le_trans h (Nat.min_le_left n m), Nat.le_trans h (Nat.min_le_right n m)⟩
  · intro ⟨h₁, h₂⟩
    rcases Nat.min_eq_or_eq n m with e | e <;> rw [e] <;> assumption

/-- The maximum is at most a number exactly when both numbers are at most it: least upper bound. -/
theorem Nat.max_le {k n m : Nat} : max n m ≤ k ↔ n ≤ k ∧ m ≤ k := by
  constructor
  · intro h
    exact ⟨Nat.le_trans (Nat.le_max_left n m) h, Nat.le_trans (Nat.le_max_right n m) h⟩
  · intro ⟨h₁, h₂⟩
    rcases Nat.max_eq_or_eq n m with e | e <;> rw [e] <;> assumption

/-- The minimum of two numbers does not depend on their order. -/
theorem Nat.min_comm (n m : Nat) : min n m = min m n := by
  rcases Nat.le_total n m with h | h
  · rw [Nat.min_eq_left h, Nat.min_eq_right h]
  · rw [Nat.min_eq_right h, Nat.min_eq_left h]

/-- The maximum of two numbers does not depend on their order. -/
theorem Nat.max_comm (n m : Nat) : max n m = max m n := by
  rcases Nat.le_total n m with h | h
  · rw [Nat.max_eq_right h, Nat.max_eq_left h]
  · rw [Nat.max_eq_left h, Nat.max_eq_right h]

/-- The minimum of three numbers does not depend on the grouping. -/
theorem Nat.min_assoc (a b c : Nat) : min (min a b) c = min a (min b c) := by
  apply Nat.le_antisymm
  · exact Nat.le_min.2 ⟨Nat.le_trans (Nat.min_le_left _ _) (Nat.min_le_left _ _),
      Nat.le_min.2 ⟨Nat.le_trans (Nat.min_le_left _ _) (Nat.min_le_right _ _),
        Nat.min_le_right _ _⟩⟩
  · exact Nat.le_min.2 ⟨Nat.le_min.2 ⟨Nat.min_le_left _ _,
      Nat.le_trans (Nat.min_le_right _ _) (Nat.min_le_left _ _)⟩,
      Nat.le_trans (Nat.min_le_right _ _) (Nat.min_le_right _ _)⟩

/-- The maximum of three numbers does not depend on the grouping. -/
theorem Nat.max_assoc (a b c : Nat) : max (max a b) c = max a (max b c) := by
  apply Nat.le_antisymm
  · exact Nat.max_le.2 ⟨Nat.max_le.2 ⟨Nat.le_max_left _ _,
      Nat.le_trans (Nat.le_max_left _ _) (Nat.le_max_right _ _)⟩,
      Nat.le_trans (Nat.le_max_right _ _) (Nat.le_max_right _ _)⟩
  · exact Nat.max_le.2 ⟨Nat.le_trans (Nat.le_max_left _ _) (Nat.le_max_left _ _),
      Nat.max_le.2 ⟨Nat.le_trans (Nat.le_max_right _ _) (Nat.le_max_left _ _),
        Nat.le_max_right _ _⟩⟩

/-- The minimum is at most the maximum. -/
theorem Nat.min_le_max (n m : Nat) : min n m ≤ max n m :=
  Nat.le_trans (Nat.min_le_left n m) (Nat.le_max_left n m)

/-- The minimum and the maximum of two numbers have the same sum as the numbers. -/
theorem Nat.min_add_max (n m : Nat) : min n m + max n m = n + m := by
  rcases Nat.le_total n m with h | h
  · rw [Nat.min_eq_left h, Nat.max_eq_right h]
  · rw [Nat.min_eq_right h, Nat.max_eq_left h, Nat.add_comm]
