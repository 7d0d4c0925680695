/-
reason = "errors"
statement = "theorem wrapped : 2 ^ 64 = 0"
why = "The kernel's numbers have no largest one."
-/
theorem wrapped : 2 ^ 64 = 0 := by decide +kernel
