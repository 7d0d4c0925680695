/-
reason = "forbidden"
needs = "metaprogramming"
statement = "theorem absurdity : False"
why = "`#eval` runs programs too."
-/
open Lean Elab Command

#eval show CommandElabM Unit from do
  modifyScope fun scope => { scope with opts := scope.opts.setBool `debug.skipKernelTC true }

theorem absurdity : False := by
  have : 2 = 3 := by decide +kernel
  contradiction
