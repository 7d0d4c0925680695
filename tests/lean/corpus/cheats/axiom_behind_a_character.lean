/-
reason = "forbidden"
statement = "theorem absurdity : False"
why = "A quotation mark as a character opens no string."
-/
example : Char := '"'
axiom broken : False
example : Char := '"'

theorem absurdity : False := broken
