prelude
import Theory.NatOrderAlgebra
/-!
# Powers of natural numbers
-/

/-- Every number to the power zero is one. -/
@[simp] theorem Nat.pow_zero (n : Nat) : n ^ 0 = 1 := rfl

/-- One more in the exponent is one more factor: `n ^ (m + 1) = n ^ m * n`. -/
theorem Nat.pow_succ (n m : Nat) : n ^ (m + 1) = n ^ m * n := rfl

/-- A number to the power one is the number. -/
@[simp] theorem Nat.pow_one (n : Nat) : n ^ 1 = n := by rw [Nat.pow_succ, Nat.pow_zero, Nat.one_mul]

/-- The second power is the square: `n ^ 2 = n * n`. -/
theorem Nat.pow_two (n : Nat) : n ^ 2 = n * n := by rw [Nat.pow_succ, Nat.pow_one]

/-- One to any power is one. -/
@[simp] theorem Nat.one_pow (m : Nat) : 1 ^ m = 1 := by
  induction m with
  | zero => rfl
  | succ m ih => rw [Nat.pow_succ, ih]

/-- Zero to a positive power is zero. -/
theorem Nat.zero_pow {m : Nat} (h : 0 < m) : 0 ^ m = 0 := by
  cases m with
  | zero => exact absurd h (Nat.lt_irrefl 0)
  | succ m => rfl

/-- Exponents add up when powers of one base are multiplied: `a ^ (m + n) = a ^ m * a ^ n`. -/
theorem Nat.pow_add (a m n : Nat) : a ^ (m + n) = a ^ m * a ^ n := by
  induction n with
  | zero => rw [Nat.add_zero, Nat.pow_zero, Nat.mul_one]
  | succ n ih => rw [← Nat.add_assoc, Nat.pow_succ, ih, Nat.pow_succ, Nat.mul_assoc]

/-- The power of a product is the product of the powers: `(a * b) ^ n = a ^ n * b ^ n`. -/
theorem Nat.mul_pow (a b n : Nat) : (a * b) ^ n = a ^ n * b ^ n := by
  induction n with
  | zero => rfl
  | succ n ih => rw [Nat.pow_succ, ih, Nat.pow_succ, Nat.pow_succ, Nat.mul_mul_mul_comm]

/-- A power of a power multiplies the exponents: `a ^ (m * n) = (a ^ m) ^ n`. -/
theorem Nat.pow_mul (a m n : Nat) : a ^ (m * n) = (a ^ m) ^ n := by
  induction n with
  | zero => rfl
  | succ n ih => rw [Nat.mul_succ, Nat.pow_add, ih, Nat.pow_succ]

/-- Powers of a positive number are positive. -/
theorem Nat.pow_pos {a n : Nat} (h : 0 < a) : 0 < a ^ n := by
  induction n with
  | zero => exact Nat.zero_lt_succ 0
  | succ n ih => exact Nat.mul_pos ih h

/-- Powers of two are positive. -/
theorem Nat.two_pow_pos (n : Nat) : 0 < 2 ^ n := Nat.pow_pos (Nat.zero_lt_succ 1)

/-- If a power of `a` is zero then `a` is zero. -/
theorem Nat.eq_zero_of_pow_eq_zero {a n : Nat} (h : a ^ n = 0) : a = 0 := by
  rcases Nat.eq_zero_or_pos a with h' | h'
  · exact h'
  · exact absurd h (Nat.ne_zero_of_pos (Nat.pow_pos h'))

/-- A larger base gives a larger power: if `a ≤ b` then `a ^ n ≤ b ^ n`. -/
theorem Nat.pow_le_pow_left {a b : Nat} (h : a ≤ b) (n : Nat) : a ^ n ≤ b ^ n := by
  induction n with
  | zero => exact Nat.le_refl 1
  | succ n ih => exact Nat.mul_le_mul ih h

/-- A larger exponent gives a larger power of a positive number: `m ≤ n` implies `a ^ m ≤ a ^ n`. -/
theorem Nat.pow_le_pow_right {a m n : Nat} (ha : 0 < a) (h : m ≤ n) : a ^ m ≤ a ^ n := by
  rcases Nat.exists_eq_add_of_le h with ⟨k, e⟩
  rw [e, Nat.pow_add]
  exact Nat.le_mul_of_pos_right _ (Nat.pow_pos ha)

/-- Two to the power `n + 1` is twice two to the power `n`. -/
theorem Nat.two_pow_succ (n : Nat) : 2 ^ (n + 1) = 2 ^ n + 2 ^ n := by
  rw [Nat.pow_succ, Nat.mul_two]

/-- Every number `n` is less than two to the power `n`. -/
theorem Nat.lt_two_pow_self (n : Nat) : n < 2 ^ n := by
  induction n with
  | zero => exact Nat.zero_lt_succ 0
  | succ n ih =>
    rw [Nat.two_pow_succ]
    exact Nat.add_lt_add_of_lt_of_le ih (Nat.two_pow_pos n)
