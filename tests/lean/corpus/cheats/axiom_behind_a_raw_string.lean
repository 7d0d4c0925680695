/-
reason = "forbidden"
statement = "theorem absurdity : False"
why = "A raw string ends at the first quote with its number of signs; a backslash does not matter in it."
-/
example : String := r"\"
axiom broken : False
example : String := r#"" \"#

theorem absurdity : False := broken
