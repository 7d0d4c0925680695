/-
reason = ["axioms", "errors"]
statement = "theorem large : 2 ^ 64 = 18446744073709551616"
why = "The same setting in the long form, which not every library knows."
-/
theorem large : 2 ^ 64 = 18446744073709551616 := by decide (config := { native := true })
