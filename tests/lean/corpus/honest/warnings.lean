/-
statement = "theorem first_of (a b : Prop) (h : a) (unused : b) : a"
why = "A warning is no error: this proof has unused variables and steps that do nothing."
-/
theorem first_of (a b : Prop) (h : a) (unused : b) : a := by
  have nothing : True := trivial
  try skip
  first | exact h | exact unused.elim
