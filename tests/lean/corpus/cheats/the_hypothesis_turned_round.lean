/-
reason = "wrong_statement"
statement = "theorem swapped (a b : Prop) (h : a ∧ b) : b ∧ a"
why = "The hypothesis is the conclusion."
-/
theorem swapped (a b : Prop) (h : b ∧ a) : b ∧ a := h
