/-
reason = "wrong_statement"
statement = "theorem all_zero (n : Nat) : n * 0 = 0"
why = "An unknown name becomes an argument by itself: `Nαt` is any type with what is asked of it, here an empty one."
-/
theorem all_zero (n : Nαt) (h : Nαt → False) : 0 * 0 = 0 := rfl
