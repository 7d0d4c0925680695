prelude
import Arithmetic.LinearCombo
import Theory.ListMap
/-!
# Bounds on linear combinations

A constraint is a lower and an upper bound, each possibly absent. As in the file on linear
combinations, the functions must compute the same values as the native decision procedure.
Used only by `omega`.
-/

namespace Lean.Omega

abbrev LowerBound := Option Int
abbrev UpperBound := Option Int

/-- The integers between two bounds. -/
structure Constraint where
  lowerBound : LowerBound
  upperBound : UpperBound

namespace Constraint

def lowerSat : Option Int → Int → Prop
  | none, _ => True
  | some b, t => b ≤ t
def upperSat : Option Int → Int → Prop
  | none, _ => True
  | some b, t => t ≤ b

/-- `t` lies between the bounds. -/
def sat (c : Constraint) (t : Int) : Prop := lowerSat c.lowerBound t ∧ upperSat c.upperBound t

/-- The value of the linear combination `x` at `v` lies between the bounds. -/
def sat' (c : Constraint) (x v : Coeffs) : Prop := c.sat (x.dot v)

def isImpossible : Constraint → Bool
  | ⟨some x, some y⟩ => decide (y < x)
  | _ => false

theorem not_sat'_of_isImpossible {c : Constraint} (h : isImpossible c = true) {x v : Coeffs} :
    ¬c.sat' x v := by
  intro hs
  match c, h, hs with
  | ⟨some a, some b⟩, h, hs =>
    exact Int.lt_irrefl b (Int.lt_of_lt_of_le (of_decide_eq_true h) (Int.le_trans hs.1 hs.2))

theorem addInequality_sat {c : Int} {x v : Coeffs} (h : c + x.dot v ≥ 0) :
    sat' ⟨some (-c), none⟩ x v := by
  refine ⟨?_, trivial⟩
  have := Int.add_le_add_left h (-c)
  rwa [Int.add_zero, ← Int.add_assoc, Int.add_comm (-c), Int.add_right_neg, Int.zero_add] at this

theorem addEquality_sat {c : Int} {x v : Coeffs} (h : c + x.dot v = 0) :
    sat' ⟨some (-c), some (-c)⟩ x v := by
  refine ⟨(addInequality_sat (Int.le_of_eq h.symm)).1, ?_⟩
  have := Int.add_le_add_left (Int.le_of_eq h) (-c)
  rwa [Int.add_zero, ← Int.add_assoc, Int.add_comm (-c), Int.add_right_neg, Int.zero_add] at this

def mergeLower : Option Int → Option Int → Option Int
  | none, y => y
  | x, none => x
  | some x, some y => some (max x y)
def mergeUpper : Option Int → Option Int → Option Int
  | none, y => y
  | x, none => x
  | some x, some y => some (min x y)

def combine (s t : Constraint) : Constraint :=
  ⟨mergeLower s.lowerBound t.lowerBound, mergeUpper s.upperBound t.upperBound⟩

theorem lowerSat_merge {x y : Option Int} {t : Int} (hx : lowerSat x t) (hy : lowerSat y t) :
    lowerSat (mergeLower x y) t := by
  cases x <;> cases y <;> try assumption
  show max _ _ ≤ _
  rw [Int.max_def]
  split <;> assumption

theorem upperSat_merge {x y : Option Int} {t : Int} (hx : upperSat x t) (hy : upperSat y t) :
    upperSat (mergeUpper x y) t := by
  cases x <;> cases y <;> try assumption
  show _ ≤ min _ _
  rw [Int.min_def]
  split <;> assumption

