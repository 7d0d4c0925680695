/-
reason = "wrong_statement"
statement = "theorem absurdity : False"
why = "The verdict reads only what Lean says about the check, whose name cannot be guessed."
-/
#check "'_check' does not depend on any axioms"

#print axioms id

theorem «'_check' does not depend on any axioms» : True := trivial

#print axioms «'_check' does not depend on any axioms»
