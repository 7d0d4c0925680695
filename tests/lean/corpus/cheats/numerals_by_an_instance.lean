/-
reason = "wrong_statement"
statement = "theorem two_is_three : (2 : Nat) = 3"
why = "The numeral is read through the instance that was there when the goal was pinned."
-/
instance (priority := high) mine : OfNat Nat 2 := ⟨3⟩

theorem two_is_three : (2 : Nat) = 3 := rfl
