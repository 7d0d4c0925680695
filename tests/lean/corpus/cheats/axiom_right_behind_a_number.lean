/-
reason = "forbidden"
statement = "theorem absurdity : False"
why = "Lean needs no space between a number and the next word, and the scan knows where a number ends."
-/
def number := 1e3axiom broken : False

theorem absurdity : False := broken
