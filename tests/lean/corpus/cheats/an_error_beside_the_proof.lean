/-
reason = "errors"
statement = "theorem swapped (a b : Prop) (h : a ∧ b) : b ∧ a"
why = "A text with an error is no Lean file that anyone could build on."
-/
theorem swapped (a b : Prop) (h : a ∧ b) : b ∧ a := ⟨h.2, h.1⟩

example : 1 = 2 := rfl
