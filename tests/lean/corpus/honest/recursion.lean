/-
statement = "theorem zero_plus (n : Nat) : 0 + n = n"
why = "The theorem calls itself for a smaller number."
-/
theorem zero_plus : (n : Nat) → 0 + n = n
  | 0 => rfl
  | n + 1 => congrArg Nat.succ (zero_plus n)
