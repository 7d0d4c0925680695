/-
statement = "theorem swapped (a b : Prop) (h : a ∧ b) : b ∧ a"
why = "Parts of the proof stand behind it."
-/
theorem swapped (a b : Prop) (h : a ∧ b) : b ∧ a :=
  ⟨second, first h⟩
where
  /-- The second part, of the hypothesis in scope. -/
  second : b := h.2
  first : a ∧ b → a
    | ⟨ha, _⟩ => ha
