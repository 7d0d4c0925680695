/-
proved = true
reason = "wrong_statement"
statement = "theorem swapped (a b : Prop) (h : a ∧ b) : b ∧ a"
why = "A theorem is asked for."
-/
def swapped (a b : Prop) (h : a ∧ b) : b ∧ a := ⟨h.2, h.1⟩
