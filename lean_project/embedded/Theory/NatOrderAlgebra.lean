prelude
import Theory.NatOrder
/-!
# The order of natural numbers, with addition, multiplication, minimum and maximum
-/

/-! ## Addition and the order -/

/-- A number is at most its sum with another number on the right: `n ≤ n + m`. -/
theorem Nat.le_add_right (n m : Nat) : n ≤ n + m := by
  induction m with
  | zero => exact Nat.le_refl n
  | succ m ih => exact Nat.le_succ_of_le ih

/-- A number is at most its sum with another number on the left: `n ≤ m + n`. -/
theorem Nat.le_add_left (n m : Nat) : n ≤ m + n := by
  rw [Nat.add_comm]
  exact Nat.le_add_right n m

/-- If `n ≤ m` then `m` is `n` plus some number: the difference exists. -/
theorem Nat.exists_eq_add_of_le {n m : Nat} (h : n ≤ m) : ∃ k, m = n + k := by
  induction h with
  | refl => exact ⟨0, rfl⟩
  | step _ ih =>
    rcases ih with ⟨k, e⟩
    exact ⟨k + 1, congrArg Nat.succ e⟩

/-- `n ≤ m` holds exactly when `m` can be written as `n + k`. -/
theorem Nat.le_iff_exists_add {n m : Nat} : n ≤ m ↔ ∃ k, m = n + k :=
  ⟨Nat.exists_eq_add_of_le, fun ⟨k, e⟩ => e ▸ Nat.le_add_right n k⟩

/-- If `n < m` then `m` can be written as `n + k + 1`. -/
theorem Nat.exists_eq_add_of_lt {n m : Nat} (h : n < m) : ∃ k, m = n + k + 1 := by
  rcases Nat.exists_eq_add_of_le h with ⟨k, e⟩
  exact ⟨k, by rw [e, Nat.succ_add]⟩

/-- Adding the same number on the right keeps `≤`. -/
theorem Nat.add_le_add_right {n m : Nat} (h : n ≤ m) (k : Nat) : n + k ≤ m + k := by
  induction k with
  | zero => exact h
  | succ k ih => exact Nat.succ_le_succ ih

/-- Adding the same number on the left keeps `≤`. -/
theorem Nat.add_le_add_left {n m : Nat} (h : n ≤ m) (k : Nat) : k + n ≤ k + m := by
  rw [Nat.add_comm k n, Nat.add_comm k m]
  exact Nat.add_le_add_right h k

/-- Inequalities can be added: `a ≤ b` and `c ≤ d` give `a + c ≤ b + d`. -/
theorem Nat.add_le_add {a b c d : Nat} (h₁ : a ≤ b) (h₂ : c ≤ d) : a + c ≤ b + d :=
  Nat.le_trans (Nat.add_le_add_right h₁ c) (Nat.add_le_add_left h₂ b)

/-- Adding the same number on the right keeps `<`. -/
theorem Nat.add_lt_add_right {n m : Nat} (h : n < m) (k : Nat) : n + k < m + k := by
  have h' := Nat.add_le_add_right h k
  rw [Nat.succ_add] at h'
  exact h'

/-- Adding the same number on the left keeps `<`. -/
theorem Nat.add_lt_add_left {n m : Nat} (h : n < m) (k : Nat) : k + n < k + m :=
  Nat.add_le_add_left h k

/-- Strict inequalities can be added: `a < b` and `c < d` give `a + c < b + d`. -/
theorem Nat.add_lt_add {a b c d : Nat} (h₁ : a < b) (h₂ : c < d) : a + c < b + d :=
  Nat.lt_trans (Nat.add_lt_add_right h₁ c) (Nat.add_lt_add_left h₂ b)

/-- A strict and a weak inequality add up to a strict one: `a < b`, `c ≤ d` give `a + c < b + d`. -/
theorem Nat.add_lt_add_of_lt_of_le {a b c d : Nat} (h₁ : a < b) (h₂ : c ≤ d) : a + c < b + d :=
  Nat.lt_of_lt_of_le (Nat.add_lt_add_right h₁ c) (Nat.add_le_add_left h₂ b)

