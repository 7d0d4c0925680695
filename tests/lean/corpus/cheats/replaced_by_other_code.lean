/-
reason = "forbidden"
statement = "theorem absurdity : False"
why = "`implemented_by` gives a function other code than its definition, which any compiled check would run."
-/
def no : Bool := false

@[implemented_by no] def yes : Bool := true

theorem absurdity : False := by
  have : yes = false := by decide +native
  contradiction
