/-
statement = "theorem append_nothing {α : Type u} (xs : List α) : xs ++ [] = xs"
why = "Or they are declared, because an option asks for it."
-/
set_option autoImplicit false

universe v

theorem append_nothing {α : Type v} (xs : List α) : xs ++ [] = xs := by
  simp
