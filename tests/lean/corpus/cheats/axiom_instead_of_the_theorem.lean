/-
reason = "forbidden"
statement = "theorem absurdity : False"
why = "The name and the type are as they should be, and nothing is proved."
-/
axiom absurdity : False
