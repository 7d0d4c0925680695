/-
reason = "wrong_statement"
statement = "theorem swapped (a b : Prop) (h : a ∧ b) : b ∧ a"
why = "There is no theorem."
-/
