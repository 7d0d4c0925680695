/-
reason = "forbidden"
statement = "theorem absurdity : False"
why = "The same for a single theorem, with the option's name quoted and a comment before it."
-/
set_option /- nothing to see -/
  debug.«skipKernelTC» true in
theorem two_is_three : 2 = 3 := by decide +kernel

theorem absurdity : False := by
  have := two_is_three
  contradiction
