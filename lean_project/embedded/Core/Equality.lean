prelude
import Core.Monads
/-!
# Equality: what the elaborator needs before proofs by tactics

Failed proofs (`sorryAx`), decidable equality of numbers, the lemmas behind constructor equations,
rewriting, function extensionality and propositional extensionality.
-/
set_option genSizeOf false
set_option genInjectivity false
set_option genCtorIdx false
universe u v w

/-- The axiom that stands for a missing proof; `sorry` uses it, and Lean warns. -/
@[extern "lean_sorry", never_extract]
axiom sorryAx (α : Sort u) (synthetic := false) : α

@[reducible] def autoParam (α : Sort u) (_ : Lean.Syntax) : Sort u := α

/-! ## Equality of truth values and numbers -/

/-- Truth values that are equal to `false` are not equal to `true`. -/
theorem ne_true_of_eq_false {b : Bool} (h : b = false) : ¬(b = true) := fun h' =>
  have absurdity : false = true := h.symm.trans h'
  @Eq.rec Bool false (fun c _ => c.casesOn (motive := fun _ => Prop) True False) .intro
    true absurdity

/-- Truth values that are equal to `true` are not equal to `false`. -/
theorem ne_false_of_eq_true {b : Bool} (h : b = true) : ¬(b = false) :=
  fun h' => ne_true_of_eq_false h' h

/-- A truth value that is not `true` is `false`. -/
theorem eq_false_of_ne_true {b : Bool} : b ≠ true → b = false :=
  b.casesOn (fun _ => rfl) (fun h => absurd rfl h)

/-- A truth value that is not `false` is `true`. -/
theorem eq_true_of_ne_false {b : Bool} : b ≠ false → b = true :=
  b.casesOn (fun h => absurd rfl h) (fun _ => rfl)

/-- Numbers that pass the equality test are equal. -/
theorem Nat.eq_of_beq_eq_true {n m : Nat} : Nat.beq n m = true → n = m :=
  n.rec (motive := fun n => (m : Nat) → Nat.beq n m = true → n = m)
    (fun m => m.casesOn (fun _ => rfl) (fun _ h => absurd h (ne_true_of_eq_false rfl)))
    (fun _ ih m => m.casesOn (fun h => absurd h (ne_true_of_eq_false rfl))
      (fun k h => congrArg Nat.succ (ih k h))) m

/-- Every number passes the equality test with itself. -/
theorem Nat.beq_refl (n : Nat) : Nat.beq n n = true :=
  n.rec (motive := fun n => Nat.beq n n = true) rfl (fun _ ih => ih)

/-- Numbers that fail the equality test are different. -/
theorem Nat.ne_of_beq_eq_false {n m : Nat} (h : Nat.beq n m = false) : ¬(n = m) := fun e =>
  absurd (Nat.beq_refl n) (ne_true_of_eq_false (e.symm.rec
    (motive := fun k _ => Nat.beq k m = false → _) (fun h => absurd (Nat.beq_refl m) (ne_true_of_eq_false h)) h))

/-- The decision of `a = b` for truth values. -/
@[reducible] instance Bool.decEq : DecidableEq Bool := fun a b =>
  a.casesOn
    (b.casesOn (isTrue rfl) (isFalse fun h => ne_true_of_eq_false rfl h))
    (b.casesOn (isFalse fun h => ne_true_of_eq_false h rfl) (isTrue rfl))

/-- The decision of `n = m` for numbers, by the equality test. -/
def Nat.decEq (n m : Nat) : Decidable (n = m) :=
  have choose (b : Bool) (h : Nat.beq n m = b) : Decidable (n = m) :=
    b.casesOn (motive := fun b => Nat.beq n m = b → Decidable (n = m))
      (fun h => isFalse (Nat.ne_of_beq_eq_false h)) (fun h => isTrue (Nat.eq_of_beq_eq_true h)) h
  choose (Nat.beq n m) rfl

-- Not inlined: the code generator would fold `Nat.decEq` on literals to a value of another type.
@[reducible, noinline] instance instDecidableEqNat : DecidableEq Nat := Nat.decEq

/-! ## Constructors are different (used by the elaborator) -/

theorem noConfusion_of_Nat {α : Sort u} (f : α → Nat) {a b : α} (h : a = b) :
    Bool.casesOn (motive := fun _ => Prop) (Nat.beq (f a) (f b)) False True :=
  h.rec (@Eq.rec Bool true (fun c _ => c.casesOn (motive := fun _ => Prop) False True) .intro
    (Nat.beq (f a) (f a)) (Nat.beq_refl (f a)).symm)

@[macro_inline] def noConfusionTypeEnum {α : Sort u} (f : α → Nat) (P : Sort v) (x y : α) :
    Sort v :=
  (Nat.decEq (f x) (f y)).casesOn (motive := fun _ => Sort v) (fun _ => P) (fun _ => P → P)

@[macro_inline] def noConfusionEnum {α : Sort u} (f : α → Nat) {P : Sort v} {x y : α} (h : x = y) :
    noConfusionTypeEnum f P x y :=
  Decidable.casesOn
    (motive := fun (d : Decidable (f x = f y)) =>
      d.casesOn (motive := fun _ => Sort v) (fun _ => P) (fun _ => P → P))
    (Nat.decEq (f x) (f y)) (fun h' => absurd (congrArg f h) h') (fun _ p => p)

