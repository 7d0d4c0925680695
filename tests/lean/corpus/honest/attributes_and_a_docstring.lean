/-
statement = "theorem plus_zero (n : Nat) : n + 0 = n"
why = "Neither changes the theorem."
-/
/-- Nothing added: no `axiom`, no `sorry`. -/
@[simp]
theorem _root_.plus_zero (n : Nat) : n + 0 = n := rfl
