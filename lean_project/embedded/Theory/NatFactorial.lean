prelude
import Theory.NatSum
/-!
# Factorials and Fibonacci numbers
-/

/-- The factorial of `n`: the product `1 * 2 * … * n`. -/
def Nat.factorial : Nat → Nat
  | 0 => 1
  | n + 1 => (n + 1) * Nat.factorial n

/-- The factorial of zero is one. -/
@[simp] theorem Nat.factorial_zero : Nat.factorial 0 = 1 := rfl

/-- The factorial of one is one. -/
@[simp] theorem Nat.factorial_one : Nat.factorial 1 = 1 := rfl

/-- The factorial of `n + 1` is `n + 1` times the factorial of `n`. -/
theorem Nat.factorial_succ (n : Nat) : Nat.factorial (n + 1) = (n + 1) * Nat.factorial n := rfl

/-- Factorials are positive. -/
theorem Nat.factorial_pos (n : Nat) : 0 < Nat.factorial n := by
  induction n with
  | zero => exact Nat.zero_lt_succ 0
  | succ n ih => exact Nat.mul_pos (Nat.zero_lt_succ n) ih

/-- No factorial is zero. -/
theorem Nat.factorial_ne_zero (n : Nat) : Nat.factorial n ≠ 0 :=
  Nat.ne_zero_of_pos (Nat.factorial_pos n)

/-- Factorials grow: the factorial of `n` is at most that of `n + 1`. -/
theorem Nat.factorial_le_succ (n : Nat) : Nat.factorial n ≤ Nat.factorial (n + 1) :=
  Nat.le_mul_of_pos_left _ (Nat.zero_lt_succ n)

/-- The factorial function is monotone: `m ≤ n` implies that `m!` is at most `n!`. -/
theorem Nat.factorial_le {m n : Nat} (h : m ≤ n) : Nat.factorial m ≤ Nat.factorial n :=
  Nat.monotone_of_le_succ Nat.factorial_le_succ h

/-- Every number is at most its factorial. -/
theorem Nat.self_le_factorial (n : Nat) : n ≤ Nat.factorial n := by
  cases n with
  | zero => exact Nat.zero_le _
  | succ n => exact Nat.le_mul_of_pos_right _ (Nat.factorial_pos n)

/-- The factorial of a smaller number divides the factorial of a larger one. -/
theorem Nat.factorial_dvd_factorial {m n : Nat} (h : m ≤ n) :
    Nat.factorial m ∣ Nat.factorial n := by
  induction h with
  | refl => exact Nat.dvd_refl _
  | step _ ih => exact Nat.dvd_mul_left_of_dvd ih _

/-- A positive number divides the factorial of every number that is at least as large. -/
theorem Nat.dvd_factorial {m n : Nat} (hm : 0 < m) (h : m ≤ n) : m ∣ Nat.factorial n := by
  rcases Nat.exists_eq_succ_of_ne_zero (Nat.ne_zero_of_pos hm) with ⟨k, rfl⟩
  exact Nat.dvd_trans (Nat.dvd_mul_right (k + 1) (Nat.factorial k)) (Nat.factorial_dvd_factorial h)

/-- The Fibonacci numbers 0, 1, 1, 2, 3, 5, 8, …: each is the sum of the two before it. -/
def Nat.fib : Nat → Nat
  | 0 => 0
  | 1 => 1
  | n + 2 => Nat.fib n + Nat.fib (n + 1)

/-- The Fibonacci number at index zero is zero. -/
@[simp] theorem Nat.fib_zero : Nat.fib 0 = 0 := rfl

/-- The Fibonacci number at index one is one. -/
@[simp] theorem Nat.fib_one : Nat.fib 1 = 1 := rfl

/-- The recursion of the Fibonacci numbers: `fib (n + 2) = fib n + fib (n + 1)`. -/
theorem Nat.fib_add_two (n : Nat) : Nat.fib (n + 2) = Nat.fib n + Nat.fib (n + 1) := rfl

/-- Fibonacci numbers at positive indices are positive. -/
theorem Nat.fib_succ_pos (n : Nat) : 0 < Nat.fib (n + 1) := by
  induction n with
  | zero => exact Nat.zero_lt_succ 0
  | succ n ih => exact Nat.add_pos_right _ ih

/-- The Fibonacci sequence is monotone from one index to the next. -/
theorem Nat.fib_le_fib_succ (n : Nat) : Nat.fib n ≤ Nat.fib (n + 1) := by
  cases n with
  | zero => exact Nat.zero_le _
  | succ n => exact Nat.le_add_left _ _

/-- The Fibonacci sequence is monotone: `m ≤ n` implies `fib m ≤ fib n`. -/
theorem Nat.fib_mono {m n : Nat} (h : m ≤ n) : Nat.fib m ≤ Nat.fib n :=
  Nat.monotone_of_le_succ Nat.fib_le_fib_succ h

/-- The sum of the first `n` Fibonacci numbers, plus one, is the Fibonacci number at `n + 1`. -/
theorem Nat.sumTo_fib (n : Nat) : Nat.sumTo Nat.fib n + 1 = Nat.fib (n + 1) := by
  induction n with
  | zero => rfl
  | succ n ih => rw [Nat.sumTo_succ, Nat.add_right_comm, ih, Nat.fib_add_two, Nat.add_comm]
