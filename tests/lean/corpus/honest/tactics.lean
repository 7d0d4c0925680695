/-
statement = "theorem swapped (a b : Prop) (h : a ∧ b) : b ∧ a"
why = "The usual proof."
-/
theorem swapped (a b : Prop) (h : a ∧ b) : b ∧ a := by
  obtain ⟨ha, hb⟩ := h
  constructor
  · exact hb
  · exact ha
