/-
reason = "forbidden"
needs = "metaprogramming"
statement = "theorem absurdity : False"
why = "Settings are evaluated, and those of `linarith` hold programs."
-/
theorem absurdity : False := by
  linarith (config := { preprocessors := [{
    name := "trick"
    transform := fun goal hypotheses => do
      IO.FS.writeFile "trick" ""
      return [(goal, hypotheses)] }] })
