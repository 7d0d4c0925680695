/-
statement = "theorem large : 2 ^ 64 % 1000 = 616"
why = "`+kernel` is the kernel's own computation, which needs no axiom; only `+native` does."
-/
theorem large : 2 ^ 64 % 1000 = 616 := by decide +kernel
