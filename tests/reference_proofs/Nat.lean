/-!
# Reference proofs: natural numbers

One proof of every embedded problem, to show that it can be solved. Only a test reads this file:
it is never shown to a model, nor to the search index.
-/

theorem nat_mul_rotate (a b c : Nat) : a * b * c = c * a * b := by
  rw [Nat.mul_comm, ← Nat.mul_assoc]

theorem nat_sum_mul_sub_mul (a b c : Nat) : (a + b) * c - a * c = b * c := by
  rw [Nat.add_mul, Nat.add_sub_cancel_left]

theorem nat_lt_add_two (n : Nat) : n < n + 2 := by
  exact Nat.lt_succ_of_lt (Nat.lt_add_one n)

theorem nat_multiple_add_mod (a b m : Nat) : (a * m + b) % m = b % m := by
  rw [Nat.add_comm, Nat.add_mul_mod_self_right]

theorem nat_sum_of_twos (n : Nat) : Nat.sumTo (fun _ => 2) n = n + n := by
  rw [Nat.sumTo_const, Nat.mul_two]

theorem nat_even_square_iff (n : Nat) : Nat.Even (n * n) ↔ Nat.Even n := by
  rw [Nat.even_mul, or_self]

theorem nat_square_succ (n : Nat) : (n + 1) * (n + 1) = n * n + 2 * n + 1 := by
  rw [Nat.add_mul_self_eq, Nat.mul_one, Nat.mul_one]

theorem nat_eq_zero_of_square_eq_zero (n : Nat) (h : n * n = 0) : n = 0 := by
  rcases Nat.eq_zero_of_mul_eq_zero h with h | h <;> exact h

theorem nat_lt_cycle (a b c : Nat) (h₁ : a < b) (h₂ : b < c) : ¬(c < a) := by
  exact Nat.lt_asymm (Nat.lt_trans h₁ h₂)

theorem nat_eq_of_le_cycle (a b c : Nat) (h₁ : a ≤ b) (h₂ : b ≤ c) (h₃ : c ≤ a) : a = b := by
  exact Nat.le_antisymm h₁ (Nat.le_trans h₂ h₃)

theorem nat_max_le_product (a b : Nat) (ha : 0 < a) (hb : 0 < b) : max a b ≤ a * b := by
  exact Nat.max_le.2 ⟨Nat.le_mul_of_pos_right a hb, Nat.le_mul_of_pos_left b ha⟩

theorem nat_dvd_combination (d a b x y : Nat) (ha : d ∣ a) (hb : d ∣ b) : d ∣ a * x + b * y := by
  exact Nat.dvd_add (Nat.dvd_mul_right_of_dvd ha x) (Nat.dvd_mul_right_of_dvd hb y)

theorem nat_eq_one_of_dvd_consecutive (d n : Nat) (h₁ : d ∣ n) (h₂ : d ∣ n + 1) : d = 1 := by
  exact Nat.eq_one_of_dvd_one ((Nat.dvd_add_right h₁).1 h₂)

theorem nat_gcd_dvd_sum (m n : Nat) : Nat.gcd m n ∣ m + n := by
  exact Nat.dvd_add (Nat.gcd_dvd_left m n) (Nat.gcd_dvd_right m n)

theorem nat_not_odd_two_mul (n : Nat) : ¬Nat.Odd (2 * n) := by
  exact Nat.not_odd_iff_even.2 (Nat.even_two_mul n)

theorem nat_odd_sum_of_three (a b c : Nat) (ha : Nat.Odd a) (hb : Nat.Odd b) (hc : Nat.Odd c) :
    Nat.Odd (a + b + c) := by
  exact (ha.add_odd hb).add_odd hc

theorem nat_consecutive_product_mod_two (n : Nat) : n * (n + 1) % 2 = 0 := by
  exact Nat.even_iff.1 (Nat.even_mul_succ_self n)

theorem nat_two_pow_mul_two_pow (n : Nat) : 2 ^ n * 2 ^ n = 4 ^ n := by
  exact (Nat.mul_pow 2 2 n).symm

theorem nat_sum_even_numbers (n : Nat) : Nat.sumTo (fun i => 2 * i) (n + 1) = n * (n + 1) := by
  rw [Nat.sumTo_mul_left 2 (fun i => i), Nat.two_mul_sumTo_id]

theorem nat_even_factorial (n : Nat) (h : 2 ≤ n) : Nat.Even (Nat.factorial n) := by
  exact Nat.even_iff_two_dvd.2 (Nat.dvd_factorial (Nat.zero_lt_succ 1) h)

theorem nat_eq_of_next_multiple (a b c : Nat) (h : a * (b + 1) = a * b + c) : c = a := by
  rw [Nat.mul_succ] at h
  exact (Nat.add_left_cancel h).symm

theorem nat_sub_add_sub_chain (a b c : Nat) (h₁ : c ≤ b) (h₂ : b ≤ a) :
    a - b + (b - c) = a - c := by
  rw [← Nat.add_sub_assoc h₁, Nat.sub_add_cancel h₂]

