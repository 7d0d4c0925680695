/-
reason = "sorry"
statement = "theorem least (n : Nat) : 0 ≤ n"
why = "A branch that could have been left out is still a part of the proof term."
-/
theorem least (n : Nat) : 0 ≤ n := by
  cases n with
  | zero => exact Nat.le_refl 0
  | succ n => exact (fun _ => Nat.zero_le (n + 1)) (sorry : True)
