/-
reason = "errors"
statement = "theorem swapped (a b : Prop) (h : a ∧ b) : b ∧ a"
why = "It would swallow the check that follows."
-/
theorem swapped (a b : Prop) (h : a ∧ b) : b ∧ a := ⟨h.2, h.1⟩
/-- and now
