/-!
# Reference proofs of the training problems: natural numbers

One proof of every training problem, to show that it can be solved. Only a test reads this file:
it is never shown to a model, nor to the search index.
-/

theorem nat_not_five_dvd (n m : Nat) (h : n = 5 * m + 2) : ¬5 ∣ n := by
  omega

theorem nat_six_dvd (n : Nat) (two : 2 ∣ n) (three : 3 ∣ n) : 6 ∣ n := by
  omega

theorem nat_zero_of_all_divide (n : Nat) (h : ∀ d, d ∣ n) : n = 0 :=
  Nat.zero_dvd.1 (h 0)

theorem nat_dvd_power_of_multiple (d n k : Nat) (h : d ∣ n) (hk : k ≠ 0) : d ∣ n ^ k :=
  Nat.dvd_trans h (Nat.dvd_pow_self n hk)

theorem nat_gcd_absorbs (a b : Nat) : Nat.gcd a (Nat.gcd a b) = Nat.gcd a b := by
  rw [← Nat.gcd_assoc, Nat.gcd_self]

theorem nat_gcd_dvd_gcd_with_factor (a b c : Nat) : Nat.gcd a b ∣ Nat.gcd (a * c) b :=
  Nat.dvd_gcd (Nat.dvd_mul_right_of_dvd (Nat.gcd_dvd_left a b) c) (Nat.gcd_dvd_right a b)

theorem nat_gcd_of_multiple (a b : Nat) (h : b ∣ a) : Nat.gcd a b = b := by
  rw [Nat.gcd_comm, Nat.gcd_eq_left h]

theorem nat_gcd_consecutive (n : Nat) : Nat.gcd n (n + 1) = 1 := by
  apply Nat.eq_one_of_dvd_one
  exact (Nat.dvd_add_right (Nat.gcd_dvd_left n (n + 1))).1 (Nat.gcd_dvd_right n (n + 1))

theorem nat_large_divisor (a b : Nat) (div : a ∣ b) (pos : 0 < b) (half : b < 2 * a) : a = b := by
  obtain ⟨c, rfl⟩ := div
  match c with
  | 0 => cases pos
  | 1 => exact (Nat.mul_one a).symm
  | c + 2 =>
    rw [Nat.mul_add] at half
    omega

theorem nat_last_digit_add_twenty (n : Nat) : (n + 20) % 10 = n % 10 := by
  omega

theorem nat_two_halves (n : Nat) : n / 2 + (n + 1) / 2 = n := by
  omega

theorem nat_same_remainder (a b k m : Nat) (h : a = b + k * m) : a % m = b % m := by
  rw [h, Nat.add_mul_mod_self_right]

theorem nat_divide_out_middle (a b c : Nat) (hb : 0 < b) : a * b * c / b = a * c := by
  rw [Nat.mul_right_comm, Nat.mul_div_cancel _ hb]

theorem nat_product_remainder_zero (a b m : Nat) (h : a % m = 0) : a * b % m = 0 := by
  rw [Nat.mul_mod, h, Nat.zero_mul, Nat.zero_mod]

theorem nat_remainder_of_remainders (a b m : Nat) :
    (a % m + b % m + m) % m = (a + b) % m := by
  rw [Nat.add_mod_right, ← Nat.add_mod]

theorem nat_square_mod_three (n : Nat) : n * n % 3 ≠ 2 := by
  rw [Nat.mul_mod]
  have h : n % 3 = 0 ∨ n % 3 = 1 ∨ n % 3 = 2 := by omega
  rcases h with h | h | h <;> rw [h] <;> decide

theorem nat_chickens_and_rabbits (chickens rabbits : Nat) (heads : chickens + rabbits = 35)
    (legs : 2 * chickens + 4 * rabbits = 94) : rabbits = 12 ∧ chickens = 23 := by
  omega

theorem nat_sub_parts_of_sums (a b c d : Nat) (hc : c ≤ a) (hd : d ≤ b) :
    (a + b) - (c + d) = (a - c) + (b - d) := by
  omega

theorem nat_square_of_product (a b c : Nat) (h : a = b * c) : a * a = b * (c * a) := by
  rw [← Nat.mul_assoc, ← h]

theorem nat_consecutive_product_sub_square (n : Nat) : (n + 1) * n - n * n = n := by
  rw [Nat.succ_mul, Nat.add_sub_cancel_left]

theorem nat_factor_one_of_unchanged (a b : Nat) (ha : a ≠ 0) (same : a * b = a) : b = 1 := by
  apply Nat.mul_left_cancel_of_ne_zero ha
  rw [same, Nat.mul_one]

theorem nat_pred_mul_add_self (n : Nat) (pos : 0 < n) : (n - 1) * n + n = n * n := by
  cases n with
  | zero => cases pos
  | succ k => exact (Nat.succ_mul k (k + 1)).symm

