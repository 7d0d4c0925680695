prelude
import Theory.NatDvd
/-!
# Division with remainder of natural numbers

`n / m` is the quotient, `n % m` the remainder. By zero: `n / 0 = 0` and `n % 0 = n`.
-/

/-! ## Computation -/

/-- Zero divided by any number is zero. -/
@[simp] theorem Nat.zero_div (m : Nat) : 0 / m = 0 := rfl

/-- The remainder of zero is zero. -/
@[simp] theorem Nat.zero_mod (m : Nat) : 0 % m = 0 := rfl

/-- The remainder of a successor: it grows by one and falls back to zero when it reaches `m`. -/
theorem Nat.succ_mod (n m : Nat) : (n + 1) % m = if n % m + 1 = m then 0 else n % m + 1 := rfl

/-- The quotient of a successor: it grows by one when the remainder falls back to zero. -/
theorem Nat.succ_div (n m : Nat) : (n + 1) / m = if n % m + 1 = m then n / m + 1 else n / m := rfl

/-- The remainder of a division by zero is the number itself. -/
@[simp] theorem Nat.mod_zero (n : Nat) : n % 0 = n := by
  induction n with
  | zero => rfl
  | succ n ih => rw [Nat.succ_mod, if_neg (Nat.succ_ne_zero _), ih]

/-- A quotient by zero is zero. -/
@[simp] theorem Nat.div_zero (n : Nat) : n / 0 = 0 := by
  induction n with
  | zero => rfl
  | succ n ih => rw [Nat.succ_div, if_neg (Nat.succ_ne_zero _), ih]

/-! ## The division theorem -/

/-- The remainder of a division by a positive number is less than that number. -/
theorem Nat.mod_lt (n : Nat) {m : Nat} (h : 0 < m) : n % m < m := by
  induction n with
  | zero => exact h
  | succ n ih =>
    rw [Nat.succ_mod]
    split
    · exact h
    · exact Nat.lt_of_le_of_ne (Nat.succ_le_of_lt ih) (by assumption)

/-- Division with remainder: divisor times quotient plus remainder gives the number back. -/
theorem Nat.div_add_mod (n m : Nat) : m * (n / m) + n % m = n := by
  induction n with
  | zero => rfl
  | succ n ih =>
    rw [Nat.succ_mod, Nat.succ_div]
    by_cases h : n % m + 1 = m
    · rw [if_pos h, if_pos h, Nat.mul_succ]
      have e : m * (n / m) + (n % m + 1) = n + 1 := congrArg Nat.succ ih
      rw [h] at e
      exact e
    · rw [if_neg h, if_neg h]
      exact congrArg Nat.succ ih

/-- Remainder plus divisor times quotient gives the number back. -/
theorem Nat.mod_add_div (n m : Nat) : n % m + m * (n / m) = n := by
  rw [Nat.add_comm, Nat.div_add_mod]

