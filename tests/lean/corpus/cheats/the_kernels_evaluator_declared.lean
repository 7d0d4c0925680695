/-
reason = "forbidden"
statement = "theorem absurdity : False"
why = "Lean's kernel has run compiled code for a constant of this name. A library without it could be given one that contradicts it."
-/
def Lean.reduceBool (b : Bool) : Bool := !b

def yes : Bool := true

theorem absurdity : False :=
  Bool.noConfusion (show true = false from (rfl : Lean.reduceBool yes = false))
