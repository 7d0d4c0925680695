prelude
import Arithmetic.Constraint
/-!
# `omega`: linear arithmetic over natural numbers and integers

The decision procedure is native code; here are the lemmas that its proofs refer to by name, for
casts of natural numbers and for the connectives. Used only by `omega`.
-/

namespace Lean.Omega

namespace Int
theorem ofNat_pow (a b : Nat) : ((a ^ b : Nat) : Int) = (a : Int) ^ b := by
  induction b with
  | zero => rfl
  | succ b ih =>
    show ((a ^ b * a : Nat) : Int) = (a : Int) ^ b * a
    rw [← ih]; rfl

theorem pos_pow_of_pos (a : Int) (b : Nat) (h : 0 < a) : 0 < a ^ b := by
  obtain ⟨n, rfl⟩ := Int.eq_ofNat_of_zero_le (Int.le_of_lt h)
  rw [← ofNat_pow]
  exact Int.natCast_lt.2 (Nat.pow_pos (Int.natCast_lt.1 h))

theorem natCast_ofNat {x : Nat} : @Nat.cast Int instNatCastInt (OfNat.ofNat x) = OfNat.ofNat x :=
  rfl
theorem emod_ofNat_nonneg {x : Nat} {y : Int} : 0 ≤ (x : Int) % y := Int.natCast_nonneg _
theorem ofNat_pos_of_pos {a : Nat} (h : 0 < a) : 0 < (a : Int) := Int.natCast_lt.2 h
theorem ofNat_lt_of_lt {x y : Nat} (h : x < y) : (x : Int) < y := Int.natCast_lt.2 h
theorem ofNat_le_of_le {x y : Nat} (h : x ≤ y) : (x : Int) ≤ y := Int.natCast_le.2 h
theorem lt_of_not_le {x y : Int} (h : ¬(x ≤ y)) : y < x := Int.not_le.1 h
theorem le_of_not_lt {x y : Int} (h : ¬(x < y)) : y ≤ x := Int.not_lt.1 h
theorem lt_of_gt {x y : Int} (h : x > y) : y < x := h
theorem le_of_ge {x y : Int} (h : x ≥ y) : y ≤ x := h
theorem neg_congr {a b : Int} (h : a = b) : -a = -b := h ▸ rfl
theorem add_congr {a b c d : Int} (h₁ : a = b) (h₂ : c = d) : a + c = b + d := h₁ ▸ h₂ ▸ rfl
theorem mul_congr {a b c d : Int} (h₁ : a = b) (h₂ : c = d) : a * c = b * d := h₁ ▸ h₂ ▸ rfl
theorem sub_congr {a b c d : Int} (h₁ : a = b) (h₂ : c = d) : a - c = b - d := h₁ ▸ h₂ ▸ rfl
theorem ofNat_congr {a b : Nat} (h : a = b) : (a : Int) = (b : Int) := h ▸ rfl
theorem neg_le_natAbs {a : Int} : -a ≤ (a.natAbs : Int) := _root_.Int.neg_le_natAbs

theorem ofNat_mul_nonneg {a b : Nat} : 0 ≤ (a : Int) * b := Int.natCast_nonneg (a * b)

theorem ofNat_sub_dichotomy {a b : Nat} :
    b ≤ a ∧ ((a - b : Nat) : Int) = a - b ∨ a < b ∧ ((a - b : Nat) : Int) = 0 :=
  (Nat.lt_or_ge a b).elim
    (fun h => .inr ⟨h, by rw [Nat.sub_eq_zero_of_le (Nat.le_of_lt h)]; rfl⟩)
    (fun h => .inl ⟨h, Int.natCast_sub h⟩)

theorem ofNat_sub_sub {a b c : Nat} : ((a - b - c : Nat) : Int) = ((a - (b + c) : Nat) : Int) := by
  rw [Nat.sub_sub]

theorem ofNat_min (a b : Nat) : ((min a b : Nat) : Int) = min (a : Int) b := by
  show ((if a ≤ b then a else b : Nat) : Int) = if (a : Int) ≤ b then (a : Int) else b
  cases Decidable.em (a ≤ b) with
  | inl h => rw [if_pos h, if_pos (Int.natCast_le.2 h)]
  | inr h => rw [if_neg h, if_neg fun h' => h (Int.natCast_le.1 h')]

theorem ofNat_max (a b : Nat) : ((max a b : Nat) : Int) = max (a : Int) b := by
  show ((if a ≤ b then b else a : Nat) : Int) = if (a : Int) ≤ b then (b : Int) else a
  cases Decidable.em (a ≤ b) with
  | inl h => rw [if_pos h, if_pos (Int.natCast_le.2 h)]
  | inr h => rw [if_neg h, if_neg fun h' => h (Int.natCast_le.1 h')]

