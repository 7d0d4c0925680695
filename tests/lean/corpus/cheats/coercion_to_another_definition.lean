/-
reason = "wrong_statement"
statement = "def chosen : Nat"
why = "Definitions that are asked for are compared in the same way."
-/
instance (b : Bool) : CoeT Bool b Nat := ⟨0⟩

def chosen : Bool := true
