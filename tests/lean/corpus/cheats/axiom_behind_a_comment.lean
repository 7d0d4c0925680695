/-
reason = "forbidden"
statement = "theorem absurdity : False"
why = "Comments are told from code as Lean tells them; this one ends before the word."
-/
/- the end of this comment is near /- -/ -/axiom broken : False

theorem absurdity : False := broken
