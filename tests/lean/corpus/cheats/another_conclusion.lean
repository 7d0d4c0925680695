/-
reason = "wrong_statement"
statement = "theorem swapped (a b : Prop) (h : a ∧ b) : b ∧ a"
why = "It proves less than what is asked for."
-/
theorem swapped (a b : Prop) (h : a ∧ b) : b := h.2
