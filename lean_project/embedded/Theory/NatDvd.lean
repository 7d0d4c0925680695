prelude
import Theory.NatSub
import Theory.NatPow
/-!
# Divisibility of natural numbers

`a ∣ b` says that `b = a * c` for some `c`.
-/

/-- A divisor times some number is the multiple: from `b = a * c` follows that `a` divides `b`. -/
theorem Nat.dvd_intro {a b : Nat} (c : Nat) (h : b = a * c) : a ∣ b := ⟨c, h⟩

/-- `a` divides `b` exactly when `b` equals `a * c` for some `c`. -/
theorem Nat.dvd_iff_exists_eq_mul {a b : Nat} : a ∣ b ↔ ∃ c, b = a * c := Iff.rfl

/-- Divisibility is reflexive: every number divides itself. -/
@[simp] theorem Nat.dvd_refl (a : Nat) : a ∣ a := ⟨1, (Nat.mul_one a).symm⟩

/-- Every number divides zero. -/
@[simp] theorem Nat.dvd_zero (a : Nat) : a ∣ 0 := ⟨0, rfl⟩

/-- One divides every number. -/
@[simp] theorem Nat.one_dvd (a : Nat) : 1 ∣ a := ⟨a, (Nat.one_mul a).symm⟩

/-- A factor divides a product with it on the left: `a ∣ a * b`. -/
theorem Nat.dvd_mul_right (a b : Nat) : a ∣ a * b := ⟨b, rfl⟩

/-- A factor divides a product with it on the right: `a ∣ b * a`. -/
theorem Nat.dvd_mul_left (a b : Nat) : a ∣ b * a := ⟨b, Nat.mul_comm b a⟩

/-- Divisibility is transitive: if `a` divides `b` and `b` divides `c` then `a` divides `c`. -/
theorem Nat.dvd_trans {a b c : Nat} (h₁ : a ∣ b) (h₂ : b ∣ c) : a ∣ c := by
  rcases h₁ with ⟨k, rfl⟩
  rcases h₂ with ⟨l, rfl⟩
  exact ⟨k * l, Nat.mul_assoc a k l⟩

/-- A divisor of `b` divides every multiple `b * c`. -/
theorem Nat.dvd_mul_right_of_dvd {a b : Nat} (h : a ∣ b) (c : Nat) : a ∣ b * c :=
  Nat.dvd_trans h (Nat.dvd_mul_right b c)

/-- A divisor of `b` divides every multiple `c * b`. -/
theorem Nat.dvd_mul_left_of_dvd {a b : Nat} (h : a ∣ b) (c : Nat) : a ∣ c * b :=
  Nat.dvd_trans h (Nat.dvd_mul_left b c)

/-- A common divisor of two numbers divides their sum. -/
theorem Nat.dvd_add {a b c : Nat} (h₁ : a ∣ b) (h₂ : a ∣ c) : a ∣ b + c := by
  rcases h₁ with ⟨k, rfl⟩
  rcases h₂ with ⟨l, rfl⟩
  exact ⟨k + l, (Nat.mul_add a k l).symm⟩

/-- A common divisor of two numbers divides their difference. -/
theorem Nat.dvd_sub {a b c : Nat} (h₁ : a ∣ b) (h₂ : a ∣ c) : a ∣ b - c := by
  rcases h₁ with ⟨k, rfl⟩
  rcases h₂ with ⟨l, rfl⟩
  exact ⟨k - l, (Nat.mul_sub a k l).symm⟩

/-- A number that divides `b` divides `b + c` exactly when it divides `c`. -/
theorem Nat.dvd_add_right {a b c : Nat} (h : a ∣ b) : a ∣ b + c ↔ a ∣ c := by
  constructor
  · intro h'
    have h'' := Nat.dvd_sub h' h
    rw [Nat.add_sub_cancel_left] at h''
    exact h''
  · exact Nat.dvd_add h

/-- A number that divides `c` divides `b + c` exactly when it divides `b`. -/
theorem Nat.dvd_add_left {a b c : Nat} (h : a ∣ c) : a ∣ b + c ↔ a ∣ b := by
  rw [Nat.add_comm]
  exact Nat.dvd_add_right h

/-- Divisibilities can be multiplied: if `a ∣ b` and `c ∣ d` then `a * c ∣ b * d`. -/
theorem Nat.mul_dvd_mul {a b c d : Nat} (h₁ : a ∣ b) (h₂ : c ∣ d) : a * c ∣ b * d := by
  rcases h₁ with ⟨k, rfl⟩
  rcases h₂ with ⟨l, rfl⟩
  exact ⟨k * l, Nat.mul_mul_mul_comm a k c l⟩

