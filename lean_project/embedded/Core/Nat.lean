prelude
import Core.Logic
/-!
# Numbers: the functions that the kernel computes on literals

The kernel evaluates `Nat.div`, `mod`, `gcd`, `land`, `lor`, `xor`, `shiftLeft`, `shiftRight` and
`log2` on numerals by itself, whatever their definitions say. Each is defined here with exactly
those values, so that theory and kernel never disagree.
-/
set_option genSizeOf false
set_option genInjectivity false

universe u

namespace Nat

/-- The remainder of `n` divided by `m`; `n` itself when `m` is 0. Counting up from 0, the remainder
grows by 1 and falls back to 0 when it reaches `m`. -/
@[extern "lean_nat_mod"]
protected def mod : Nat → Nat → Nat
  | 0, _ => 0
  | n + 1, m => if Nat.mod n m + 1 = m then 0 else Nat.mod n m + 1

/-- The quotient of `n` divided by `m`; 0 when `m` is 0. Counting up from 0, the quotient grows
by 1 whenever the remainder falls back to 0. -/
@[extern "lean_nat_div"]
protected def div : Nat → Nat → Nat
  | 0, _ => 0
  | n + 1, m => if Nat.mod n m + 1 = m then Nat.div n m + 1 else Nat.div n m

instance instMod : Mod Nat := ⟨Nat.mod⟩
instance instDiv : Div Nat := ⟨Nat.div⟩

/-- `a ∣ b`: the number `b` is a multiple of `a`. -/
instance instDvd : Dvd Nat := ⟨fun a b => ∃ c, b = a * c⟩

/-- Euclid's algorithm with a bound on the number of steps. -/
def gcdSteps : Nat → Nat → Nat → Nat
  | 0, _, n => n
  | steps + 1, m, n => if m = 0 then n else gcdSteps steps (n % m) m

/-- The greatest common divisor, by Euclid's algorithm. -/
@[extern "lean_nat_gcd"]
def gcd (m n : Nat) : Nat := gcdSteps m m n

/-- Combine the binary digits of two numbers by `f`, with a bound on the number of digits. -/
def bitwiseSteps (f : Bool → Bool → Bool) : Nat → Nat → Nat → Nat
  | 0, _, _ => 0
  | steps + 1, n, m =>
    if n = 0 then (if f false true = true then m else 0)
    else if m = 0 then (if f true false = true then n else 0)
    else
      2 * bitwiseSteps f steps (n / 2) (m / 2) +
        if f (Nat.beq (n % 2) 1) (Nat.beq (m % 2) 1) = true then 1 else 0

/-- Combine the binary digits of two numbers by `f`. -/
def bitwise (f : Bool → Bool → Bool) (n m : Nat) : Nat := bitwiseSteps f (n + 1) n m

/-- The number whose binary digits are 1 where both numbers have a 1. -/
@[extern "lean_nat_land"]
def land (n m : Nat) : Nat := bitwise and n m

/-- The number whose binary digits are 1 where at least one of the numbers has a 1. -/
@[extern "lean_nat_lor"]
def lor (n m : Nat) : Nat := bitwise or n m

/-- The number whose binary digits are 1 where exactly one of the numbers has a 1. -/
@[extern "lean_nat_lxor"]
def xor (n m : Nat) : Nat := bitwise (fun a b => cond a (not b) b) n m

/-- `n` times 2 to the power `m`. -/
@[extern "lean_nat_shiftl"]
def shiftLeft : Nat → Nat → Nat
  | n, 0 => n
  | n, m + 1 => shiftLeft (2 * n) m

/-- `n` divided by 2 to the power `m`, rounded down. -/
@[extern "lean_nat_shiftr"]
def shiftRight : Nat → Nat → Nat
  | n, 0 => n
  | n, m + 1 => shiftRight n m / 2

