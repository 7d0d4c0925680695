/-
reason = "sorry"
statement = "theorem absurdity : False"
why = "That some theorem rests on no axioms says nothing about this one."
-/
theorem absurdity : False := sorry

theorem fine : True := trivial

#print axioms fine
