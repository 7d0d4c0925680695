prelude
import Arithmetic.IntDiv
import Theory.NatGcd
/-!
# Linear combinations of integers, the language of `omega`'s proofs

The native decision procedure proves a goal by steps on lists of coefficients; the kernel repeats
each computation with the functions of this file, so they must give the same values as the native
ones. Used only by `omega`.
-/
set_option linter.unusedSimpArgs false

namespace Lean.Omega

/-- The coefficients of a linear combination: the `i`-th belongs to the `i`-th atom. -/
abbrev Coeffs := List Int

namespace Coeffs

abbrev ofList (xs : List Int) : Coeffs := xs
abbrev length (xs : Coeffs) : Nat := List.length xs

def get : Coeffs → Nat → Int
  | [], _ => 0
  | x :: _, 0 => x
  | _ :: xs, i + 1 => get xs i

def set : Coeffs → Nat → Int → Coeffs
  | [], 0, y => [y]
  | [], i + 1, y => 0 :: set [] i y
  | _ :: xs, 0, y => y :: xs
  | x :: xs, i + 1, y => x :: set xs i y

def isZero : Coeffs → Prop
  | [] => True
  | x :: xs => x = 0 ∧ isZero xs

instance decIsZero : (xs : Coeffs) → Decidable (isZero xs)
  | [] => isTrue trivial
  | x :: xs =>
    match decEq x 0, decIsZero xs with
    | isTrue h, isTrue h' => isTrue ⟨h, h'⟩
    | isFalse h, _ => isFalse fun h' => h h'.1
    | _, isFalse h => isFalse fun h' => h h'.2

def leading : Coeffs → Int
  | [] => 0
  | x :: xs => if x = 0 then leading xs else x

def smul (xs : Coeffs) (k : Int) : Coeffs := List.map (fun x => k * x) xs
def neg (xs : Coeffs) : Coeffs := List.map (fun x => -x) xs
def sdiv (xs : Coeffs) (k : Int) : Coeffs := List.map (fun x => x / k) xs

/-- Combine entries by `f`; a missing entry counts as 0. -/
def zip (f : Int → Int → Int) : Coeffs → Coeffs → Coeffs
  | [], ys => List.map (f 0) ys
  | x :: xs, [] => f x 0 :: zip f xs []
  | x :: xs, y :: ys => f x y :: zip f xs ys

def combo (a : Int) (xs : Coeffs) (b : Int) (ys : Coeffs) : Coeffs :=
  zip (fun x y => a * x + b * y) xs ys
def add (xs ys : Coeffs) : Coeffs := zip (fun x y => x + y) xs ys
def sub (xs ys : Coeffs) : Coeffs := zip (fun x y => x - y) xs ys

/-- The sum of the products of corresponding entries. -/
def dot : Coeffs → Coeffs → Int
  | x :: xs, y :: ys => x * y + dot xs ys
  | _, _ => 0

def gcd : Coeffs → Nat
  | [] => 0
  | x :: xs => Nat.gcd x.natAbs (gcd xs)

end Coeffs
end Lean.Omega

/-- The representative of `x` modulo `m` that is nearest to 0. -/
def Int.bmod (x : Int) (m : Nat) : Int :=
  if x % m < ((m : Int) + 1) / 2 then x % m else x % m - m

namespace Lean.Omega
open Int (add_right_neg)

namespace Coeffs
def bmod (xs : Coeffs) (m : Nat) : Coeffs := List.map (fun x => Int.bmod x m) xs
def bmod_dot_sub_dot_bmod (m : Nat) (a b : Coeffs) : Int := Int.bmod (dot a b) m - dot (bmod a m) b

theorem dot_nil_left (v : Coeffs) : dot [] v = 0 := by cases v <;> rfl
theorem dot_nil_right (v : Coeffs) : dot v [] = 0 := by cases v <;> rfl

