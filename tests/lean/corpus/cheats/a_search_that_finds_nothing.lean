/-
reason = "errors"
statement = "theorem unknown (f : Nat → Nat) (h : f 0 = 1) : f 1 = 5"
why = "The statement is pinned under a name that search tactics pass over: `exact?` does not find it."
-/
theorem unknown (f : Nat → Nat) (h : f 0 = 1) : f 1 = 5 := by
  exact?
