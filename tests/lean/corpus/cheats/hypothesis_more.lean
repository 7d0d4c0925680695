/-
reason = "wrong_statement"
statement = "theorem swapped (a b : Prop) (h : a ∧ b) : b ∧ a"
why = "The type is compared, not only the name."
-/
theorem swapped (a b : Prop) (h : a ∧ b) (easy : b ∧ a) : b ∧ a := easy
