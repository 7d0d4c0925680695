/-
statement = "theorem append_nothing {α : Type u} (xs : List α) : xs ++ [] = xs"
why = "Types and universes that are not declared are bound by themselves."
-/
theorem append_nothing (xs : List α) : xs ++ [] = xs := by
  induction xs with
  | nil => rfl
  | cons x xs ih => exact congrArg (x :: ·) ih
