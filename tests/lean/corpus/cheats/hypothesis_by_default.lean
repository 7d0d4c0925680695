/-
reason = "wrong_statement"
statement = "theorem absurdity : False"
why = "A hypothesis that a tactic would fill in is a hypothesis."
-/
theorem absurdity (h : False := by assumption) : False := h
