/-
reason = "wrong_statement"
statement = "theorem same (α : Type _) (x : α) : x = x"
why = "It holds in one universe."
-/
theorem same (α : Type) (x : α) : x = x := rfl
