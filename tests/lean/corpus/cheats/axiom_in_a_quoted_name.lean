/-
reason = "forbidden"
statement = "theorem absurdity : False"
why = "A quoted name may run over several lines. Lean sees no comment in it, and neither does the scan."
-/
theorem «a name
/- » : True := trivial axiom broken : False
theorem absurdity : False := broken
-- -/
