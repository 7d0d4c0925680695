prelude
import Theory.NatParity
import Theory.NatInduction
/-!
# Finite sums of natural numbers

`Nat.sumTo f n` is `f 0 + f 1 + … + f (n - 1)`, the sum of the first `n` values of `f`.
-/

/-- The finite sum `f 0 + f 1 + … + f (n - 1)` of the first `n` values of a function `f`. -/
def Nat.sumTo (f : Nat → Nat) : Nat → Nat
  | 0 => 0
  | n + 1 => Nat.sumTo f n + f n

/-- The finite sum with no terms is zero. -/
@[simp] theorem Nat.sumTo_zero (f : Nat → Nat) : Nat.sumTo f 0 = 0 := rfl

/-- A finite sum with one more term: the sum of the first `n + 1` values adds `f n`. -/
theorem Nat.sumTo_succ (f : Nat → Nat) (n : Nat) : Nat.sumTo f (n + 1) = Nat.sumTo f n + f n := rfl

/-- The finite sum of one term is that term. -/
@[simp] theorem Nat.sumTo_one (f : Nat → Nat) : Nat.sumTo f 1 = f 0 := by
  rw [Nat.sumTo_succ f 0, Nat.sumTo_zero, Nat.zero_add]

/-- Finite sums of functions that agree on the range of summation are equal. -/
theorem Nat.sumTo_congr {f g : Nat → Nat} {n : Nat} (h : ∀ i, i < n → f i = g i) :
    Nat.sumTo f n = Nat.sumTo g n := by
  induction n with
  | zero => rfl
  | succ n ih =>
    rw [Nat.sumTo_succ, Nat.sumTo_succ, ih fun i hi => h i (Nat.le_succ_of_le hi),
      h n (Nat.lt_add_one n)]

/-- The finite sum of a sum of functions is the sum of the two finite sums. -/
theorem Nat.sumTo_add (f g : Nat → Nat) (n : Nat) :
    Nat.sumTo (fun i => f i + g i) n = Nat.sumTo f n + Nat.sumTo g n := by
  induction n with
  | zero => rfl
  | succ n ih => rw [Nat.sumTo_succ, ih, Nat.add_add_add_comm, Nat.sumTo_succ, Nat.sumTo_succ]

/-- A constant factor on the left can be pulled out of a finite sum. -/
theorem Nat.sumTo_mul_left (c : Nat) (f : Nat → Nat) (n : Nat) :
    Nat.sumTo (fun i => c * f i) n = c * Nat.sumTo f n := by
  induction n with
  | zero => rfl
  | succ n ih => rw [Nat.sumTo_succ, ih, ← Nat.mul_add, Nat.sumTo_succ]

/-- A constant factor on the right can be pulled out of a finite sum. -/
theorem Nat.sumTo_mul_right (f : Nat → Nat) (c n : Nat) :
    Nat.sumTo (fun i => f i * c) n = Nat.sumTo f n * c := by
  induction n with
  | zero => rw [Nat.sumTo_zero, Nat.sumTo_zero, Nat.zero_mul]
  | succ n ih => rw [Nat.sumTo_succ, ih, ← Nat.add_mul, Nat.sumTo_succ]

/-- The finite sum of a constant is the number of terms times the constant. -/
theorem Nat.sumTo_const (c n : Nat) : Nat.sumTo (fun _ => c) n = n * c := by
  induction n with
  | zero => rw [Nat.sumTo_zero, Nat.zero_mul]
  | succ n ih => rw [Nat.sumTo_succ, ih, Nat.succ_mul]

/-- A finite sum can be split: the first `m` terms and the next `n` terms. -/
theorem Nat.sumTo_add_index (f : Nat → Nat) (m n : Nat) :
    Nat.sumTo f (m + n) = Nat.sumTo f m + Nat.sumTo (fun i => f (m + i)) n := by
  induction n with
  | zero => rfl
  | succ n ih => rw [← Nat.add_assoc, Nat.sumTo_succ, ih, Nat.sumTo_succ, Nat.add_assoc]

/-- The first term of a finite sum can be split off. -/
theorem Nat.sumTo_succ' (f : Nat → Nat) (n : Nat) :
    Nat.sumTo f (n + 1) = f 0 + Nat.sumTo (fun i => f (i + 1)) n := by
  induction n with
  | zero => rw [Nat.sumTo_one, Nat.sumTo_zero, Nat.add_zero]
  | succ n ih => rw [Nat.sumTo_succ f (n + 1), ih, Nat.sumTo_succ, Nat.add_assoc]

/-- Finite sums keep the order: if `f i ≤ g i` for all `i` then the sum of `f` is at most
the sum of `g`. -/
theorem Nat.sumTo_le_sumTo {f g : Nat → Nat} (h : ∀ i, f i ≤ g i) (n : Nat) :
    Nat.sumTo f n ≤ Nat.sumTo g n := by
  induction n with
  | zero => exact Nat.le_refl 0
  | succ n ih => exact Nat.add_le_add ih (h n)

/-- Finite sums grow with the number of terms. -/
theorem Nat.sumTo_mono (f : Nat → Nat) {m n : Nat} (h : m ≤ n) : Nat.sumTo f m ≤ Nat.sumTo f n :=
  Nat.monotone_of_le_succ (f := Nat.sumTo f) (fun n => Nat.le_add_right _ (f n)) h

/-- Each term is at most the finite sum in which it occurs. -/
theorem Nat.le_sumTo (f : Nat → Nat) {i n : Nat} (h : i < n) : f i ≤ Nat.sumTo f n :=
  Nat.le_trans (Nat.le_add_left (f i) (Nat.sumTo f i)) (Nat.sumTo_mono f (Nat.succ_le_of_lt h))

/-- A finite sum of multiples of `d` is a multiple of `d`. -/
theorem Nat.dvd_sumTo {d : Nat} {f : Nat → Nat} (h : ∀ i, d ∣ f i) (n : Nat) :
    d ∣ Nat.sumTo f n := by
  induction n with
  | zero => exact Nat.dvd_zero d
  | succ n ih => exact Nat.dvd_add ih (h n)

/-! ## Well-known sums -/

/-- The sum of the first numbers (triangular numbers, Gauss):
`2 * (0 + 1 + … + n) = n * (n + 1)`. -/
theorem Nat.two_mul_sumTo_id (n : Nat) : 2 * Nat.sumTo (fun i => i) (n + 1) = n * (n + 1) := by
  induction n with
  | zero => rfl
  | succ n ih =>
    rw [Nat.sumTo_succ, Nat.mul_add, ih, ← Nat.add_mul, Nat.mul_comm]

/-- The sum of the first `n` odd numbers is the square `n * n`. -/
theorem Nat.sumTo_odd (n : Nat) : Nat.sumTo (fun i => 2 * i + 1) n = n * n := by
  induction n with
  | zero => rfl
  | succ n ih =>
    rw [Nat.sumTo_succ, ih, Nat.two_mul, Nat.succ_mul, Nat.mul_succ, Nat.add_assoc, Nat.add_assoc]

/-- The sum of the first `n` powers of two, plus one, is two to the power `n` (geometric sum). -/
theorem Nat.sumTo_two_pow (n : Nat) : Nat.sumTo (fun i => 2 ^ i) n + 1 = 2 ^ n := by
  induction n with
  | zero => rfl
  | succ n ih => rw [Nat.sumTo_succ, Nat.add_right_comm, ih, Nat.two_pow_succ]
