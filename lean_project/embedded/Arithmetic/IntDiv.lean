prelude
import Arithmetic.Int
import Theory.NatDvd
import Theory.NatMod
/-!
# Integers: natural numbers among them, division, absolute value
-/
set_option linter.unusedSimpArgs false

namespace Int

/-! ## Natural numbers as integers -/

/-- The sum of natural numbers is their sum as integers. -/
theorem natCast_add (a b : Nat) : ((a + b : Nat) : Int) = a + b := rfl
/-- The product of natural numbers is their product as integers. -/
theorem natCast_mul (a b : Nat) : ((a * b : Nat) : Int) = a * b := rfl
/-- The successor of a natural number is one more as an integer. -/
theorem natCast_succ (n : Nat) : (Nat.succ n : Int) = n + 1 := rfl
/-- The quotient of natural numbers is their quotient as integers. -/
theorem natCast_ediv (m n : Nat) : ((m / n : Nat) : Int) = m / n := rfl
/-- The remainder of natural numbers is their remainder as integers. -/
theorem natCast_emod (m n : Nat) : ((m % n : Nat) : Int) = m % n := rfl

/-- Natural numbers are equal exactly when they are equal as integers. -/
theorem natCast_inj {m n : Nat} : (m : Int) = n ↔ m = n := ⟨ofNat.inj, fun h => h ▸ rfl⟩

/-- `≤` of natural numbers is `≤` of integers. -/
theorem natCast_le {m n : Nat} : (m : Int) ≤ n ↔ m ≤ n := (rep_natCast m).le (rep_natCast n)

/-- `<` of natural numbers is `<` of integers. -/
theorem natCast_lt {m n : Nat} : (m : Int) < n ↔ m < n := (rep_natCast m).lt (rep_natCast n)

/-- The difference of natural numbers is their difference as integers if the second is at most the
first. -/
theorem natCast_sub {m n : Nat} (h : n ≤ m) : ((m - n : Nat) : Int) = m - n := by
  refine (rep_natCast (m - n)).unique (((rep_natCast m).sub (rep_natCast n)).of_cross ?_)
  rw [Nat.add_zero, Nat.zero_add, Nat.sub_add_cancel h]

/-- `Int.negSucc n` is `-(n + 1)`. -/
theorem negSucc_eq (n : Nat) : negSucc n = -((n : Int) + 1) := rfl

/-! ## Consequences for sums and differences -/

section
variable {a b c d : Int}

/-- Equal summands on the left can be cancelled. -/
protected theorem add_left_cancel (h : a + b = a + c) : b = c := by
  have h := congrArg (fun x => -a + x) h
  simp only [← Int.add_assoc, Int.add_comm (-a) a, Int.add_right_neg, Int.zero_add] at h
  exact h

/-- Equal integers are at most each other. -/
protected theorem le_of_eq (h : a = b) : a ≤ b := h ▸ Int.le_refl a

/-- The difference of equal integers is 0. -/
theorem sub_eq_zero_of_eq (h : a = b) : a - b = 0 := by
  rw [h]; exact Int.add_right_neg b

/-- If `b ≤ a` for integers, then `0 ≤ a - b`. -/
theorem sub_nonneg_of_le (h : b ≤ a) : 0 ≤ a - b := by
  have := Int.add_le_add_right h (-b)
  rwa [Int.add_right_neg] at this

/-- If `0 ≤ a - b` for integers, then `b ≤ a`. -/
protected theorem le_of_sub_nonneg (h : 0 ≤ a - b) : b ≤ a := by
  have := Int.add_le_add_right h b
  rwa [Int.zero_add, Int.sub_eq_add_neg, Int.add_assoc, Int.add_comm (-b), Int.add_right_neg,
    Int.add_zero] at this

/-- Of two different integers, one is below the other. -/
theorem lt_or_gt_of_ne (h : a ≠ b) : a < b ∨ a > b :=
  (Int.le_total a b).elim
    (fun le => .inl (Int.not_le.1 fun ge => h (Int.le_antisymm le ge)))
    (fun ge => .inr (Int.not_le.1 fun le => h (Int.le_antisymm le ge)))

/-- Integers in strict order are different. -/
protected theorem ne_of_gt (h : b < a) : a ≠ b :=
  fun e => Int.lt_irrefl a (by rw [← e] at h; exact h)

