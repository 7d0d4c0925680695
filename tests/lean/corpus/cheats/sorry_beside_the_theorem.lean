/-
proved = true
reason = "sorry"
statement = "theorem swapped (a b : Prop) (h : a ∧ b) : b ∧ a"
why = "A submission is judged whole: nothing in it may be left unproven."
-/
theorem later : 1 + 1 = 2 := sorry

theorem swapped (a b : Prop) (h : a ∧ b) : b ∧ a := ⟨h.2, h.1⟩
