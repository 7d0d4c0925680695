prelude
import Theory.NatDiv
import Theory.NatMinMax
import Theory.NatSub
import Theory.NatMul
import Theory.NatOrder
import Theory.NatPow
/-!
# The integers

An integer is a difference of two natural numbers. `Rep z a b` says `z = a - b`; every law of the
integers becomes a law of the natural numbers by taking such representations. The operations
compute as the native code of the library does.
-/
set_option linter.unusedSimpArgs false

/-- Types in which a natural number can be read. -/
class NatCast (R : Type u) where
  /-- The natural number as an element of `R`. -/
  protected natCast : Nat → R

/-- The natural number `n` as an element of `R`. -/
@[coe, reducible, match_pattern] protected def Nat.cast {R : Type u} [NatCast R] (n : Nat) : R :=
  NatCast.natCast n

instance instNatCastNat : NatCast Nat := ⟨id⟩
instance instNatCastInt : NatCast Int := ⟨Int.ofNat⟩
instance {n : Nat} : CoeT Nat n Int := ⟨Nat.cast n⟩

/-! ## Operations -/

namespace Int

/-- The integer `m - n` of two natural numbers. -/
@[extern "x"] def subNatNat (m n : Nat) : Int :=
  match (n - m : Nat) with
  | 0 => ofNat (m - n)
  | k + 1 => negSucc k

/-- The negative of a natural number, as an integer. -/
def negOfNat : Nat → Int
  | 0 => 0
  | n + 1 => negSucc n

/-- The negative of an integer. -/
@[extern "lean_int_neg"] protected def neg : Int → Int
  | ofNat n => negOfNat n
  | negSucc n => ofNat (n + 1)

/-- Addition of integers. -/
@[extern "lean_int_add"] protected def add : Int → Int → Int
  | ofNat m, ofNat n => ofNat (m + n)
  | ofNat m, negSucc n => subNatNat m (n + 1)
  | negSucc m, ofNat n => subNatNat n (m + 1)
  | negSucc m, negSucc n => negSucc (m + n + 1)

/-- Multiplication of integers. -/
@[extern "lean_int_mul"] protected def mul : Int → Int → Int
  | ofNat m, ofNat n => ofNat (m * n)
  | ofNat m, negSucc n => negOfNat (m * (n + 1))
  | negSucc m, ofNat n => negOfNat ((m + 1) * n)
  | negSucc m, negSucc n => ofNat ((m + 1) * (n + 1))

instance instNegInt : Neg Int := ⟨Int.neg⟩
instance instAdd : Add Int := ⟨Int.add⟩
instance instMul : Mul Int := ⟨Int.mul⟩

/-- Subtraction of integers: adding the negative. -/
@[extern "lean_int_sub"] protected def sub (m n : Int) : Int := m + -n
instance instSub : Sub Int := ⟨Int.sub⟩

/-- The size of an integer without its sign. -/
@[extern "lean_nat_abs"] def natAbs : Int → Nat
  | ofNat m => m
  | negSucc m => m + 1

/-- Integer division that rounds so that the remainder is not negative. -/
@[extern "lean_int_ediv"] protected def div : Int → Int → Int
  | ofNat m, ofNat n => ofNat (m / n)
  | ofNat m, negSucc n => -ofNat (m / (n + 1))
  | negSucc _, ofNat 0 => 0
  | negSucc m, ofNat (n + 1) => negSucc (m / (n + 1))
  | negSucc m, negSucc n => ofNat (m / (n + 1) + 1)

/-- The remainder of integer division, never negative. -/
@[extern "lean_int_emod"] protected def emod : Int → Int → Int
  | ofNat m, n => ofNat (m % natAbs n)
  | negSucc m, n => subNatNat (natAbs n) (m % natAbs n + 1)

instance instDiv : Div Int := ⟨Int.div⟩
instance instMod : Mod Int := ⟨Int.emod⟩