/-- Laws of integers that follow by multiplying out and sorting. -/
local macro "int_ring" : tactic => `(tactic| simp only [
  Int.sub_eq_add_neg, Int.neg_add, Int.add_mul, Int.mul_add,
  Int.neg_mul, Int.mul_neg, Int.neg_neg, Int.neg_zero, Int.mul_one, Int.one_mul, Int.mul_zero,
  Int.zero_mul,
  Int.add_zero, Int.zero_add, Int.mul_assoc, Int.mul_comm, Int.mul_left_comm, Int.add_assoc,
  Int.add_comm,
  Int.add_left_comm])

theorem dot_map_linear {f : Int → Int} {b : Int} (hf : ∀ y, f y = b * y) : (ys v : Coeffs) →
    dot (List.map f ys) v = b * dot ys v
  | _, [] => by rw [dot_nil_right, dot_nil_right, Int.mul_zero]
  | [], _ :: _ => by unfold List.map dot; rw [Int.mul_zero]
  | y :: ys, w :: v => by
    have := dot_map_linear hf ys v
    unfold List.map dot
    rw [this, hf]; int_ring

theorem dot_zip {f : Int → Int → Int} {a b : Int} (hf : ∀ x y, f x y = a * x + b * y) :
    (xs ys v : Coeffs) → dot (zip f xs ys) v = a * dot xs v + b * dot ys v
  | _, _, [] => by rw [dot_nil_right, dot_nil_right, dot_nil_right]; int_ring
  | [], ys, w :: v => by
    unfold zip
    rw [dot_map_linear (b := b) (fun y => by rw [hf]; int_ring), dot_nil_left]; int_ring
  | x :: xs, [], w :: v => by
    have := dot_zip hf xs [] v
    rw [dot_nil_left] at *
    unfold zip dot; rw [this, hf]; int_ring
  | x :: xs, y :: ys, w :: v => by
    have := dot_zip hf xs ys v
    unfold zip dot; rw [this, hf]; int_ring

theorem dot_combo (a b : Int) (xs ys v : Coeffs) :
    dot (combo a xs b ys) v = a * dot xs v + b * dot ys v := dot_zip (fun _ _ => rfl) xs ys v

theorem dot_add (xs ys v : Coeffs) : dot (add xs ys) v = dot xs v + dot ys v := by
  have := dot_zip (f := fun x y => x + y) (a := 1) (b := 1) (fun x y => by int_ring) xs ys v
  rwa [Int.one_mul, Int.one_mul] at this

theorem dot_sub (xs ys v : Coeffs) : dot (sub xs ys) v = dot xs v - dot ys v := by
  have := dot_zip (f := fun x y => x - y) (a := 1) (b := -1) (fun x y => by int_ring) xs ys v
  rwa [Int.one_mul, Int.neg_mul, Int.one_mul] at this

theorem dot_smul (k : Int) (xs v : Coeffs) : dot (smul xs k) v = k * dot xs v :=
  dot_map_linear (fun _ => rfl) xs v

theorem dot_neg (xs v : Coeffs) : dot (neg xs) v = -dot xs v := by
  have := dot_map_linear (f := fun x => -x) (b := -1) (fun x => by int_ring) xs v
  rwa [Int.neg_mul, Int.one_mul] at this

/-- Setting a coefficient beyond the end of the list. -/
theorem dot_set (m : Int) : (xs v : Coeffs) → (k : Nat) → xs.length ≤ k →
    dot (set xs k m) v = dot xs v + m * get v k
  | xs, [], k, _ => by rw [dot_nil_right, dot_nil_right]; unfold get; int_ring
  | [], w :: v, 0, _ => by unfold set dot get; rw [dot_nil_left]; int_ring
  | [], w :: v, k + 1, _ => by
    have := dot_set m [] v k (Nat.zero_le k)
    unfold set dot get; rw [this, dot_nil_left]; int_ring
  | x :: xs, w :: v, 0, h => absurd h (Nat.not_succ_le_zero _)
  | x :: xs, w :: v, k + 1, h => by
    have := dot_set m xs v k (Nat.le_of_succ_le_succ h)
    unfold set dot get; rw [this]; int_ring

/-- The greatest common divisor divides every combination. -/
theorem gcd_dvd_dot : (xs v : Coeffs) → (gcd xs : Int) * dot (sdiv xs (gcd xs)) v = dot xs v := by
  have general : (g : Nat) → (xs v : Coeffs) → g ∣ gcd xs →
      (g : Int) * dot (sdiv xs g) v = dot xs v := by
    intro g xs
    induction xs with
    | nil => intro v _; rw [dot_nil_left]; unfold sdiv List.map; rw [dot_nil_left, Int.mul_zero]
    | cons x xs ih =>
      intro v h
      cases v with
      | nil => rw [dot_nil_right, dot_nil_right, Int.mul_zero]
      | cons w v =>
        have hx : g ∣ x.natAbs := Nat.dvd_trans h (Nat.gcd_dvd_left _ _)
        have hxs : g ∣ gcd xs := Nat.dvd_trans h (Nat.gcd_dvd_right _ _)
        have e : (g : Int) * (x / g) = x := by
          have := Int.ediv_add_emod x g
          rwa [Int.emod_eq_zero_of_natAbs_dvd hx, Int.add_zero] at this
        have ih := ih v hxs
        unfold sdiv at *
        unfold List.map dot
        rw [Int.mul_add, ih, ← Int.mul_assoc, e]
  exact fun xs v => general (gcd xs) xs v (Nat.dvd_refl _)

theorem bmod_eq (x : Int) (m : Nat) : ∃ t, Int.bmod x m = x + m * t := by
  unfold Int.bmod
  rw [Int.emod_def]
  split
  · exact ⟨-(x / m), by int_ring⟩
  · exact ⟨-(x / m) + -1, by int_ring⟩

theorem dot_bmod (m : Nat) : (xs v : Coeffs) → ∃ t, dot (bmod xs m) v = dot xs v + m * t
  | _, [] => ⟨0, by rw [dot_nil_right, dot_nil_right]; rfl⟩
  | [], _ :: _ => ⟨0, by unfold bmod List.map dot; rw [Int.mul_zero]; rfl⟩
  | x :: xs, w :: v => by
    obtain ⟨s, hs⟩ := bmod_eq x m
    obtain ⟨t, ht⟩ := dot_bmod m xs v
    refine ⟨s * w + t, ?_⟩
    unfold bmod at *
    unfold List.map dot
    rw [hs, ht]; int_ring

theorem mul_bmod_dot_sub_dot_bmod (m : Nat) (a b : Coeffs) :
    (m : Int) * (bmod_dot_sub_dot_bmod m a b / m) = bmod_dot_sub_dot_bmod m a b := by
  obtain ⟨s, hs⟩ := bmod_eq (dot a b) m
  obtain ⟨t, ht⟩ := dot_bmod m a b
  have e : bmod_dot_sub_dot_bmod m a b = m * (s + -t) := by
    unfold bmod_dot_sub_dot_bmod
    rw [hs, ht]
    simp only [Int.sub_eq_add_neg, Int.neg_add, Int.mul_add, Int.mul_neg]
    rw [Int.add_comm (dot a b), Int.add_assoc, ← Int.add_assoc (dot a b), add_right_neg,
      Int.zero_add]
  rw [e]
  cases m with
  | zero => simp only [show ((0 : Nat) : Int) = 0 from rfl, Int.zero_mul]
  | succ m => rw [Int.mul_ediv_cancel_left (Int.natCast_lt.2 (Nat.zero_lt_succ m))]
end Coeffs

/-! ## Linear combinations -/

/-- A constant plus a combination of atoms. -/
structure LinearCombo where
  const : Int := 0
  coeffs : Coeffs := []

namespace LinearCombo

/-- The value of a linear combination when the atoms have the values `v`. -/
def eval (l : LinearCombo) (v : Coeffs) : Int := l.const + l.coeffs.dot v

def coordinate (i : Nat) : LinearCombo := ⟨0, Coeffs.set [] i 1⟩
def add (l₁ l₂ : LinearCombo) : LinearCombo := ⟨l₁.const + l₂.const, l₁.coeffs.add l₂.coeffs⟩
def sub (l₁ l₂ : LinearCombo) : LinearCombo := ⟨l₁.const - l₂.const, l₁.coeffs.sub l₂.coeffs⟩
def neg (l : LinearCombo) : LinearCombo := ⟨-l.const, l.coeffs.neg⟩
def smul (l : LinearCombo) (k : Int) : LinearCombo := ⟨k * l.const, l.coeffs.smul k⟩
instance : Add LinearCombo := ⟨add⟩
instance : Sub LinearCombo := ⟨sub⟩
instance : Neg LinearCombo := ⟨neg⟩
def mul (l₁ l₂ : LinearCombo) : LinearCombo :=
  smul l₁ l₂.const + smul l₂ l₁.const - ⟨l₁.const * l₂.const, []⟩

theorem add_eval (l₁ l₂ : LinearCombo) (v : Coeffs) : (l₁ + l₂).eval v = l₁.eval v + l₂.eval v := by
  show l₁.const + l₂.const + (l₁.coeffs.add l₂.coeffs).dot v = _
  unfold eval
  rw [Coeffs.dot_add]
  simp only [Int.add_assoc, Int.add_comm, Int.add_left_comm]

theorem sub_eval (l₁ l₂ : LinearCombo) (v : Coeffs) : (l₁ - l₂).eval v = l₁.eval v - l₂.eval v := by
  show l₁.const - l₂.const + (l₁.coeffs.sub l₂.coeffs).dot v = _
  unfold eval
  rw [Coeffs.dot_sub]
  simp only [Int.sub_eq_add_neg, Int.neg_add, Int.add_assoc, Int.add_comm, Int.add_left_comm]

theorem neg_eval (l : LinearCombo) (v : Coeffs) : (-l).eval v = -l.eval v := by
  show -l.const + l.coeffs.neg.dot v = _
  unfold eval
  rw [Coeffs.dot_neg, Int.neg_add]

theorem smul_eval (l : LinearCombo) (k : Int) (v : Coeffs) : (smul l k).eval v = k * l.eval v := by
  show k * l.const + (l.coeffs.smul k).dot v = _
  unfold eval
  rw [Coeffs.dot_smul, Int.mul_add]

theorem dot_of_isZero : (xs v : Coeffs) → xs.isZero → xs.dot v = 0
  | [], v, _ => Coeffs.dot_nil_left v
  | _ :: _, [], _ => rfl
  | x :: xs, w :: v, h => by
    unfold Coeffs.dot
    rw [h.1, dot_of_isZero xs v h.2, Int.zero_mul]; rfl

theorem mul_eval (l₁ l₂ : LinearCombo) (v : Coeffs)
    (h : l₁.coeffs.isZero ∨ l₂.coeffs.isZero) : (mul l₁ l₂).eval v = l₁.eval v * l₂.eval v := by
  have e : (mul l₁ l₂).eval v =
      l₂.const * l₁.eval v + l₁.const * l₂.eval v - l₁.const * l₂.const := by
    unfold mul
    rw [sub_eval, add_eval, smul_eval, smul_eval]
    show _ - (l₁.const * l₂.const + Coeffs.dot [] v) = _
    rw [Coeffs.dot_nil_left, Int.add_zero]
  rw [e]
  unfold eval
  cases h with
  | inl h =>
    rw [dot_of_isZero _ _ h]
    simp only [Int.add_zero, Int.mul_add, Int.sub_eq_add_neg, Int.mul_comm]
    rw [Int.add_comm (l₁.const * l₂.const), Int.add_assoc, Int.add_right_neg, Int.add_zero]
  | inr h =>
    rw [dot_of_isZero _ _ h]
    simp only [Int.add_zero, Int.mul_add, Int.add_mul, Int.sub_eq_add_neg, Int.mul_comm]
    rw [Int.add_assoc, Int.add_right_neg, Int.add_zero]

theorem get_eq_dot_set : (v : Coeffs) → (i : Nat) → (Coeffs.set [] i 1).dot v = v.get i
  | v, i => by
    rw [Coeffs.dot_set 1 [] v i (Nat.zero_le i), Coeffs.dot_nil_left, Int.one_mul, Int.zero_add]

theorem coordinate_eval (i : Nat) (v : Coeffs) : (coordinate i).eval v = v.get i := by
  unfold coordinate eval
  rw [get_eq_dot_set, Int.zero_add]

section
variable {a0 a1 a2 a3 a4 a5 a6 a7 a8 a9 : Int} {t : Coeffs}
theorem coordinate_eval_0 : (coordinate 0).eval (.ofList (a0 :: t)) = a0 := coordinate_eval 0 _
theorem coordinate_eval_1 : (coordinate 1).eval (.ofList (a0 :: a1 :: t)) = a1 :=
  coordinate_eval 1 _
theorem coordinate_eval_2 : (coordinate 2).eval (.ofList (a0 :: a1 :: a2 :: t)) = a2 :=
  coordinate_eval 2 _
theorem coordinate_eval_3 : (coordinate 3).eval (.ofList (a0 :: a1 :: a2 :: a3 :: t)) = a3 :=
  coordinate_eval 3 _
theorem coordinate_eval_4 : (coordinate 4).eval (.ofList (a0 :: a1 :: a2 :: a3 :: a4 :: t)) = a4 :=
  coordinate_eval 4 _
theorem coordinate_eval_5 :
    (coordinate 5).eval (.ofList (a0 :: a1 :: a2 :: a3 :: a4 :: a5 :: t)) = a5 :=
  coordinate_eval 5 _
theorem coordinate_eval_6 :
    (coordinate 6).eval (.ofList (a0 :: a1 :: a2 :: a3 :: a4 :: a5 :: a6 :: t)) = a6 :=
  coordinate_eval 6 _
theorem coordinate_eval_7 :
    (coordinate 7).eval (.ofList (a0 :: a1 :: a2 :: a3 :: a4 :: a5 :: a6 :: a7 :: t)) = a7 :=
  coordinate_eval 7 _
theorem coordinate_eval_8 :
    (coordinate 8).eval (.ofList (a0 :: a1 :: a2 :: a3 :: a4 :: a5 :: a6 :: a7 :: a8 :: t)) = a8 :=
  coordinate_eval 8 _
theorem coordinate_eval_9 :
    (coordinate 9).eval (.ofList (a0 :: a1 :: a2 :: a3 :: a4 :: a5 :: a6 :: a7 :: a8 :: a9 :: t)) =
      a9 :=
  coordinate_eval 9 _
end
end LinearCombo
end Lean.Omega
