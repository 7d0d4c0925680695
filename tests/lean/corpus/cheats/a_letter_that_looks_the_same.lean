/-
reason = "errors"
statement = "theorem absurdity : False"
why = "A Cyrillic letter is none of Lean's: it cannot stand for a Latin one in `Fаlse`."
-/
theorem absurdity : Fаlse := sorry