/-- A weak and a strict inequality add up to a strict one: `a ≤ b`, `c < d` give `a + c < b + d`. -/
theorem Nat.add_lt_add_of_le_of_lt {a b c d : Nat} (h₁ : a ≤ b) (h₂ : c < d) : a + c < b + d :=
  Nat.lt_of_le_of_lt (Nat.add_le_add_right h₁ c) (Nat.add_lt_add_left h₂ b)

/-- A summand on the right can be cancelled from `≤`. -/
theorem Nat.le_of_add_le_add_right {n m k : Nat} (h : n + k ≤ m + k) : n ≤ m := by
  induction k with
  | zero => exact h
  | succ k ih => exact ih (Nat.le_of_succ_le_succ h)

/-- A summand on the left can be cancelled from `≤`. -/
theorem Nat.le_of_add_le_add_left {n m k : Nat} (h : k + n ≤ k + m) : n ≤ m := by
  rw [Nat.add_comm k n, Nat.add_comm k m] at h
  exact Nat.le_of_add_le_add_right h

/-- `n + k ≤ m + k` exactly when `n ≤ m`. -/
theorem Nat.add_le_add_iff_right {n m k : Nat} : n + k ≤ m + k ↔ n ≤ m :=
  ⟨Nat.le_of_add_le_add_right, fun h => Nat.add_le_add_right h k⟩

/-- `k + n ≤ k + m` exactly when `n ≤ m`. -/
theorem Nat.add_le_add_iff_left {n m k : Nat} : k + n ≤ k + m ↔ n ≤ m :=
  ⟨Nat.le_of_add_le_add_left, fun h => Nat.add_le_add_left h k⟩

/-- A summand on the right can be cancelled from `<`. -/
theorem Nat.lt_of_add_lt_add_right {n m k : Nat} (h : n + k < m + k) : n < m :=
  Nat.lt_of_not_le fun h' => Nat.not_lt_of_le (Nat.add_le_add_right h' k) h

/-- A summand on the left can be cancelled from `<`. -/
theorem Nat.lt_of_add_lt_add_left {n m k : Nat} (h : k + n < k + m) : n < m :=
  Nat.lt_of_not_le fun h' => Nat.not_lt_of_le (Nat.add_le_add_left h' k) h

/-- If `n ≤ m` then `n ≤ m + k`. -/
theorem Nat.le_add_right_of_le {n m : Nat} (h : n ≤ m) (k : Nat) : n ≤ m + k :=
  Nat.le_trans h (Nat.le_add_right m k)

/-- If a sum is at most `k` then so is its left summand. -/
theorem Nat.le_of_add_right_le {n m k : Nat} (h : n + m ≤ k) : n ≤ k :=
  Nat.le_trans (Nat.le_add_right n m) h

/-- If a sum is at most `k` then so is its right summand. -/
theorem Nat.le_of_add_left_le {n m k : Nat} (h : n + m ≤ k) : m ≤ k :=
  Nat.le_trans (Nat.le_add_left m n) h

/-- Adding a positive number makes a number greater. -/
theorem Nat.lt_add_of_pos_right {n m : Nat} (h : 0 < m) : n < n + m := Nat.add_lt_add_left h n

/-- Adding a positive number on the left makes a number greater. -/
theorem Nat.lt_add_of_pos_left {n m : Nat} (h : 0 < m) : n < m + n := by
  rw [Nat.add_comm]
  exact Nat.lt_add_of_pos_right h

/-- A sum is positive when its left summand is positive. -/
theorem Nat.add_pos_left {n : Nat} (h : 0 < n) (m : Nat) : 0 < n + m := Nat.le_add_right_of_le h m

/-- A sum is positive when its right summand is positive. -/
theorem Nat.add_pos_right (n : Nat) {m : Nat} (h : 0 < m) : 0 < n + m :=
  Nat.lt_of_lt_of_le h (Nat.le_add_left m n)

/-! ## Multiplication and the order -/

/-- Multiplying by the same number on the left keeps `≤`. -/
theorem Nat.mul_le_mul_left {n m : Nat} (k : Nat) (h : n ≤ m) : k * n ≤ k * m := by
  rcases Nat.exists_eq_add_of_le h with ⟨d, e⟩
  rw [e, Nat.mul_add]
  exact Nat.le_add_right _ _

