/-
reason = "sorry"
statement = "theorem swapped (a b : Prop) (h : a ∧ b) : b ∧ a"
why = "`admit` is another word for `sorry`."
-/
theorem swapped (a b : Prop) (h : a ∧ b) : b ∧ a := by
  constructor
  · exact h.2
  · admit