theorem nat_sum_times_difference (a b : Nat) (h : b ≤ a) :
    (a + b) * (a - b) + b * b = a * a := by
  rw [← Nat.mul_self_sub_mul_self_eq]
  exact Nat.sub_add_cancel (Nat.mul_self_le_mul_self h)

theorem nat_average_between (a b : Nat) (h : a ≤ b) : a ≤ (a + b) / 2 ∧ (a + b) / 2 ≤ b := by
  omega

theorem nat_between_seven_and_ten (n : Nat) (above : 7 < n) (below : n < 10) :
    n = 8 ∨ n = 9 := by
  omega

theorem nat_distance_as_differences (x y : Nat) : max x y - min x y = (x - y) + (y - x) := by
  omega

theorem nat_max_over_min (a b c : Nat) : max a (min b c) = min (max a b) (max a c) := by
  omega

theorem nat_zero_of_below_all (n : Nat) (least : ∀ m, n ≤ m) : n = 0 :=
  Nat.eq_zero_of_le_zero (least 0)

theorem nat_common_upper_bound (a b : Nat) : ∃ c, a ≤ c ∧ b ≤ c :=
  ⟨a + b, by omega, by omega⟩

theorem nat_number_in_gap (low high : Nat) (gap : low + 2 ≤ high) :
    ∃ c, low < c ∧ c < high :=
  ⟨low + 1, by omega, by omega⟩

theorem nat_eq_of_same_lower_bounds (a b : Nat) (h : ∀ c, c ≤ a ↔ c ≤ b) : a = b :=
  Nat.le_antisymm ((h a).1 (Nat.le_refl a)) ((h b).2 (Nat.le_refl b))

theorem nat_increasing_takes_value_once (f : Nat → Nat) (inc : ∀ x y, x < y → f x < f y)
    (x y : Nat) (same : f x = f y) : x = y := by
  rcases Nat.lt_trichotomy x y with h | h | h
  · have := inc x y h
    omega
  · exact h
  · have := inc y x h
    omega

theorem nat_lt_multiple (a b : Nat) (ha : 0 < a) (hb : 2 ≤ b) : a < a * b := by
  have h : a * 2 ≤ a * b := Nat.mul_le_mul_left a hb
  omega

theorem nat_product_positive_iff (m n : Nat) : 0 < m * n ↔ 0 < m ∧ 0 < n := by
  constructor
  · intro h
    constructor
    · apply Nat.pos_of_ne_zero
      rintro rfl
      rw [Nat.zero_mul] at h
      cases h
    · apply Nat.pos_of_ne_zero
      rintro rfl
      cases h
  · exact fun h => Nat.mul_pos h.1 h.2

theorem nat_le_from_squares (a b : Nat) (h : a * a ≤ b * b) : a ≤ b := by
  rcases Nat.lt_or_ge b a with k | k
  · have h₁ : b * b ≤ b * a := Nat.mul_le_mul_left b (Nat.le_of_lt k)
    have h₂ : b * a < a * a := Nat.mul_lt_mul_of_pos_right k (Nat.pos_of_lt k)
    omega
  · exact k

theorem nat_mul_lt_mul_both (a b c d : Nat) (h₁ : a < c) (h₂ : b < d) : a * b < c * d := by
  have h : a * b ≤ a * d := Nat.mul_le_mul_left a (Nat.le_of_lt h₂)
  exact Nat.lt_of_le_of_lt h (Nat.mul_lt_mul_of_pos_right h₁ (Nat.pos_of_lt h₂))

theorem nat_double_half_of_even (n : Nat) (h : Nat.Even n) : 2 * (n / 2) = n := by
  rw [Nat.even_iff] at h
  omega

theorem nat_neighbour_even (n : Nat) : Nat.Even n ∨ Nat.Even (n + 1) := by
  rcases Nat.even_or_odd n with h | h
  · exact .inl h
  · exact .inr h.add_one

theorem nat_neighbours_not_both_even (n : Nat) : ¬(Nat.Even n ∧ Nat.Even (n + 1)) := by
  rw [Nat.even_add_one]
  exact Nat.not_even_and_odd n

theorem nat_odd_is_positive : ∀ n, Nat.Odd n → 0 < n := by
  rintro n ⟨k, rfl⟩
  omega

theorem nat_even_gcd (a b : Nat) (ha : Nat.Even a) (hb : Nat.Even b) :
    Nat.Even (Nat.gcd a b) := by
  rw [Nat.even_iff_two_dvd] at *
  exact Nat.dvd_gcd ha hb

theorem nat_even_power_of_two (n : Nat) : Nat.Even (2 ^ (n + 1)) := by
  rw [Nat.two_pow_succ]
  exact Nat.even_add_self _

theorem nat_even_sum_of_odd_powers (j k n : Nat) (odd : Nat.Odd n) :
    Nat.Even (n ^ j + n ^ k) :=
  (odd.pow j).add_odd (odd.pow k)

