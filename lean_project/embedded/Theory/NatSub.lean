prelude
import Theory.NatOrderAlgebra
/-!
# Truncated subtraction of natural numbers

`n - m` is the difference when `m ≤ n`, and 0 otherwise.
-/

/-- Subtracting zero changes nothing. -/
@[simp] theorem Nat.sub_zero (n : Nat) : n - 0 = n := rfl

/-- Subtracting a successor is subtracting and then taking the predecessor. -/
theorem Nat.sub_succ (n m : Nat) : n - (m + 1) = Nat.pred (n - m) := rfl

/-- Subtracting one gives the predecessor. -/
theorem Nat.sub_one (n : Nat) : n - 1 = Nat.pred n := rfl

/-- Zero minus any number is zero: subtraction never goes below zero. -/
@[simp] theorem Nat.zero_sub (n : Nat) : 0 - n = 0 := by
  induction n with
  | zero => rfl
  | succ n ih => rw [Nat.sub_succ, ih, Nat.pred_zero]

/-- A difference of successors is the difference of the numbers: `(n + 1) - (m + 1) = n - m`. -/
theorem Nat.succ_sub_succ (n m : Nat) : n + 1 - (m + 1) = n - m := by
  induction m with
  | zero => rfl
  | succ m ih => rw [Nat.sub_succ (n + 1), ih, Nat.sub_succ n]

/-- A number minus itself is zero. -/
@[simp] theorem Nat.sub_self (n : Nat) : n - n = 0 := by
  induction n with
  | zero => rfl
  | succ n ih => rw [Nat.succ_sub_succ, ih]

/-- A summand added on both sides of a difference cancels: `(n + k) - (m + k) = n - m`. -/
theorem Nat.add_sub_add_right (n k m : Nat) : n + k - (m + k) = n - m := by
  induction k with
  | zero => rfl
  | succ k ih => rw [← Nat.add_assoc, ← Nat.add_assoc, Nat.succ_sub_succ, ih]

/-- A left summand on both sides of a difference cancels: `(k + n) - (k + m) = n - m`. -/
theorem Nat.add_sub_add_left (k n m : Nat) : k + n - (k + m) = n - m := by
  rw [Nat.add_comm k n, Nat.add_comm k m, Nat.add_sub_add_right]

/-- Adding and then subtracting the same number gives back the first one: `n + m - m = n`. -/
theorem Nat.add_sub_cancel (n m : Nat) : n + m - m = n := by
  have h := Nat.add_sub_add_right n m 0
  rw [Nat.zero_add] at h
  exact h

/-- Subtracting the left summand from a sum leaves the right one: `n + m - n = m`. -/
theorem Nat.add_sub_cancel_left (n m : Nat) : n + m - n = m := by
  rw [Nat.add_comm, Nat.add_sub_cancel]

/-- Subtracting and then adding a number gives back the first one when it is large enough. -/
theorem Nat.sub_add_cancel {n m : Nat} (h : m ≤ n) : n - m + m = n := by
  rcases Nat.exists_eq_add_of_le h with ⟨k, e⟩
  rw [e, Nat.add_sub_cancel_left, Nat.add_comm]

/-- A number plus the difference to a larger number is the larger number: `m + (n - m) = n`. -/
theorem Nat.add_sub_of_le {n m : Nat} (h : m ≤ n) : m + (n - m) = n := by
  rw [Nat.add_comm, Nat.sub_add_cancel h]

/-- Subtracting two numbers in turn is subtracting their sum: `n - m - k = n - (m + k)`. -/
theorem Nat.sub_sub (n m k : Nat) : n - m - k = n - (m + k) := by
  induction k with
  | zero => rfl
  | succ k ih => rw [Nat.sub_succ, ih, ← Nat.add_assoc, Nat.sub_succ]

/-- Two subtractions can be exchanged: `n - m - k = n - k - m`. -/
theorem Nat.sub_right_comm (n m k : Nat) : n - m - k = n - k - m := by
  rw [Nat.sub_sub, Nat.add_comm, Nat.sub_sub]

/-- A difference is at most the number one subtracts from. -/
theorem Nat.sub_le (n m : Nat) : n - m ≤ n := by
  rcases Nat.le_total m n with h | h
  · have h' := Nat.le_add_right (n - m) m
    rw [Nat.sub_add_cancel h] at h'
    exact h'
  · rcases Nat.exists_eq_add_of_le h with ⟨k, e⟩
    rw [e, ← Nat.sub_sub, Nat.sub_self, Nat.zero_sub]
    exact Nat.zero_le n

/-- The difference is zero when the number subtracted is at least as large. -/
theorem Nat.sub_eq_zero_of_le {n m : Nat} (h : n ≤ m) : n - m = 0 := by
  rcases Nat.exists_eq_add_of_le h with ⟨k, e⟩
  rw [e, ← Nat.sub_sub, Nat.sub_self, Nat.zero_sub]

/-- If a difference `n - m` is zero then `n` is at most `m`. -/
theorem Nat.le_of_sub_eq_zero {n m : Nat} (h : n - m = 0) : n ≤ m := by
  rcases Nat.le_total n m with h' | h'
  · exact h'
  · have e := Nat.sub_add_cancel h'
    rw [h, Nat.zero_add] at e
    exact Nat.le_of_eq e.symm

/-- A difference `n - m` is zero exactly when `n` is at most `m`. -/
theorem Nat.sub_eq_zero_iff_le {n m : Nat} : n - m = 0 ↔ n ≤ m :=
  ⟨Nat.le_of_sub_eq_zero, Nat.sub_eq_zero_of_le⟩

