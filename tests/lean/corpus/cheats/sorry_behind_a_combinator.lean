/-
reason = "sorry"
statement = "theorem swapped (a b : Prop) (h : a ∧ b) : b ∧ a"
why = "However many goals one `sorry` closes, the theorem rests on it."
-/
theorem swapped (a b : Prop) (h : a ∧ b) : b ∧ a := by
  constructor <;> first | exact h.1 | sorry
