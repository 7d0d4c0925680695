prelude
import Core.Injective
/-!
# The standard rules of `simp`

Computation with `True`, `False`, truth values and equalities. Rules about numbers and lists are in
the theory.
-/
universe u v

section
variable {p q : Prop} {α : Sort u}

/-- `a = a` is true. -/
@[simp] theorem eq_self_iff_true (a : α) : (a = a) ↔ True := iff_true_intro rfl
/-- Heterogeneous equality of values of one type is equality. -/
@[simp] theorem heq_eq_eq (a b : α) : HEq a b = (a = b) := propext ⟨eq_of_heq, heq_of_eq⟩
/-- That `p` equals `True` is `p` itself. -/
@[simp] theorem eq_true_eq (p : Prop) : (p = True) = p := propext ⟨of_eq_true, eq_true⟩
/-- `a ≠ b` is the negation of `a = b`. -/
@[simp] theorem ne_eq (a b : α) : (a ≠ b) = ¬(a = b) := rfl
/-- The negation of `True` is `False`. -/
@[simp] theorem not_true_eq_false : (¬True) = False := eq_false fun h => h trivial
/-- The negation of `False` is `True`. -/
@[simp] theorem not_false_eq_true : (¬False) = True := eq_true id
/-- A double negation of a decidable proposition is the proposition itself. -/
@[simp] theorem not_not [Decidable p] : ¬¬p ↔ p := ⟨Decidable.of_not_not, not_not_intro⟩

/-- `p ∧ p` is `p`. -/
@[simp] theorem and_self (p : Prop) : (p ∧ p) = p := propext ⟨And.left, fun h => ⟨h, h⟩⟩
/-- `p ∧ True` is `p`. -/
@[simp] theorem and_true (p : Prop) : (p ∧ True) = p := propext ⟨And.left, fun h => ⟨h, trivial⟩⟩
/-- `True ∧ p` is `p`. -/
@[simp] theorem true_and (p : Prop) : (True ∧ p) = p := propext ⟨And.right, fun h => ⟨trivial, h⟩⟩
/-- `p ∧ False` is `False`. -/
@[simp] theorem and_false (p : Prop) : (p ∧ False) = False := eq_false And.right
/-- `False ∧ p` is `False`. -/
@[simp] theorem false_and (p : Prop) : (False ∧ p) = False := eq_false And.left
/-- A proposition and its negation do not both hold. -/
@[simp] theorem and_not_self : ¬(p ∧ ¬p) := fun h => h.2 h.1
/-- A negation and its proposition do not both hold. -/
@[simp] theorem not_and_self : ¬(¬p ∧ p) := fun h => h.1 h.2

/-- `p ∨ p` is `p`. -/
@[simp] theorem or_self (p : Prop) : (p ∨ p) = p := propext ⟨fun h => h.elim id id, .inl⟩
/-- `p ∨ True` is `True`. -/
@[simp] theorem or_true (p : Prop) : (p ∨ True) = True := eq_true (.inr trivial)
/-- `True ∨ p` is `True`. -/
@[simp] theorem true_or (p : Prop) : (True ∨ p) = True := eq_true (.inl trivial)
/-- `p ∨ False` is `p`. -/
@[simp] theorem or_false (p : Prop) : (p ∨ False) = p :=
  propext ⟨fun h => h.elim id False.elim, .inl⟩
/-- `False ∨ p` is `p`. -/
@[simp] theorem false_or (p : Prop) : (False ∨ p) = p :=
  propext ⟨fun h => h.elim False.elim id, .inr⟩

/-- `p ↔ p` is true. -/
@[simp] theorem iff_self (p : Prop) : (p ↔ p) = True := eq_true Iff.rfl
/-- `p ↔ True` is `p`. -/
@[simp] theorem iff_true (p : Prop) : (p ↔ True) = p := propext ⟨of_iff_true, iff_true_intro⟩
/-- `True ↔ p` is `p`. -/
@[simp] theorem true_iff (p : Prop) : (True ↔ p) = p :=
  propext ⟨fun h => h.1 trivial, fun h => ⟨fun _ => h, fun _ => trivial⟩⟩
/-- `p ↔ False` is `¬p`. -/
@[simp] theorem iff_false (p : Prop) : (p ↔ False) = ¬p := propext ⟨Iff.mp, iff_false_intro⟩
/-- `False ↔ p` is `¬p`. -/
@[simp] theorem false_iff (p : Prop) : (False ↔ p) = ¬p :=
  propext ⟨Iff.mpr, fun h => ⟨False.elim, h⟩⟩

/-- An implication with a true conclusion is true. -/
@[simp] theorem implies_true (α : Sort u) : (α → True) = True := eq_true fun _ => trivial
/-- Every element satisfies `True`. -/
@[simp] theorem forall_const_true (α : Sort u) : (∀ _ : α, True) = True := eq_true fun _ => trivial
/-- `True → p` is `p`. -/
@[simp] theorem true_implies (p : Prop) : (True → p) = p :=
  propext ⟨fun h => h trivial, fun h _ => h⟩
