/-
statement = "theorem zero_plus (n : Nat) : 0 + n = n"
why = "The recursor itself, with its motive."
-/
theorem zero_plus (n : Nat) : 0 + n = n :=
  Nat.rec (motive := fun n => 0 + n = n) rfl (fun _ ih => congrArg Nat.succ ih) n
