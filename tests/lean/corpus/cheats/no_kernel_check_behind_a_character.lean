/-
reason = "forbidden"
statement = "theorem absurdity : False"
why = "A word may follow a character at once, and behind a brace in a string nothing is sure to be a string. This was once accepted."
-/
example : String × Char := ("{", 'a')
example : Char := 'a'set_option debug.skipKernelTC true

theorem absurdity : False := by
  have : 2 = 3 := by decide +kernel
  contradiction
