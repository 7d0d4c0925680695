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

@[simp] theorem eq_self_iff_true (a : α) : (a = a) ↔ True := iff_true_intro rfl
@[simp] theorem heq_eq_eq (a b : α) : HEq a b = (a = b) := propext ⟨eq_of_heq, heq_of_eq⟩
@[simp] theorem eq_true_eq (p : Prop) : (p = True) = p := propext ⟨of_eq_true, eq_true⟩
@[simp] theorem ne_eq (a b : α) : (a ≠ b) = ¬(a = b) := rfl
@[simp] theorem not_true_eq_false : (¬True) = False := eq_false fun h => h trivial
@[simp] theorem not_false_eq_true : (¬False) = True := eq_true id
@[simp] theorem not_not [Decidable p] : ¬¬p ↔ p := ⟨Decidable.of_not_not, not_not_intro⟩

@[simp] theorem and_self (p : Prop) : (p ∧ p) = p := propext ⟨And.left, fun h => ⟨h, h⟩⟩
@[simp] theorem and_true (p : Prop) : (p ∧ True) = p := propext ⟨And.left, fun h => ⟨h, trivial⟩⟩
@[simp] theorem true_and (p : Prop) : (True ∧ p) = p := propext ⟨And.right, fun h => ⟨trivial, h⟩⟩
@[simp] theorem and_false (p : Prop) : (p ∧ False) = False := eq_false And.right
@[simp] theorem false_and (p : Prop) : (False ∧ p) = False := eq_false And.left
@[simp] theorem and_not_self : ¬(p ∧ ¬p) := fun h => h.2 h.1
@[simp] theorem not_and_self : ¬(¬p ∧ p) := fun h => h.1 h.2

@[simp] theorem or_self (p : Prop) : (p ∨ p) = p := propext ⟨fun h => h.elim id id, .inl⟩
@[simp] theorem or_true (p : Prop) : (p ∨ True) = True := eq_true (.inr trivial)
@[simp] theorem true_or (p : Prop) : (True ∨ p) = True := eq_true (.inl trivial)
@[simp] theorem or_false (p : Prop) : (p ∨ False) = p := propext ⟨fun h => h.elim id False.elim, .inl⟩
@[simp] theorem false_or (p : Prop) : (False ∨ p) = p := propext ⟨fun h => h.elim False.elim id, .inr⟩

@[simp] theorem iff_self (p : Prop) : (p ↔ p) = True := eq_true Iff.rfl
@[simp] theorem iff_true (p : Prop) : (p ↔ True) = p := propext ⟨of_iff_true, iff_true_intro⟩
@[simp] theorem true_iff (p : Prop) : (True ↔ p) = p :=
  propext ⟨fun h => h.1 trivial, fun h => ⟨fun _ => h, fun _ => trivial⟩⟩
@[simp] theorem iff_false (p : Prop) : (p ↔ False) = ¬p := propext ⟨Iff.mp, iff_false_intro⟩
@[simp] theorem false_iff (p : Prop) : (False ↔ p) = ¬p :=
  propext ⟨Iff.mpr, fun h => ⟨False.elim, h⟩⟩

@[simp] theorem implies_true (α : Sort u) : (α → True) = True := eq_true fun _ => trivial
@[simp] theorem forall_const_true (α : Sort u) : (∀ _ : α, True) = True := eq_true fun _ => trivial
@[simp] theorem true_implies (p : Prop) : (True → p) = p := propext ⟨fun h => h trivial, fun h _ => h⟩
@[simp] theorem false_implies (p : Prop) : (False → p) = True := eq_true False.elim
@[simp] theorem implies_false (p : Prop) : (p → False) = ¬p := rfl
@[simp] theorem forall_self_imp (a b : Prop) : (a → a → b) ↔ (a → b) :=
  ⟨fun h x => h x x, fun h x _ => h x⟩
@[simp] theorem imp_self {a : Prop} : (a → a) ↔ True := iff_true_intro id
@[simp] theorem forall_const {b : Prop} (α : Sort u) [i : Nonempty α] : (α → b) ↔ b :=
  ⟨fun h => match i with | ⟨a⟩ => h a, fun h _ => h⟩

@[simp] theorem exists_const {b : Prop} (α : Sort u) [i : Nonempty α] : (∃ _ : α, b) ↔ b :=
  ⟨fun ⟨_, h⟩ => h, fun h => match i with | ⟨a⟩ => ⟨a, h⟩⟩
@[simp] theorem exists_false : ¬∃ _ : α, False := fun ⟨_, h⟩ => h
@[simp] theorem exists_eq {a : α} : ∃ x, x = a := ⟨a, rfl⟩
@[simp] theorem exists_eq' {a : α} : ∃ x, a = x := ⟨a, rfl⟩
@[simp] theorem exists_eq_left {p : α → Prop} {a : α} : (∃ x, x = a ∧ p x) ↔ p a :=
  ⟨fun ⟨_, e, h⟩ => e ▸ h, fun h => ⟨a, rfl, h⟩⟩
@[simp] theorem exists_eq_right {p : α → Prop} {a : α} : (∃ x, p x ∧ x = a) ↔ p a :=
  ⟨fun ⟨_, h, e⟩ => e ▸ h, fun h => ⟨a, h, rfl⟩⟩