theorem ofNat_shiftLeft_eq {x y : Nat} : ((x <<< y : Nat) : Int) = (x : Int) * (2 ^ y : Nat) := by
  have shifted : ∀ y x : Nat, x <<< y = x * 2 ^ y := by
    intro y
    induction y with
    | zero => exact fun x => (Nat.mul_one x).symm
    | succ y ih =>
      intro x
      show (2 * x) <<< y = x * 2 ^ (y + 1)
      rw [ih, Nat.pow_succ, Nat.mul_comm 2 x, Nat.mul_assoc, Nat.mul_comm 2]
  rw [shifted]; rfl

theorem ofNat_shiftRight_eq_div_pow {x y : Nat} :
    ((x >>> y : Nat) : Int) = (x : Int) / (2 ^ y : Nat) := by
  have shifted : x >>> y = x / 2 ^ y := by
    induction y with
    | zero => exact (Nat.div_one x).symm
    | succ y ih =>
      show (x >>> y) / 2 = x / 2 ^ (y + 1)
      have two : 0 < 2 := Nat.zero_lt_succ 1
      have same : ∀ k, k ≤ x / 2 ^ y / 2 ↔ k ≤ x / 2 ^ (y + 1) := fun k => by
        rw [Nat.le_div_iff_mul_le two, Nat.le_div_iff_mul_le (Nat.pow_pos two),
          Nat.le_div_iff_mul_le (Nat.pow_pos two), Nat.mul_assoc, Nat.mul_comm 2, Nat.pow_succ]
      rw [ih]
      exact Nat.le_antisymm ((same _).1 (Nat.le_refl _)) ((same _).2 (Nat.le_refl _))
  rw [shifted]; rfl

theorem ofNat_fst_mk {β : Type u} {x : Nat} {y : β} : ((Prod.mk x y).1 : Int) = x := rfl
theorem ofNat_snd_mk {α : Type u} {x : α} {y : Nat} : ((Prod.mk x y).2 : Int) = y := rfl

theorem ofNat_natAbs (a : Int) : (a.natAbs : Int) = if 0 ≤ a then a else -a := by
  cases a with
  | ofNat n => exact (if_pos (Int.natCast_nonneg n)).symm
  | negSucc n =>
    refine (if_neg fun h => ?_).symm
    exact Nat.not_succ_le_zero n
      (Nat.le_trans (Nat.le_add_left _ _) ((Int.rep_zero.le (Int.rep_negSucc n)).1 h))
end Int

namespace Nat
theorem lt_of_gt {x y : Nat} (h : x > y) : y < x := h
theorem le_of_ge {x y : Nat} (h : x ≥ y) : y ≤ x := h
end Nat

/-! ## Connectives -/

theorem and_not_not_of_not_or {p q : Prop} (h : ¬(p ∨ q)) : ¬p ∧ ¬q :=
  ⟨fun x => h (.inl x), fun y => h (.inr y)⟩

theorem Decidable.or_not_not_of_not_and {p q : Prop} [Decidable p] [Decidable q] (h : ¬(p ∧ q)) :
    ¬p ∨ ¬q :=
  (Decidable.em p).elim (fun x => .inr fun y => h ⟨x, y⟩) .inl

theorem Decidable.and_or_not_and_not_of_iff {p q : Prop} [Decidable q] (h : p ↔ q) :
    (p ∧ q) ∨ (¬p ∧ ¬q) :=
  (Decidable.em q).elim (fun y => .inl ⟨h.2 y, y⟩) (fun n => .inr ⟨fun x => n (h.1 x), n⟩)

theorem Decidable.and_not_or_not_and_of_not_iff {p q : Prop} [Decidable p] [Decidable q]
    (h : ¬(p ↔ q)) : (p ∧ ¬q) ∨ (¬p ∧ q) :=
  (Decidable.em p).elim
    (fun x => .inl ⟨x, fun y => h ⟨fun _ => y, fun _ => x⟩⟩)
    (fun nx => .inr ⟨nx, (Decidable.em q).elim id fun ny =>
      (h ⟨fun x => (nx x).elim, fun y => (ny y).elim⟩).elim⟩)

theorem Decidable.and_not_of_not_imp {p q : Prop} [Decidable p] (h : ¬(p → q)) : p ∧ ¬q :=
  ⟨Decidable.byContradiction fun n => h fun x => (n x).elim, fun y => h fun _ => y⟩

theorem ite_disjunction {α : Type u} {p : Prop} [Decidable p] {a b : α} :
    (p ∧ (if p then a else b) = a) ∨ (¬p ∧ (if p then a else b) = b) :=
  (Decidable.em p).elim (fun h => .inl ⟨h, if_pos h⟩) (fun h => .inr ⟨h, if_neg h⟩)

end Lean.Omega

/-- From a decidable `a` that implies `b` follows `¬a ∨ b`. -/
theorem Decidable.not_or_of_imp {a b : Prop} [Decidable a] (h : a → b) : ¬a ∨ b :=
  (Decidable.em a).elim (fun x => .inr (h x)) .inl

/-- `a ≤ b` and `b = c` make `a ≤ c`. -/
theorem le_of_le_of_eq {α : Type u} {a b c : α} [LE α] (h₁ : a ≤ b) (h₂ : b = c) : a ≤ c := h₂ ▸ h₁
