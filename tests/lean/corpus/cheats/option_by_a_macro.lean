/-
reason = "forbidden"
statement = "theorem absurdity : False"
why = "The macro names the option where the scan does not look for one. The strict check asks the kernel about every step."
-/
macro "quietly " option:ident : command => `(set_option $option true)

quietly debug.skipKernelTC

theorem absurdity : False := by
  have : 2 = 3 := by decide +kernel
  contradiction
