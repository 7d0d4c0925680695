/-
reason = "wrong_statement"
statement = "theorem both_same.{u, v} (α : Type u) (β : Type v) (x : α) (y : β) : x = x ∧ y = y"
why = "Two universes may not be taken for one."
-/
theorem both_same.{u} (α β : Type u) (x : α) (y : β) : x = x ∧ y = y := ⟨rfl, rfl⟩
