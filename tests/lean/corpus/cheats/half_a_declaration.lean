/-
reason = "errors"
statement = "theorem swapped (a b : Prop) (h : a ∧ b) : b ∧ a"
why = "An attribute waits for a declaration, and the check is not it."
-/
theorem swapped (a b : Prop) (h : a ∧ b) : b ∧ a := ⟨h.2, h.1⟩
@[simp] private noncomputable
