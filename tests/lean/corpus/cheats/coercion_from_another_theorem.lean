/-
reason = "wrong_statement"
statement = "theorem zero_plus (n : Nat) : 0 + n = n"
why = "The coercion is a proof, but it is not the theorem of that name."
-/
instance (easy : ∀ n : Nat, n = n) : CoeT (∀ n : Nat, n = n) easy (∀ n : Nat, 0 + n = n) :=
  ⟨Nat.zero_add⟩

theorem zero_plus (n : Nat) : n = n := rfl
