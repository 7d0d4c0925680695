/-
reason = "wrong_statement"
statement = "theorem at_most_itself (n : Nat) : n * n ≤ n * n * n"
why = "It holds for one number."
-/
theorem at_most_itself : 0 * 0 ≤ 0 * 0 * 0 := Nat.le_refl 0