set_option genCtorIdx true
attribute [gen_constructor_elims] Bool
attribute [gen_constructor_elims] Nat
attribute [gen_constructor_elims] List Option Except Sum PSum Or Decidable Prod PProd MProd Sigma
  PSigma Subtype ULift PLift And Iff Exists Nonempty Char String Array Nat.le

/-! ## Rewriting -/

/-- Carry a proof along an equality of propositions. -/
@[macro_inline] def Eq.mp {α β : Sort u} (h : α = β) (a : α) : β := h ▸ a
/-- Carry a proof back along an equality of propositions. -/
@[macro_inline] def Eq.mpr {α β : Sort u} (h : α = β) (b : β) : α := h ▸ b

/-- Values carried along an equality do not change. -/
theorem cast_eq {α : Sort u} (h : α = α) (a : α) : cast h a = a := rfl

/-- Carrying a value along an equality does not change it. -/
theorem cast_heq {α β : Sort u} : (h : α = β) → (a : α) → HEq (cast h a) a :=
  fun h => h.rec (fun a => HEq.refl a)

/-- Heterogeneous equality can be turned around. -/
theorem HEq.symm {α β : Sort u} {a : α} {b : β} (h : HEq a b) : HEq b a := h.rec (HEq.refl a)

/-- Two heterogeneous equalities in a row make one. -/
theorem HEq.trans {α β γ : Sort u} {a : α} {b : β} {c : γ} (h₁ : HEq a b) (h₂ : HEq b c) :
    HEq a c := h₂.rec h₁

/-- The types of heterogeneously equal values are equal. -/
theorem type_eq_of_heq {α β : Sort u} {a : α} {b : β} (h : HEq a b) : α = β := h.rec rfl

/-- A heterogeneous equality, as an equality after carrying one side to the other type. -/
theorem heq_of_eqRec_eq {α β : Sort u} {a : α} {b : β} (h₁ : α = β) (h₂ : h₁ ▸ a = b) : HEq a b :=
  h₁.rec (motive := fun γ h => (c : γ) → h ▸ a = c → HEq a c) (fun _ h => heq_of_eq h) b h₂

theorem heq_of_heq_of_eq {α β : Sort u} {a : α} {b c : β} (h₁ : HEq a b) (h₂ : b = c) : HEq a c :=
  h₂ ▸ h₁

theorem heq_of_eq_of_heq {α β : Sort u} {a b : α} {c : β} (h₁ : a = b) (h₂ : HEq b c) : HEq a c :=
  h₁ ▸ h₂

@[reducible] def HEq.elim {α : Sort u} {a : α} {p : α → Sort v} {b : α} (h₁ : HEq a b)
    (h₂ : p a) : p b :=
  eq_of_heq h₁ ▸ h₂

@[reducible] def HEq.homo_ndrec.{u1, u2} {α : Sort u2} {a : α} {motive : α → Sort u1}
    (m : motive a) {b : α} (h : HEq a b) : motive b := Eq.ndrec m (eq_of_heq h)

@[reducible] def HEq.ndrec.{u1, u2} {α : Sort u2} {a : α}
    {motive : {β : Sort u2} → β → Sort u1} (m : motive a) {β : Sort u2} {b : β} (h : HEq a b) :
    motive b := h.rec m

/-- Equality is symmetric, as an inequality: `a ≠ b` gives `b ≠ a`. -/
theorem Ne.symm {α : Sort u} {a b : α} (h : a ≠ b) : b ≠ a := fun e => h e.symm

/-! ## Propositions that imply each other are equal -/

/-- Propositional extensionality: equivalent propositions are equal. -/
axiom propext {a b : Prop} : (a ↔ b) → a = b

/-- Two implications make an equality of propositions. -/
theorem Eq.propIntro {a b : Prop} (h₁ : a → b) (h₂ : b → a) : a = b := propext ⟨h₁, h₂⟩

/-- Equal propositions imply each other. -/
theorem Eq.to_iff {a b : Prop} (h : a = b) : a ↔ b := h ▸ ⟨fun x => x, fun x => x⟩

/-! ## Functions with equal values are equal -/

/-- Related elements are equal in the quotient. -/
axiom Quot.sound {α : Sort u} {r : α → α → Prop} {a b : α} : r a b → Quot.mk r a = Quot.mk r b

unsafe axiom Quot.lcInv {α : Sort u} {r : α → α → Prop} (q : Quot r) : α

/-- Function extensionality: functions with equal values everywhere are equal. In the quotient by
"equal everywhere" both are one element, and the value at `x` can be read off that element. -/
theorem funext {α : Sort u} {β : α → Sort v} {f g : (x : α) → β x} (h : ∀ x, f x = g x) : f = g :=
  congrArg (β := (x : α) → β x)
    (fun (c : Quot fun p q : (x : α) → β x => ∀ x, p x = q x) (x : α) =>
      Quot.lift (β := β x) (fun p : (x : α) → β x => p x) (fun _ _ agree => agree x) c)
    (Quot.sound (r := fun p q : (x : α) → β x => ∀ x, p x = q x) h)
