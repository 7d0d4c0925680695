/-
reason = "wrong_statement"
statement = "theorem zero_plus (n : Nat) : 0 + n = n"
why = "Even an instance that can be found makes it another theorem."
-/
class Fine : Prop where
  fine : ∀ n : Nat, 0 + n = n

instance : Fine := ⟨Nat.zero_add⟩

theorem zero_plus [Fine] (n : Nat) : 0 + n = n := Fine.fine n