/-- Multiplying both sides by a number on the left keeps divisibility. -/
theorem Nat.mul_dvd_mul_left {a b : Nat} (c : Nat) (h : a ∣ b) : c * a ∣ c * b :=
  Nat.mul_dvd_mul (Nat.dvd_refl c) h

/-- Multiplying both sides by a number on the right keeps divisibility. -/
theorem Nat.mul_dvd_mul_right {a b : Nat} (h : a ∣ b) (c : Nat) : a * c ∣ b * c :=
  Nat.mul_dvd_mul h (Nat.dvd_refl c)

/-- A common positive left factor can be cancelled from a divisibility. -/
theorem Nat.dvd_of_mul_dvd_mul_left {a b k : Nat} (hk : 0 < k) (h : k * a ∣ k * b) : a ∣ b := by
  rcases h with ⟨c, e⟩
  rw [Nat.mul_assoc] at e
  exact ⟨c, Nat.eq_of_mul_eq_mul_left hk e⟩

/-- If a product divides `c` then its left factor divides `c`. -/
theorem Nat.dvd_of_mul_right_dvd {a b c : Nat} (h : a * b ∣ c) : a ∣ c :=
  Nat.dvd_trans (Nat.dvd_mul_right a b) h

/-- If a product divides `c` then its right factor divides `c`. -/
theorem Nat.dvd_of_mul_left_dvd {a b c : Nat} (h : a * b ∣ c) : b ∣ c :=
  Nat.dvd_trans (Nat.dvd_mul_left b a) h

/-- Zero divides only zero. -/
theorem Nat.eq_zero_of_zero_dvd {a : Nat} (h : 0 ∣ a) : a = 0 := by
  rcases h with ⟨c, e⟩
  rw [e, Nat.zero_mul]

/-- Zero divides a number exactly when that number is zero. -/
theorem Nat.zero_dvd {a : Nat} : 0 ∣ a ↔ a = 0 :=
  ⟨Nat.eq_zero_of_zero_dvd, fun h => h ▸ Nat.dvd_refl 0⟩

/-- A divisor of a positive number is at most that number. -/
theorem Nat.le_of_dvd {a b : Nat} (hb : 0 < b) (h : a ∣ b) : a ≤ b := by
  rcases h with ⟨c, e⟩
  cases c with
  | zero => exact absurd e (Nat.ne_zero_of_pos hb)
  | succ c => exact e ▸ Nat.le_mul_of_pos_right a (Nat.zero_lt_succ c)

/-- A divisor of a positive number is positive. -/
theorem Nat.pos_of_dvd_of_pos {a b : Nat} (h : a ∣ b) (hb : 0 < b) : 0 < a := by
  apply Nat.pos_of_ne_zero
  intro e
  exact Nat.ne_zero_of_pos hb (Nat.eq_zero_of_zero_dvd (e ▸ h))

/-- A positive number does not divide a smaller positive number. -/
theorem Nat.not_dvd_of_pos_of_lt {a b : Nat} (hb : 0 < b) (h : b < a) : ¬(a ∣ b) := fun h' =>
  Nat.not_le_of_lt h (Nat.le_of_dvd hb h')

/-- Divisibility is antisymmetric: numbers that divide each other are equal. -/
theorem Nat.dvd_antisymm {a b : Nat} (h₁ : a ∣ b) (h₂ : b ∣ a) : a = b := by
  rcases Nat.eq_zero_or_pos a with ha | ha
  · rw [ha] at h₁
    rw [ha, Nat.eq_zero_of_zero_dvd h₁]
  · exact Nat.le_antisymm (Nat.le_of_dvd (Nat.pos_of_dvd_of_pos h₂ ha) h₁) (Nat.le_of_dvd ha h₂)

/-- The only divisor of one is one. -/
theorem Nat.eq_one_of_dvd_one {a : Nat} (h : a ∣ 1) : a = 1 := Nat.dvd_antisymm h (Nat.one_dvd a)

/-- A number divides one exactly when it is one. -/
theorem Nat.dvd_one {a : Nat} : a ∣ 1 ↔ a = 1 :=
  ⟨Nat.eq_one_of_dvd_one, fun h => h ▸ Nat.dvd_refl 1⟩

/-- A number divides each of its positive powers. -/
theorem Nat.dvd_pow_self (a : Nat) {n : Nat} (h : n ≠ 0) : a ∣ a ^ n := by
  rcases Nat.exists_eq_succ_of_ne_zero h with ⟨k, rfl⟩
  exact Nat.dvd_mul_left a (a ^ k)

/-- A smaller power divides a larger power of the same number. -/
theorem Nat.pow_dvd_pow (a : Nat) {m n : Nat} (h : m ≤ n) : a ^ m ∣ a ^ n := by
  rcases Nat.exists_eq_add_of_le h with ⟨k, rfl⟩
  exact ⟨a ^ k, Nat.pow_add a m k⟩
