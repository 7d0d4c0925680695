/-
statement = "theorem swapped (a b : Prop) (h : a ∧ b) : b ∧ a"
why = "A search tactic that closes the goal is a proof."
-/
theorem swapped (a b : Prop) (h : a ∧ b) : b ∧ a := by
  exact?
