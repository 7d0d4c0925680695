/-
reason = "wrong_statement"
statement = "theorem swapped (a b : Prop) (h : a ∧ b) : b ∧ a"
why = "An `example` leaves nothing behind."
-/
example (a b : Prop) (h : a ∧ b) : b ∧ a := ⟨h.2, h.1⟩
