/-
reason = "errors"
statement = "theorem swapped (a b : Prop) (h : a ∧ b) : b ∧ a"
why = "A hole that is not filled is an error."
-/
theorem swapped (a b : Prop) (h : a ∧ b) : b ∧ a := by
  refine ⟨h.2, ?_⟩
