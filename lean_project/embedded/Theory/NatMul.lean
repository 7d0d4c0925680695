prelude
import Theory.NatAdd
/-!
# Multiplication of natural numbers

Products of natural numbers: the laws of multiplication, distributivity over addition, and when a
product is zero or one.
-/

/-- Any number times zero is zero. -/
@[simp] theorem Nat.mul_zero (n : Nat) : n * 0 = 0 := rfl

/-- Multiplying by a successor adds one more copy: `n * (m + 1) = n * m + n`. -/
theorem Nat.mul_succ (n m : Nat) : n * (m + 1) = n * m + n := rfl

/-- Zero times any number is zero. -/
@[simp] theorem Nat.zero_mul (n : Nat) : 0 * n = 0 := by
  induction n with
  | zero => rfl
  | succ n ih => exact ih

/-- A successor as the left factor adds one more copy: `(n + 1) * m = n * m + m`. -/
theorem Nat.succ_mul (n m : Nat) : (n + 1) * m = n * m + m := by
  induction m with
  | zero => rfl
  | succ m ih =>
    rw [Nat.mul_succ, Nat.mul_succ, ih, Nat.add_assoc, Nat.add_assoc, ← Nat.add_assoc m n 1,
      Nat.add_comm m n, Nat.add_assoc]

/-- Multiplication of natural numbers is commutative: the order of two factors does not matter. -/
theorem Nat.mul_comm (n m : Nat) : n * m = m * n := by
  induction m with
  | zero => exact (Nat.zero_mul n).symm
  | succ m ih => rw [Nat.mul_succ, Nat.succ_mul, ih]

/-- A number times one is that number. -/
@[simp] theorem Nat.mul_one (n : Nat) : n * 1 = n := Nat.zero_add n

/-- One times a number is that number. -/
@[simp] theorem Nat.one_mul (n : Nat) : 1 * n = n := by
  rw [Nat.mul_comm, Nat.mul_one]

/-- Multiplication distributes over addition from the left: `a * (b + c) = a * b + a * c`. -/
theorem Nat.mul_add (a b c : Nat) : a * (b + c) = a * b + a * c := by
  induction c with
  | zero => rfl
  | succ c ih => rw [← Nat.add_assoc, Nat.mul_succ, ih, Nat.mul_succ, Nat.add_assoc]

/-- Multiplication distributes over addition from the right: `(a + b) * c = a * c + b * c`. -/
theorem Nat.add_mul (a b c : Nat) : (a + b) * c = a * c + b * c := by
  rw [Nat.mul_comm, Nat.mul_add, Nat.mul_comm c a, Nat.mul_comm c b]

/-- Distributivity of multiplication over addition, under its other name. -/
theorem Nat.left_distrib (a b c : Nat) : a * (b + c) = a * b + a * c := Nat.mul_add a b c

/-- Distributivity on the right: the common right factor of two products can be factored out. -/
theorem Nat.right_distrib (a b c : Nat) : (a + b) * c = a * c + b * c := Nat.add_mul a b c

/-- Multiplication of natural numbers is associative: the grouping of factors does not matter. -/
theorem Nat.mul_assoc (a b c : Nat) : a * b * c = a * (b * c) := by
  induction c with
  | zero => rfl
  | succ c ih => rw [Nat.mul_succ, Nat.mul_succ, Nat.mul_add, ih]

/-- The first two factors of `a * (b * c)` can be exchanged. -/
theorem Nat.mul_left_comm (a b c : Nat) : a * (b * c) = b * (a * c) := by
  rw [← Nat.mul_assoc, Nat.mul_comm a b, Nat.mul_assoc]

/-- The last two factors of `a * b * c` can be exchanged. -/
theorem Nat.mul_right_comm (a b c : Nat) : a * b * c = a * c * b := by
  rw [Nat.mul_assoc, Nat.mul_comm b c, Nat.mul_assoc]

/-- In a product of two products the inner factors can be exchanged. -/
theorem Nat.mul_mul_mul_comm (a b c d : Nat) : a * b * (c * d) = a * c * (b * d) := by
  rw [Nat.mul_assoc, Nat.mul_assoc, Nat.mul_left_comm b c d]

/-- Twice a number is the number added to itself. -/
theorem Nat.two_mul (n : Nat) : 2 * n = n + n := by
  rw [Nat.succ_mul 1 n, Nat.one_mul]

/-- A number times two is the number added to itself. -/
theorem Nat.mul_two (n : Nat) : n * 2 = n + n := by
  rw [Nat.mul_comm, Nat.two_mul]