/-- How often a number can be halved before it is below 2, with a bound on the number of steps. -/
def log2Steps : Nat → Nat → Nat
  | 0, _ => 0
  | steps + 1, n => if Nat.ble 2 n = true then log2Steps steps (n / 2) + 1 else 0

/-- The largest `k` with `2 ^ k ≤ n`, and 0 for `n = 0`. -/
@[extern "lean_nat_log2"]
def log2 (n : Nat) : Nat := log2Steps n n

instance instAndOp : AndOp Nat := ⟨Nat.land⟩
instance instOrOp : OrOp Nat := ⟨Nat.lor⟩
instance instXorOp : XorOp Nat := ⟨Nat.xor⟩
instance instShiftLeft : ShiftLeft Nat := ⟨Nat.shiftLeft⟩
instance instShiftRight : ShiftRight Nat := ⟨Nat.shiftRight⟩

/-! ## Rules of computation -/

/-- Adding 0 changes nothing. -/
@[simp] theorem add_zero (n : Nat) : n + 0 = n := rfl
/-- Adding a successor is the successor of the sum. -/
theorem add_succ (n m : Nat) : n + succ m = succ (n + m) := rfl
theorem add_eq (n m : Nat) : Nat.add n m = n + m := rfl
/-- The successor of `n` is `n + 1`. -/
theorem succ_eq_add_one (n : Nat) : succ n = n + 1 := rfl
/-- `n + 1` is the successor of `n`. -/
theorem add_one (n : Nat) : n + 1 = succ n := rfl
/-- `Nat.zero` is 0. -/
theorem zero_eq : Nat.zero = 0 := rfl
theorem sub_eq (n m : Nat) : Nat.sub n m = n - m := rfl
theorem mul_eq (n m : Nat) : Nat.mul n m = n * m := rfl
theorem div_eq (n m : Nat) : Nat.div n m = n / m := rfl
theorem mod_eq (n m : Nat) : Nat.mod n m = n % m := rfl
theorem pow_eq (n m : Nat) : Nat.pow n m = n ^ m := rfl
theorem le_eq (n m : Nat) : Nat.le n m = (n ≤ m) := rfl
theorem lt_eq (n m : Nat) : Nat.lt n m = (n < m) := rfl

/-! ## The order: what the decision of `≤` needs -/

/-- Every number is at most itself. -/
@[simp, refl] theorem le_refl (n : Nat) : n ≤ n := Nat.le.refl

theorem le.refl' (n : Nat) : Nat.le n n := Nat.le.refl

/-- A number that is at most `m` is at most `m + 1`. -/
theorem le_succ_of_le {n m : Nat} (h : n ≤ m) : n ≤ m + 1 := Nat.le.step h

/-- Every number is at most its successor. -/
@[simp] theorem le_succ (n : Nat) : n ≤ n + 1 := Nat.le.step Nat.le.refl

/-- 0 is at most every number. -/
@[simp] theorem zero_le : (n : Nat) → 0 ≤ n
  | 0 => Nat.le.refl
  | n + 1 => Nat.le.step (zero_le n)

/-- `≤` goes on through an intermediate number. -/
protected theorem le_trans {n m k : Nat} (h₁ : n ≤ m) (h₂ : m ≤ k) : n ≤ k := by
  induction h₂ with
  | refl => exact h₁
  | step _ ih => exact Nat.le.step ih

/-- Adding 1 on both sides keeps `≤`. -/
theorem succ_le_succ {n m : Nat} (h : n ≤ m) : n + 1 ≤ m + 1 := by
  induction h with
  | refl => exact Nat.le.refl
  | step _ ih => exact Nat.le.step ih

/-- Taking 1 from both sides keeps `≤`. -/
theorem pred_le_pred {n m : Nat} (h : n ≤ m) : pred n ≤ pred m := by
  cases h with
  | refl => exact Nat.le.refl
  | @step k h => cases n with
    | zero => exact zero_le k
    | succ n => exact Nat.le_trans (le_succ n) h

