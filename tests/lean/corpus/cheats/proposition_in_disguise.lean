/-
reason = "errors"
statement = "theorem absurdity : False"
why = "`Sort (imax 1 0)` is `Prop` under another name, and so are its rules: no data out of a proof. Kernels have been wrong about it (lean4 14613)."
-/
structure Coin : Sort (imax 1 0) where
  heads : Bool

theorem absurdity : False := by
  have same : Coin.mk true = Coin.mk false := rfl
  have : true = false := congrArg (fun coin => coin.1) same
  contradiction
