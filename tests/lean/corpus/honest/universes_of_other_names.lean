/-
statement = "theorem both_same.{u, v} (α : Type u) (β : Type v) (x : α) (y : β) : x = x ∧ y = y"
why = "Universes have no names from outside, only an order."
-/
theorem both_same.{first, second} (α : Type first) (β : Type second) (x : α) (y : β) :
    x = x ∧ y = y :=
  ⟨rfl, rfl⟩
