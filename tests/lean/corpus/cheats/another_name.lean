/-
reason = "wrong_statement"
statement = "theorem swapped (a b : Prop) (h : a ∧ b) : b ∧ a"
why = "It is not the theorem that was asked for."
-/
theorem swapped' (a b : Prop) (h : a ∧ b) : b ∧ a := ⟨h.2, h.1⟩
