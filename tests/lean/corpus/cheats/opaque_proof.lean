/-
reason = "errors"
statement = "theorem absurdity : False"
why = "An opaque constant needs a value, even if nobody can see it."
-/
opaque absurdity : False
