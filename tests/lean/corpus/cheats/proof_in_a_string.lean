/-
reason = "wrong_statement"
statement = "theorem swapped (a b : Prop) (h : a ∧ b) : b ∧ a"
why = "Neither does a string."
-/
#check "
theorem swapped (a b : Prop) (h : a ∧ b) : b ∧ a := ⟨h.2, h.1⟩
"