/-- The smaller of two integers, by cases. -/
theorem min_def (a b : Int) : min a b = if a ≤ b then a else b := rfl
/-- The larger of two integers, by cases. -/
theorem max_def (a b : Int) : max a b = if a ≤ b then b else a := rfl

/-- The minimum is at most the first integer. -/
protected theorem min_le_left (a b : Int) : min a b ≤ a := by
  rw [min_def]
  split
  · exact Int.le_refl a
  · exact Int.le_of_lt (Int.not_le.1 ‹_›)

/-- The minimum is at most the second integer. -/
protected theorem min_le_right (a b : Int) : min a b ≤ b := by
  rw [min_def]
  split
  · assumption
  · exact Int.le_refl b

/-- The first integer is at most the maximum. -/
protected theorem le_max_left (a b : Int) : a ≤ max a b := by
  rw [max_def]
  split
  · assumption
  · exact Int.le_refl a

/-- The second integer is at most the maximum. -/
protected theorem le_max_right (a b : Int) : b ≤ max a b := by
  rw [max_def]
  split
  · exact Int.le_refl b
  · exact Int.le_of_lt (Int.not_le.1 ‹_›)
end

instance : Trans (α := Int) (β := Int) (γ := Int) LE.le LE.le LE.le := ⟨Int.le_trans⟩
instance : Trans (α := Int) (β := Int) (γ := Int) LT.lt LE.le LT.lt := ⟨Int.lt_of_lt_of_le⟩
instance : Trans (α := Int) (β := Int) (γ := Int) LE.le LT.lt LT.lt := ⟨Int.lt_of_le_of_lt⟩
instance : Trans (α := Int) (β := Int) (γ := Int) LT.lt LT.lt LT.lt :=
  ⟨fun h₁ h₂ => Int.lt_of_lt_of_le h₁ (Int.le_of_lt h₂)⟩

/-! ## Absolute value and the positive part -/

/-- An integer is at most its absolute value. -/
theorem le_natAbs {a : Int} : a ≤ natAbs a := by
  cases a with
  | ofNat n => exact Int.le_refl _
  | negSucc n =>
    exact ((rep_negSucc n).le (rep_natCast (n + 1))).2 (Nat.zero_le _)

/-- The negative of an integer is at most its absolute value. -/
theorem neg_le_natAbs {a : Int} : -a ≤ natAbs a := by
  cases a with
  | ofNat n => exact ((rep_ofNat n).neg.le (rep_natCast n)).2 (Nat.zero_le _)
  | negSucc n => exact Int.le_refl _

/-- The natural number of an integer is its maximum with 0. -/
theorem toNat_eq_max (a : Int) : (toNat a : Int) = max a 0 := by
  rw [max_def]
  cases a with
  | ofNat n =>
    split
    · rename_i h
      exact congrArg ofNat (Nat.eq_zero_of_le_zero (natCast_le.1 h))
    · rfl
  | negSucc n =>
    split
    · rfl
    · rename_i h
      exact absurd (((rep_negSucc n).le rep_zero).2 (Nat.zero_le _)) h

/-! ## Division -/

/-- The divisor times the quotient plus the remainder is the dividend. -/
theorem ediv_add_emod (a b : Int) : b * (a / b) + a % b = a := by
  cases a with
  | ofNat m =>
    cases b with
    | ofNat n => exact congrArg ofNat (Nat.div_add_mod m n)
    | negSucc n =>
      show -ofNat (n + 1) * -ofNat (m / (n + 1)) + ofNat (m % (n + 1)) = ofNat m
      rw [Int.neg_mul, Int.mul_neg, Int.neg_neg]
      exact congrArg ofNat (Nat.div_add_mod m (n + 1))
  | negSucc m =>
    have key (k : Nat) : negSucc m = -((k + 1 : Nat) : Int) * ((m / (k + 1) + 1 : Nat) : Int)
        + subNatNat (k + 1) (m % (k + 1) + 1) := by
      refine Rep.unique (rep_negSucc m) ?_
      refine ((((rep_natCast (k + 1)).neg).mul (rep_natCast (m / (k + 1) + 1))).add
        (rep_subNatNat (k + 1) (m % (k + 1) + 1))).of_cross ?_
      have e := Nat.div_add_mod m (k + 1)
      generalize m / (k + 1) = q at *
      generalize m % (k + 1) = r at *
      rw [← e]
      generalize k + 1 = n
      simp only [Nat.mul_add, Nat.mul_one, Nat.zero_mul, Nat.mul_zero, Nat.zero_add, Nat.add_zero,
        Nat.add_assoc, Nat.add_comm, Nat.add_left_comm]
    cases b with
    | ofNat n =>
      cases n with
      | zero =>
        show 0 * 0 + subNatNat 0 (m % 0 + 1) = negSucc m
        rw [Nat.mod_zero]; exact Int.zero_add _
      | succ k =>
        refine Eq.trans ?_ (key k).symm
        show ofNat (k + 1) * -ofNat (m / (k + 1) + 1) + _ = _
        rw [Int.mul_neg, Int.neg_mul]; rfl
    | negSucc k => exact (key k).symm

