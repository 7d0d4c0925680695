/-
statement = "theorem between (a b c : Nat) (h : a < b) (k : b < c) : a + 2 ≤ c"
why = "A decision procedure."
-/
theorem between (a b c : Nat) (h : a < b) (k : b < c) : a + 2 ≤ c := by
  omega
