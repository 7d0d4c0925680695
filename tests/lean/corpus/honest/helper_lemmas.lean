/-
statement = "theorem swapped (a b : Prop) (h : a ∧ b) : b ∧ a"
why = "Lemmas of its own, one of them private."
-/
theorem second {a b : Prop} : a ∧ b → b := And.right

private theorem first {a b : Prop} : a ∧ b → a := And.left

theorem swapped (a b : Prop) (h : a ∧ b) : b ∧ a := ⟨second h, first h⟩
