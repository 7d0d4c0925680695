/-
reason = "forbidden"
statement = "theorem absurdity : False"
why = "Behind a brace in a string nothing is sure to be a quoted name either. This was once accepted."
-/
example : String × String := ("{", "«")
set_option debug.skipKernelTC true
example : String := "»"

theorem absurdity : False := by
  have : 2 = 3 := by decide +kernel
  contradiction
