/-
reason = "sorry"
statement = "theorem absurdity : False"
why = "The axiom behind `sorry` can be named without the word; its name is on no list of allowed ones."
-/
theorem absurdity : False := sorryAx False
