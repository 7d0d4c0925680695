/-
reason = "wrong_statement"
statement = "theorem one_more (n : Nat) : n + 1 = 1"
why = "The `+` of this theorem is the instance's, not that of the statement."
-/
local instance (priority := high) mine : HAdd Nat Nat Nat := ⟨fun _ m => m⟩

theorem one_more (n : Nat) : n + 1 = 1 := rfl
