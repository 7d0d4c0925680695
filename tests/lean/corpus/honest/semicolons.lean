/-
statement = "theorem swapped (a b : Prop) (h : a ∧ b) : b ∧ a"
why = "All on one line."
-/
theorem swapped (a b : Prop) (h : a ∧ b) : b ∧ a := by intros; constructor; exact h.2; (skip; exact h.1)
