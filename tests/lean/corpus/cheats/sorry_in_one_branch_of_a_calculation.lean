/-
reason = "sorry"
statement = "theorem two_is_three : 2 = 3"
why = "A step that is left out leaves the whole unproven."
-/
theorem two_is_three : 2 = 3 :=
  calc
    (2 : Nat) = 1 + 1 := rfl
    _ = 3 := sorry
