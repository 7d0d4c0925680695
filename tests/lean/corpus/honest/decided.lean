/-
statement = "theorem small_cases : ∀ n < 8, n * n % 4 = 0 ∨ n * n % 4 = 1"
why = "The kernel computes the proof."
-/
theorem small_cases : ∀ n < 8, n * n % 4 = 0 ∨ n * n % 4 = 1 := by decide
