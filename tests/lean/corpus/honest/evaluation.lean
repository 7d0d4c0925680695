/-
level = "strict"
statement = "theorem computed : 2 + 2 = 4"
why = "`#eval` runs code: harmless here, and for the fast check not to tell from what is not."
-/
#eval 2 + 2

theorem computed : 2 + 2 = 4 := rfl
