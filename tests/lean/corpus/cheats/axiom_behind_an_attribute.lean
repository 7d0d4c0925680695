/-
reason = "forbidden"
statement = "theorem absurdity : False"
why = "Attributes and modifiers do not hide the word from the scan."
-/
@[simp] private axiom broken : 0 = 1

theorem absurdity : False := by
  have := broken
  contradiction