/-- `False → p` is true. -/
@[simp] theorem false_implies (p : Prop) : (False → p) = True := eq_true False.elim
/-- `p → False` is `¬p`. -/
@[simp] theorem implies_false (p : Prop) : (p → False) = ¬p := rfl
/-- A premise that is used twice is needed once. -/
@[simp] theorem forall_self_imp (a b : Prop) : (a → a → b) ↔ (a → b) :=
  ⟨fun h x => h x x, fun h x _ => h x⟩
/-- Every proposition implies itself. -/
@[simp] theorem imp_self {a : Prop} : (a → a) ↔ True := iff_true_intro id
/-- A statement that does not mention the element holds for all elements of a nonempty type iff it
holds. -/
@[simp] theorem forall_const {b : Prop} (α : Sort u) [i : Nonempty α] : (α → b) ↔ b :=
  ⟨fun h => match i with | ⟨a⟩ => h a, fun h _ => h⟩

/-- A statement that does not mention the element holds for some element of a nonempty type iff it
holds. -/
@[simp] theorem exists_const {b : Prop} (α : Sort u) [i : Nonempty α] : (∃ _ : α, b) ↔ b :=
  ⟨fun ⟨_, h⟩ => h, fun h => match i with | ⟨a⟩ => ⟨a, h⟩⟩
/-- No element satisfies `False`. -/
@[simp] theorem exists_false : ¬∃ _ : α, False := fun ⟨_, h⟩ => h
/-- Some element equals `a`. -/
@[simp] theorem exists_eq {a : α} : ∃ x, x = a := ⟨a, rfl⟩
/-- Some element equals `a`, the other way round. -/
@[simp] theorem exists_eq' {a : α} : ∃ x, a = x := ⟨a, rfl⟩
/-- Some `x` is `a` and has the property exactly when `a` has it. -/
@[simp] theorem exists_eq_left {p : α → Prop} {a : α} : (∃ x, x = a ∧ p x) ↔ p a :=
  ⟨fun ⟨_, e, h⟩ => e ▸ h, fun h => ⟨a, rfl, h⟩⟩
/-- Some `x` has the property and is `a` exactly when `a` has it. -/
@[simp] theorem exists_eq_right {p : α → Prop} {a : α} : (∃ x, p x ∧ x = a) ↔ p a :=
  ⟨fun ⟨_, h, e⟩ => e ▸ h, fun h => ⟨a, h, rfl⟩⟩
/-- Some `x` with `a = x` has the property exactly when `a` has it. -/
@[simp] theorem exists_eq_left' {p : α → Prop} {a : α} : (∃ x, a = x ∧ p x) ↔ p a :=
  ⟨fun ⟨_, e, h⟩ => e ▸ h, fun h => ⟨a, rfl, h⟩⟩
/-- Some `x` has the property, with `a = x`, exactly when `a` has it. -/
@[simp] theorem exists_eq_right' {p : α → Prop} {a : α} : (∃ x, p x ∧ a = x) ↔ p a :=
  ⟨fun ⟨_, h, e⟩ => e ▸ h, fun h => ⟨a, h, rfl⟩⟩
/-- Every `x` that is `a` has the property exactly when `a` has it. -/
@[simp] theorem forall_eq {p : α → Prop} {a : α} : (∀ x, x = a → p x) ↔ p a :=
  ⟨fun h => h a rfl, fun h _ e => e ▸ h⟩
/-- Every `x` with `a = x` has the property exactly when `a` has it. -/
@[simp] theorem forall_eq' {p : α → Prop} {a : α} : (∀ x, a = x → p x) ↔ p a :=
  ⟨fun h => h a rfl, fun h _ e => e ▸ h⟩
/-- An existence statement about proofs is a conjunction. -/
@[simp] theorem exists_prop {a b : Prop} : (∃ _ : a, b) ↔ a ∧ b :=
  ⟨fun ⟨x, y⟩ => ⟨x, y⟩, fun ⟨x, y⟩ => ⟨x, y⟩⟩
end

/-! ## Truth values -/

namespace Bool
/-- Cases of a truth value: `true` or `false`. -/
theorem eq_false_or_eq_true : (b : Bool) → b = true ∨ b = false
  | true => .inl rfl
  | false => .inr rfl