/-! ## Products that are zero or one -/

/-- If a product is zero, one of its factors is zero. -/
theorem Nat.eq_zero_of_mul_eq_zero {n m : Nat} (h : n * m = 0) : n = 0 ∨ m = 0 := by
  cases n with
  | zero => exact Or.inl rfl
  | succ n =>
    rw [Nat.succ_mul] at h
    exact Or.inr (Nat.eq_zero_of_add_eq_zero_left h)

/-- A product of natural numbers is zero exactly when one of the factors is zero. -/
theorem Nat.mul_eq_zero {n m : Nat} : n * m = 0 ↔ n = 0 ∨ m = 0 := by
  constructor
  · exact Nat.eq_zero_of_mul_eq_zero
  · intro h
    rcases h with h | h
    · rw [h, Nat.zero_mul]
    · rw [h, Nat.mul_zero]

/-- A product of two nonzero numbers is not zero. -/
theorem Nat.mul_ne_zero {n m : Nat} (hn : n ≠ 0) (hm : m ≠ 0) : n * m ≠ 0 := by
  intro h
  rcases Nat.eq_zero_of_mul_eq_zero h with h | h
  · exact hn h
  · exact hm h

/-- If a product of natural numbers is one, its left factor is one. -/
theorem Nat.eq_one_of_mul_eq_one_right {n m : Nat} (h : n * m = 1) : n = 1 := by
  cases m with
  | zero => exact absurd h (Nat.zero_ne_add_one 0)
  | succ m =>
    cases n with
    | zero => rw [Nat.zero_mul] at h; exact h
    | succ n =>
      rw [Nat.mul_succ, ← Nat.add_assoc] at h
      rw [Nat.eq_zero_of_add_eq_zero_left (Nat.succ.inj h)]

/-- A product of natural numbers is one exactly when both factors are one. -/
theorem Nat.mul_eq_one {n m : Nat} : n * m = 1 ↔ n = 1 ∧ m = 1 := by
  constructor
  · intro h
    exact ⟨Nat.eq_one_of_mul_eq_one_right h,
      Nat.eq_one_of_mul_eq_one_right ((Nat.mul_comm m n).trans h)⟩
  · intro ⟨h₁, h₂⟩
    rw [h₁, h₂]

/-! ## Cancellation -/

/-- Cancellation of a nonzero right factor: if `n * k = m * k` and `k ≠ 0` then `n = m`. -/
theorem Nat.mul_right_cancel_of_ne_zero {n m k : Nat} (hk : k ≠ 0) (h : n * k = m * k) : n = m := by
  induction n generalizing m with
  | zero =>
    rw [Nat.zero_mul] at h
    rcases Nat.eq_zero_of_mul_eq_zero h.symm with h | h
    · exact h.symm
    · exact absurd h hk
  | succ n ih =>
    cases m with
    | zero =>
      rw [Nat.zero_mul] at h
      exact absurd h (Nat.mul_ne_zero (Nat.succ_ne_zero n) hk)
    | succ m =>
      rw [Nat.succ_mul, Nat.succ_mul] at h
      rw [ih (Nat.add_right_cancel h)]

/-- Cancellation of a nonzero left factor: if `k * n = k * m` and `k ≠ 0` then `n = m`. -/
theorem Nat.mul_left_cancel_of_ne_zero {n m k : Nat} (hk : k ≠ 0) (h : k * n = k * m) : n = m := by
  rw [Nat.mul_comm k n, Nat.mul_comm k m] at h
  exact Nat.mul_right_cancel_of_ne_zero hk h

/-! ## Squares of sums -/

/-- The product of two sums, multiplied out: each of four products occurs once:
`(a + b) * (c + d) = a * c + a * d + (b * c + b * d)`. -/
theorem Nat.add_mul_add (a b c d : Nat) : (a + b) * (c + d) = a * c + a * d + (b * c + b * d) := by
  rw [Nat.add_mul, Nat.mul_add, Nat.mul_add]

/-- The square of a sum as a product: `(a + b) * (a + b) = a * a + 2 * (a * b) + b * b`. -/
theorem Nat.add_mul_self_eq (a b : Nat) : (a + b) * (a + b) = a * a + 2 * (a * b) + b * b := by
  rw [Nat.add_mul_add, Nat.mul_comm b a, Nat.two_mul, Nat.add_assoc, Nat.add_assoc, Nat.add_assoc]
