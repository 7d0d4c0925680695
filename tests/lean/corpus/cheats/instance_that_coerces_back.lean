/-
reason = "wrong_statement"
statement = "theorem absurdity : False"
why = "An instance stays after its section, and could turn the candidate into what is asked for. The goal is compared where Lean looks for no coercion."
-/
class Broken : Prop where
  broken : False

variable [found : Broken]
include found

instance (easy : Broken → False) : CoeT (Broken → False) easy False := ⟨easy found⟩

theorem absurdity : False := found.broken
