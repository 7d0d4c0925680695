/-
level = "strict"
statement = "theorem swapped (a b : Prop) (h : a ∧ b) : b ∧ a"
why = "A namespace called `Lean` is where programs would come from. Here it is a theorem's."
-/
theorem Lean.swapped {a b : Prop} (h : a ∧ b) : b ∧ a := ⟨h.2, h.1⟩

theorem swapped (a b : Prop) (h : a ∧ b) : b ∧ a := Lean.swapped h

