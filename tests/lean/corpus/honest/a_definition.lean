/-
statement = "def constant (α : Type _) (β : Type _) : α → β → α"
why = "Some problems ask for a definition: anything of its type will do."
-/
@[inline] def constant (α : Type _) (β : Type _) : α → β → α
  | a, _ => a
