/-
reason = "wrong_statement"
statement = "def itself (α : Type _) : α → α"
why = "A definition's universes would bend to the candidate's; those of the check do not."
-/
def itself (α : Type) : α → α := fun a => a
