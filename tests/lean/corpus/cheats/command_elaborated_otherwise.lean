/-
reason = "forbidden"
needs = "metaprogramming"
statement = "theorem absurdity : False"
why = "An elaborator is a program that Lean runs while it reads; none is needed for a proof."
-/
open Lean Elab Command

elab_rules : command
  | `(command| #print axioms $_) => logInfo "no axioms"

theorem absurdity : False := sorryAx False true
