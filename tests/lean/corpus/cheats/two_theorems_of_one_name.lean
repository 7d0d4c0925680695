/-
reason = "errors"
statement = "theorem two_is_three : 2 = 3"
why = "The second is not declared, so that it cannot use itself."
-/
theorem two_is_three : 2 = 2 := rfl

theorem two_is_three : 2 = 3 := two_is_three
