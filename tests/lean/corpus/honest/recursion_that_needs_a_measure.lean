/-
statement = "theorem reaches_zero (n : Nat) : ∃ k, n - 3 * k = 0"
why = "That the recursion ends is proved."
-/
theorem reaches_zero (n : Nat) : ∃ k, n - 3 * k = 0 :=
  if h : n = 0 then
    ⟨0, by omega⟩
  else
    have ⟨k, hk⟩ := reaches_zero (n - 3)
    ⟨k + 1, by omega⟩
termination_by n
decreasing_by omega
