/-
reason = "errors"
statement = "theorem absurdity : False"
why = "An error remains one, whatever it says."
-/
theorem absurdity : False := by
  fail "'absurdity' does not depend on any axioms"
