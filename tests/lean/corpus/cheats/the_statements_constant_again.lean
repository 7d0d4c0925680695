/-
reason = "errors"
statement = "theorem absurdity : False"
why = "A constant is declared once."
-/
def False : Prop := True

theorem absurdity : False := trivial
