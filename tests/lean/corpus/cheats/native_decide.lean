/-
reason = "forbidden"
statement = "theorem large : 2 ^ 64 = 18446744073709551616"
why = "It trusts the compiler instead of the kernel."
-/
theorem large : 2 ^ 64 = 18446744073709551616 := by native_decide