/-- Powers of an integer with natural exponents. -/
protected def pow (m : Int) : Nat → Int
  | 0 => 1
  | n + 1 => Int.pow m n * m
instance instNatPow : NatPow Int := ⟨Int.pow⟩

/-- Integers that are not negative. -/
@[extern "x"] def NonNeg : Int → Prop
  | ofNat _ => True
  | negSucc _ => False

/-- `a ≤ b` means that `b - a` is not negative. -/
protected def le (a b : Int) : Prop := NonNeg (b - a)
instance instLEInt : LE Int := ⟨Int.le⟩
/-- `a < b` means `a + 1 ≤ b`. -/
protected def lt (a b : Int) : Prop := a + 1 ≤ b
instance instLTInt : LT Int := ⟨Int.lt⟩
instance instDvd : Dvd Int := ⟨fun a b => ∃ c, b = a * c⟩

@[extern "x"] def decNonNeg : (a : Int) → Decidable (NonNeg a)
  | ofNat _ => isTrue trivial
  | negSucc _ => isFalse id

@[extern "lean_int_dec_le"] instance decLe (a b : Int) : Decidable (a ≤ b) := decNonNeg (b - a)
@[extern "lean_int_dec_lt"] instance decLt (a b : Int) : Decidable (a < b) :=
  decNonNeg (b - (a + 1))

end Int

attribute [gen_constructor_elims] Int

namespace Int

/-- The natural number of an integer; 0 for negative integers. -/
def toNat : Int → Nat
  | ofNat n => n
  | negSucc _ => 0

@[extern "lean_int_dec_eq"] protected def decEq : (a b : Int) → Decidable (a = b)
  | ofNat m, ofNat n =>
    match decEq m n with
    | isTrue h => isTrue (h ▸ rfl)
    | isFalse h => isFalse fun e => h (ofNat.inj e)
  | negSucc m, negSucc n =>
    match decEq m n with
    | isTrue h => isTrue (h ▸ rfl)
    | isFalse h => isFalse fun e => h (negSucc.inj e)
  | ofNat _, negSucc _ => isFalse fun h => nomatch h
  | negSucc _, ofNat _ => isFalse fun h => nomatch h

instance : Repr Int := ⟨fun
  | ofNat n, _ => .text n.reprFast
  | negSucc n, prec => Repr.addAppParen (.text ("-" ++ (n + 1).reprFast)) prec⟩
instance instDecidableEq : DecidableEq Int := Int.decEq
instance : Min Int := ⟨fun a b => if a ≤ b then a else b⟩
instance : Max Int := ⟨fun a b => if a ≤ b then b else a⟩

/-! ## Integers as differences -/

/-- `Rep z a b`: the integer `z` is the difference `a - b`. -/
def Rep : Int → Nat → Nat → Prop
  | ofNat i, a, b => a = b + i
  | negSucc i, a, b => b = a + i + 1

/-- Every integer is a difference of two natural numbers. -/
theorem rep_exists : (z : Int) → ∃ a b, Rep z a b
  | ofNat i => ⟨i, 0, (Nat.zero_add i).symm⟩
  | negSucc i => ⟨0, i + 1, congrArg (fun k : Nat => k + 1) (Nat.zero_add i).symm⟩

