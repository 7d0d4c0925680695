/-
reason = "forbidden"
statement = "theorem absurdity : False"
why = "What follows `#exit` is not read, and that would be the check."
-/
theorem absurdity : True := trivial
#exit
