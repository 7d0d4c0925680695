/-
statement = "theorem not_both (a : Prop) : ¬(a ∧ ¬a)"
why = "A statement that is the same by definition is the same for Lean."
-/
theorem not_both (a : Prop) : a ∧ (a → False) → False :=
  fun h => h.2 h.1
