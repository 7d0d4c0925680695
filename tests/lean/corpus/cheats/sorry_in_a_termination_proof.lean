/-
reason = "sorry"
statement = "theorem absurdity : False"
why = "A recursion that never ends proves anything; that it ends is a part of the proof."
-/
theorem forever (n : Nat) : False :=
  forever (n + 1)
termination_by n
decreasing_by sorry

theorem absurdity : False := forever 0
