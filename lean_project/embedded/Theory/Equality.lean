prelude
import Theory.Logic
/-!
# Equality

Equality is symmetric, transitive and respected by functions of one and two arguments.
-/
universe u v w
variable {α : Sort u} {β : Sort v} {γ : Sort w}

/-- Equality is symmetric: `a = b` says the same as `b = a`. -/
theorem eq_comm {a b : α} : a = b ↔ b = a := ⟨Eq.symm, Eq.symm⟩

/-- Being different is symmetric: `a ≠ b` says the same as `b ≠ a`. -/
theorem ne_comm {a b : α} : a ≠ b ↔ b ≠ a := ⟨Ne.symm, Ne.symm⟩

/-- Two things that equal the same thing on the right are equal to each other. -/
theorem Eq.trans_symm {a b c : α} (h₁ : a = c) (h₂ : b = c) : a = b := h₁.trans h₂.symm

/-- Equal values may replace each other on the left of an equation. -/
theorem Eq.congr_left {a b c : α} (h : a = b) : a = c ↔ b = c := h ▸ Iff.rfl

/-- Equal values may replace each other on the right of an equation. -/
theorem Eq.congr_right {a b c : α} (h : a = b) : c = a ↔ c = b := h ▸ Iff.rfl

/-- An equation between equal pairs of values: replace both sides. -/
theorem Eq.congr {a b c d : α} (h₁ : a = b) (h₂ : c = d) : a = c ↔ b = d := h₁ ▸ h₂ ▸ Iff.rfl

/-- A function of two arguments respects equality in both. -/
theorem congrArg₂ (f : α → β → γ) {a a' : α} {b b' : β} (h₁ : a = a') (h₂ : b = b') :
    f a b = f a' b' := h₁ ▸ h₂ ▸ rfl

/-- If the values of a function differ, so do the arguments. -/
theorem ne_of_apply_ne (f : α → β) {a b : α} (h : f a ≠ f b) : a ≠ b :=
  fun e => h (congrArg f e)

/-- Every value is equal to a given one or different from it. -/
theorem eq_or_ne (a b : α) : a = b ∨ a ≠ b := Classical.em (a = b)

/-- If `a` and `b` are different then every `c` differs from one of them. -/
theorem ne_or_ne_of_ne {a b : α} (h : a ≠ b) (c : α) : c ≠ a ∨ c ≠ b :=
  (eq_or_ne c a).elim (fun e => .inr (e ▸ h)) .inl

/-- Values that are not different are equal. -/
theorem not_ne_iff {a b : α} : ¬(a ≠ b) ↔ a = b := ⟨Classical.of_not_not, not_not_intro⟩

/-- A property of `a` carries over to everything equal to `a`, in both directions. -/
theorem Eq.subst_iff {p : α → Prop} {a b : α} (h : a = b) : p a ↔ p b := h ▸ Iff.rfl