theorem nat_recurrence_power (f : Nat → Nat) (h₀ : f 0 = 1) (h : ∀ n, f (n + 1) = 3 * f n)
    (n : Nat) : f n = 3 ^ n := by
  induction n with
  | zero => exact h₀
  | succ n ih => rw [h, ih, Nat.pow_succ, Nat.mul_comm]

theorem nat_pow_lt_pow_succ (a n : Nat) (h : 1 < a) : a ^ n < a ^ (n + 1) := by
  have h' := Nat.mul_lt_mul_of_pos_left h (Nat.pow_pos (n := n) (Nat.lt_trans (Nat.lt_add_one 0) h))
  rw [Nat.mul_one] at h'
  exact h'

theorem nat_square_lt_square (a b : Nat) (h : a < b) : a * a < b * b := by
  have h' : a * a ≤ a * b := Nat.mul_le_mul_left a (Nat.le_of_lt h)
  exact Nat.lt_of_le_of_lt h' (Nat.mul_lt_mul_of_pos_right h (Nat.pos_of_lt h))

theorem nat_max_mul_right (a b c : Nat) : max (a * c) (b * c) = max a b * c := by
  rcases Nat.le_total a b with h | h
  · rw [Nat.max_eq_right h, Nat.max_eq_right (Nat.mul_le_mul_right c h)]
  · rw [Nat.max_eq_left h, Nat.max_eq_left (Nat.mul_le_mul_right c h)]

theorem nat_lt_max_iff (a b c : Nat) : c < max a b ↔ c < a ∨ c < b := by
  constructor
  · intro h
    rcases Nat.max_eq_or_eq a b with e | e
    · exact Or.inl (e ▸ h)
    · exact Or.inr (e ▸ h)
  · intro h
    rcases h with h | h
    · exact Nat.lt_of_lt_of_le h (Nat.le_max_left a b)
    · exact Nat.lt_of_lt_of_le h (Nat.le_max_right a b)

theorem nat_even_square_add_self (n : Nat) : Nat.Even (n * n + n) := by
  rw [← Nat.mul_succ]
  exact Nat.even_mul_succ_self n

theorem nat_even_of_odd_mul_even (a b : Nat) (ha : Nat.Odd a) (h : Nat.Even (a * b)) :
    Nat.Even b := by
  rcases Nat.even_mul.1 h with h | h
  · exact absurd ha (Nat.not_odd_iff_even.2 h)
  · exact h

theorem nat_sum_shift_by_one (f : Nat → Nat) (n : Nat) :
    Nat.sumTo (fun i => f i + 1) n = Nat.sumTo f n + n := by
  rw [Nat.sumTo_add f (fun _ => 1), Nat.sumTo_const, Nat.mul_one]

theorem nat_term_zero_of_sum_zero (f : Nat → Nat) (n : Nat) (h : Nat.sumTo f n = 0) (i : Nat)
    (hi : i < n) : f i = 0 := by
  have le : f i ≤ Nat.sumTo f n := Nat.le_sumTo f hi
  rw [h] at le
  exact Nat.eq_zero_of_le_zero le

theorem nat_sub_mod_self (n m : Nat) (h : m ≤ n) : (n - m) % m = n % m := by
  have e := Nat.add_mod_right (n - m) m
  rw [Nat.sub_add_cancel h] at e
  exact e.symm

theorem nat_mod_three_cases (n : Nat) : n % 3 = 0 ∨ n % 3 = 1 ∨ n % 3 = 2 := by
  rcases Nat.lt_or_eq_of_le (Nat.le_of_lt_succ (Nat.mod_lt n (Nat.zero_lt_succ 2))) with h | h
  · rcases Nat.eq_zero_or_one_of_lt_two h with h | h
    · exact Or.inl h
    · exact Or.inr (Or.inl h)
  · exact Or.inr (Or.inr h)

theorem nat_even_above (n : Nat) : ∃ m, n < m ∧ Nat.Even m := by
  refine ⟨(n + 1) + (n + 1), ?_, Nat.even_add_self (n + 1)⟩
  exact Nat.le_add_right (n + 1) (n + 1)

theorem nat_even_pow_iff (a n : Nat) (hn : n ≠ 0) : Nat.Even (a ^ n) ↔ Nat.Even a := by
  rcases Nat.exists_eq_succ_of_ne_zero hn with ⟨k, rfl⟩
  constructor
  · intro h
    rcases Nat.even_or_odd a with ha | ha
    · exact ha
    · exact absurd h (Nat.not_even_iff_odd.2 (ha.pow _))
  · exact fun h => h.mul_left _

