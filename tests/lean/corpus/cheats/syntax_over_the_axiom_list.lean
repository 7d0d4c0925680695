/-
reason = "forbidden"
statement = "theorem absurdity : False"
why = "With syntax of its own a text could answer the last question itself."
-/
syntax (priority := high) "#print" &"axioms" ident : command

macro_rules
  | `(command| #print axioms $_) => `(command| #check "no axioms")

theorem absurdity : False := sorryAx False true