/-- The remainder is the dividend minus the divisor times the quotient. -/
theorem emod_def (a b : Int) : a % b = a - b * (a / b) := by
  have h := ediv_add_emod a b
  refine Int.add_left_cancel (a := b * (a / b)) ?_
  rw [h, Int.sub_eq_add_neg, Int.add_left_comm, Int.add_right_neg, Int.add_zero]

/-- The remainder of a division by an integer other than 0 is at least 0. -/
theorem emod_nonneg (a : Int) {b : Int} (h : b ≠ 0) : 0 ≤ a % b := by
  have pos : 0 < natAbs b := by
    cases b with
    | ofNat n => exact Nat.pos_of_ne_zero fun e => h (congrArg ofNat e)
    | negSucc n => exact Nat.zero_lt_succ n
  cases a with
  | ofNat m => exact natCast_nonneg _
  | negSucc m =>
    exact (rep_zero.le (rep_subNatNat _ _)).2 (by
      rw [Nat.zero_add, Nat.add_zero]
      exact Nat.mod_lt m pos)

/-- The remainder of a division by a positive integer is below the divisor. -/
theorem emod_lt_of_pos (a : Int) {b : Int} (h : 0 < b) : a % b < b := by
  obtain ⟨n, rfl⟩ := eq_ofNat_of_zero_le (Int.le_of_lt h)
  have pos : 0 < n := natCast_lt.1 h
  cases a with
  | ofNat m => exact natCast_lt.2 (Nat.mod_lt m pos)
  | negSucc m =>
    refine ((rep_subNatNat _ _).lt (rep_natCast n)).2 ?_
    rw [Nat.add_zero]
    exact Nat.lt_add_of_pos_right (Nat.zero_lt_succ _)

/-- The divisor times the quotient is at most the dividend. -/
theorem mul_ediv_self_le {x k : Int} (h : k ≠ 0) : k * (x / k) ≤ x := by
  have := Int.add_le_add_left (emod_nonneg x h) (k * (x / k))
  rwa [Int.add_zero, ediv_add_emod] at this

/-- The dividend is below the divisor times one more than the quotient. -/
theorem lt_mul_ediv_self_add {x k : Int} (h : 0 < k) : x < k * (x / k) + k := by
  have := Int.add_le_add_left (emod_lt_of_pos x h) (k * (x / k))
  rwa [← Int.add_assoc, ediv_add_emod] at this

/-- Dividing an integer by 0 gives 0. -/
theorem ediv_zero : (a : Int) → a / 0 = 0
  | ofNat _ => congrArg ofNat (Nat.div_zero _)
  | negSucc _ => rfl

/-- Dividing by the negative negates the quotient. -/
theorem ediv_neg (a : Int) : (b : Int) → a / -b = -(a / b)
  | ofNat 0 => by
    show a / 0 = -(a / 0)
    rw [ediv_zero]; rfl
  | ofNat (n + 1) => by cases a <;> rfl
  | negSucc n => by
    cases a with
    | ofNat m => exact (Int.neg_neg _).symm
    | negSucc m => rfl

/-- A quotient by a positive number is determined by its bounds. -/
theorem le_ediv_of_mul_le {a b c : Int} (hc : 0 < c) (h : c * a ≤ b) : a ≤ b / c := by
  refine Int.not_lt.1 fun lt => ?_
  have h₁ := Int.mul_le_mul_left (add_one_le_of_lt lt) (Int.le_of_lt hc)
  rw [Int.mul_add, Int.mul_one] at h₁
  exact Int.lt_irrefl b (Int.lt_of_lt_of_le (lt_mul_ediv_self_add hc) (Int.le_trans h₁ h))

