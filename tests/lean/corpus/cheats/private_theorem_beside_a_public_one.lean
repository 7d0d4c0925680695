/-
reason = "errors"
statement = "theorem absurdity : False"
why = "Lean lets no private theorem share its name with a public one."
-/
theorem absurdity : True := trivial

private theorem absurdity : False := absurdity.elim