theorem nat_even_triple_iff (n : Nat) : Nat.Even (3 * n) ↔ Nat.Even n := by
  rw [Nat.even_iff, Nat.even_iff]
  omega

theorem nat_middle_factor_odd (a b c : Nat) (h : Nat.Odd (a * b * c)) : Nat.Odd b :=
  (Nat.odd_mul.1 (Nat.odd_mul.1 h).1).2

theorem nat_second_part_odd (a b : Nat) (total : Nat.Odd (a + b)) (first : Nat.Even a) :
    Nat.Odd b := by
  rw [Nat.odd_iff] at *
  rw [Nat.even_iff] at first
  omega

theorem nat_divisor_of_odd (d n : Nat) (div : d ∣ n) (odd : Nat.Odd n) : Nat.Odd d := by
  obtain ⟨c, rfl⟩ := div
  exact (Nat.odd_mul.1 odd).1

theorem nat_even_sum_iff_odd_together (a b : Nat) :
    Nat.Even (a + b) ↔ (Nat.Odd a ↔ Nat.Odd b) := by
  rw [Nat.even_iff, Nat.odd_iff, Nat.odd_iff]
  omega

theorem nat_odd_power_of_three (k : Nat) : Nat.Odd (3 ^ k) :=
  Nat.Odd.pow (Nat.odd_two_mul_add_one 1) k

theorem nat_swap_exponents (a m n : Nat) : (a ^ m) ^ n = (a ^ n) ^ m := by
  rw [← Nat.pow_mul, ← Nat.pow_mul, Nat.mul_comm]

theorem nat_power_zero_iff (a n : Nat) : a ^ (n + 1) = 0 ↔ a = 0 := by
  constructor
  · exact Nat.eq_zero_of_pow_eq_zero
  · rintro rfl
    exact Nat.zero_pow (Nat.zero_lt_succ n)

theorem nat_square_of_power (a n : Nat) : a ^ n * a ^ n = a ^ (2 * n) := by
  rw [← Nat.pow_add, Nat.two_mul]

theorem nat_three_pow_ge_linear (n : Nat) : 2 * n + 1 ≤ 3 ^ n := by
  induction n with
  | zero => exact Nat.le_refl 1
  | succ n ih =>
    rw [Nat.pow_succ]
    omega

theorem nat_constant_sequence (u : Nat → Nat) (same : ∀ n, u (n + 1) = u n) (m : Nat) :
    u m = u 0 := by
  induction m with
  | zero => rfl
  | succ m ih => rw [same, ih]

theorem nat_factorial_two_steps (n : Nat) :
    Nat.factorial (n + 2) = (n + 2) * (n + 1) * Nat.factorial n := by
  rw [Nat.factorial_succ, Nat.factorial_succ, Nat.mul_assoc]

theorem nat_sum_of_fib_below (n : Nat) : Nat.sumTo Nat.fib n < Nat.fib (n + 1) := by
  rw [← Nat.sumTo_fib]
  exact Nat.lt_add_one _

theorem nat_arithmetic_progression (s : Nat → Nat) (start : s 0 = 5)
    (step : ∀ k, s (k + 1) = s k + 3) (k : Nat) : s k = 3 * k + 5 := by
  induction k with
  | zero => exact start
  | succ k ih => rw [step, ih]; omega

theorem nat_double_fib_le (n : Nat) : 2 * Nat.fib n ≤ Nat.fib (n + 2) := by
  rw [Nat.fib_add_two]
  have := Nat.fib_le_fib_succ n
  omega

theorem nat_fib_three_later (n : Nat) :
    Nat.fib (n + 3) = 2 * Nat.fib (n + 1) + Nat.fib n := by
  rw [Nat.fib_add_two, Nat.fib_add_two]
  omega

theorem nat_sum_last_two_terms (f : Nat → Nat) (n : Nat) :
    Nat.sumTo f (n + 2) = Nat.sumTo f n + (f n + f (n + 1)) := by
  rw [Nat.sumTo_succ, Nat.sumTo_succ, Nat.add_assoc]

theorem nat_sum_of_zeros (g : Nat → Nat) (zero : ∀ i, g i = 0) (k : Nat) :
    Nat.sumTo g k = 0 := by
  induction k with
  | zero => rfl
  | succ k ih => rw [Nat.sumTo_succ, ih, zero]

theorem nat_sum_of_bounded_terms (f : Nat → Nat) (c : Nat) (bound : ∀ i, f i ≤ c) (n : Nat) :
    Nat.sumTo f n ≤ n * c := by
  have h := Nat.sumTo_le_sumTo bound n
  rw [Nat.sumTo_const] at h
  exact h

theorem nat_sum_of_even_terms (f : Nat → Nat) (even : ∀ i, Nat.Even (f i)) (n : Nat) :
    Nat.Even (Nat.sumTo f n) := by
  induction n with
  | zero => exact Nat.even_zero
  | succ n ih => exact ih.add (even n)
