/-
reason = "forbidden"
needs = "metaprogramming"
statement = "theorem absurdity : False"
why = "`run_tac` runs a program in the middle of a proof."
-/
open Lean Elab Tactic

theorem absurdity : False := by
  run_tac
    let goal ← getMainGoal
    goal.assign (mkConst ``True.intro)
