/-
reason = "errors"
statement = "theorem absurdity : False"
why = "Partial functions are for types that have something in them."
-/
partial def forever (_ : Unit) : False := forever ()

theorem absurdity : False := forever ()
