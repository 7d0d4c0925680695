prelude
import Core.Simp
/-!
# What single tactics and notations ask for

Steps for `calc`, rules for `ext` and `split`, the tactic `trans`.
-/
universe r s t u v w

/-- `Trans r s t`: a step `r a b` followed by a step `s b c` gives `t a c`; used by `calc`. -/
class Trans {α : Sort u} {β : Sort v} {γ : Sort w} (r : α → β → Sort r) (s : β → γ → Sort s)
    (t : outParam (α → γ → Sort t)) where
  /-- The combined step. -/
  trans : {a : α} → {b : β} → {c : γ} → r a b → s b c → t a c

export Trans (trans)

section
variable {α : Sort u}
instance {β : Sort v} (r : α → β → Sort w) : Trans Eq r r := ⟨fun e h => e ▸ h⟩
instance {β : Sort v} (r : α → β → Sort w) : Trans r Eq r := ⟨fun h e => e ▸ h⟩
instance : Trans Iff Iff Iff := ⟨Iff.trans⟩
instance : Trans (α := α) (β := α) (γ := α) Eq Eq Eq := ⟨Eq.trans⟩
end
instance : Trans (α := Nat) (β := Nat) (γ := Nat) LE.le LE.le LE.le := ⟨Nat.le_trans⟩
instance : Trans (α := Nat) (β := Nat) (γ := Nat) LT.lt LT.lt LT.lt :=
  ⟨fun h₁ h₂ => Nat.le_trans (Nat.le_succ_of_le h₁) h₂⟩
instance : Trans (α := Nat) (β := Nat) (γ := Nat) LE.le LT.lt LT.lt :=
  ⟨fun h₁ h₂ => Nat.le_trans (Nat.succ_le_succ h₁) h₂⟩
instance : Trans (α := Nat) (β := Nat) (γ := Nat) LT.lt LE.le LT.lt :=
  ⟨fun h₁ h₂ => Nat.le_trans h₁ h₂⟩

attribute [ext] funext
attribute [ext] Subtype.eq

/-- Pairs with equal components are equal. -/
@[ext] protected theorem Prod.ext {α : Type u} {β : Type v} :
    {p q : α × β} → p.1 = q.1 → p.2 = q.2 → p = q
  | ⟨_, _⟩, ⟨_, _⟩, rfl, rfl => rfl

/-! ## `split` -/

theorem ite_eq_left {c : Prop} [Decidable c] (h : c) {α : Sort u} {t e : α} : ite c t e = t :=
  if_pos h
theorem ite_eq_right {c : Prop} [Decidable c] (h : ¬c) {α : Sort u} {t e : α} : ite c t e = e :=
  if_neg h
theorem dite_eq_left {c : Prop} [Decidable c] (h : c) {α : Sort u} {t : c → α} {e : ¬c → α} :
    dite c t e = t h := dif_pos h
theorem dite_eq_right {c : Prop} [Decidable c] (h : ¬c) {α : Sort u} {t : c → α} {e : ¬c → α} :
    dite c t e = e h := dif_neg h

/-! ## `trans`, and goals of termination proofs -/

/-- `trans b` splits a goal `a = c`, `a ↔ c`, `a ≤ c` or `a < c` at the intermediate value `b`. -/
syntax (name := transTactic) "trans" (ppSpace colGt term:max)? : tactic

macro_rules
  | `(tactic| trans $b) => `(tactic| first
    | refine Eq.trans (b := $b) ?_ ?_ | refine Iff.trans (b := $b) ?_ ?_
    | refine HEq.trans (b := $b) ?_ ?_ | refine Nat.le_trans (m := $b) ?_ ?_
    | refine Trans.trans (b := $b) ?_ ?_)
  | `(tactic| trans) => `(tactic| first
    | refine Eq.trans ?_ ?_ | refine Iff.trans ?_ ?_ | refine HEq.trans ?_ ?_
    | refine Nat.le_trans ?_ ?_ | refine Trans.trans ?_ ?_)

/-- How far definitions are unfolded when terms are compared; an option of some tactics. -/
inductive Lean.Meta.TransparencyMode where
  | all | default | reducible | instances | none
