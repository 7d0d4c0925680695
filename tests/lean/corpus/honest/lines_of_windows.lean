/-
statement = "theorem swapped (a b : Prop) (h : a ∧ b) : b ∧ a"
why = "Lines end with a carriage return and a line feed."
-/
theorem swapped (a b : Prop) (h : a ∧ b) : b ∧ a := by
  constructor
  /- two
  goals -/
  · exact h.2
  · exact h.1