/-- The number before `n` is at most `n`. -/
theorem pred_le_self : (n : Nat) → pred n ≤ n
  | 0 => Nat.le.refl
  | n + 1 => le_succ n

/-- A `≤` between successors is a `≤` between the numbers. -/
theorem le_of_succ_le_succ {n m : Nat} (h : n + 1 ≤ m + 1) : n ≤ m := pred_le_pred h

/-- A `<` between successors is a `<` between the numbers. -/
theorem lt_of_succ_lt_succ {n m : Nat} (h : n + 1 < m + 1) : n < m := pred_le_pred h

/-- No successor is at most 0. -/
theorem not_succ_le_zero (n : Nat) : ¬(n + 1 ≤ 0) := by
  intro h
  cases h

/-- No number is below 0. -/
@[simp] theorem not_lt_zero (n : Nat) : ¬(n < 0) := not_succ_le_zero n

/-- The test `ble` answers `true` only for numbers in order. -/
theorem le_of_ble_eq_true : {n m : Nat} → Nat.ble n m = true → n ≤ m
  | 0, m, _ => zero_le m
  | _ + 1, _ + 1, h => succ_le_succ (le_of_ble_eq_true h)

/-- The test `ble` answers `true` for all numbers in order. -/
theorem ble_eq_true_of_le : {n m : Nat} → n ≤ m → Nat.ble n m = true
  | 0, _, _ => rfl
  | _ + 1, 0, h => absurd h (not_succ_le_zero _)
  | n + 1, m + 1, h => @ble_eq_true_of_le n m (pred_le_pred h)

/-- The test `ble` answers `true` for a number and itself. -/
theorem ble_self_eq_true (n : Nat) : Nat.ble n n = true := ble_eq_true_of_le Nat.le.refl

/-- If the test `ble` does not answer `true`, the numbers are not in order. -/
theorem not_le_of_not_ble_eq_true {n m : Nat} (h : ¬(Nat.ble n m = true)) : ¬(n ≤ m) :=
  fun h' => h (ble_eq_true_of_le h')

/-- The decision of `n ≤ m`. -/
instance decLe (n m : Nat) : Decidable (n ≤ m) :=
  decidable_of_iff (Nat.ble n m = true) ⟨le_of_ble_eq_true, ble_eq_true_of_le⟩

/-- The decision of `n < m`. -/
instance decLt (n m : Nat) : Decidable (n < m) := decLe (n + 1) m

/-- No number is below itself. -/
@[simp] protected theorem lt_irrefl (n : Nat) : ¬(n < n) := by
  induction n with
  | zero => exact not_lt_zero 0
  | succ n ih => exact fun h => ih (lt_of_succ_lt_succ h)

/-! ## Induction and cases that show `0` and `n + 1` -/

/-- Induction on a natural number, with goals in terms of `0` and `n + 1`. -/
@[induction_eliminator, elab_as_elim]
protected def recAddOne {motive : Nat → Sort u} (zero : motive 0)
    (succ : (n : Nat) → motive n → motive (n + 1)) (t : Nat) : motive t :=
  match t with
  | 0 => zero
  | n + 1 => succ n (Nat.recAddOne zero succ n)

/-- Cases of a natural number, with goals in terms of `0` and `n + 1`. -/
@[cases_eliminator, elab_as_elim]
protected def casesAddOne {motive : Nat → Sort u} (t : Nat) (zero : motive 0)
    (succ : (n : Nat) → motive (n + 1)) : motive t :=
  match t with
  | 0 => zero
  | n + 1 => succ n

end Nat

/-- The smaller of two numbers. -/
instance instMinNat : Min Nat := ⟨fun n m => if n ≤ m then n else m⟩
/-- The larger of two numbers. -/
instance Nat.instMax : Max Nat := ⟨fun n m => if n ≤ m then m else n⟩