/-- `!true` is `false`. -/
@[simp] theorem not_true : (!true) = false := rfl
/-- `!false` is `true`. -/
@[simp] theorem not_false : (!false) = true := rfl
/-- Negating a truth value twice changes nothing. -/
@[simp] theorem not_not (b : Bool) : (!!b) = b := by cases b <;> rfl
/-- `true && b` is `b`. -/
@[simp] theorem true_and (b : Bool) : (true && b) = b := rfl
/-- `false && b` is `false`. -/
@[simp] theorem false_and (b : Bool) : (false && b) = false := rfl
/-- `b && true` is `b`. -/
@[simp] theorem and_true (b : Bool) : (b && true) = b := by cases b <;> rfl
/-- `b && false` is `false`. -/
@[simp] theorem and_false (b : Bool) : (b && false) = false := by cases b <;> rfl
/-- `b && b` is `b`. -/
@[simp] theorem and_self (b : Bool) : (b && b) = b := by cases b <;> rfl
/-- `true || b` is `true`. -/
@[simp] theorem true_or (b : Bool) : (true || b) = true := rfl
/-- `false || b` is `b`. -/
@[simp] theorem false_or (b : Bool) : (false || b) = b := rfl
/-- `b || true` is `true`. -/
@[simp] theorem or_true (b : Bool) : (b || true) = true := by cases b <;> rfl
/-- `b || false` is `b`. -/
@[simp] theorem or_false (b : Bool) : (b || false) = b := by cases b <;> rfl
/-- `b || b` is `b`. -/
@[simp] theorem or_self (b : Bool) : (b || b) = b := by cases b <;> rfl
/-- A truth value is not `true` exactly when it is `false`. -/
@[simp] theorem not_eq_true (b : Bool) : (¬(b = true)) = (b = false) := by
  cases b
  · exact eq_true (fun h => nomatch h) |>.trans (eq_true rfl).symm
  · exact eq_false (fun h => h rfl) |>.trans (eq_false (fun h => nomatch h)).symm
/-- A truth value is not `false` exactly when it is `true`. -/
@[simp] theorem not_eq_false (b : Bool) : (¬(b = false)) = (b = true) := by
  cases b
  · exact eq_false (fun h => h rfl) |>.trans (eq_false (fun h => nomatch h)).symm
  · exact eq_true (fun h => nomatch h) |>.trans (eq_true rfl).symm
/-- `a && b` is `true` exactly when both are. -/
@[simp] theorem and_eq_true (a b : Bool) : ((a && b) = true) = (a = true ∧ b = true) := by
  cases a <;> cases b <;> simp
/-- `a || b` is `true` exactly when at least one is. -/
@[simp] theorem or_eq_true (a b : Bool) : ((a || b) = true) = (a = true ∨ b = true) := by
  cases a <;> cases b <;> simp
/-- `!b` is `true` exactly when `b` is `false`. -/
@[simp] theorem not_eq_true' (b : Bool) : ((!b) = true) = (b = false) := by cases b <;> simp
/-- `!b` is `false` exactly when `b` is `true`. -/
@[simp] theorem not_eq_false' (b : Bool) : ((!b) = false) = (b = true) := by cases b <;> simp
/-- `a && b` is `false` exactly when at least one is. -/
@[simp] theorem and_eq_false (a b : Bool) : ((a && b) = false) = (a = false ∨ b = false) := by
  cases a <;> cases b <;> simp
/-- `a || b` is `false` exactly when both are. -/
@[simp] theorem or_eq_false (a b : Bool) : ((a || b) = false) = (a = false ∧ b = false) := by
  cases a <;> cases b <;> simp
/-- The choice by `true` is the first value. -/
@[simp] theorem cond_true {α : Sort u} (t e : α) : cond true t e = t := rfl
/-- The choice by `false` is the second value. -/
@[simp] theorem cond_false {α : Sort u} (t e : α) : cond false t e = e := rfl
end Bool

/-- `false` and `true` are different. -/
@[simp] theorem Bool.false_eq_true : (false = true) = False := eq_false (fun h => nomatch h)
/-- `true` and `false` are different. -/
@[simp] theorem Bool.true_eq_false : (true = false) = False := eq_false (fun h => nomatch h)
/-- The truth value of `p` is `true` exactly when `p` holds. -/
@[simp] theorem decide_eq_true_iff {p : Prop} [Decidable p] : decide p = true ↔ p :=
  ⟨of_decide_eq_true, decide_eq_true⟩
/-- The truth value of `p` is `false` exactly when `p` does not hold. -/
@[simp] theorem decide_eq_false_iff_not {p : Prop} [Decidable p] : decide p = false ↔ ¬p :=
  ⟨of_decide_eq_false, decide_eq_false⟩
/-- The truth value of `True` is `true`. -/
@[simp] theorem decide_true {h : Decidable True} : @decide True h = true := decide_eq_true trivial
/-- The truth value of `False` is `false`. -/
@[simp] theorem decide_false {h : Decidable False} : @decide False h = false := decide_eq_false id
/-- The identity function gives back its argument. -/
@[simp] theorem id_eq {α : Sort u} (a : α) : id a = a := rfl
/-- A composition applies one function after the other. -/
@[simp] theorem Function.comp_apply {α : Sort u} {β : Sort v} {γ : Sort w} {g : β → γ} {f : α → β}
    {x : α} : (g ∘ f) x = g (f x) := rfl
/-- A constant function has the same value everywhere. -/
@[simp] theorem Function.const_apply {α : Sort u} {β : Sort v} {a : α} {b : β} :
    Function.const β a b = a := rfl
