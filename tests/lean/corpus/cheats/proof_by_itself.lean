/-
reason = "errors"
statement = "theorem absurdity : False"
why = "The recursion does not end."
-/
theorem absurdity : False := absurdity
