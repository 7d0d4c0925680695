/-
reason = "wrong_statement"
statement = "theorem zero_plus (n : Nat) : 0 + n = n"
why = "The same from something that is no theorem at all."
-/
structure Token : Type where
  number : Nat

instance (token : Token) : CoeT Token token (∀ n : Nat, 0 + n = n) := ⟨Nat.zero_add⟩

def zero_plus : Token := ⟨0⟩
