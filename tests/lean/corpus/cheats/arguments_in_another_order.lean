/-
reason = "wrong_statement"
statement = "theorem first_of (a : Prop) (b : Type) (h : a) (x : b) : a"
why = "Whoever uses the theorem would find its arguments elsewhere."
-/
theorem first_of (b : Type) (a : Prop) (h : a) (x : b) : a := h
