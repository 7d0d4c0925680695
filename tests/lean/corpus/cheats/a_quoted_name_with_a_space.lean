/-
reason = "wrong_statement"
statement = "theorem swapped (a b : Prop) (h : a ∧ b) : b ∧ a"
why = "The space belongs to the name."
-/
theorem «swapped » (a b : Prop) (h : a ∧ b) : b ∧ a := ⟨h.2, h.1⟩
