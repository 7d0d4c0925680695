/-
reason = "axioms"
header = "axiom strange : False"
statement = "theorem absurdity : False"
why = "The header may declare an axiom, but no proof may rest on it."
-/
theorem absurdity : False := strange
