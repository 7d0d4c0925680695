prelude
import Theory.NatDiv
/-!
# Remainders of sums and products, and divisibility by remainders
-/

/-! ## Remainders of sums and products -/

/-- Adding a multiple of `m` on the right does not change the remainder modulo `m`. -/
theorem Nat.add_mul_mod_self_left (n m k : Nat) : (n + m * k) % m = n % m := by
  rcases Nat.eq_zero_or_pos m with h | h
  · rw [h, Nat.zero_mul, Nat.add_zero]
  · have e : n + m * k = m * (n / m + k) + n % m := by
      rw [Nat.mul_add, Nat.add_right_comm, Nat.div_add_mod]
    rw [e, Nat.mul_add_mod_of_lt _ (Nat.mod_lt n h)]

/-- Adding a multiple of `m`, with `m` as the right factor, does not change the remainder. -/
theorem Nat.add_mul_mod_self_right (n k m : Nat) : (n + k * m) % m = n % m := by
  rw [Nat.mul_comm, Nat.add_mul_mod_self_left]

/-- Adding the divisor does not change the remainder. -/
theorem Nat.add_mod_right (n m : Nat) : (n + m) % m = n % m := by
  have e := Nat.add_mul_mod_self_left n m 1
  rw [Nat.mul_one] at e
  exact e

/-- Adding the divisor on the left does not change the remainder. -/
theorem Nat.add_mod_left (n m : Nat) : (m + n) % m = n % m := by
  rw [Nat.add_comm, Nat.add_mod_right]

/-- A quotient grows by one when the positive divisor is added. -/
theorem Nat.add_div_right (n : Nat) {m : Nat} (h : 0 < m) : (n + m) / m = n / m + 1 := by
  have e : n + m = m * (n / m + 1) + n % m := by
    rw [Nat.mul_succ, Nat.add_right_comm, Nat.div_add_mod]
  have e' := Nat.mul_add_div_of_lt (n / m + 1) (Nat.mod_lt n h)
  rw [← e] at e'
  exact e'

/-- In a sum the left summand can be replaced by its remainder, modulo `m`. -/
theorem Nat.mod_add_mod (a b m : Nat) : (a % m + b) % m = (a + b) % m := by
  have e : a + b = a % m + b + m * (a / m) := by
    rw [Nat.add_right_comm, Nat.mod_add_div]
  rw [e, Nat.add_mul_mod_self_left]

/-- In a sum the right summand can be replaced by its remainder, modulo `m`. -/
theorem Nat.add_mod_mod (a b m : Nat) : (a + b % m) % m = (a + b) % m := by
  rw [Nat.add_comm, Nat.mod_add_mod, Nat.add_comm]

/-- The remainder of a sum is the remainder of the sum of the remainders. -/
theorem Nat.add_mod (a b m : Nat) : (a + b) % m = (a % m + b % m) % m := by
  rw [Nat.add_mod_mod, Nat.mod_add_mod]

/-- In a product the left factor can be replaced by its remainder, modulo `m`. -/
theorem Nat.mod_mul_mod (a b m : Nat) : a % m * b % m = a * b % m := by
  have e : a * b = a % m * b + m * (a / m * b) := by
    rw [← Nat.mul_assoc, ← Nat.add_mul, Nat.mod_add_div]
  rw [e, Nat.add_mul_mod_self_left]

/-- The remainder of a product is the remainder of the product of the remainders. -/
theorem Nat.mul_mod (a b m : Nat) : a * b % m = a % m * (b % m) % m := by
  rw [Nat.mod_mul_mod, Nat.mul_comm a (b % m), Nat.mod_mul_mod, Nat.mul_comm b a]

/-! ## Divisibility and remainders -/

/-- If `m` divides `n` then the remainder of `n` modulo `m` is zero. -/
theorem Nat.mod_eq_zero_of_dvd {m n : Nat} (h : m ∣ n) : n % m = 0 := by
  rcases h with ⟨k, rfl⟩
  exact Nat.mul_mod_right m k

/-- If the remainder of `n` modulo `m` is zero then `m` divides `n`. -/
theorem Nat.dvd_of_mod_eq_zero {m n : Nat} (h : n % m = 0) : m ∣ n := by
  have e := Nat.div_add_mod n m
  rw [h] at e
  exact ⟨n / m, e.symm⟩

/-- `m` divides `n` exactly when the remainder of `n` modulo `m` is zero. -/
theorem Nat.dvd_iff_mod_eq_zero {m n : Nat} : m ∣ n ↔ n % m = 0 :=
  ⟨Nat.mod_eq_zero_of_dvd, Nat.dvd_of_mod_eq_zero⟩

/-- Divisibility of natural numbers can be decided: compute the remainder. -/
instance Nat.decidableDvd (m n : Nat) : Decidable (m ∣ n) :=
  decidable_of_iff (n % m = 0) Nat.dvd_iff_mod_eq_zero.symm

/-- A divisor times the quotient is the number, when the division leaves no remainder. -/
theorem Nat.mul_div_cancel' {m n : Nat} (h : m ∣ n) : m * (n / m) = n := by
  have e := Nat.div_add_mod n m
  rw [Nat.mod_eq_zero_of_dvd h] at e
  exact e

/-- The quotient times a divisor is the number, when the division leaves no remainder. -/
theorem Nat.div_mul_cancel {m n : Nat} (h : m ∣ n) : n / m * m = n := by
  rw [Nat.mul_comm, Nat.mul_div_cancel' h]

/-- A divisor of `n` and of `m` divides the remainder of `n` modulo `m`. -/
theorem Nat.dvd_mod {d n m : Nat} (hn : d ∣ n) (hm : d ∣ m) : d ∣ n % m := by
  have h := hn
  rw [← Nat.div_add_mod n m] at h
  exact (Nat.dvd_add_right (Nat.dvd_mul_right_of_dvd hm _)).1 h

/-- A divisor of `m` and of the remainder of `n` modulo `m` divides `n`. -/
theorem Nat.dvd_of_dvd_mod {d n m : Nat} (hm : d ∣ m) (h : d ∣ n % m) : d ∣ n := by
  have h' := Nat.dvd_add (Nat.dvd_mul_right_of_dvd hm (n / m)) h
  rw [Nat.div_add_mod] at h'
  exact h'
