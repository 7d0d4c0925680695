/-
reason = "forbidden"
statement = "theorem absurdity : False"
why = "A string with a brace may end where Lean alone knows; what follows counts as code."
-/
example : String := s!"{"} " ++ "{"}"
axiom broken : False
example : String := "another"

theorem absurdity : False := broken
