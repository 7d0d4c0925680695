/-
reason = "forbidden"
statement = "theorem absurdity : False"
why = "The quoted name runs over two lines and ends in what looks like the beginning of a comment. This was once accepted."
-/
theorem «a name
/- » : True := trivial set_option debug.skipKernelTC true

theorem absurdity : False := by
  have : 2 = 3 := by decide +kernel
  contradiction
-- -/
