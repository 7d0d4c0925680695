/-
needs = "mathlib"
statement = "theorem zero_plus (n : Nat) : 0 + n = n"
why = "Lean warns of a deprecated name and takes it."
-/
@[deprecated Nat.zero_add (since := "2025-01-01")]
theorem plus_old (n : Nat) : 0 + n = n := Nat.zero_add n

theorem zero_plus (n : Nat) : 0 + n = n := plus_old n