@[simp] theorem exists_eq_left' {p : α → Prop} {a : α} : (∃ x, a = x ∧ p x) ↔ p a :=
  ⟨fun ⟨_, e, h⟩ => e ▸ h, fun h => ⟨a, rfl, h⟩⟩
@[simp] theorem exists_eq_right' {p : α → Prop} {a : α} : (∃ x, p x ∧ a = x) ↔ p a :=
  ⟨fun ⟨_, h, e⟩ => e ▸ h, fun h => ⟨a, h, rfl⟩⟩
@[simp] theorem forall_eq {p : α → Prop} {a : α} : (∀ x, x = a → p x) ↔ p a :=
  ⟨fun h => h a rfl, fun h _ e => e ▸ h⟩
@[simp] theorem forall_eq' {p : α → Prop} {a : α} : (∀ x, a = x → p x) ↔ p a :=
  ⟨fun h => h a rfl, fun h _ e => e ▸ h⟩
@[simp] theorem exists_prop {a b : Prop} : (∃ _ : a, b) ↔ a ∧ b :=
  ⟨fun ⟨x, y⟩ => ⟨x, y⟩, fun ⟨x, y⟩ => ⟨x, y⟩⟩
end

/-! ## Truth values -/

namespace Bool
/-- Cases of a truth value: `true` or `false`. -/
theorem eq_false_or_eq_true : (b : Bool) → b = true ∨ b = false
  | true => .inl rfl
  | false => .inr rfl

@[simp] theorem not_true : (!true) = false := rfl
@[simp] theorem not_false : (!false) = true := rfl
@[simp] theorem not_not (b : Bool) : (!!b) = b := by cases b <;> rfl
@[simp] theorem true_and (b : Bool) : (true && b) = b := rfl
@[simp] theorem false_and (b : Bool) : (false && b) = false := rfl
@[simp] theorem and_true (b : Bool) : (b && true) = b := by cases b <;> rfl
@[simp] theorem and_false (b : Bool) : (b && false) = false := by cases b <;> rfl
@[simp] theorem and_self (b : Bool) : (b && b) = b := by cases b <;> rfl
@[simp] theorem true_or (b : Bool) : (true || b) = true := rfl
@[simp] theorem false_or (b : Bool) : (false || b) = b := rfl
@[simp] theorem or_true (b : Bool) : (b || true) = true := by cases b <;> rfl
@[simp] theorem or_false (b : Bool) : (b || false) = b := by cases b <;> rfl
@[simp] theorem or_self (b : Bool) : (b || b) = b := by cases b <;> rfl
@[simp] theorem not_eq_true (b : Bool) : (¬(b = true)) = (b = false) := by
  cases b
  · exact eq_true (fun h => nomatch h) |>.trans (eq_true rfl).symm
  · exact eq_false (fun h => h rfl) |>.trans (eq_false (fun h => nomatch h)).symm
@[simp] theorem not_eq_false (b : Bool) : (¬(b = false)) = (b = true) := by
  cases b
  · exact eq_false (fun h => h rfl) |>.trans (eq_false (fun h => nomatch h)).symm
  · exact eq_true (fun h => nomatch h) |>.trans (eq_true rfl).symm
@[simp] theorem and_eq_true (a b : Bool) : ((a && b) = true) = (a = true ∧ b = true) := by
  cases a <;> cases b <;> simp
@[simp] theorem or_eq_true (a b : Bool) : ((a || b) = true) = (a = true ∨ b = true) := by
  cases a <;> cases b <;> simp
@[simp] theorem not_eq_true' (b : Bool) : ((!b) = true) = (b = false) := by cases b <;> simp
@[simp] theorem not_eq_false' (b : Bool) : ((!b) = false) = (b = true) := by cases b <;> simp
@[simp] theorem and_eq_false (a b : Bool) : ((a && b) = false) = (a = false ∨ b = false) := by
  cases a <;> cases b <;> simp
@[simp] theorem or_eq_false (a b : Bool) : ((a || b) = false) = (a = false ∧ b = false) := by
  cases a <;> cases b <;> simp
@[simp] theorem cond_true {α : Sort u} (t e : α) : cond true t e = t := rfl
@[simp] theorem cond_false {α : Sort u} (t e : α) : cond false t e = e := rfl
end Bool

@[simp] theorem Bool.false_eq_true : (false = true) = False := eq_false (fun h => nomatch h)
@[simp] theorem Bool.true_eq_false : (true = false) = False := eq_false (fun h => nomatch h)
@[simp] theorem decide_eq_true_iff {p : Prop} [Decidable p] : decide p = true ↔ p :=
  ⟨of_decide_eq_true, decide_eq_true⟩
@[simp] theorem decide_eq_false_iff_not {p : Prop} [Decidable p] : decide p = false ↔ ¬p :=
  ⟨of_decide_eq_false, decide_eq_false⟩
@[simp] theorem decide_true {h : Decidable True} : @decide True h = true := decide_eq_true trivial
@[simp] theorem decide_false {h : Decidable False} : @decide False h = false := decide_eq_false id
@[simp] theorem id_eq {α : Sort u} (a : α) : id a = a := rfl
@[simp] theorem Function.comp_apply {α : Sort u} {β : Sort v} {γ : Sort w} {g : β → γ} {f : α → β}
    {x : α} : (g ∘ f) x = g (f x) := rfl
@[simp] theorem Function.const_apply {α : Sort u} {β : Sort v} {a : α} {b : β} :
    Function.const β a b = a := rfl
