/-
reason = "errors"
statement = "theorem absurdity : False"
why = "The measure has to fall, and it grows."
-/
theorem forever (n : Nat) : False :=
  forever (n + 1)
termination_by n
decreasing_by all_goals omega

theorem absurdity : False := forever 0
