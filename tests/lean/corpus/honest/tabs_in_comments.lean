/-
statement = "theorem swapped (a b : Prop) (h : a ∧ b) : b ∧ a"
why = "Lean forbids tabs in code, and allows them in comments."
-/
-- a	b
theorem swapped (a b : Prop) (h : a ∧ b) : b ∧ a :=
  /-	both
	sides -/
  ⟨h.2, h.1⟩
