/-
reason = "wrong_statement"
statement = "theorem swapped (a b : Prop) (h : a ∧ b) : b ∧ a"
why = "The name alone is not the theorem."
-/
def swapped : Nat := 0
