/-
statement = "theorem swapped (a b : Prop) (h : a ∧ b) : b ∧ a"
why = "Comments nest, and a line comment ends with its line."
-/
/- one /- two /- three -/ two -/ -/
theorem swapped (a b : Prop) (h : a ∧ b) : b ∧ a := -- /- not a block
  ⟨h.2, h.1⟩
/-- A docstring, not left open. -/
example : True := trivial
/- " -/
