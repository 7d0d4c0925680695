/-
reason = "forbidden"
statement = "theorem absurdity : False"
why = "`extern` binds a constant to a function of the Lean binary, of whatever type."
-/
@[extern "lean_nat_sub"] def more (n m : Nat) : Nat := n + m

theorem absurdity : False := by
  have : more 1 1 = 0 := by decide +native
  contradiction
