/-
reason = "sorry"
statement = "theorem absurdity : False"
why = "The default value becomes a part of the proof where it is used."
-/
structure Proof : Prop where
  broken : False := by sorry

theorem absurdity : False := ({} : Proof).broken