/-- A smaller quotient cannot give the same number: the step in the proof of uniqueness. -/
theorem Nat.mul_add_lt_mul_add {m q q' r : Nat} (r' : Nat) (hr : r < m) (h : q < q') :
    m * q + r < m * q' + r' :=
  Nat.lt_of_lt_of_le (Nat.add_lt_add_left hr (m * q))
    (Nat.le_trans (Nat.mul_le_mul_left m (Nat.succ_le_of_lt h)) (Nat.le_add_right _ r'))

/-- Division with remainder is unique: `m * q + r = m * q' + r'` with `r, r' < m` forces `q = q'`
and `r = r'`. -/
theorem Nat.quotient_remainder_unique {m q q' r r' : Nat} (hr : r < m) (hr' : r' < m)
    (h : m * q + r = m * q' + r') : q = q' ∧ r = r' := by
  have e : q = q' := by
    rcases Nat.lt_trichotomy q q' with lt | e | lt
    · exact absurd h (Nat.ne_of_lt (Nat.mul_add_lt_mul_add r' hr lt))
    · exact e
    · exact absurd h.symm (Nat.ne_of_lt (Nat.mul_add_lt_mul_add r hr' lt))
  rw [e] at h
  exact ⟨e, Nat.add_left_cancel h⟩

/-- The quotient of `m * q + r` by `m` is `q` when `r` is less than `m`. -/
theorem Nat.mul_add_div_of_lt {m r : Nat} (q : Nat) (h : r < m) : (m * q + r) / m = q :=
  (Nat.quotient_remainder_unique (Nat.mod_lt _ (Nat.pos_of_lt h)) h (Nat.div_add_mod _ m)).1

/-- The remainder of `m * q + r` by `m` is `r` when `r` is less than `m`. -/
theorem Nat.mul_add_mod_of_lt {m r : Nat} (q : Nat) (h : r < m) : (m * q + r) % m = r :=
  (Nat.quotient_remainder_unique (Nat.mod_lt _ (Nat.pos_of_lt h)) h (Nat.div_add_mod _ m)).2

/-! ## Small and special cases -/

/-- A number less than the divisor is its own remainder. -/
theorem Nat.mod_eq_of_lt {n m : Nat} (h : n < m) : n % m = n := by
  have e := Nat.mul_add_mod_of_lt 0 h
  rw [Nat.mul_zero, Nat.zero_add] at e
  exact e

/-- The quotient is zero when the number is less than the divisor. -/
theorem Nat.div_eq_of_lt {n m : Nat} (h : n < m) : n / m = 0 := by
  have e := Nat.mul_add_div_of_lt 0 h
  rw [Nat.mul_zero, Nat.zero_add] at e
  exact e

/-- A multiple `m * n` has remainder zero when divided by `m`. -/
theorem Nat.mul_mod_right (m n : Nat) : m * n % m = 0 := by
  rcases Nat.eq_zero_or_pos m with h | h
  · rw [h, Nat.zero_mul, Nat.zero_mod]
  · exact Nat.mul_add_mod_of_lt n h

/-- A multiple `n * m` has remainder zero when divided by `m`. -/
theorem Nat.mul_mod_left (n m : Nat) : n * m % m = 0 := by
  rw [Nat.mul_comm, Nat.mul_mod_right]

/-- Multiplying by a positive number and then dividing by it gives back the first number. -/
theorem Nat.mul_div_cancel_left (n : Nat) {m : Nat} (h : 0 < m) : m * n / m = n :=
  Nat.mul_add_div_of_lt n h

/-- A product divided by its positive right factor is the left factor. -/
theorem Nat.mul_div_cancel (n : Nat) {m : Nat} (h : 0 < m) : n * m / m = n := by
  rw [Nat.mul_comm, Nat.mul_div_cancel_left n h]

/-- A number divided by itself leaves no remainder. -/
@[simp] theorem Nat.mod_self (n : Nat) : n % n = 0 := by
  have e := Nat.mul_mod_right n 1
  rw [Nat.mul_one] at e
  exact e

/-- A positive number divided by itself is one. -/
theorem Nat.div_self {n : Nat} (h : 0 < n) : n / n = 1 := by
  have e := Nat.mul_div_cancel_left 1 h
  rw [Nat.mul_one] at e
  exact e

/-- Every remainder modulo one is zero. -/
@[simp] theorem Nat.mod_one (n : Nat) : n % 1 = 0 :=
  Nat.eq_zero_of_lt_one (Nat.mod_lt n (Nat.zero_lt_succ 0))

/-- A number divided by one is that number. -/
@[simp] theorem Nat.div_one (n : Nat) : n / 1 = n := by
  have e := Nat.mul_div_cancel_left n (Nat.zero_lt_succ 0)
  rw [Nat.one_mul] at e
  exact e

/-- The remainder modulo two is zero or one. -/
theorem Nat.mod_two_eq_zero_or_one (n : Nat) : n % 2 = 0 ∨ n % 2 = 1 :=
  Nat.eq_zero_or_one_of_lt_two (Nat.mod_lt n (Nat.zero_lt_succ 1))

/-- Taking the remainder twice is the same as taking it once. -/
@[simp] theorem Nat.mod_mod (n m : Nat) : n % m % m = n % m := by
  rcases Nat.eq_zero_or_pos m with h | h
  · rw [h, Nat.mod_zero]
  · exact Nat.mod_eq_of_lt (Nat.mod_lt n h)

/-! ## Bounds -/

/-- The remainder is at most the number. -/
theorem Nat.mod_le (n m : Nat) : n % m ≤ n := by
  have h := Nat.le_add_left (n % m) (m * (n / m))
  rw [Nat.div_add_mod] at h
  exact h

/-- The divisor times the quotient is at most the number. -/
theorem Nat.mul_div_le (n m : Nat) : m * (n / m) ≤ n := by
  have h := Nat.le_add_right (m * (n / m)) (n % m)
  rw [Nat.div_add_mod] at h
  exact h

/-- The quotient is at most the number. -/
theorem Nat.div_le_self (n m : Nat) : n / m ≤ n := by
  rcases Nat.eq_zero_or_pos m with h | h
  · rw [h, Nat.div_zero]
    exact Nat.zero_le n
  · exact Nat.le_trans (Nat.le_mul_of_pos_left _ h) (Nat.mul_div_le n m)

/-- The number is less than the divisor times the quotient plus one. -/
theorem Nat.lt_mul_div_succ (n : Nat) {m : Nat} (h : 0 < m) : n < m * (n / m + 1) := by
  have h' := Nat.add_lt_add_left (Nat.mod_lt n h) (m * (n / m))
  rw [Nat.div_add_mod] at h'
  exact h'

/-- For a positive divisor, `k ≤ n / m` exactly when `k * m ≤ n`. -/
theorem Nat.le_div_iff_mul_le {n m k : Nat} (h : 0 < m) : k ≤ n / m ↔ k * m ≤ n := by
  rw [Nat.mul_comm]
  constructor
  · exact fun h' => Nat.le_trans (Nat.mul_le_mul_left m h') (Nat.mul_div_le n m)
  · exact fun h' => Nat.le_of_lt_succ
      (Nat.lt_of_mul_lt_mul_left (Nat.lt_of_le_of_lt h' (Nat.lt_mul_div_succ n h)))

/-- Division by the same number keeps `≤`. -/
theorem Nat.div_le_div_right {a b : Nat} (h : a ≤ b) (m : Nat) : a / m ≤ b / m := by
  rcases Nat.eq_zero_or_pos m with h' | h'
  · rw [h', Nat.div_zero]
    exact Nat.zero_le _
  · rw [Nat.le_div_iff_mul_le h']
    exact Nat.le_trans ((Nat.le_div_iff_mul_le h').1 (Nat.le_refl _)) h
