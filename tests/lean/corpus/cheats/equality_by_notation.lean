/-
reason = "forbidden"
statement = "theorem two_is_three : 2 = 3"
why = "A symbol that reads otherwise needs a check that does not read: the compiled theorem is another one."
-/
local infix:50 (priority := high) " = " => fun (_ _ : Nat) => True

theorem two_is_three : 2 = 3 := trivial