theorem nat_three_dvd_four_pow (n : Nat) : 3 ∣ 4 ^ n + 2 := by
  induction n with
  | zero => exact ⟨1, rfl⟩
  | succ n ih =>
    have e : 4 ^ (n + 1) + 2 = 4 ^ n * 3 + (4 ^ n + 2) := by
      rw [Nat.pow_succ, Nat.mul_succ (4 ^ n) 3, Nat.add_assoc]
    rw [e]
    exact Nat.dvd_add (Nat.dvd_mul_left 3 _) ih

theorem nat_dvd_square_sub_one (n : Nat) : n - 1 ∣ n * n - 1 := by
  have e := Nat.mul_self_sub_mul_self_eq n 1
  rw [Nat.mul_one] at e
  rw [e]
  exact Nat.dvd_mul_left (n - 1) (n + 1)

theorem nat_two_pow_le_factorial (n : Nat) : 2 ^ n ≤ Nat.factorial (n + 1) := by
  induction n with
  | zero => exact Nat.le_refl 1
  | succ n ih =>
    rw [Nat.pow_succ, Nat.mul_comm]
    exact Nat.mul_le_mul (Nat.succ_le_succ (Nat.succ_le_succ (Nat.zero_le n))) ih

theorem nat_fib_lt_two_pow (n : Nat) : Nat.fib n < 2 ^ n := by
  have both : Nat.fib n < 2 ^ n ∧ Nat.fib (n + 1) < 2 ^ (n + 1) := by
    induction n with
    | zero => exact ⟨Nat.zero_lt_succ 0, Nat.lt_add_one 1⟩
    | succ n ih =>
      refine ⟨ih.2, ?_⟩
      rw [Nat.fib_add_two, Nat.two_pow_succ (n + 1)]
      have step : 2 ^ n ≤ 2 ^ (n + 1) := Nat.pow_le_pow_right (Nat.zero_lt_succ 1) (Nat.le_succ n)
      exact Nat.add_lt_add (Nat.lt_of_lt_of_le ih.1 step) ih.2
  exact both.1

theorem nat_three_dvd_consecutive (n : Nat) : 3 ∣ n * (n + 1) * (n + 2) := by
  induction n with
  | zero => exact ⟨0, rfl⟩
  | succ n ih =>
    have e : (n + 1) * (n + 2) * (n + 3) = n * (n + 1) * (n + 2) + (n + 1) * (n + 2) * 3 := by
      rw [Nat.mul_add _ n 3, Nat.mul_comm _ n, Nat.mul_assoc n]
    exact e ▸ Nat.dvd_add ih (Nat.dvd_mul_left 3 _)

theorem nat_no_infinite_decrease (f : Nat → Nat) : ¬∀ n, f (n + 1) < f n := by
  intro h
  have bound : ∀ n, f n + n ≤ f 0 := by
    intro n
    induction n with
    | zero => exact Nat.le_refl _
    | succ n ih =>
      have h' : f (n + 1) + 1 + n ≤ f n + n := Nat.add_le_add_right (h n) n
      rw [Nat.succ_add] at h'
      exact Nat.le_trans h' ih
  have large : f 0 + 1 ≤ f 0 := Nat.le_of_add_left_le (bound (f 0 + 1))
  exact Nat.lt_irrefl (f 0) large

theorem nat_sum_squares (n : Nat) :
    6 * Nat.sumTo (fun i => i * i) (n + 1) = n * (n + 1) * (2 * n + 1) := by
  induction n with
  | zero => rfl
  | succ n ih =>
    rw [Nat.sumTo_succ, Nat.mul_add, ih]
    have six : 6 * ((n + 1) * (n + 1)) = (n + 1) * (6 * (n + 1)) :=
      Nat.mul_left_comm 6 (n + 1) (n + 1)
    have left : n * (2 * n + 1) + 6 * (n + 1) = (n + 2) * (2 * (n + 1) + 1) := by
      have numbers : ∀ w x y z p q : Nat,
          w + z + (x + y + (p + q)) = w + x + (y + p) + (z + q) := by
        intro w x y z p q
        simp [Nat.add_comm, Nat.add_left_comm]
      simp only [Nat.mul_add, Nat.add_mul, Nat.mul_one]
      rw [show 6 * n = 4 * n + 2 * n from Nat.add_mul 4 2 n, Nat.mul_comm n 2,
        ← Nat.mul_assoc 2 2 n]
      exact numbers (n * (2 * n)) (4 * n) (2 * n) n 4 2
    rw [six, Nat.mul_comm n (n + 1), Nat.mul_assoc, ← Nat.mul_add, left, ← Nat.mul_assoc]

theorem nat_fib_addition (m n : Nat) :
    Nat.fib (m + n + 1) = Nat.fib m * Nat.fib n + Nat.fib (m + 1) * Nat.fib (n + 1) := by
  induction m generalizing n with
  | zero => simp
  | succ m ih =>
    rw [Nat.succ_add m n]
    apply Eq.trans (ih (n + 1))
    rw [Nat.fib_add_two n, Nat.fib_add_two m, Nat.mul_add, Nat.add_mul, Nat.add_left_comm]
