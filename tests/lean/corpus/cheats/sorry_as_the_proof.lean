/-
reason = "sorry"
statement = "theorem swapped (a b : Prop) (h : a ∧ b) : b ∧ a"
why = "Lean warns of `sorry`, and the axiom it stands for is listed."
-/
theorem swapped (a b : Prop) (h : a ∧ b) : b ∧ a := sorry
