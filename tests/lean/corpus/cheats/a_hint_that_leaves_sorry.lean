/-
reason = "sorry"
statement = "theorem unknown (f : Nat → Nat) (h : f 0 = 1) : f 1 = 5"
why = "Where `apply?` finds no proof it admits the goal, after some suggestions."
-/
theorem unknown (f : Nat → Nat) (h : f 0 = 1) : f 1 = 5 := by
  apply?
