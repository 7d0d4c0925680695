/-
reason = "wrong_statement"
statement = "theorem root (a : Prop) (h : a) : a"
why = "The o's of this name are Greek."
-/
theorem rοοt (a : Prop) (h : a) : a := h
