/-
reason = "forbidden"
needs = "metaprogramming"
statement = "theorem absurdity : False"
why = "`aesop` runs a rule that is a tactic program, and no forbidden word is needed to define one."
-/
def trick : Lean.Elab.Tactic.TacticM Unit := do
  Lean.setEnv ((← Lean.getEnv).unlockAsync)

theorem absurdity : False := by
  aesop (add safe trick)
