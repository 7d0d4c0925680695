/-
reason = "wrong_statement"
statement = "theorem two_is_three : (2 : Nat) = 3"
why = "Instances that are removed and replaced make another statement of the same letters."
-/
attribute [-instance] instOfNatNat

instance mine (n : Nat) : OfNat Nat n := ⟨Nat.zero⟩

theorem two_is_three : (2 : Nat) = 3 := rfl
