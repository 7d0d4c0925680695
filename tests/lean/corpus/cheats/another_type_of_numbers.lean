/-
reason = "wrong_statement"
statement = "theorem no_less (n : Int) (h : n + 1 ≤ 0) : n < 0"
why = "The same words about other numbers."
-/
theorem no_less (n : Nat) (h : n + 1 ≤ 0) : n < 0 := by omega
