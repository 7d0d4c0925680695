/-
statement = "theorem same (α : Type _) (x : α) : x = x"
why = "Lean makes up a universe, in the statement and in the proof."
-/
theorem same (α : Type _) (x : α) : x = x := rfl
