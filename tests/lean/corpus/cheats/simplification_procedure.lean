/-
reason = "forbidden"
needs = "metaprogramming"
statement = "theorem absurdity : False"
why = "`simp` runs such a program on every subterm."
-/
simproc trick (False) := fun _ =>
  return .done { expr := .const ``True [] }

theorem absurdity : False := by simp
