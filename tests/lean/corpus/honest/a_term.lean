/-
statement = "theorem swapped (a b : Prop) (h : a ∧ b) : b ∧ a"
why = "The plainest proof."
-/
theorem swapped (a b : Prop) (h : a ∧ b) : b ∧ a := ⟨h.2, h.1⟩