/-- The difference `n - m` is positive when `m` is less than `n`. -/
theorem Nat.sub_pos_of_lt {n m : Nat} (h : m < n) : 0 < n - m :=
  Nat.pos_of_ne_zero fun e => Nat.not_le_of_lt h (Nat.le_of_sub_eq_zero e)

/-- The difference `n - m` is positive exactly when `m` is less than `n`. -/
theorem Nat.sub_pos_iff_lt {n m : Nat} : 0 < n - m ↔ m < n :=
  ⟨fun h => Nat.lt_of_not_le fun h' => Nat.ne_zero_of_pos h (Nat.sub_eq_zero_of_le h'),
    Nat.sub_pos_of_lt⟩

/-- Subtracting a positive number from a positive number makes it smaller. -/
theorem Nat.sub_lt {n m : Nat} (hn : 0 < n) (hm : 0 < m) : n - m < n := by
  rcases Nat.le_total n m with h | h
  · rw [Nat.sub_eq_zero_of_le h]
    exact hn
  · have h' := Nat.lt_add_of_pos_right (n := n - m) hm
    rw [Nat.sub_add_cancel h] at h'
    exact h'

/-- Subtracting one from a number that is not zero makes it smaller. -/
theorem Nat.sub_one_lt {n : Nat} (h : n ≠ 0) : n - 1 < n :=
  Nat.sub_lt (Nat.pos_of_ne_zero h) (Nat.zero_lt_succ 0)

/-- If `k + m = n` then `k` is the difference `n - m`. -/
theorem Nat.eq_sub_of_add_eq {n m k : Nat} (h : k + m = n) : k = n - m := by
  rw [← h, Nat.add_sub_cancel]

/-- If `n = k + m` then `n - m` equals `k`. -/
theorem Nat.sub_eq_of_eq_add {n m k : Nat} (h : n = k + m) : n - m = k := by
  rw [h, Nat.add_sub_cancel]

/-- For `m ≤ n`, the difference `n - m` equals `k` exactly when `n = k + m`. -/
theorem Nat.sub_eq_iff_eq_add {n m k : Nat} (h : m ≤ n) : n - m = k ↔ n = k + m :=
  ⟨fun e => by rw [← e, Nat.sub_add_cancel h], Nat.sub_eq_of_eq_add⟩

/-- Subtraction from the right summand: `n + m - k = n + (m - k)` when `k ≤ m`. -/
theorem Nat.add_sub_assoc {m k : Nat} (h : k ≤ m) (n : Nat) : n + m - k = n + (m - k) := by
  apply Nat.sub_eq_of_eq_add
  rw [Nat.add_assoc, Nat.sub_add_cancel h]

/-- Subtracting the same number on both sides keeps `≤`. -/
theorem Nat.sub_le_sub_right {n m : Nat} (h : n ≤ m) (k : Nat) : n - k ≤ m - k := by
  induction k with
  | zero => exact h
  | succ k ih => exact Nat.pred_le_pred ih

/-- `n - k ≤ m` exactly when `n ≤ m + k`. -/
theorem Nat.sub_le_iff_le_add {n m k : Nat} : n - k ≤ m ↔ n ≤ m + k := by
  constructor
  · intro h
    rcases Nat.le_total k n with h' | h'
    · have h'' := Nat.add_le_add_right h k
      rw [Nat.sub_add_cancel h'] at h''
      exact h''
    · exact Nat.le_trans h' (Nat.le_add_left k m)
  · intro h
    have h' := Nat.sub_le_sub_right h k
    rw [Nat.add_sub_cancel] at h'
    exact h'

/-- Subtracting a larger number gives a smaller difference. -/
theorem Nat.sub_le_sub_left {n m : Nat} (h : n ≤ m) (k : Nat) : k - m ≤ k - n := by
  rw [Nat.sub_le_iff_le_add]
  exact Nat.le_trans (Nat.sub_le_iff_le_add.1 (Nat.le_refl (k - n))) (Nat.add_le_add_left h _)

/-- Subtracting a difference from the larger number gives back the smaller one. -/
theorem Nat.sub_sub_self {n m : Nat} (h : m ≤ n) : n - (n - m) = m :=
  Nat.sub_eq_of_eq_add (Nat.add_sub_of_le h).symm

/-- Multiplication distributes over subtraction on the right: `(n - m) * k = n * k - m * k`. -/
theorem Nat.sub_mul (n m k : Nat) : (n - m) * k = n * k - m * k := by
  rcases Nat.le_total m n with h | h
  · rcases Nat.exists_eq_add_of_le h with ⟨d, e⟩
    rw [e, Nat.add_sub_cancel_left, Nat.add_mul, Nat.add_sub_cancel_left]
  · rw [Nat.sub_eq_zero_of_le h, Nat.sub_eq_zero_of_le (Nat.mul_le_mul_right k h), Nat.zero_mul]

/-- Multiplication distributes over subtraction on the left: `k * (n - m) = k * n - k * m`. -/
theorem Nat.mul_sub (k n m : Nat) : k * (n - m) = k * n - k * m := by
  rw [Nat.mul_comm, Nat.sub_mul, Nat.mul_comm n k, Nat.mul_comm m k]

/-- The difference of two squares as a product: `n * n - m * m = (n + m) * (n - m)`. -/
theorem Nat.mul_self_sub_mul_self_eq (n m : Nat) : n * n - m * m = (n + m) * (n - m) := by
  rw [Nat.mul_sub, Nat.add_mul, Nat.add_mul, Nat.mul_comm m n, Nat.add_comm (n * n) (n * m),
    Nat.add_sub_add_left]
