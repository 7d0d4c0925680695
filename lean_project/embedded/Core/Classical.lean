prelude
import Core.Nat
/-!
# Classical logic

The axiom of choice, and excluded middle from it by Diaconescu's argument. `by_cases` works on every
proposition.
-/
set_option genSizeOf false
universe u v

namespace Classical

/-- The axiom of choice: an element of a type that has one. -/
axiom choice {α : Sort u} : Nonempty α → α

/-- A witness of an existence statement, with its property. -/
noncomputable def indefiniteDescription {α : Sort u} (p : α → Prop) (h : ∃ x, p x) : {x // p x} :=
  choice (match h with | ⟨x, hx⟩ => ⟨⟨x, hx⟩⟩)

/-- A chosen witness of an existence statement. -/
noncomputable def choose {α : Sort u} {p : α → Prop} (h : ∃ x, p x) : α :=
  (indefiniteDescription p h).val

/-- The chosen witness has the property. -/
theorem choose_spec {α : Sort u} {p : α → Prop} (h : ∃ x, p x) : p (choose h) :=
  (indefiniteDescription p h).property

/-- Excluded middle: every proposition is true or false. Diaconescu's argument: choose a truth value
from `{x | x = true ∨ p}` and one from `{x | x = false ∨ p}`. When `p` holds the two sets are equal,
and so are the choices; when the choices differ, `p` is false. -/
theorem em (p : Prop) : p ∨ ¬p := by
  let U : Bool → Prop := fun x => x = true ∨ p
  let V : Bool → Prop := fun x => x = false ∨ p
  have hU : ∃ x, U x := ⟨true, .inl rfl⟩
  have hV : ∃ x, V x := ⟨false, .inl rfl⟩
  have same_of_p : p → choose hU = choose hV := by
    intro hp
    have : U = V := funext fun x => propext ⟨fun _ => .inr hp, fun _ => .inr hp⟩
    revert hU hV
    rw [this]
    intro _ _
    rfl
  have p_or_true : choose hU = true ∨ p := choose_spec hU
  have p_or_false : choose hV = false ∨ p := choose_spec hV
  rcases p_or_true with chosen_true | hp
  · rcases p_or_false with chosen_false | hp
    · refine .inr fun hp => ?_
      have h := same_of_p hp
      rw [chosen_true, chosen_false] at h
      cases h
    · exact .inl hp
  · exact .inl hp

/-- Proof by contradiction: what cannot be false is true. -/
theorem byContradiction {p : Prop} (h : ¬p → False) : p := (em p).elim id fun hn => (h hn).elim

/-- Reasoning by cases: what follows from `p` and from `¬p` is true. -/
theorem byCases {p q : Prop} (h₁ : p → q) (h₂ : ¬p → q) : q := (em p).elim h₁ h₂

/-- A double negation can be dropped. -/
theorem of_not_not {p : Prop} (h : ¬¬p) : p := byContradiction h

/-- Every proposition has a decision, by excluded middle. -/
noncomputable scoped instance (priority := low) propDecidable (p : Prop) : Decidable p :=
  choice ((em p).elim (fun h => ⟨isTrue h⟩) (fun h => ⟨isFalse h⟩))

/-- If not every `x` has the property, some `x` does not have it. -/
theorem exists_not_of_not_forall {α : Sort u} {p : α → Prop} (h : ¬∀ x, p x) : ∃ x, ¬p x :=
  byContradiction fun hn => h fun x => byContradiction fun hx => hn ⟨x, hx⟩

/-- Not every `x` has the property exactly when some `x` does not have it. -/
theorem not_forall {α : Sort u} {p : α → Prop} : (¬∀ x, p x) ↔ ∃ x, ¬p x :=
  ⟨exists_not_of_not_forall, fun ⟨x, hx⟩ h => hx (h x)⟩

end Classical

/-- If every `x` has some `y` that fits it, there is a function that chooses one for each `x`. -/
theorem Classical.axiomOfChoice {α : Sort u} {β : α → Sort v} {r : (x : α) → β x → Prop}
    (h : ∀ x, ∃ y, r x y) : ∃ f : (x : α) → β x, ∀ x, r x (f x) :=
  ⟨fun x => Classical.choose (h x), fun x => Classical.choose_spec (h x)⟩

/-- An element of which an existence statement speaks, taken by the axiom of choice. -/
noncomputable def Exists.choose {α : Sort u} {p : α → Prop} (h : ∃ x, p x) : α :=
  Classical.choose h

/-- The element chosen from an existence statement has the property. -/
theorem Exists.choose_spec {α : Sort u} {p : α → Prop} (h : ∃ x, p x) : p h.choose :=
  Classical.choose_spec h
