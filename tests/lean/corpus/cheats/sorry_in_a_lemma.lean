/-
reason = "sorry"
statement = "theorem absurdity : False"
why = "The axioms of a theorem are those of all that it uses."
-/
theorem anything (p : Prop) : p := sorry

theorem absurdity : False := anything False
