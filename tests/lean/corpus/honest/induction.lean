/-
statement = "theorem zero_plus (n : Nat) : 0 + n = n"
why = "Tactic induction with named cases."
-/
theorem zero_plus (n : Nat) : 0 + n = n := by
  induction n with
  | zero => rfl
  | succ n ih => exact congrArg Nat.succ ih
