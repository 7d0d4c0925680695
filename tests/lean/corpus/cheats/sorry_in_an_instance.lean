/-
reason = "sorry"
statement = "theorem absurdity : False"
why = "An instance that nobody names is used like a lemma, and listed like one."
-/
class Broken : Prop where
  broken : False

instance : Broken := ⟨sorry⟩

theorem absurdity : False := Broken.broken
