/-
reason = "forbidden"
statement = "theorem absurdity : False"
why = "A prime that belongs to a name opens no character."
-/
def x' := 0 def y'' := '"' axiom broken : False def z := '"'

theorem absurdity : False := broken
