/-
reason = "wrong_statement"
statement = "theorem absurdity : False"
why = "So does an instance that Lean would look for by itself."
-/
class Broken : Prop where
  broken : False

theorem absurdity [Broken] : False := Broken.broken