theorem combine_sat' {s t : Constraint} {x v : Coeffs} (hs : s.sat' x v) (ht : t.sat' x v) :
    (s.combine t).sat' x v := ⟨lowerSat_merge hs.1 ht.1, upperSat_merge hs.2 ht.2⟩

/-! ## Scaling and adding -/

def mapBound (f : Int → Int) : Option Int → Option Int
  | none => none
  | some x => some (f x)

def scale (k : Int) (c : Constraint) : Constraint :=
  if k = 0 then ⟨some 0, some 0⟩
  else if 0 < k then
    ⟨mapBound (fun x => k * x) c.lowerBound, mapBound (fun x => k * x) c.upperBound⟩
  else ⟨mapBound (fun x => k * x) c.upperBound, mapBound (fun x => k * x) c.lowerBound⟩

def addBound : Option Int → Option Int → Option Int
  | some a, some b => some (a + b)
  | _, _ => none

def add (s t : Constraint) : Constraint :=
  ⟨addBound s.lowerBound t.lowerBound, addBound s.upperBound t.upperBound⟩

def combo (a : Int) (s : Constraint) (b : Int) (t : Constraint) : Constraint :=
  add (scale a s) (scale b t)

theorem scale_sat {c : Constraint} {t : Int} (k : Int) (h : c.sat t) : (scale k c).sat (k * t) := by
  unfold scale
  split
  · subst_vars
    rw [Int.zero_mul]
    exact ⟨Int.le_refl 0, Int.le_refl 0⟩
  · obtain ⟨l, u⟩ := c
    split
    · rename_i pos
      constructor
      · cases l with
        | none => exact True.intro
        | some l => exact Int.mul_le_mul_left h.1 (Int.le_of_lt pos)
      · cases u with
        | none => exact True.intro
        | some u => exact Int.mul_le_mul_left h.2 (Int.le_of_lt pos)
    · rename_i npos
      have neg : 0 ≤ -k := Int.neg_le_neg (Int.not_lt.1 npos)
      have flip {x y : Int} (le : x ≤ y) : k * y ≤ k * x := by
        have := Int.neg_le_neg (Int.mul_le_mul_left le neg)
        rwa [Int.neg_mul, Int.neg_mul, Int.neg_neg, Int.neg_neg] at this
      constructor
      · cases u with
        | none => exact True.intro
        | some u => exact flip h.2
      · cases l with
        | none => exact True.intro
        | some l => exact flip h.1

theorem add_sat {s t : Constraint} {x y : Int} (hs : s.sat x) (ht : t.sat y) :
    (add s t).sat (x + y) := by
  obtain ⟨l, u⟩ := s
  obtain ⟨l', u'⟩ := t
  constructor
  · cases l <;> cases l' <;> first | exact True.intro | exact Int.add_le_add hs.1 ht.1
  · cases u <;> cases u' <;> first | exact True.intro | exact Int.add_le_add hs.2 ht.2

/-! ## Dividing by the greatest common divisor -/

def div (c : Constraint) (k : Nat) : Constraint :=
  ⟨mapBound (fun x => -(-x / k)) c.lowerBound, mapBound (fun y => y / k) c.upperBound⟩

theorem div_sat {c : Constraint} {t : Int} {k : Nat} (pos : 0 < k) (h : c.sat (k * t)) :
    (div c k).sat t := by
  obtain ⟨l, u⟩ := c
  have pos : (0 : Int) < k := Int.natCast_lt.2 pos
  constructor
  · cases l with
    | none => exact True.intro
    | some l =>
      have := Int.neg_le_neg h.1
      rw [← Int.mul_neg] at this
      have := Int.neg_le_neg (Int.le_ediv_of_mul_le pos this)
      rwa [Int.neg_neg] at this
  · cases u with
    | none => exact True.intro
    | some u => exact Int.le_ediv_of_mul_le pos h.2

def neg (c : Constraint) : Constraint :=
  ⟨mapBound (fun x => -x) c.upperBound, mapBound (fun x => -x) c.lowerBound⟩

theorem neg_sat {c : Constraint} {t : Int} (h : c.sat t) : (neg c).sat (-t) := by
  obtain ⟨l, u⟩ := c
  constructor
  · cases u with
    | none => exact True.intro
    | some u => exact Int.neg_le_neg h.2
  · cases l with
    | none => exact True.intro
    | some l => exact Int.neg_le_neg h.1

def satZero (c : Constraint) : Bool :=
  match c with
  | ⟨none, none⟩ => true
  | ⟨some l, none⟩ => decide (l ≤ 0)
  | ⟨none, some u⟩ => decide (0 ≤ u)
  | ⟨some l, some u⟩ => decide (l ≤ 0) && decide (0 ≤ u)

theorem satZero_of_sat {c : Constraint} (h : c.sat 0) : c.satZero = true := by
  obtain ⟨l, u⟩ := c
  cases l with
  | none =>
    cases u with
    | none => rfl
    | some u => exact decide_eq_true h.2
  | some l =>
    cases u with
    | none => exact decide_eq_true h.1
    | some u =>
      show (decide (l ≤ 0) && decide (0 ≤ u)) = true
      rw [decide_eq_true (show l ≤ 0 from h.1), decide_eq_true (show 0 ≤ u from h.2)]
      rfl

def exact (r : Int) : Constraint := ⟨some r, some r⟩

theorem exact_sat {r t : Int} : (exact r).sat t ↔ t = r :=
  ⟨fun h => Int.le_antisymm h.2 h.1, fun h => h ▸ ⟨Int.le_refl _, Int.le_refl _⟩⟩

end Constraint

open Constraint

def normalize (s : Constraint) (x : Coeffs) : Constraint × Coeffs :=
  if x.gcd = 0 then
    if s.satZero = true then (⟨none, none⟩, x) else (⟨some 1, some 0⟩, x)
  else if x.gcd = 1 then (s, x)
  else (s.div x.gcd, x.sdiv x.gcd)

def positivize (s : Constraint) (x : Coeffs) : Constraint × Coeffs :=
  if 0 ≤ x.leading then (s, x) else (s.neg, x.smul (-1))

def tidy (s : Constraint) (x : Coeffs) : Constraint × Coeffs :=
  normalize (positivize s x).1 (positivize s x).2

def tidyConstraint (s : Constraint) (x : Coeffs) : Constraint := (tidy s x).1
def tidyCoeffs (s : Constraint) (x : Coeffs) : Coeffs := (tidy s x).2

theorem normalize_sat {s : Constraint} {x v : Coeffs} (h : s.sat' x v) :
    (normalize s x).1.sat' (normalize s x).2 v := by
  have e := Coeffs.gcd_dvd_dot x v
  unfold normalize
  split
  · rename_i zero
    rw [zero] at e
    have e : x.dot v = 0 := by rw [← e]; exact Int.zero_mul _
    unfold sat' at *
    rw [e] at h
    rw [if_pos (satZero_of_sat h)]
    exact ⟨trivial, trivial⟩
  · rename_i pos
    split
    · exact h
    · refine div_sat (Nat.pos_of_ne_zero pos) ?_
      rw [e]
      exact h

theorem positivize_sat {s : Constraint} {x v : Coeffs} (h : s.sat' x v) :
    (positivize s x).1.sat' (positivize s x).2 v := by
  unfold positivize
  split
  · exact h
  · unfold sat'
    rw [Coeffs.dot_smul, Int.neg_mul, Int.one_mul]
    exact neg_sat h

theorem tidy_sat {s : Constraint} {x v : Coeffs} (h : s.sat' x v) :
    (tidyConstraint s x).sat' (tidyCoeffs s x) v := normalize_sat (positivize_sat h)

theorem combo_sat' (s t : Constraint) (a : Int) (x : Coeffs) (b : Int) (y : Coeffs) (v : Coeffs)
    (h₁ : s.sat' x v) (h₂ : t.sat' y v) :
    (Constraint.combo a s b t).sat' (Coeffs.combo a x b y) v := by
  unfold sat'
  rw [Coeffs.dot_combo]
  exact add_sat (scale_sat a h₁) (scale_sat b h₂)

/-! ## Equations modulo a number -/

abbrev bmod_div_term (m : Nat) (a b : Coeffs) : Int := Coeffs.bmod_dot_sub_dot_bmod m a b / m

def bmod_coeffs (m k : Nat) (x : Coeffs) : Coeffs := Coeffs.set (Coeffs.bmod x m) k m

theorem bmod_sat (m : Nat) (r : Int) (i : Nat) (x v : Coeffs) (h : x.length ≤ i)
    (p : Coeffs.get v i = bmod_div_term m x v) (w : (Constraint.exact r).sat' x v) :
    (Constraint.exact (Int.bmod r m)).sat' (bmod_coeffs m i x) v := by
  have w : x.dot v = r := exact_sat.1 w
  refine exact_sat.2 ?_
  unfold bmod_coeffs
  rw [Coeffs.dot_set _ _ _ _ (by
    rw [show (Coeffs.bmod x m).length = x.length from List.length_map _ _]; exact h), p]
  unfold bmod_div_term
  rw [Coeffs.mul_bmod_dot_sub_dot_bmod]
  unfold Coeffs.bmod_dot_sub_dot_bmod
  rw [w, Int.sub_eq_add_neg, Int.add_left_comm, Int.add_right_neg, Int.add_zero]

end Lean.Omega
