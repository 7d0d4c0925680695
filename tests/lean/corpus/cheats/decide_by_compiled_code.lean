/-
reason = "axioms"
statement = "theorem large : 2 ^ 64 = 18446744073709551616"
why = "`decide` has a setting that does what `native_decide` does. The axiom that it declares is listed."
-/
theorem large : 2 ^ 64 = 18446744073709551616 := by decide +native