/-- An integer that is at most a quotient, times the divisor, is at most the dividend. -/
theorem mul_le_of_le_ediv {a b c : Int} (hc : 0 < c) (h : a ≤ b / c) : c * a ≤ b :=
  Int.le_trans (Int.mul_le_mul_left h (Int.le_of_lt hc))
    (mul_ediv_self_le fun e => Int.lt_irrefl 0 (by rw [e] at hc; exact hc))

/-- Multiplying by a positive integer and dividing by it changes nothing. -/
theorem mul_ediv_cancel_left {a b : Int} (h : 0 < a) : a * b / a = b :=
  Int.le_antisymm
    (Int.not_lt.1 fun lt => by
      have h₁ := Int.mul_le_mul_left (add_one_le_of_lt lt) (Int.le_of_lt h)
      have h₂ := Int.le_trans h₁ (mul_ediv_self_le (Int.ne_of_gt h))
      rw [Int.mul_add, Int.mul_one] at h₂
      have h₃ := Int.add_le_add_left h₂ (-(a * b))
      rw [← Int.add_assoc, Int.add_comm (-(a * b)), Int.add_right_neg, Int.zero_add] at h₃
      exact Int.lt_irrefl 0 (Int.lt_of_lt_of_le h h₃))
    (le_ediv_of_mul_le h (Int.le_refl _))

/-- If `a` divides `b`, the remainder of `b` by `a` is 0. -/
theorem emod_eq_zero_of_dvd {a b : Int} : a ∣ b → b % a = 0 := by
  rintro ⟨c, rfl⟩
  cases Decidable.em (a = 0) with
  | inl h => subst h; rw [Int.zero_mul]; rfl
  | inr h =>
    rw [emod_def]
    refine sub_eq_zero_of_eq ?_
    cases lt_or_gt_of_ne h with
    | inr h => rw [mul_ediv_cancel_left h]
    | inl h =>
      have pos : 0 < -a := by
        have := Int.add_le_add_right h (-a)
        rw [Int.add_comm a 1, Int.add_assoc, Int.add_right_neg, Int.add_zero, Int.zero_add] at this
        exact this
      have e : a * c = -a * -c := by rw [Int.neg_mul, Int.mul_neg, Int.neg_neg]
      have e' : a * c / a = c := by
        rw [← Int.neg_neg a, ediv_neg, Int.neg_neg, e, mul_ediv_cancel_left pos, Int.neg_neg]
      rw [e']

/-- If a natural number divides the absolute value, the remainder is 0. -/
theorem emod_eq_zero_of_natAbs_dvd {g : Nat} {x : Int} (h : g ∣ natAbs x) : x % g = 0 := by
  obtain ⟨c, hc⟩ := h
  refine emod_eq_zero_of_dvd ?_
  cases x with
  | ofNat n => exact ⟨c, congrArg ofNat hc⟩
  | negSucc n =>
    refine ⟨-c, ?_⟩
    rw [Int.mul_neg]
    exact congrArg (fun k => -ofNat k) hc

/-- If `a` does not divide `b` and is not 0, the remainder of `b` by `a` is positive. -/
theorem emod_pos_of_not_dvd {a b : Int} (h : ¬ a ∣ b) : a = 0 ∨ 0 < b % a := by
  cases Decidable.em (a = 0) with
  | inl e => exact .inl e
  | inr ne =>
    refine .inr (Int.not_le.1 fun le => h ⟨b / a, ?_⟩)
    have e := ediv_add_emod b a
    rw [Int.le_antisymm le (emod_nonneg b ne), Int.add_zero] at e
    exact e.symm

/-- A power with exponent `e + 1` is the power with exponent `e` times the base. -/
theorem pow_succ (b : Int) (e : Nat) : b ^ (e + 1) = b ^ e * b := rfl

end Int

/-- If `a` does not divide `b`, the remainder of `b` by `a` is positive. -/
theorem Nat.emod_pos_of_not_dvd {a b : Nat} (h : ¬ a ∣ b) : b % a > 0 :=
  Nat.pos_of_ne_zero fun e => h (Nat.dvd_of_mod_eq_zero e)
