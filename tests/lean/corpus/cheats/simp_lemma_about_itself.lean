/-
reason = "errors"
statement = "theorem both (n m : Nat) : n * m = m * n + 0 * n + 1"
why = "A theorem is not there for its own proof."
-/
@[simp] theorem both (n m : Nat) : n * m = m * n + 0 * n + 1 := by
  simp [both]
