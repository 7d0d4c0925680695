/-
reason = "wrong_statement"
statement = "theorem absurdity : False"
why = "A variable that is included becomes a hypothesis."
-/
variable (easy : False)
include easy

theorem absurdity : False := easy
