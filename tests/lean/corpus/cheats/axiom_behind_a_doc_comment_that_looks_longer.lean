/-
reason = "forbidden"
statement = "theorem absurdity : False"
why = "Whether `/--/` opens or closes a comment is for Lean to say: what follows counts as code."
-/
/--/ axiom broken : False -/

theorem absurdity : False := broken
