/-
reason = "forbidden"
statement = "theorem absurdity : False"
why = "Lean takes the character behind `/-` for text, whatever it is: this comment is not nested. This was once accepted."
-/
/-/- nothing more -/ set_option debug.skipKernelTC true -- -/

theorem absurdity : False := by
  have : 2 = 3 := by decide +kernel
  contradiction
