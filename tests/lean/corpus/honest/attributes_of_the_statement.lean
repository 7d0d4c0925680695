/-
statement = "@[simp] theorem plus_zero (n : Nat) : n + 0 = n"
why = "The statement has an attribute, which the proof need not repeat."
-/
theorem plus_zero (n : Nat) : n + 0 = n := rfl
