/-
reason = "forbidden"
statement = "theorem absurdity : False"
why = "The scan finds the word; if it did not, the axioms of the theorem would show it."
-/
axiom broken : False

theorem absurdity : False := broken