/-- Multiplying by the same number on the right keeps `≤`. -/
theorem Nat.mul_le_mul_right {n m : Nat} (k : Nat) (h : n ≤ m) : n * k ≤ m * k := by
  rw [Nat.mul_comm n k, Nat.mul_comm m k]
  exact Nat.mul_le_mul_left k h

/-- Inequalities can be multiplied: `a ≤ b` and `c ≤ d` give `a * c ≤ b * d`. -/
theorem Nat.mul_le_mul {a b c d : Nat} (h₁ : a ≤ b) (h₂ : c ≤ d) : a * c ≤ b * d :=
  Nat.le_trans (Nat.mul_le_mul_right c h₁) (Nat.mul_le_mul_left b h₂)

/-- Multiplying by a positive number on the left keeps `<`. -/
theorem Nat.mul_lt_mul_of_pos_left {n m k : Nat} (h : n < m) (hk : 0 < k) : k * n < k * m :=
  Nat.lt_of_lt_of_le (Nat.lt_add_of_pos_right hk) (Nat.mul_le_mul_left k (Nat.succ_le_of_lt h))

/-- Multiplying by a positive number on the right keeps `<`. -/
theorem Nat.mul_lt_mul_of_pos_right {n m k : Nat} (h : n < m) (hk : 0 < k) : n * k < m * k := by
  rw [Nat.mul_comm n k, Nat.mul_comm m k]
  exact Nat.mul_lt_mul_of_pos_left h hk

/-- A common left factor can be cancelled from `<`. -/
theorem Nat.lt_of_mul_lt_mul_left {n m k : Nat} (h : k * n < k * m) : n < m :=
  Nat.lt_of_not_le fun h' => Nat.not_lt_of_le (Nat.mul_le_mul_left k h') h

/-- A common positive left factor can be cancelled from `≤`. -/
theorem Nat.le_of_mul_le_mul_left {n m k : Nat} (h : k * n ≤ k * m) (hk : 0 < k) : n ≤ m :=
  Nat.le_of_not_lt fun h' => Nat.not_le_of_lt (Nat.mul_lt_mul_of_pos_left h' hk) h

/-- A common positive left factor can be cancelled from an equation between products. -/
theorem Nat.eq_of_mul_eq_mul_left {n m k : Nat} (hk : 0 < k) (h : k * n = k * m) : n = m :=
  Nat.mul_left_cancel_of_ne_zero (Nat.ne_zero_of_pos hk) h

/-- A common positive right factor can be cancelled from an equation between products. -/
theorem Nat.eq_of_mul_eq_mul_right {n m k : Nat} (hk : 0 < k) (h : n * k = m * k) : n = m :=
  Nat.mul_right_cancel_of_ne_zero (Nat.ne_zero_of_pos hk) h

/-- A product of positive numbers is positive. -/
theorem Nat.mul_pos {n m : Nat} (hn : 0 < n) (hm : 0 < m) : 0 < n * m :=
  Nat.pos_of_ne_zero (Nat.mul_ne_zero (Nat.ne_zero_of_pos hn) (Nat.ne_zero_of_pos hm))

/-- A number is at most its product with a positive number. -/
theorem Nat.le_mul_of_pos_right (n : Nat) {m : Nat} (h : 0 < m) : n ≤ n * m := by
  have h' := Nat.mul_le_mul_left n (Nat.succ_le_of_lt h)
  rw [Nat.zero_add, Nat.mul_one] at h'
  exact h'

/-- A number is at most the product of a positive number with it. -/
theorem Nat.le_mul_of_pos_left (n : Nat) {m : Nat} (h : 0 < m) : n ≤ m * n := by
  rw [Nat.mul_comm]
  exact Nat.le_mul_of_pos_right n h

/-- Every number is at most its square. -/
theorem Nat.le_mul_self (n : Nat) : n ≤ n * n := by
  rcases Nat.eq_zero_or_pos n with h | h
  · exact h ▸ Nat.le_refl 0
  · exact Nat.le_mul_of_pos_right n h

/-- Squaring keeps the order: if `n ≤ m` then `n * n ≤ m * m`. -/
theorem Nat.mul_self_le_mul_self {n m : Nat} (h : n ≤ m) : n * n ≤ m * m := Nat.mul_le_mul h h