/-- Two representations of one integer: `a - b = c - d` says `a + d = c + b`. -/
theorem Rep.cross {z : Int} {a b c d : Nat} (h : Rep z a b) (h' : Rep z c d) : a + d = c + b := by
  cases z with
  | ofNat i =>
    cases h; cases h'
    simp only [Nat.add_assoc, Nat.add_comm, Nat.add_left_comm]
  | negSucc i =>
    cases h; cases h'
    simp only [Nat.add_assoc, Nat.add_comm, Nat.add_left_comm]

theorem Rep.of_cross {z : Int} {a b c d : Nat} (h : Rep z a b) (e : a + d = c + b) : Rep z c d := by
  cases z with
  | ofNat i =>
    cases h
    refine Nat.add_right_cancel (k := b) ?_
    rw [← e]
    simp only [Nat.add_assoc, Nat.add_comm, Nat.add_left_comm]
  | negSucc i =>
    cases h
    refine Nat.add_left_cancel (n := a) ?_
    rw [e]
    simp only [Nat.add_assoc, Nat.add_comm, Nat.add_left_comm]

theorem Rep.unique {z w : Int} {a b : Nat} (h : Rep z a b) (h' : Rep w a b) : z = w := by
  cases z with
  | ofNat i =>
    cases w with
    | ofNat j => exact congrArg ofNat (Nat.add_left_cancel (h.symm.trans h'))
    | negSucc j =>
      have h' : b = a + j + 1 := h'
      rw [show a = b + i from h, Nat.add_assoc, Nat.add_assoc] at h'
      exact absurd (Nat.add_left_cancel (m := 0) h') (fun e => nomatch e)
  | negSucc i =>
    cases w with
    | ofNat j =>
      have h : b = a + i + 1 := h
      rw [show a = b + j from h', Nat.add_assoc, Nat.add_assoc] at h
      exact absurd (Nat.add_left_cancel (m := 0) h) (fun e => nomatch e)
    | negSucc j =>
      have e : a + (i + 1) = a + (j + 1) := Eq.trans (Eq.symm h) h'
      exact congrArg negSucc (Nat.succ.inj (Nat.add_left_cancel e))

theorem rep_ofNat (n : Nat) : Rep (ofNat n) n 0 := (Nat.zero_add n).symm
theorem rep_negSucc (n : Nat) : Rep (negSucc n) 0 (n + 1) :=
  congrArg (fun k : Nat => k + 1) (Nat.zero_add n).symm
theorem rep_natCast (n : Nat) : Rep (n : Int) n 0 := (Nat.zero_add n).symm
theorem rep_zero : Rep 0 0 0 := rfl
theorem rep_one : Rep 1 1 0 := rfl

theorem rep_subNatNat (m n : Nat) : Rep (subNatNat m n) m n := by
  unfold subNatNat
  split
  · rename_i h
    exact (Nat.add_sub_of_le (Nat.le_of_sub_eq_zero h)).symm
  · rename_i k h
    have lt : m < n := Nat.sub_pos_iff_lt.1 (h ▸ Nat.zero_lt_succ k)
    have e := Nat.add_sub_of_le (Nat.le_of_lt lt)
    rw [h] at e
    exact e.symm

theorem rep_negOfNat : (n : Nat) → Rep (negOfNat n) 0 n
  | 0 => rfl
  | n + 1 => congrArg (fun k : Nat => k + 1) (Nat.zero_add n).symm

theorem Rep.neg {z : Int} {a b : Nat} (h : Rep z a b) : Rep (-z) b a := by
  cases z with
  | ofNat i =>
    cases h
    refine (rep_negOfNat i).of_cross ?_
    simp only [Nat.zero_add]
  | negSucc i => exact h

theorem Rep.add {z w : Int} {a b c d : Nat} (h : Rep z a b) (h' : Rep w c d) :
    Rep (z + w) (a + c) (b + d) := by
  cases z with
  | ofNat i =>
    cases h
    cases w with
    | ofNat j =>
      cases h'
      refine (rep_ofNat (i + j)).of_cross ?_
      simp only [Nat.add_zero, Nat.add_assoc, Nat.add_comm, Nat.add_left_comm]
    | negSucc j =>
      cases h'
      refine (rep_subNatNat i (j + 1)).of_cross ?_
      simp only [Nat.add_assoc, Nat.add_comm, Nat.add_left_comm]
  | negSucc i =>
    cases h
    cases w with
    | ofNat j =>
      cases h'
      refine (rep_subNatNat j (i + 1)).of_cross ?_
      simp only [Nat.add_assoc, Nat.add_comm, Nat.add_left_comm]
    | negSucc j =>
      cases h'
      show a + i + 1 + (c + j + 1) = a + c + (i + j + 1) + 1
      simp only [Nat.add_assoc, Nat.add_comm, Nat.add_left_comm]

/-- Laws of natural numbers that follow by multiplying out and sorting. -/
local macro "nat_ring" : tactic => `(tactic| simp only [Nat.add_mul, Nat.mul_add, Nat.mul_one,
  Nat.one_mul, Nat.mul_zero, Nat.zero_mul, Nat.add_zero, Nat.zero_add, Nat.mul_assoc, Nat.mul_comm,
  Nat.mul_left_comm, Nat.add_assoc, Nat.add_comm, Nat.add_left_comm])

theorem Rep.mul {z w : Int} {a b c d : Nat} (h : Rep z a b) (h' : Rep w c d) :
    Rep (z * w) (a * c + b * d) (a * d + b * c) := by
  cases z with
  | ofNat i =>
    cases h
    cases w with
    | ofNat j =>
      cases h'
      refine (rep_ofNat (i * j)).of_cross ?_
      nat_ring
    | negSucc j =>
      cases h'
      refine (rep_negOfNat (i * (j + 1))).of_cross ?_
      nat_ring
  | negSucc i =>
    cases h
    cases w with
    | ofNat j =>
      cases h'
      refine (rep_negOfNat ((i + 1) * j)).of_cross ?_
      nat_ring
    | negSucc j =>
      cases h'
      refine (rep_ofNat ((i + 1) * (j + 1))).of_cross ?_
      nat_ring

theorem Rep.sub {z w : Int} {a b c d : Nat} (h : Rep z a b) (h' : Rep w c d) :
    Rep (z - w) (a + d) (b + c) := h.add h'.neg

theorem Rep.nonNeg {z : Int} {a b : Nat} (h : Rep z a b) : NonNeg z ↔ b ≤ a := by
  cases z with
  | ofNat i => cases h; exact ⟨fun _ => Nat.le_add_right b i, fun _ => trivial⟩
  | negSucc i =>
    cases h
    refine ⟨False.elim, fun le => ?_⟩
    exact absurd le (Nat.not_le_of_lt (Nat.lt_succ_of_le (Nat.le_add_right a i)))

theorem Rep.le {z w : Int} {a b c d : Nat} (h : Rep z a b) (h' : Rep w c d) :
    z ≤ w ↔ a + d ≤ c + b := by
  have e := (h'.sub h).nonNeg
  rw [Nat.add_comm d a] at e
  exact e

theorem Rep.lt {z w : Int} {a b c d : Nat} (h : Rep z a b) (h' : Rep w c d) :
    z < w ↔ a + d < c + b := by
  have e := (h.add rep_one).le h'
  have e' : a + 1 + d = a + d + 1 := by nat_ring
  rw [e', Nat.add_zero] at e
  exact e

/-! ## Laws of addition and multiplication -/

section
variable (x y z : Int)

/-- Integer addition is commutative. -/
protected theorem add_comm : x + y = y + x := by
  obtain ⟨a, b, hx⟩ := rep_exists x
  obtain ⟨c, d, hy⟩ := rep_exists y
  exact (hx.add hy).unique ((hy.add hx).of_cross (by nat_ring))

/-- Integer addition is associative. -/
protected theorem add_assoc : x + y + z = x + (y + z) := by
  obtain ⟨a, b, hx⟩ := rep_exists x
  obtain ⟨c, d, hy⟩ := rep_exists y
  obtain ⟨e, f, hz⟩ := rep_exists z
  exact ((hx.add hy).add hz).unique ((hx.add (hy.add hz)).of_cross (by nat_ring))

/-- Integer multiplication is commutative. -/
protected theorem mul_comm : x * y = y * x := by
  obtain ⟨a, b, hx⟩ := rep_exists x
  obtain ⟨c, d, hy⟩ := rep_exists y
  exact (hx.mul hy).unique ((hy.mul hx).of_cross (by nat_ring))

/-- Integer multiplication is associative. -/
protected theorem mul_assoc : x * y * z = x * (y * z) := by
  obtain ⟨a, b, hx⟩ := rep_exists x
  obtain ⟨c, d, hy⟩ := rep_exists y
  obtain ⟨e, f, hz⟩ := rep_exists z
  exact ((hx.mul hy).mul hz).unique ((hx.mul (hy.mul hz)).of_cross (by nat_ring))

/-- Integer multiplication distributes over a sum on the right. -/
protected theorem mul_add : x * (y + z) = x * y + x * z := by
  obtain ⟨a, b, hx⟩ := rep_exists x
  obtain ⟨c, d, hy⟩ := rep_exists y
  obtain ⟨e, f, hz⟩ := rep_exists z
  exact (hx.mul (hy.add hz)).unique (((hx.mul hy).add (hx.mul hz)).of_cross (by nat_ring))

/-- Adding 0 to an integer changes nothing. -/
protected theorem add_zero : x + 0 = x := by
  obtain ⟨a, b, hx⟩ := rep_exists x
  exact (hx.add rep_zero).unique (hx.of_cross (by nat_ring))

/-- Multiplying an integer by 1 changes nothing. -/
protected theorem mul_one : x * 1 = x := by
  obtain ⟨a, b, hx⟩ := rep_exists x
  exact (hx.mul rep_one).unique (hx.of_cross (by nat_ring))

/-- An integer times 0 is 0. -/
protected theorem mul_zero : x * 0 = 0 := by
  obtain ⟨a, b, hx⟩ := rep_exists x
  exact (hx.mul rep_zero).unique (rep_zero.of_cross (by nat_ring))

/-- An integer plus its negative is 0. -/
protected theorem add_right_neg : x + -x = 0 := by
  obtain ⟨a, b, hx⟩ := rep_exists x
  exact (hx.add hx.neg).unique (rep_zero.of_cross (by nat_ring))

/-- The negative of the negative is the integer itself. -/
protected theorem neg_neg : -(-x) = x := by
  obtain ⟨a, b, hx⟩ := rep_exists x
  exact hx.neg.neg.unique hx

/-- The negative of a sum is the sum of the negatives. -/
protected theorem neg_add : -(x + y) = -x + -y := by
  obtain ⟨a, b, hx⟩ := rep_exists x
  obtain ⟨c, d, hy⟩ := rep_exists y
  exact (hx.add hy).neg.unique (hx.neg.add hy.neg)

/-- A negative factor on the left makes the product negative. -/
protected theorem neg_mul : -x * y = -(x * y) := by
  obtain ⟨a, b, hx⟩ := rep_exists x
  obtain ⟨c, d, hy⟩ := rep_exists y
  exact (hx.neg.mul hy).unique ((hx.mul hy).neg.of_cross (by nat_ring))

/-- Adding an integer to 0 gives the integer. -/
protected theorem zero_add : 0 + x = x := (Int.add_comm 0 x).trans (Int.add_zero x)
/-- 0 times an integer is 0. -/
protected theorem zero_mul : 0 * x = 0 := (Int.mul_comm 0 x).trans (Int.mul_zero x)
/-- 1 times an integer is the integer. -/
protected theorem one_mul : 1 * x = x := (Int.mul_comm 1 x).trans (Int.mul_one x)
/-- Integer multiplication distributes over a sum on the left. -/
protected theorem add_mul : (x + y) * z = x * z + y * z := by
  rw [Int.mul_comm, Int.mul_add, Int.mul_comm z x, Int.mul_comm z y]
/-- A negative factor on the right makes the product negative. -/
protected theorem mul_neg : x * -y = -(x * y) := by
  rw [Int.mul_comm, Int.neg_mul, Int.mul_comm]
/-- The first two summands of a nested sum of integers can be exchanged. -/
protected theorem add_left_comm : x + (y + z) = y + (x + z) := by
  rw [← Int.add_assoc, Int.add_comm x y, Int.add_assoc]
/-- The first two factors of a nested product of integers can be exchanged. -/
protected theorem mul_left_comm : x * (y * z) = y * (x * z) := by
  rw [← Int.mul_assoc, Int.mul_comm x y, Int.mul_assoc]
/-- Subtracting an integer is adding its negative. -/
protected theorem sub_eq_add_neg : x - y = x + -y := rfl
/-- The negative of 0 is 0. -/
protected theorem neg_zero : -(0 : Int) = 0 := rfl
end

/-! ## Order -/

section
variable {x y z : Int}

/-- Every integer is at most itself. -/
protected theorem le_refl (x : Int) : x ≤ x := by
  obtain ⟨a, b, hx⟩ := rep_exists x
  exact (hx.le hx).2 (Nat.le_refl _)

/-- `≤` of integers goes on through an intermediate integer. -/
protected theorem le_trans (h : x ≤ y) (h' : y ≤ z) : x ≤ z := by
  obtain ⟨a, b, hx⟩ := rep_exists x
  obtain ⟨c, d, hy⟩ := rep_exists y
  obtain ⟨e, f, hz⟩ := rep_exists z
  refine (hx.le hz).2 (Nat.le_of_add_le_add_right (k := c + d) ?_)
  have := Nat.add_le_add ((hx.le hy).1 h) ((hy.le hz).1 h')
  rw [show a + f + (c + d) = a + d + (c + f) by nat_ring,
    show e + b + (c + d) = c + b + (e + d) by nat_ring]
  exact this

/-- Two integers that are at most each other are equal. -/
protected theorem le_antisymm (h : x ≤ y) (h' : y ≤ x) : x = y := by
  obtain ⟨a, b, hx⟩ := rep_exists x
  obtain ⟨c, d, hy⟩ := rep_exists y
  exact hx.unique (hy.of_cross (Nat.le_antisymm ((hy.le hx).1 h') ((hx.le hy).1 h)))

/-- Of two integers, one is at most the other. -/
protected theorem le_total (x y : Int) : x ≤ y ∨ y ≤ x := by
  obtain ⟨a, b, hx⟩ := rep_exists x
  obtain ⟨c, d, hy⟩ := rep_exists y
  exact (Nat.le_total (a + d) (c + b)).elim (fun h => .inl ((hx.le hy).2 h))
    fun h => .inr ((hy.le hx).2 h)

/-- An integer is not at most another exactly when the other is smaller. -/
protected theorem not_le : ¬(x ≤ y) ↔ y < x := by
  obtain ⟨a, b, hx⟩ := rep_exists x
  obtain ⟨c, d, hy⟩ := rep_exists y
  rw [hx.le hy, hy.lt hx]
  exact Nat.not_le

/-- An integer is not below another exactly when the other is at most it. -/
protected theorem not_lt : ¬(x < y) ↔ y ≤ x := by
  obtain ⟨a, b, hx⟩ := rep_exists x
  obtain ⟨c, d, hy⟩ := rep_exists y
  rw [hx.lt hy, hy.le hx]
  exact Nat.not_lt

/-- `x < y` for integers says `x + 1 ≤ y`. -/
theorem lt_iff_add_one_le : x < y ↔ x + 1 ≤ y := Iff.rfl
/-- If `x < y` for integers, then `x + 1 ≤ y`. -/
theorem add_one_le_of_lt (h : x < y) : x + 1 ≤ y := h
/-- If `x < y` for integers, then `x ≤ y`. -/
protected theorem le_of_lt (h : x < y) : x ≤ y := by
  obtain ⟨a, b, hx⟩ := rep_exists x
  obtain ⟨c, d, hy⟩ := rep_exists y
  exact (hx.le hy).2 (Nat.le_of_lt ((hx.lt hy).1 h))
/-- No integer is below itself. -/
protected theorem lt_irrefl (x : Int) : ¬(x < x) := Int.not_lt.2 (Int.le_refl x)
/-- If `x < y` and `y ≤ z` for integers, then `x < z`. -/
protected theorem lt_of_lt_of_le (h : x < y) (h' : y ≤ z) : x < z := Int.le_trans h h'
/-- If `x ≤ y` and `y < z` for integers, then `x < z`. -/
protected theorem lt_of_le_of_lt (h : x ≤ y) (h' : y < z) : x < z := by
  refine Int.not_le.1 fun h'' => Int.lt_irrefl y (Int.lt_of_lt_of_le h' (Int.le_trans h'' h))

/-- Adding an integer on the left keeps `≤`. -/
protected theorem add_le_add_left (h : x ≤ y) (z : Int) : z + x ≤ z + y := by
  obtain ⟨a, b, hx⟩ := rep_exists x
  obtain ⟨c, d, hy⟩ := rep_exists y
  obtain ⟨e, f, hz⟩ := rep_exists z
  refine ((hz.add hx).le (hz.add hy)).2 ?_
  rw [show e + a + (f + d) = a + d + (e + f) by nat_ring,
    show e + c + (f + b) = c + b + (e + f) by nat_ring]
  exact Nat.add_le_add_right ((hx.le hy).1 h) _

/-- Adding an integer on the right keeps `≤`. -/
protected theorem add_le_add_right (h : x ≤ y) (z : Int) : x + z ≤ y + z := by
  rw [Int.add_comm x, Int.add_comm y]
  exact Int.add_le_add_left h z

/-- Two inequalities of integers can be added. -/
protected theorem add_le_add {w : Int} (h : x ≤ y) (h' : z ≤ w) : x + z ≤ y + w :=
  Int.le_trans (Int.add_le_add_right h z) (Int.add_le_add_left h' y)

/-- Negation turns `≤` of integers around. -/
protected theorem neg_le_neg (h : x ≤ y) : -y ≤ -x := by
  obtain ⟨a, b, hx⟩ := rep_exists x
  obtain ⟨c, d, hy⟩ := rep_exists y
  refine (hy.neg.le hx.neg).2 ?_
  have := (hx.le hy).1 h
  rw [Nat.add_comm d, Nat.add_comm b]
  exact this

/-- An integer that is at least 0 is a natural number. -/
theorem eq_ofNat_of_zero_le (h : 0 ≤ x) : ∃ n : Nat, x = n := by
  cases x with
  | ofNat n => exact ⟨n, rfl⟩
  | negSucc n =>
    exact absurd ((rep_zero.le (rep_negSucc n)).1 h) (by simp [Nat.not_succ_le_zero])

/-- A natural number is an integer that is at least 0. -/
theorem natCast_nonneg (n : Nat) : (0 : Int) ≤ n := (rep_zero.le (rep_natCast n)).2 (Nat.zero_le _)

/-- Multiplying by an integer that is at least 0 keeps `≤`. -/
protected theorem mul_le_mul_left (h : x ≤ y) (hz : 0 ≤ z) : z * x ≤ z * y := by
  obtain ⟨a, b, hx⟩ := rep_exists x
  obtain ⟨c, d, hy⟩ := rep_exists y
  obtain ⟨n, rfl⟩ := eq_ofNat_of_zero_le hz
  have hn := rep_natCast n
  refine ((hn.mul hx).le (hn.mul hy)).2 ?_
  rw [show n * a + 0 * b + (n * d + 0 * c) = n * (a + d) by nat_ring,
    show n * c + 0 * d + (n * b + 0 * a) = n * (c + b) by nat_ring]
  exact Nat.mul_le_mul_left n ((hx.le hy).1 h)
end

end Int
