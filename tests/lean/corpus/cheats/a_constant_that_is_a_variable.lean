/-
reason = "wrong_statement"
statement = "theorem even_or_odd (n : Nat) : n % 2 = 0 ∨ n % 2 = 1"
why = "A misspelled variable is bound by itself, and the statement is about that one."
-/
theorem even_or_odd (n : Nat) {m : Nat} : m % 2 = 0 ∨ m % 2 = 1 := by omega
