prelude
import Theory.NatMod
import Theory.NatInduction
/-!
# The greatest common divisor

Euclid's algorithm finds a common divisor that every common divisor divides.
-/

/-- Euclid's algorithm with enough steps does not depend on the bound on the steps. -/
theorem Nat.gcdSteps_eq {s t m : Nat} (n : Nat) (hs : m ≤ s) (ht : m ≤ t) :
    Nat.gcdSteps s m n = Nat.gcdSteps t m n := by
  induction m using Nat.strong_induction_on generalizing s t n with
  | h m ih =>
    rcases Nat.eq_zero_or_pos m with h | h
    · subst h
      cases s <;> cases t <;> rfl
    · cases s with
      | zero => exact absurd hs (Nat.not_le_of_lt h)
      | succ s =>
        cases t with
        | zero => exact absurd ht (Nat.not_le_of_lt h)
        | succ t =>
          have lt := Nat.mod_lt n h
          have e := ih (n % m) lt m (Nat.le_of_lt_succ (Nat.lt_of_lt_of_le lt hs))
            (Nat.le_of_lt_succ (Nat.lt_of_lt_of_le lt ht))
          have hm := Nat.ne_zero_of_pos h
          exact (if_neg hm).trans (e.trans (if_neg hm).symm)

/-- The greatest common divisor of zero and `n` is `n`. -/
@[simp] theorem Nat.gcd_zero_left (n : Nat) : Nat.gcd 0 n = n := rfl

/-- The step of Euclid's algorithm: `gcd m n = gcd (n % m) m`. -/
theorem Nat.gcd_rec (m n : Nat) : Nat.gcd m n = Nat.gcd (n % m) m := by
  cases m with
  | zero =>
    rw [Nat.mod_zero]
    cases n with
    | zero => rfl
    | succ n => cases n <;> rfl
  | succ m =>
    have lt := Nat.mod_lt n (Nat.zero_lt_succ m)
    exact (if_neg (Nat.succ_ne_zero m) (t := n)).trans
      (Nat.gcdSteps_eq _ (Nat.le_of_lt_succ lt) (Nat.le_refl _))

/-- Induction along Euclid's algorithm. -/
theorem Nat.gcd_induction {p : Nat → Nat → Prop} (m n : Nat) (zero : ∀ n, p 0 n)
    (step : ∀ m n, 0 < m → p (n % m) m → p m n) : p m n := by
  induction m using Nat.strong_induction_on generalizing n with
  | h m ih =>
    rcases Nat.eq_zero_or_pos m with h | h
    · exact h ▸ zero n
    · exact step m n h (ih (n % m) (Nat.mod_lt n h) m)

/-- The greatest common divisor divides both numbers. -/
theorem Nat.gcd_dvd (m n : Nat) : Nat.gcd m n ∣ m ∧ Nat.gcd m n ∣ n := by
  apply Nat.gcd_induction (p := fun m n => Nat.gcd m n ∣ m ∧ Nat.gcd m n ∣ n) m n
  · exact fun n => ⟨Nat.dvd_zero _, Nat.dvd_refl n⟩
  · intro m n _ ih
    rw [Nat.gcd_rec]
    exact ⟨ih.2, Nat.dvd_of_dvd_mod ih.2 ih.1⟩

/-- The greatest common divisor divides the left number. -/
theorem Nat.gcd_dvd_left (m n : Nat) : Nat.gcd m n ∣ m := (Nat.gcd_dvd m n).1

/-- The greatest common divisor divides the right number. -/
theorem Nat.gcd_dvd_right (m n : Nat) : Nat.gcd m n ∣ n := (Nat.gcd_dvd m n).2

/-- Every common divisor of two numbers divides their greatest common divisor. -/
theorem Nat.dvd_gcd {d m n : Nat} (hm : d ∣ m) (hn : d ∣ n) : d ∣ Nat.gcd m n := by
  have h : d ∣ m → d ∣ n → d ∣ Nat.gcd m n := by
    apply Nat.gcd_induction (p := fun m n => d ∣ m → d ∣ n → d ∣ Nat.gcd m n) m n
    · exact fun n _ h => h
    · intro m n _ ih hm hn
      rw [Nat.gcd_rec]
      exact ih (Nat.dvd_mod hn hm) hm
  exact h hm hn

/-- A number divides the greatest common divisor exactly when it divides both numbers. -/
theorem Nat.dvd_gcd_iff {d m n : Nat} : d ∣ Nat.gcd m n ↔ d ∣ m ∧ d ∣ n :=
  ⟨fun h => ⟨Nat.dvd_trans h (Nat.gcd_dvd_left m n), Nat.dvd_trans h (Nat.gcd_dvd_right m n)⟩,
    fun h => Nat.dvd_gcd h.1 h.2⟩

/-- The greatest common divisor does not depend on the order of the two numbers. -/
theorem Nat.gcd_comm (m n : Nat) : Nat.gcd m n = Nat.gcd n m :=
  Nat.dvd_antisymm (Nat.dvd_gcd (Nat.gcd_dvd_right m n) (Nat.gcd_dvd_left m n))
    (Nat.dvd_gcd (Nat.gcd_dvd_right n m) (Nat.gcd_dvd_left n m))

/-- The greatest common divisor of `n` and zero is `n`. -/
@[simp] theorem Nat.gcd_zero_right (n : Nat) : Nat.gcd n 0 = n := by
  rw [Nat.gcd_comm, Nat.gcd_zero_left]

/-- The greatest common divisor of a number with itself is that number. -/
@[simp] theorem Nat.gcd_self (n : Nat) : Nat.gcd n n = n :=
  Nat.dvd_antisymm (Nat.gcd_dvd_left n n) (Nat.dvd_gcd (Nat.dvd_refl n) (Nat.dvd_refl n))

/-- The greatest common divisor of one and any number is one. -/
@[simp] theorem Nat.gcd_one_left (n : Nat) : Nat.gcd 1 n = 1 :=
  Nat.eq_one_of_dvd_one (Nat.gcd_dvd_left 1 n)

/-- The greatest common divisor is the left number when that one divides the right one. -/
theorem Nat.gcd_eq_left {m n : Nat} (h : m ∣ n) : Nat.gcd m n = m :=
  Nat.dvd_antisymm (Nat.gcd_dvd_left m n) (Nat.dvd_gcd (Nat.dvd_refl m) h)

/-- The greatest common divisor is associative. -/
theorem Nat.gcd_assoc (a b c : Nat) : Nat.gcd (Nat.gcd a b) c = Nat.gcd a (Nat.gcd b c) := by
  apply Nat.dvd_antisymm
  · have h := Nat.dvd_gcd_iff.1 (Nat.dvd_refl (Nat.gcd (Nat.gcd a b) c))
    have h' := Nat.dvd_gcd_iff.1 h.1
    exact Nat.dvd_gcd h'.1 (Nat.dvd_gcd h'.2 h.2)
  · have h := Nat.dvd_gcd_iff.1 (Nat.dvd_refl (Nat.gcd a (Nat.gcd b c)))
    have h' := Nat.dvd_gcd_iff.1 h.2
    exact Nat.dvd_gcd (Nat.dvd_gcd h.1 h'.1) h'.2
