/-
reason = "forbidden"
statement = "theorem all_equal : ∀ n > 3, n = 4"
why = "Binders with a condition are syntax too."
-/
binder_predicate x " > " y:term => `($x < $y)

theorem all_equal : ∀ n > 3, n = 4 := by decide
