/-
reason = "wrong_statement"
statement = "theorem absurdity : False"
why = "A local name for something easier does not make it what it is called."
-/
theorem absurdity : let False := True; False := trivial
