/-
reason = "forbidden"
statement = "theorem absurdity : False"
why = "Lean needs no space between a number and the next word, and the scan knows where a number ends."
-/
def space := Type 0e3macro_rules | `(type_of% $_) => `(True)

theorem absurdity : True := trivial
