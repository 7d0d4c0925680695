/-
statement = "theorem swapped (a b : Prop) (h : a ∧ b) : b ∧ a"
why = "`show … from`, `suffices`, `have` without a name, `‹…›`."
-/
theorem swapped (a b : Prop) (h : a ∧ b) : b ∧ a :=
  have : b := h.2
  suffices left : a from And.intro ‹b› left
  show a from h.1
