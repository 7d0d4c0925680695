/-
statement = "theorem swapped (a b : Prop) (h : a ∧ b) : b ∧ a"
why = "The last line ends with the text. (The file ends without a line end.)"
-/
theorem swapped (a b : Prop) (h : a ∧ b) : b ∧ a := by exact ⟨h.2, h.1⟩